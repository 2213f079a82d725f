"""One talk at the desk: who called, when, and which appeals were registered from it."""

from datetime import datetime

from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.domain.talk_notes import TalkOutcome
from hotline_sessions.services.appeals import Origin
from hotline_sessions.services.desk_lists import CallerCard, build_card
from hotline_sessions.services.secrecy import show_to
from hotline_sessions.services.waiting import list_bookings_of
from hotline_sessions.store.appeals import list_appeals_of_call
from hotline_sessions.store.calls import find_leg
from hotline_sessions.store.talk_notes import find_talk_outcome


class Talk(Struct, frozen=True, kw_only=True):
    """A citizen's call of a session; ``called_at`` is when the institution was reached."""

    session: SessionId
    caller: CallerCard
    called_at: datetime
    appeals: list[Appeal]
    outcome: TalkOutcome | None = None
    """How the official settled the question; the notes themselves are the official's alone."""

    @property
    def origin(self) -> Origin:
        """Where an appeal from this talk comes from."""
        return Origin(received_at=self.called_at, session=self.session, call=self.caller.call_id)


async def get_talk(session: SessionId, call: str, *, staff: Staff) -> Talk:
    """The talk with this call.

    Raises:
        NotFound: No citizen has called the session by this name of a call.
    """
    leg = await find_leg(call)
    if leg is None or leg.session != session or leg.institution != staff.institution:
        raise NotFound
    if leg.role is not Role.CITIZEN:
        raise NotFound
    return Talk(
        session=session,
        caller=build_card(leg, await list_bookings_of([leg])),
        called_at=leg.started_at,
        appeals=[
            show_to(staff, each)
            for each in await list_appeals_of_call(leg.id, institution=staff.institution)
        ],
        outcome=await find_talk_outcome(leg.id),
    )
