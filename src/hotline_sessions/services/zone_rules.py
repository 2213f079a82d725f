"""Sessions keep their hour of the clock when a country changes its clocks.

What was announced is a day and an hour; moments are derived. When the data of time zones are
renewed, sessions ahead are derived again: whoever has booked reads the same hour as before and
is told nothing, calendars and officials are told the new moment, and staff see a list.
Sessions that are over, or under way, stay as they were.
"""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.conflicts import Clashing
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.times import (
    HourTwice,
    NoSuchHour,
    Window,
    at_wall_time,
    check_wall_time,
)
from hotline_sessions.domain.zone_rules import Outcome, ZoneRules, keep_clock, read_rules
from hotline_sessions.services.ports import Clock
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.zone_rules import (
    Ahead,
    Shift,
    add_edition,
    find_edition,
    forget_settled,
    is_booked_after,
    is_known,
    list_ahead,
    list_shifts,
    list_zones,
    lock_embargoes,
    lock_registrations,
    lock_zone,
    mark_derived,
    mark_embargo,
    mark_registration,
    note_shift,
)


log = structlog.get_logger()

UNTOUCHED: Final = frozenset({SessionState.DRAFT, SessionState.PUBLISHED})
"""States in which nobody is on the line yet."""


class Derived(Struct, frozen=True, kw_only=True):
    """What became of one session."""

    session: Ahead
    window: Window
    outcome: Outcome


async def follow_zone_rules(*, clock: Clock) -> int:
    """Derive sessions again where rules have changed; always 0: nothing is left to do at once.

    A process that still has older rules than others leaves everything as it is: while a new
    release is rolled out they would undo each other's work.
    """
    now = clock.now()
    for zone in await list_zones(now):
        await derive_again(zone, now=now)
    return 0


async def derive_again(zone: str, *, now: datetime, by_hand: bool = False) -> list[Derived]:
    """Sessions of ``zone`` that are at other moments now, or should be and cannot.

    ``by_hand``: the rules of this process are right, even if others were noted after them.
    """
    rules = read_rules(ZoneInfo(zone))
    edition = await _note_rules(zone, rules, by_hand=by_hand, now=now)
    if edition is None:
        log.warning("zone_rules_are_old", zone=zone)
        return []
    derived = await _derive_all(zone, edition=edition, now=now)
    stuck = [each for each in derived if each.outcome is not Outcome.MOVED]
    async with transaction():
        for each in stuck:
            await note_shift(each.session, each.window, each.outcome, edition=edition, now=now)
        await forget_settled(zone, [each.session.id for each in stuck])
    if derived:
        log.info("sessions_derived_again", zone=zone, count=len(derived), stuck=len(stuck))
    return derived


async def list_differing(zone: str, *, now: datetime) -> list[Derived]:
    """Sessions of ``zone`` that are not at the moment of their hour; nothing changes.

    Clashes are not seen: they show when it is done.
    """
    return [
        found
        for session in await list_ahead(zone, now)
        if (found := await _look(session, ZoneInfo(zone), now=now)) is not None
    ]


async def list_own_shifts(*, staff: Staff, now: datetime) -> list[Shift]:
    """Sessions of the institution of ``staff`` whose hour is another moment than it was."""
    return await list_shifts(institution=staff.institution, now=now)


async def _note_rules(zone: str, rules: ZoneRules, *, by_hand: bool, now: datetime) -> int | None:
    """The edition of ``rules``, noted if need be; None if others have followed it.

    With new rules also go the moments at which registration opens and closes, and those at
    which approved sessions are announced: they were given as hours of the clock, too.
    """
    async with transaction():
        await lock_zone(zone)
        latest = await find_edition(zone)
        if latest is not None and latest.digest == rules.digest:
            return latest.id
        if latest is not None and not by_hand and await is_known(zone, rules.digest):
            return None
        if latest is not None:
            await _keep_clocks(zone, latest.rules, now=now)
        return await add_edition(zone, rules, now)


async def _keep_clocks(zone: str, before: ZoneRules, *, now: datetime) -> None:
    def kept(moment: datetime | None) -> datetime | None:
        if moment is None or moment <= now:
            return moment
        return keep_clock(moment, before, ZoneInfo(zone))

    for session in await lock_registrations(zone, now):
        opens, closes = map(kept, session.moments)
        if (opens, closes) != session.moments:
            await mark_registration(SessionId(session.id), opens, closes)
    for approval in await lock_embargoes(zone, now):
        publish_at = kept(approval.moments[0])
        if publish_at is not None and publish_at != approval.moments[0]:
            await mark_embargo(approval.id, publish_at)


async def _derive_all(zone: str, *, edition: int, now: datetime) -> list[Derived]:
    """All that differ, each in a transaction of its own.

    One that goes where the next still is waits until that one has gone: so long as any of
    them moves, the rest is tried again.
    """
    waiting = [each.session.id for each in await list_differing(zone, now=now)]
    done: list[Derived] = []
    stuck: list[Derived] = []
    while waiting:
        tried = [
            found
            for key in reversed(waiting)
            if (found := await _derive(key, zone, edition=edition, now=now)) is not None
        ]
        moved = [each for each in tried if each.outcome is Outcome.MOVED]
        done += moved
        stuck += [each for each in tried if each.outcome not in {Outcome.MOVED, Outcome.CLASH}]
        clashing = [each for each in tried if each.outcome is Outcome.CLASH]
        if not moved:
            return done + stuck + clashing
        waiting = [each.session.id for each in clashing]
    return done + stuck


async def _derive(key: SessionId, zone: str, *, edition: int, now: datetime) -> Derived | None:
    found: Derived | None = None
    try:
        async with transaction():
            for session in await list_ahead(zone, now, only=key):
                found = await _look(session, ZoneInfo(zone), now=now)
                if found is not None and found.outcome is Outcome.MOVED:
                    await _move(found, edition=edition, now=now)
    except Clashing:
        return (
            Derived(session=found.session, window=found.window, outcome=Outcome.CLASH)
            if (found)
            else None
        )
    return found


async def _look(session: Ahead, zone: ZoneInfo, *, now: datetime) -> Derived | None:
    """What is to become of a session; None if it is at the moment of its hour."""
    window = derive_window(session.held_on, session.opens_clock, session.closes_clock, zone)
    if window == session.window:
        return None
    outcome = _judge(session, window, zone, now=now)
    if outcome is Outcome.MOVED and window.length < session.window.length:
        later = window.starts_at - session.starts_at
        if await is_booked_after(session.id, window.ends_at - later):
            outcome = Outcome.CUT
    return Derived(session=session, window=window, outcome=outcome)


def _judge(session: Ahead, window: Window, zone: ZoneInfo, *, now: datetime) -> Outcome:
    if session.state not in UNTOUCHED or min(window.starts_at, session.starts_at) <= now:
        return Outcome.UNDER_WAY
    try:
        check_wall_time(session.held_on, session.opens_clock, zone)
        check_wall_time(_ends_on(session), session.closes_clock, zone)
    except NoSuchHour:
        return Outcome.NO_SUCH_HOUR
    except HourTwice:
        return Outcome.HOUR_TWICE
    return Outcome.MOVED


def derive_window(held_on: date, opens: time, closes: time, zone: ZoneInfo) -> Window:
    """The moments of two hours of the clock; an end not after the start is after midnight."""
    ends_on = held_on + timedelta(days=int(closes <= opens))
    return Window(
        starts_at=at_wall_time(held_on, opens, zone), ends_at=at_wall_time(ends_on, closes, zone)
    )


def _ends_on(session: Ahead) -> date:
    return session.held_on + timedelta(days=int(session.closes_clock <= session.opens_clock))


async def _move(found: Derived, *, edition: int, now: datetime) -> None:
    session = found.session
    await mark_derived(session, found.window, now)
    await note_shift(session, found.window, Outcome.MOVED, edition=edition, now=now)
    later = found.window.starts_at - session.starts_at
    await add_entry(
        "session_derived_again",
        "session",
        session.id,
        institution=session.institution,
        account=None,
        now=now,
        detail={"edition": edition, "minutes": int(later.total_seconds() // 60)},
    )
