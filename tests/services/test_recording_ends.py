"""A citizen has agreed to a recording of the talk, not of what comes after it."""

from datetime import timedelta
from functools import partial
from itertools import count

import pytest
from tests.services.desk import Desk, ask, make_desk
from tests.services.telephony import Show

from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.prompts import Parting, Question, Wait
from hotline_sessions.domain.recordings import FoundRecording, RecordingSid, SoundStatus
from hotline_sessions.services import calls
from hotline_sessions.services.recordings import note_recording
from hotline_sessions.store.engine import run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

NUMBERS = count(1)


@pytest.fixture
async def desk() -> Desk:
    return await make_desk()


async def come_to_air(show: Show) -> CallSid:
    """A citizen who has agreed is on the air."""
    sid = await show.wait()
    await run_sql("update session set is_recorded = true")
    await run_sql(
        "update call set consent = 'yes', consented_at = $2 where sid = $1", sid, show.clock.now()
    )
    await show.put_next()
    await show.talk(sid)
    return sid


async def come_back(desk: Desk, sid: CallSid) -> None:
    """The citizen is taken off the air and waits again."""
    await desk.return_to_queue(sid)
    await ask(desk.show, calls.go_back, sid)


async def tell_begun(show: Show, sid: CallSid) -> RecordingSid:
    """The network tells that it records."""
    recording = RecordingSid(f"RE{next(NUMBERS):032x}")
    found = FoundRecording(
        sid=recording,
        call=sid,
        status=SoundStatus.UNDER_WAY,
        is_question=False,
        started_at=show.clock.now(),
    )
    delivery = Delivery(source="recording", key=recording, path="/", body={})
    await note_recording(found, delivery, clock=show.clock)
    return recording


async def list_stopped(show: Show) -> list[tuple[str, ...]]:
    await show.send()
    return [deed for deed in show.line.done if deed[0] == "stop-recording"]


async def test_who_comes_back_into_the_queue_is_not_recorded_any_more(desk: Desk) -> None:
    show = desk.show
    sid = await come_to_air(show)
    recording = await tell_begun(show, sid)
    during = await list_stopped(show)

    await come_back(desk, sid)

    assert during == []
    assert await list_stopped(show) == [("stop-recording", sid, recording)]


async def test_who_is_asked_for_the_question_instead_is_not_recorded_twice(desk: Desk) -> None:
    show = desk.show
    sid = await come_to_air(show)
    recording = await tell_begun(show, sid)

    await ask(show, partial(calls.take_question, why=Parting.CLOSED), sid)

    assert await list_stopped(show) == [("stop-recording", sid, recording)]


async def test_a_recording_that_is_heard_of_too_late_is_stopped_then(desk: Desk) -> None:
    show = desk.show
    sid = await come_to_air(show)
    await come_back(desk, sid)
    before = await list_stopped(show)

    recording = await tell_begun(show, sid)

    assert before == []
    assert await list_stopped(show) == [("stop-recording", sid, recording)]


async def test_where_the_word_of_a_recording_is_lost_the_network_is_asked(desk: Desk) -> None:
    show = desk.show
    sid = await come_to_air(show)

    await come_back(desk, sid)
    await show.send()

    assert ("stop-recordings", sid) in show.line.done


async def test_nothing_is_looked_for_where_nothing_was_to_be_recorded(desk: Desk) -> None:
    show = desk.show
    sid = await come_to_air(show)
    await run_sql("update call set consent = 'no' where sid = $1", sid)

    await come_back(desk, sid)
    await show.send()

    assert "stop-recordings" not in [deed[0] for deed in show.line.done]


async def test_who_comes_to_the_air_again_is_recorded_anew(desk: Desk) -> None:
    """The first recording is stopped by its name: the second one goes on."""
    show = desk.show
    sid = await come_to_air(show)
    first = await tell_begun(show, sid)
    await come_back(desk, sid)
    show.clock.pass_time(timedelta(seconds=5))
    await show.put_next()
    await show.talk(sid)

    await tell_begun(show, sid)

    assert await list_stopped(show) == [("stop-recording", sid, first)]


@pytest.mark.parametrize("is_transcribed", [True, False])
async def test_the_machine_that_listened_does_so_no_longer(
    desk: Desk, *, is_transcribed: bool
) -> None:
    show = desk.show
    sid = await come_to_air(show)
    await run_sql("update session set is_transcribed = $1", is_transcribed)
    await desk.return_to_queue(sid)

    back = await ask(show, calls.go_back, sid)
    asked = await ask(show, partial(calls.take_question, why=Parting.CLOSED), sid)

    assert isinstance(back, Wait)
    assert isinstance(asked, Question)
    assert back.stops_listening is asked.stops_listening is is_transcribed
