"""What was recorded while nobody here answered is no longer lost."""

from datetime import datetime, timedelta

import pytest
from tests.factories import LINE, NOW, PHONE, make_session
from tests.fakes import FrozenClock

from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.network import CallOver
from hotline_sessions.domain.recordings import FoundRecording, RecordingSid, SoundStatus
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.strays import StrayCall
from hotline_sessions.services.strays import collect_strays, take_in_strays
from hotline_sessions.store.engine import fetch_rows, fetch_value


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

CALL = CallSid("CA" + "7" * 32)


class FakeFinder:
    """The network's memory of recorded questions."""

    def __init__(self) -> None:
        self.found: list[FoundRecording] = []
        self.calls: dict[CallSid, StrayCall] = {}

    def record(
        self,
        at: datetime,
        *,
        sid: CallSid = CALL,
        called: tuple[str, ...] = (LINE,),
        caller: str | None = PHONE,
        is_question: bool = True,
    ) -> None:
        self.calls[sid] = StrayCall(called=called, caller=caller, started_at=at)
        self.found.append(
            FoundRecording(
                sid=RecordingSid("RE" + sid[2:]),
                call=sid,
                status=SoundStatus.COMPLETED,
                is_question=is_question,
                seconds=40,
                started_at=at + timedelta(seconds=20),
            )
        )

    async def list_kept(self) -> list[FoundRecording]:
        return self.found

    async def fetch_call(self, call: CallSid) -> StrayCall:
        if call not in self.calls:
            raise CallOver
        return self.calls[call]


def later(session: Session, **span: float) -> FrozenClock:
    clock = FrozenClock(NOW)
    clock.set(session.starts_at + timedelta(**span))
    return clock


async def list_questions() -> list[tuple[int, str, str, str]]:
    rows = await fetch_rows(
        """select q.session, q.origin, c.peer_number, c.state from question q
             join call c on c.id = q.call"""
    )
    return [tuple(row) for row in rows]


async def test_a_question_recorded_without_us_belongs_to_the_session_of_its_line() -> None:
    session, finder = await make_session(), FakeFinder()
    finder.record(session.starts_at + timedelta(minutes=10))

    collected = await collect_strays(finder, clock=later(session, hours=1))

    assert (collected.questions, collected.unplaced) == (1, ())
    assert await list_questions() == [(session.id, "recorded", PHONE, "ended")]


async def test_nobody_has_to_ask_for_what_was_recorded_without_us() -> None:
    session, finder = await make_session(), FakeFinder()
    finder.record(session.starts_at)
    clock = later(session, hours=1)

    rounds = [await take_in_strays(finder, clock=clock) for _ in range(2)]

    assert rounds == [1, 0], "a job that has found something looks once more"
    assert len(await list_questions()) == 1


async def test_what_was_collected_once_is_not_collected_again() -> None:
    session, finder = await make_session(), FakeFinder()
    finder.record(session.starts_at)
    await collect_strays(finder, clock=later(session, hours=1))

    again = await collect_strays(finder, clock=later(session, hours=2))

    assert again.questions == 0
    assert len(await list_questions()) == 1


async def test_a_call_after_the_session_belongs_to_the_last_one_of_its_line() -> None:
    session, finder = await make_session(), FakeFinder()
    finder.record(session.starts_at + timedelta(days=3), caller=None)

    collected = await collect_strays(finder, clock=later(session, days=4))

    assert collected.questions == 1
    assert [row[0] for row in await list_questions()] == [session.id]


async def test_a_forwarded_call_belongs_to_the_line_that_was_dialled() -> None:
    session, finder = await make_session(), FakeFinder()
    finder.record(session.starts_at, called=(LINE, "+353861234567"), caller=None)

    assert (await collect_strays(finder, clock=later(session, hours=1))).questions == 1


async def test_a_question_without_a_session_is_left_to_a_person() -> None:
    session, finder = await make_session(), FakeFinder()
    finder.record(session.starts_at - timedelta(days=2))
    finder.record(session.starts_at, sid=CallSid("CA" + "8" * 32), called=("+380440000000",))

    collected = await collect_strays(finder, clock=later(session, hours=1))

    assert collected.questions == 0
    assert [each.called for each in collected.unplaced] == [LINE, "+380440000000"]
    assert await fetch_value("select count(*) from call") == 0


async def test_a_recorded_talk_of_nobody_is_left_alone() -> None:
    """Nobody has agreed to it as far as is known here."""
    session, finder = await make_session(), FakeFinder()
    finder.record(session.starts_at, is_question=False)

    collected = await collect_strays(finder, clock=later(session, hours=1))

    assert (collected.questions, collected.unplaced) == (0, ())


async def test_a_call_that_the_network_has_forgotten_is_passed_over() -> None:
    session, finder = await make_session(), FakeFinder()
    finder.record(session.starts_at)
    finder.calls.clear()

    assert (await collect_strays(finder, clock=later(session, hours=1))).questions == 0
