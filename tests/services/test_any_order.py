"""Whatever people and the network do, in whatever order: no harm, and all ends well.

Seeded sequences of everything that can happen at one session, possible or not, are played
against the use cases; Hypothesis chooses them and shortens those that do harm.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from itertools import count
from types import MappingProxyType
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import SECRET, make_session
from tests.services.desk import Desk
from tests.services.telephony import Show, make_show

from hotline_sessions.domain.calls import CallState, Leg, Mode, Role
from hotline_sessions.domain.dispatching import PauseReason
from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.network import LineStatus
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.services import (
    browser_calls,
    calls,
    dispatch,
    greeting,
    official_calls,
    operator_calls,
    reports,
)
from hotline_sessions.services.open_legs import Decide, Visit
from hotline_sessions.services.reconcile import reconcile
from hotline_sessions.services.reports import CallReport, RoomEvent, RoomReport
from hotline_sessions.services.tokens import build_official_pin
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.institutions import get_institution


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

PHONES: Final = ("+380501110001", "+380501110002", "+380501110003", None)
KEYS: Final = ("", "1", "2", "3", "9", "*", "000000")
DAYS: Final = count()

CITIZEN: Final = (
    "code",
    "consent",
    "join",
    "old-join",
    "in-air",
    "out-of-air",
    "after-air",
    "after-air-over",
    "queue-left",
    "queue-key",
    "back",
    "question",
    "question-done",
    "bye",
    "screen",
    "screen-left",
    "called-back",
    "present",
    "hang-up",
)
OFFICIAL: Final = (
    "answer",
    "confirm",
    "in-air",
    "out-of-air",
    "after",
    "menu",
    "return",
    "hang-up",
)
OPERATOR: Final = ("answer", "confirm", "enter", "in-air", "out-of-air", "after", "hang-up")
DESK: Final = (
    "next",
    "through",
    "first",
    "last",
    "take-back",
    "end-talk",
    "end-then-next",
    "longer-talk",
    "longer",
    "pause",
    "alert",
    "resume",
    "end",
    "automatic",
    "manual",
    "dismiss",
    "ring-official",
    "cut-official",
    "join",
    "screen",
    "whisper",
    "leave",
    "screened",
    "unscreened",
    "browser",
)
WORLD: Final = (
    "call",
    "call",
    "call",
    "second",
    "minute",
    "send",
    "send",
    "look",
    "dial-in",
    "page",
)

FOLLOWS: Final[Mapping[tuple[Role, CallState], tuple[str, int]]] = MappingProxyType(
    {
        (Role.CITIZEN, CallState.GREETING): ("code", 0),
        (Role.CITIZEN, CallState.SUBMITTING): ("called-back", 0),
        (Role.CITIZEN, CallState.DIALLING): ("called-back", 0),
        (Role.CITIZEN, CallState.CONFIRMING): ("present", 1),
        (Role.CITIZEN, CallState.SCREENING): ("screen", 0),
        (Role.CITIZEN, CallState.SUMMONED): ("join", 0),
        (Role.CITIZEN, CallState.JOINING): ("in-air", 0),
        (Role.CITIZEN, CallState.TALKING): ("hang-up", 0),
        (Role.CITIZEN, CallState.RETURNING): ("back", 0),
        (Role.CITIZEN, CallState.WRAPPING): ("bye", 0),
        (Role.CITIZEN, CallState.QUESTION): ("question-done", 0),
        (Role.OFFICIAL, CallState.SUBMITTING): ("answer", 0),
        (Role.OFFICIAL, CallState.DIALLING): ("answer", 0),
        (Role.OFFICIAL, CallState.CONFIRMING): ("confirm", 1),
        (Role.OFFICIAL, CallState.ENTERING): ("in-air", 0),
        (Role.OPERATOR, CallState.DIALLING): ("operator-answer", 0),
        (Role.OPERATOR, CallState.CONFIRMING): ("operator-confirm", 1),
        (Role.OPERATOR, CallState.ENTERING): ("operator-in-air", 0),
    }
)
"""What usually comes next, so that the sequences lead somewhere between their accidents."""

happenings = st.one_of(
    st.tuples(st.just("next"), st.just("step"), st.integers(0, 5)),
    st.tuples(st.just("next"), st.just("step"), st.integers(0, 5)),
    st.tuples(st.just("next"), st.just("step"), st.integers(0, 5)),
    st.tuples(st.just("desk"), st.sampled_from(DESK[:5]), st.integers(0, 3)),
    st.tuples(st.just("world"), st.sampled_from(WORLD), st.integers(0, 3)),
    st.tuples(st.just("citizen"), st.sampled_from(CITIZEN), st.integers(0, 23)),
    st.tuples(st.just("citizen"), st.sampled_from(CITIZEN[:9]), st.integers(0, 23)),
    st.tuples(st.just("official"), st.sampled_from(OFFICIAL), st.integers(0, 6)),
    st.tuples(st.just("official"), st.sampled_from(OFFICIAL[:3]), st.just(1)),
    st.tuples(st.just("operator"), st.sampled_from(OPERATOR), st.integers(0, 6)),
    st.tuples(st.just("desk"), st.sampled_from(DESK), st.integers(0, 3)),
)
Happening = tuple[str, str, int]


class World:
    """One session, and everything that may happen to it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.show = desk.show

    async def happen(self, happening: Happening) -> None:
        """Let one thing happen, if there is anybody whom it can happen to."""
        kind, name, number = happening
        match kind:
            case "world":
                await self._pass(name, number)
            case "next":
                await self._go_on(number)
            case "desk":
                with suppress(Conflict):  # Staff are refused what does not follow.
                    await self._do(name, number)
            case _:
                legs = await self._list(Role(kind))
                if legs:
                    of_kind = f"{kind}-{name}" if kind == "operator" else name
                    await self._report(legs[number % len(legs)], of_kind, number)

    async def _list(self, role: Role) -> list[tuple[CallSid, str, int]]:
        rows = await fetch_rows(
            """select sid, public_id, turn from call where session = $1 and role = $2
                  and sid is not null order by id desc""",
            self.show.session.id,
            role.value,
        )
        return [(CallSid(row["sid"]), row["public_id"], row["turn"]) for row in rows]

    async def _go_on(self, number: int) -> None:
        """Let one of those calls go on that are on the way somewhere."""
        legs = await list_live_legs(self.show.session.id)
        ways = [leg for leg in legs if leg.sid and (leg.role, leg.state) in FOLLOWS]
        if ways:
            leg = ways[number % len(ways)]
            name, key = FOLLOWS[leg.role, leg.state]
            await self._report((CallSid(str(leg.sid)), leg.public_id, leg.turn), name, key)

    async def _pass(self, name: str, number: int) -> None:
        show = self.show
        match name:
            case "call":
                await show.greet(show.new_sid(), PHONES[number])
            case "second" | "minute":
                show.clock.pass_time(timedelta(seconds=1 if name == "second" else 30 + 30 * number))
                await show.step()
            case "hour":
                show.clock.set(show.session.starts_at)
                await show.step()
            case "send":
                await show.send()
            case "look":
                await reconcile(show.line, clock=show.clock)
            case "dial-in":
                sid = show.new_sid()
                await show.greet(sid, show.session.ring_number if number else None)
                pin = build_official_pin(SECRET, show.session.public_id)
                await show.key_in(sid, pin)
            case "page":
                await browser_calls.connect_official(
                    show.session.public_id,
                    show.new_sid(),
                    show.delivery(),
                    show.speak,
                    clock=show.clock,
                )
            case _:
                raise AssertionError(name)

    async def _report(self, call: tuple[CallSid, str, int], name: str, number: int) -> None:
        sid, _, turn = call
        if name.endswith("-air") and not name.startswith("after"):
            await self._come_or_go(sid, is_in=name.endswith("in-air"), is_over=number % 2 == 0)
        elif name.endswith("hang-up"):
            await self.hang_up(sid)
        else:
            decide, step, is_over = self._choose(name, number, turn)
            visit = Visit(
                leg=await self.show.name(sid),
                sid=sid,
                turn=step,
                result=KEYS[number % len(KEYS)],
                is_over=is_over,
            )
            await self.show.ask(decide, visit)

    async def _come_or_go(self, sid: CallSid, *, is_in: bool, is_over: bool) -> None:
        on_air = self.show.line.on_air
        (on_air.add if is_in else on_air.discard)(sid)
        event = RoomEvent.JOINED if is_in else RoomEvent.LEFT
        report = RoomReport(sid=sid, event=event, is_over=is_over and not is_in)
        await reports.note_conference(report, self.show.delivery(), clock=self.show.clock)

    async def hang_up(self, sid: CallSid) -> None:
        """A call ends."""
        self.show.line.statuses[sid] = LineStatus.OVER
        self.show.line.on_air.discard(sid)
        report = CallReport(sid=sid, status=LineStatus.OVER, outcome="completed")
        await reports.note_call_status(report, self.show.delivery(), clock=self.show.clock)

    def _choose(self, name: str, number: int, turn: int) -> tuple[Decide, int, bool]:
        """What decides, at which step, and whether the call is over."""
        attempt = 1 + number % 3
        recording = "RE1" if attempt == 1 else None
        steps: dict[str, tuple[Decide, int, bool]] = {
            "code": (partial(greeting.accept_code, secret=SECRET), attempt, False),
            "question": (partial(calls.take_question, why=Parting.WISHED), attempt, False),
            "question-done": (
                partial(calls.question_left, recording=recording),
                attempt,
                number % 4 == 0,
            ),
            "bye": (partial(calls.say_goodbye, why=Parting.TALKED), 0, False),
            "consent": (greeting.accept_consent, attempt, False),
            "join": (calls.join_air, turn, False),
            "old-join": (calls.join_air, turn - 1, False),
            "after-air": (calls.left_air, turn, False),
            "after-air-over": (calls.left_air, turn, True),
            "queue-left": (calls.leave_queue, turn, number % 4 == 0),
            "queue-key": (calls.take_key, 0, False),
            "back": (calls.go_back, turn, False),
            "screen": (calls.come_to_screen, turn, False),
            "screen-left": (calls.left_screen, turn, number % 4 == 0),
            "called-back": (greeting.greet_called_back, 0, False),
            "present": (greeting.accept_presence, attempt, False),
            "answer": (official_calls.greet_official, 0, False),
            "confirm": (official_calls.confirm_official, attempt, False),
            "after": (official_calls.return_official, attempt, number % 4 == 0),
            "menu": (official_calls.choose_from_menu, attempt, False),
            "return": (official_calls.come_back, attempt, False),
            "operator-answer": (operator_calls.greet_operator, 0, False),
            "operator-confirm": (operator_calls.confirm_operator, attempt, False),
            "operator-enter": (operator_calls.enter_room, turn, False),
            "operator-after": (operator_calls.left_room, attempt, number % 4 == 0),
        }
        return steps[name]

    async def _do(self, name: str, number: int) -> None:
        citizens = await self._list(Role.CITIZEN)
        sid = citizens[number % len(citizens)][0] if citizens else None
        desk = self.desk
        deeds: dict[str, Callable[[], Awaitable[object]]] = {
            "next": self.show.put_next,
            "end-talk": self.show.end_talk,
            "end-then-next": lambda: self.show.end_talk(then_next=True),
            "longer-talk": lambda: desk.extend_talk(5),
            "longer": lambda: desk.extend(10),
            "pause": desk.pause,
            "alert": lambda: desk.pause(PauseReason.AIR_ALERT),
            "resume": desk.resume,
            "end": desk.end,
            "automatic": desk.make_automatic,
            "manual": lambda: desk.make_automatic(is_automatic=False),
            "ring-official": lambda: self._of_official(dispatch.call_official),
            "cut-official": lambda: self._of_official(dispatch.hang_up_official),
            "join": lambda: desk.join(Mode.TALK),
            "whisper": lambda: desk.change_mode(Mode.WHISPER),
            "leave": desk.leave,
            "browser": self._come_by_browser,
        }
        chosen: dict[str, Callable[[CallSid], Awaitable[object]]] = {
            "through": desk.put_through,
            "first": lambda sid: desk.reorder(sid, first=True),
            "last": lambda sid: desk.reorder(sid, first=False),
            "take-back": desk.return_to_queue,
            "dismiss": desk.dismiss,
            "screen": lambda sid: desk.join(Mode.SCREEN, screens=sid),
            "screened": lambda sid: desk.finish(sid, to_air=True),
            "unscreened": lambda sid: desk.finish(sid, to_air=False),
        }
        if name in deeds:
            await deeds[name]()
        elif sid is not None:
            await chosen[name](sid)

    async def _of_official(self, deed: Callable[..., Awaitable[None]]) -> None:
        session = self.show.session
        await deed(
            session.id,
            institution=session.institution,
            by=self.show.staff.account,
            clock=self.show.clock,
        )

    async def _come_by_browser(self) -> None:
        await self.desk.join(Mode.LISTEN, from_browser=True)
        await operator_calls.connect_browser(
            self.show.staff.account,
            self.show.new_sid(),
            self.show.delivery(),
            self.show.speak,
            clock=self.show.clock,
        )

    async def check(self) -> None:
        """What must be true after everything that happens."""
        legs = await list_live_legs(self.show.session.id)
        assert sum(leg.is_on_air for leg in legs) <= 1, "at most one citizen on the air"
        assert count_of(legs, Role.OFFICIAL) <= 1, "the official is in one call"

    async def end(self) -> None:
        """Let everybody put down the receiver, and time pass until all is over."""
        for _ in range(30):
            if (await self.show.fresh_session()).state is SessionState.CLOSED:
                break
            self.show.clock.pass_time(timedelta(minutes=15))
            await self.show.step()
            await self.show.send()
            await self.check()
        for role in Role:
            for sid, _, _ in await self._list(role):
                await self.hang_up(sid)
        for _ in range(3):
            self.show.clock.pass_time(timedelta(minutes=5))
            await reconcile(self.show.line, clock=self.show.clock)
            await self.show.send()


def count_of(legs: list[Leg], role: Role) -> int:
    return sum(leg.role is role for leg in legs)


@pytest.fixture
async def show() -> Show:
    """What all examples share: an institution, its line, and numbers that never come again."""
    show = await make_show()
    await run_sql("update session set state = 'cancelled'")
    await run_sql("update account set ring_number = '+380671112233'")
    return show


async def make_world(show: Show) -> World:
    """A session of its own day, five minutes before it begins."""
    home = await get_institution(show.session.institution)
    held_on = date(2026, 12, 1) + timedelta(days=next(DAYS))
    show.session = await make_session(institution=home, staff=show.staff, held_on=held_on)
    show.line.on_air.clear()
    await show.open()
    return World(Desk(show))


OPENING: Final[tuple[Happening, ...]] = (
    *([("next", "step", 0)] * 3),
    ("world", "hour", 0),
    ("world", "call", 0),
    ("citizen", "code", 0),
    ("world", "call", 1),
    ("citizen", "code", 0),
    ("desk", "next", 0),
)
"""So that the sequences have something to begin with."""


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plot=st.lists(happenings, min_size=15, max_size=30))
async def test_in_whatever_order_things_happen_all_ends_well(
    show: Show, plot: list[Happening]
) -> None:
    world = await make_world(show)

    for happening in (*OPENING, *plot):
        await world.happen(happening)
        await world.check()
    await world.end()

    session = world.show.session
    assert (await world.show.fresh_session()).state is SessionState.CLOSED
    assert await list_live_legs(session.id) == [], "every call ends"
    lost = await fetch_value(
        """select count(*) from call c where c.session = $1 and c.role = 'citizen'
              and c.on_air_at is not null and (select count(*) from question q
                  where q.call = c.id and q.origin = 'talk') <> 1""",
        session.id,
    )
    assert lost == 0, "every talk has its question, once"
    promised = await fetch_value(
        "select count(*) from call_back where session = $1 and state in ('due', 'ringing')",
        session.id,
    )
    assert promised == 0, "nobody counts on a call that will not come"
