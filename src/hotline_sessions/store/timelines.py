"""Reading of what was written down about a session: its legs, their events, its states."""

from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.calls import CallEvent, CallState, Identity, Role
from hotline_sessions.domain.ids import CallId, SessionId
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.timelines import LegChange, LegStart, SessionChange
from hotline_sessions.store.engine import fetch_rows


# An event whose state this version does not know any more is left out, not a broken page.
_CALL_STATES: Final = [state.value for state in CallState]
_CALL_EVENTS: Final = [event.value for event in CallEvent]
_SESSION_STATES: Final = [state.value for state in SessionState]


class Person(Struct, frozen=True, kw_only=True):
    """Who was on a leg: what a booking that was shown to be his says, else the number."""

    call: CallId
    phone: str | None
    name: str = ""


async def list_leg_starts(session: SessionId) -> list[LegStart]:
    """How each leg of the session began, the first one first.

    Calls with one booking or one number are one person's; who hides the number is counted
    anew with every call.
    """
    rows = await fetch_rows(
        """select c.id as call, c.role, c.started_at, c.booking is not null as is_booked,
                  coalesce((select e.state_before from call_event e
                             where e.call = c.id order by e.id limit 1), c.state) as state,
                  dense_rank() over (order by coalesce('b' || c.booking::text, 'p' ||
                      c.peer_number, 'c' || c.id::text)) as person
             from call c where c.session = $1 order by c.id""",
        session,
    )
    return [msgspec.convert(dict(row), LegStart) for row in rows]


async def list_leg_changes(session: SessionId) -> list[LegChange]:
    """What happened to the legs of the session, in the order in which it was written."""
    rows = await fetch_rows(
        """select e.call, e.event, e.state_after as after, e.happened_at,
                  coalesce(e.detail ->> 'why', '') as why
             from call_event e join call c on c.id = e.call
            where c.session = $1 and e.state_after = any($2::text[])
              and e.event = any($3::text[]) order by e.id""",
        session,
        _CALL_STATES,
        _CALL_EVENTS,
    )
    return [msgspec.convert(dict(row), LegChange) for row in rows]


async def list_session_changes(session: SessionId) -> list[SessionChange]:
    """States of the session, in the order in which it came into them."""
    rows = await fetch_rows(
        """select state_after as after, happened_at from session_event
            where session = $1 and state_after = any($2::text[])
              and state_after <> state_before order by id""",
        session,
        _SESSION_STATES,
    )
    return [msgspec.convert(dict(row), SessionChange) for row in rows]


async def list_people(session: SessionId) -> list[Person]:
    """Who was on the legs of citizens and operators."""
    rows = await fetch_rows(
        """select c.id as call, c.peer_number as phone,
                  case when c.role = $2 then coalesce(a.full_name, '')
                       when c.identity <> $3 then coalesce(b.caller_name, '')
                       else '' end as name
             from call c left join booking b on b.id = c.booking
             left join account a on a.id = c.account
            where c.session = $1 order by c.id""",
        session,
        Role.OPERATOR.value,
        Identity.NONE.value,
    )
    return [msgspec.convert(dict(row), Person) for row in rows]
