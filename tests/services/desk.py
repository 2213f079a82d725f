"""The desk of a played session: what staff do there, and what the telephones of all answer."""

from datetime import timedelta

import msgspec
from tests.factories import make_staff
from tests.services.telephony import Show, make_live_show

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.calls import CallState, Mode
from hotline_sessions.domain.dispatching import PauseReason, ReorderReason
from hotline_sessions.domain.ids import CallSid, InstitutionId, PublicId
from hotline_sessions.domain.prompts import Prompt
from hotline_sessions.services import dispatch, operator_calls, pauses
from hotline_sessions.services.open_legs import Decide, Visit
from hotline_sessions.store.engine import fetch_row, fetch_rows, run_sql


OPERATOR_NUMBER = "+380671112233"


async def ask(
    show: Show,
    decide: Decide,
    sid: CallSid,
    *,
    turn: int = 0,
    result: str = "",
    is_over: bool = False,
) -> Prompt:
    """What ``decide`` answers to the call ``sid`` that asks what comes next."""
    visit = Visit(leg=await show.name(sid), sid=sid, turn=turn, result=result, is_over=is_over)
    return await show.ask(decide, visit)


async def find_rung(show: Show, role: str = "citizen") -> CallSid:
    """The latest call that we have placed."""
    row = await fetch_row(
        "select sid from call where session = $1 and role = $2 and is_outbound order by id desc",
        show.session.id,
        role,
    )
    assert row is not None
    return CallSid(row["sid"])


async def list_audited(action: str) -> list[dict[str, object]]:
    """What the audit keeps of this deed, the earliest first."""
    rows = await fetch_rows("select detail from audit where action = $1 order by id", action)
    return [msgspec.json.decode(row["detail"]) for row in rows]


class Desk:
    """Staff at the desk of a session; ``by`` is one operator, if not said otherwise."""

    def __init__(self, show: Show) -> None:
        self.show = show

    @property
    def home(self) -> InstitutionId:
        """The institution of the session."""
        return self.show.session.institution

    async def pause(self, reason: PauseReason = PauseReason.OUTAGE) -> None:
        await pauses.pause_session(
            self.show.session.id,
            reason,
            institution=self.home,
            by=self.show.staff.account,
            clock=self.show.clock,
        )

    async def resume(self) -> None:
        await pauses.resume_session(
            self.show.session.id,
            institution=self.home,
            by=self.show.staff.account,
            clock=self.show.clock,
        )

    async def reorder(
        self, sid: CallSid, *, first: bool, reason: ReorderReason = ReorderReason.HEALTH
    ) -> None:
        await dispatch.reorder(
            self.show.session.id,
            await self.show.name(sid),
            first=first,
            reason=reason,
            institution=self.home,
            by=self.show.staff.account,
            clock=self.show.clock,
        )

    async def put_through(
        self, sid: CallSid, reason: ReorderReason = ReorderReason.OFFICIAL_ASKS
    ) -> None:
        await dispatch.put_caller_through(
            self.show.session.id,
            await self.show.name(sid),
            reason,
            institution=self.home,
            by=self.show.staff.account,
            clock=self.show.clock,
        )

    async def return_to_queue(self, sid: CallSid) -> None:
        await dispatch.return_to_queue(
            self.show.session.id,
            await self.show.name(sid),
            institution=self.home,
            by=self.show.staff.account,
            clock=self.show.clock,
        )

    async def dismiss(self, sid: CallSid) -> None:
        await dispatch.dismiss_caller(
            self.show.session.id,
            await self.show.name(sid),
            institution=self.home,
            by=self.show.staff.account,
            clock=self.show.clock,
        )

    async def extend_talk(self, minutes: int) -> None:
        await dispatch.extend_talk(
            self.show.session.id,
            minutes,
            institution=self.home,
            by=self.show.staff.account,
            clock=self.show.clock,
        )

    async def extend(self, minutes: int) -> None:
        await dispatch.extend_session(
            self.show.session.id,
            minutes,
            institution=self.home,
            by=self.show.staff.account,
            clock=self.show.clock,
        )

    async def end(self) -> None:
        await dispatch.end_session(
            self.show.session.id,
            institution=self.home,
            by=self.show.staff.account,
            clock=self.show.clock,
        )

    async def make_automatic(self, *, is_automatic: bool = True) -> None:
        await dispatch.set_automatic(
            self.show.session.id,
            is_automatic=is_automatic,
            institution=self.home,
            by=self.show.staff.account,
            clock=self.show.clock,
        )

    async def join(
        self,
        mode: Mode = Mode.LISTEN,
        *,
        screens: CallSid | None = None,
        by: Staff | None = None,
        from_browser: bool = False,
    ) -> PublicId:
        return await operator_calls.join_room(
            self.show.session.id,
            mode=mode,
            institution=self.home,
            by=(by or self.show.staff).account,
            clock=self.show.clock,
            call=await self.show.name(screens) if screens else None,
            from_browser=from_browser,
        )

    async def change_mode(self, mode: Mode, *, by: Staff | None = None) -> None:
        await operator_calls.change_mode(
            self.show.session.id,
            mode,
            institution=self.home,
            by=(by or self.show.staff).account,
            clock=self.show.clock,
        )

    async def leave(self, *, by: Staff | None = None) -> None:
        await operator_calls.leave_room(
            self.show.session.id,
            institution=self.home,
            by=(by or self.show.staff).account,
            clock=self.show.clock,
        )

    async def finish(self, sid: CallSid, *, to_air: bool, by: Staff | None = None) -> None:
        await operator_calls.finish_screening(
            self.show.session.id,
            await self.show.name(sid),
            to_air=to_air,
            institution=self.home,
            by=(by or self.show.staff).account,
            clock=self.show.clock,
        )

    async def pick_up(self) -> CallSid:
        """The operator who was rung last picks up, presses 1 and comes into the room."""
        await self.show.send()
        sid = await find_rung(self.show, "operator")
        await ask(self.show, operator_calls.greet_operator, sid)
        await ask(self.show, operator_calls.confirm_operator, sid, turn=1, result="1")
        await self.show.enter(sid)
        return sid

    async def make_operator(self, number: str) -> Staff:
        """Another operator, with a telephone."""
        staff = await make_staff(institution=self.home)
        await run_sql("update account set ring_number = $2 where id = $1", staff.account, number)
        return staff

    async def list_waiting(self) -> list[PublicId]:
        """Names of those who wait on the line, in their order."""
        return [card.caller.call for card in (await self.show.desk()).waiting]

    async def pass_time(self, **length: float) -> None:
        """Let time pass, and do what it brings."""
        self.show.clock.pass_time(timedelta(**length))
        await self.show.step()
        await self.show.send()


async def make_desk() -> Desk:
    """A session at its start, the official on the line, an operator who can be rung."""
    show = await make_live_show()
    await run_sql(
        "update account set ring_number = $2 where id = $1", show.staff.account, OPERATOR_NUMBER
    )
    return Desk(show)


async def put_on_air(desk: Desk, sid: CallSid) -> None:
    """The first in the queue, who is ``sid``, talks."""
    await desk.show.put_next()
    await desk.show.send()
    await desk.show.talk(sid)
    assert await desk.show.state(sid) is CallState.TALKING
