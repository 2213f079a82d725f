"""How legs of calls and their events are read and written."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Final

import asyncpg
import msgspec

from hotline_sessions.domain.calls import CallEvent, CallState, Leg, Role
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import (
    AccountId,
    BookingId,
    CallId,
    CallSid,
    SessionId,
)
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.watches import Patience
from hotline_sessions.store import seen
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id
from hotline_sessions.store.transaction import read_once, savepoint


_SELECT: Final = f"select {', '.join(Leg.__struct_fields__)} from call "

_FIXED: Final = frozenset(
    {"id", "public_id", "institution", "session", "started_at", "is_outbound", "account"}
)
"""What never changes of a leg."""
_CHANGING: Final = tuple(name for name in Leg.__struct_fields__ if name not in _FIXED)
_UPDATE: Final = (
    "update call set "
    + ", ".join(f"{name} = ${number}" for number, name in enumerate(_CHANGING, start=2))
    + " where id = $1"
)
_EVENT_VALUES: Final = ", ".join(f"${len(_CHANGING) + place}" for place in range(2, 7))
_STEP: Final = f"""with written as ({_UPDATE})
    insert into call_event (call, event, state_before, state_after, happened_at, detail)
    values ($1, {_EVENT_VALUES})"""


async def add_leg(
    session: Session,
    role: Role,
    state: CallState,
    now: datetime,
    *,
    sid: CallSid | None = None,
    peer_number: str | None = None,
    booking: BookingId | None = None,
    account: AccountId | None = None,
    is_outbound: bool = False,
    is_browser: bool = False,
    language: str = "uk",
) -> Leg:
    """A new leg of the session."""
    row = await fetch_row(
        f"""insert into call (public_id, institution, session, booking, role, sid, peer_number,
                             state, state_since, started_at, account, is_outbound, is_browser,
                             language)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13)
           returning {", ".join(Leg.__struct_fields__)}""",
        draw_public_id(),
        session.institution,
        session.id,
        booking,
        role.value,
        sid,
        peer_number,
        state.value,
        now,
        account,
        is_outbound,
        is_browser,
        language,
    )
    leg = msgspec.convert(dict(row or {}), Leg)
    seen.note_leg(leg)
    return leg


async def add_operator_leg(
    session: Session,
    account: AccountId,
    state: CallState,
    now: datetime,
    *,
    peer_number: str | None = None,
    is_browser: bool = False,
) -> Leg | None:
    """A new leg of an operator; None if one in another session was there a moment before."""
    try:
        async with savepoint():
            return await add_leg(
                session,
                Role.OPERATOR,
                state,
                now,
                peer_number=peer_number,
                account=account,
                is_outbound=peer_number is not None,
                is_browser=is_browser,
            )
    except asyncpg.UniqueViolationError:
        return None


async def find_leg(public_id: str) -> Leg | None:
    """The leg with this name."""
    row = await fetch_row(_SELECT + " where public_id = $1", public_id)
    return None if row is None else msgspec.convert(dict(row), Leg)


async def get_leg(public_id: str) -> Leg:
    """The leg with this name.

    Raises:
        NotFound: There is none.
    """
    leg = await find_leg(public_id)
    if leg is None:
        raise NotFound
    return leg


async def get_leg_by_id(leg: CallId) -> Leg:
    """The leg with this key.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_row(_SELECT + " where id = $1", leg)
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Leg)


async def find_leg_by_sid(sid: CallSid) -> Leg | None:
    """The leg that the provider calls ``sid``."""
    row = await fetch_row(_SELECT + " where sid = $1", sid)
    return None if row is None else msgspec.convert(dict(row), Leg)


async def list_live_legs(session: SessionId) -> list[Leg]:
    """Legs of the session that have not ended, the oldest first."""
    return list(await read_once(seen.live_legs(session), partial(_read_live_legs, session)))


async def _read_live_legs(session: SessionId) -> list[Leg]:
    rows = await fetch_rows(
        _SELECT + " where session = $1 and state <> 'ended' order by id", session
    )
    return [msgspec.convert(dict(row), Leg) for row in rows]


async def list_legs_astir(session: SessionId) -> list[Leg]:
    """Live legs of the session on which a step may depend, the oldest first.

    Of those who wait only one: that somebody does is enough to know, and they are many.
    """
    return list(await read_once(seen.legs_astir(session), partial(_read_legs_astir, session)))


async def _read_legs_astir(session: SessionId) -> list[Leg]:
    rows = await fetch_rows(
        _SELECT
        + """where session = $1 and state <> 'ended'
               and (state <> 'waiting'
                    or id = (select id from call where session = $1 and state <> 'ended'
                                and state = 'waiting' limit 1))
             order by id""",
        session,
    )
    return [msgspec.convert(dict(row), Leg) for row in rows]


async def count_waiting(session: SessionId) -> int:
    """How many citizens wait on the line."""
    count: int = await fetch_value(
        """select count(*) from call
            where session = $1 and state <> 'ended' and state = 'waiting'""",
        session,
    )
    return count


async def list_talked(session: SessionId) -> list[Leg]:
    """Citizens who have been on the air and are not any more, the latest first."""
    rows = await fetch_rows(
        _SELECT
        + """where session = $1 and role = 'citizen' and state = 'ended'
              and on_air_at is not null order by off_air_at desc nulls last, id desc""",
        session,
    )
    return [msgspec.convert(dict(row), Leg) for row in rows]


async def find_operator_leg(account: AccountId) -> Leg | None:
    """The live leg of an operator, in whatever session."""
    row = await fetch_row(
        _SELECT + " where account = $1 and role = 'operator' and state <> 'ended'", account
    )
    return None if row is None else msgspec.convert(dict(row), Leg)


async def find_unfinished(session: SessionId, number: str, now: datetime) -> Leg | None:
    """The latest call from ``number`` that was cut and may be gone on with."""
    row = await fetch_row(
        _SELECT
        + """where session = $1 and peer_number = $2 and role = 'citizen' and state = 'ended'
               and reconnect_until > $3
               and not exists (select 1 from call l where l.resumes = call.id
                                and (l.state <> 'ended' or l.on_air_at is not null))
             order by ended_at desc limit 1""",
        session,
        number,
        now,
    )
    return None if row is None else msgspec.convert(dict(row), Leg)


async def list_cut_while_waiting(session: SessionId) -> list[Leg]:
    """Callers who have hung up while the session stood still; their places are kept."""
    rows = await fetch_rows(
        _SELECT
        + """where session = $1 and role = 'citizen' and state = 'ended'
               and reconnect_until is not null and on_air_at is null""",
        session,
    )
    return [msgspec.convert(dict(row), Leg) for row in rows]


async def take_stale_legs(
    now: datetime, patience: Mapping[CallState, Patience], *, limit: int
) -> list[Leg]:
    """Live legs that have been in their state, or unlooked at, for longer than ``patience``.

    Those on the way somewhere come first; those who wait last: there may be many. They count
    as looked at from now on. What somebody is at work on just now is left to the next time.
    From the sessions of these legs come those too that are to be looked at *again* and may be a
    little ``early``: the network is asked for a whole room, so they are looked at together.
    """
    rows = await fetch_rows(
        f"""with stale as (
                select id as stale_id, session as of_session from call
                  join unnest($2::text[], $3::int[], $4::int[]) as p (name, first, again)
                    on p.name = state
                 where state <> 'ended'
                   and case when checked_at is null or checked_at < state_since
                            then state_since < $1::timestamptz - make_interval(secs => p.first)
                            else checked_at < $1::timestamptz - make_interval(secs => p.again) end
                 order by p.first, state_since limit $6
                   for no key update of call skip locked),
                along as (
                select id as stale_id from call
                  join unnest($2::text[], $3::int[], $4::int[], $5::int[])
                    as p (name, first, again, early)
                    on p.name = state
                 where session in (select of_session from stale) and state <> 'ended'
                   and p.early > 0 and checked_at >= state_since
                   and checked_at < $1::timestamptz - make_interval(secs => p.again - p.early)
                   and id not in (select stale_id from stale)
                   for no key update of call skip locked)
            update call set checked_at = $1
              from (select stale_id from stale union all select stale_id from along) as taken
             where id = stale_id
            returning {", ".join(Leg.__struct_fields__)}""",
        now,
        [state.value for state in patience],
        [each.first for each in patience.values()],
        [each.again for each in patience.values()],
        [each.early for each in patience.values()],
        limit,
    )
    return [msgspec.convert(dict(row), Leg) for row in rows]


async def mark_checked(legs: Mapping[CallId, datetime]) -> None:
    """Write when each leg counts as looked at, by its key.

    What somebody is at work on just now is left out: who locks legs one after the other, and
    they in another order, would have to be sent away.
    """
    await run_sql(
        """with free as (select id from call where id = any($1::bigint[])
                           for no key update skip locked)
           update call set checked_at = seen_at
             from free join unnest($1::bigint[], $2::timestamptz[]) as looks (leg, seen_at)
                         on looks.leg = free.id
            where call.id = free.id""",
        list(legs),
        list(legs.values()),
    )


async def mark_leg(leg: Leg) -> None:
    """Write everything about a leg that may change."""
    values = msgspec.to_builtins(leg, builtin_types=(datetime,))
    await run_sql(_UPDATE, leg.id, *(values[name] for name in _CHANGING))
    seen.note_leg(leg)


async def mark_step(
    before: Leg, after: Leg, event: CallEvent, now: datetime, detail: Mapping[str, object]
) -> None:
    """Write a leg as ``mark_leg`` does and what happened to it as ``add_event``, in one trip."""
    values = msgspec.to_builtins(after, builtin_types=(datetime,))
    await run_sql(
        _STEP,
        before.id,
        *(values[name] for name in _CHANGING),
        event.value,
        before.state.value,
        after.state.value,
        now,
        msgspec.json.encode(dict(detail)).decode(),
    )
    seen.note_leg(after)


async def mark_role(leg: Leg, role: Role, state: CallState, now: datetime) -> Leg:
    """Write that the person on a leg has turned out to be somebody else."""
    await run_sql(
        """update call set role = $2, state = $3, state_since = $4, booking = null
            where id = $1""",
        leg.id,
        role.value,
        state.value,
        now,
    )
    seen.forget_legs(leg.session)
    after = await get_leg_by_id(leg.id)
    await add_event(leg, after, CallEvent.CONFIRMED, now, {"role": role.value})
    return after


async def add_event(
    before: Leg, after: Leg, event: CallEvent, now: datetime, detail: Mapping[str, object]
) -> None:
    """What happened to a leg; written once."""
    await run_sql(
        """insert into call_event (call, event, state_before, state_after, happened_at, detail)
           values ($1, $2, $3, $4, $5, $6)""",
        before.id,
        event.value,
        before.state.value,
        after.state.value,
        now,
        msgspec.json.encode(dict(detail)).decode(),
    )
