"""A session on the telephone, played step by step against the use cases."""

from datetime import timedelta
from functools import partial
from itertools import count

from tests.factories import (
    LINE,
    NOW,
    SECRET,
    make_booking,
    make_institution,
    make_phone,
    make_session,
    make_slots,
    make_staff,
)
from tests.fakes import FakePhoneLine, FrozenClock

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.calls import CallState, Leg
from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.network import LineStatus
from hotline_sessions.domain.prompts import Parting, Prompt
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services import calls, dispatch, greeting, official_calls, reports
from hotline_sessions.services.bookings import Taken
from hotline_sessions.services.greeting import Incoming
from hotline_sessions.services.live import LiveDesk, get_live_desk
from hotline_sessions.services.open_legs import Decide, Visit, answer_visit
from hotline_sessions.services.outbox import send_commands
from hotline_sessions.services.reports import CallReport, RoomEvent, RoomReport
from hotline_sessions.services.session_clock import step_sessions
from hotline_sessions.store.calls import find_leg_by_sid, get_leg
from hotline_sessions.store.sessions import get_session


LOBBY = timedelta(minutes=5)


class Show:
    """One session, its line, its clock, and everyone who calls."""

    def __init__(self, session: Session, staff: Staff) -> None:
        self.session = session
        self.staff = staff
        self.clock = FrozenClock(NOW)
        self.line = FakePhoneLine()
        self.prompts: list[Prompt] = []
        self._numbers = count(1)

    def speak(self, prompt: Prompt) -> str:
        """Keeps the prompt; its number in the list stands for the document."""
        self.prompts.append(prompt)
        return str(len(self.prompts) - 1)

    def delivery(self, key: str = "") -> Delivery:
        """A webhook that has not come before, unless ``key`` is given again."""
        name = key or f"test:{next(self._numbers)}"
        return Delivery(source="test", key=name, path="/", body={})

    async def open(self) -> None:
        """Five minutes before the start: the line opens and the official is rung."""
        self.clock.set(self.session.starts_at - LOBBY)
        await self.step()
        await self.send()

    async def step(self) -> None:
        """Let the clock of sessions and the outbox do what is due."""
        await step_sessions(clock=self.clock)

    async def send(self) -> None:
        """Carry out what is in the outbox."""
        while await send_commands(self.line, clock=self.clock):
            pass

    async def greet(self, sid: CallSid, caller: str | None = None, key: str = "") -> Prompt:
        """A call comes in."""
        incoming = Incoming(sid=sid, line=LINE, caller=caller)
        return await self._last(
            greeting.greet(incoming, self.delivery(key), self.speak, clock=self.clock)
        )

    async def ask(self, decide: Decide, visit: Visit) -> Prompt:
        """A call asks what comes next."""
        return await self._last(
            answer_visit(decide, visit, self.delivery(), self.speak, clock=self.clock)
        )

    async def key_in(self, sid: CallSid, digits: str, attempt: int = 1) -> Prompt:
        """A caller keys something in."""
        visit = Visit(leg=await self.name(sid), sid=sid, turn=attempt, result=digits)
        return await self.ask(partial(greeting.accept_code, secret=SECRET), visit)

    async def wait(self, caller: str | None = None) -> CallSid:
        """A caller without a booking gets into the queue."""
        sid = self.new_sid()
        await self.greet(sid, caller)
        if (await self.leg(sid)).state is CallState.GREETING:
            await self.key_in(sid, "")
        return sid

    async def bring_official(self) -> CallSid:
        """The official picks up, presses 1 and enters the conference."""
        desk = await self.desk()
        assert desk.official is not None
        leg = await get_leg(desk.official.call)
        sid = leg.sid or CallSid("CA" + "1".rjust(32, "0"))
        visit = Visit(leg=desk.official.call, sid=sid, turn=1, result="1")
        await self.ask(official_calls.greet_official, visit)
        await self.ask(official_calls.confirm_official, visit)
        await self.enter(sid)
        return sid

    async def come(self, sid: CallSid, turn: int | None = None) -> Prompt:
        """A summoned citizen asks what comes next."""
        leg = await self.leg(sid)
        visit = Visit(leg=leg.public_id, sid=sid, turn=leg.turn if turn is None else turn)
        return await self.ask(calls.join_air, visit)

    async def left_air(self, sid: CallSid) -> Prompt:
        """The network asks what comes after the conference."""
        leg = await self.leg(sid)
        visit = Visit(leg=leg.public_id, sid=sid, turn=leg.turn)
        return await self.ask(calls.left_air, visit)

    async def goodbye(self, sid: CallSid) -> Prompt:
        """A citizen who is seen off asks what comes next."""
        visit = Visit(leg=await self.name(sid), sid=sid)
        return await self.ask(partial(calls.say_goodbye, why=Parting.TALKED), visit)

    async def enter(self, sid: CallSid) -> None:
        """The conference reports that somebody has come in."""
        report = RoomReport(sid=sid, event=RoomEvent.JOINED)
        await reports.note_conference(report, self.delivery(), clock=self.clock)

    async def leave(self, sid: CallSid) -> None:
        """The conference reports that somebody has left."""
        report = RoomReport(sid=sid, event=RoomEvent.LEFT)
        await reports.note_conference(report, self.delivery(), clock=self.clock)

    async def hang_up(self, sid: CallSid) -> None:
        """The network reports that a call is over."""
        report = CallReport(sid=sid, status=LineStatus.OVER, outcome="completed")
        await reports.note_call_status(report, self.delivery(), clock=self.clock)

    async def put_next(self) -> None:
        """The operator puts the next citizen on the air."""
        await dispatch.put_next_through(
            self.session.id,
            institution=self.session.institution,
            by=self.staff.account,
            clock=self.clock,
        )

    async def end_talk(self, *, then_next: bool = False) -> None:
        """The operator ends the talk."""
        await dispatch.end_talk(
            self.session.id,
            institution=self.session.institution,
            by=self.staff.account,
            clock=self.clock,
            then_next=then_next,
        )

    async def talk(self, sid: CallSid) -> None:
        """A summoned citizen comes to the air and is there."""
        await self.come(sid)
        await self.enter(sid)

    async def desk(self) -> LiveDesk:
        """What the operator sees."""
        return await get_live_desk(
            self.session.id, institution=self.session.institution, now=self.clock.now()
        )

    async def fresh_session(self) -> Session:
        """The session as it is stored now."""
        return await get_session(self.session.id, institution=self.session.institution)

    async def leg(self, sid: CallSid) -> Leg:
        """The leg of a call."""
        leg = await find_leg_by_sid(sid)
        assert leg is not None
        return leg

    async def name(self, sid: CallSid) -> PublicId:
        """The name of the leg of a call."""
        return (await self.leg(sid)).public_id

    async def state(self, sid: CallSid) -> CallState:
        """Where a call stands."""
        return (await self.leg(sid)).state

    def new_sid(self) -> CallSid:
        """A call nobody has heard of."""
        return CallSid(f"CA{0xC000 + next(self._numbers):032x}")

    async def _last(self, answer: object) -> Prompt:
        return self.prompts[int(await answer)]  # type: ignore[misc]


async def make_show() -> Show:
    """A published session of six talks of ten minutes."""
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    return Show(await make_session(institution=home, staff=staff), staff)


async def make_open_show() -> Show:
    """A session that lets callers in, its official being rung."""
    show = await make_show()
    await show.open()
    return show


async def make_live_show() -> Show:
    """A session at its start, its official on the line."""
    show = await make_open_show()
    await show.bring_official()
    show.clock.set(show.session.starts_at)
    await show.step()
    return show


async def book(show: Show, *, slot: int = 0, phone: str | None = None) -> Taken:
    """A booking in the session of ``show``."""
    slots = await make_slots(show.session)
    return await make_booking(session=show.session, slot=slots[slot], phone=phone or make_phone())
