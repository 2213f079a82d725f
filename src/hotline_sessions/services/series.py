"""Series of sessions: looked at before they are made or changed, then made in one transaction."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.conflicts import Candidate, Obstacle, find_obstacles
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId, OfficialId, PublicId, SessionId
from hotline_sessions.domain.official_absences import OfficialAbsence
from hotline_sessions.domain.series import (
    Leave,
    Series,
    SeriesChanged,
    SeriesDay,
    SeriesFacts,
    list_days,
)
from hotline_sessions.domain.series_plans import (
    Held,
    Occurrence,
    Step,
    Wanted,
    Why,
    digest_steps,
    list_done,
    plan_steps,
)
from hotline_sessions.domain.slots import plan_slots
from hotline_sessions.domain.times import Window, local_date
from hotline_sessions.services.series_steps import carry_out
from hotline_sessions.services.sessions import NoSlotFits, check_own, find_window
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.calendar_editions import find_edition
from hotline_sessions.store.conflicts import list_busy
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.official_absences import list_official_absences, lock_schedule
from hotline_sessions.store.series import (
    Holding,
    SeriesLine,
    add_series,
    find_series_of,
    get_series,
    hand_over_days,
    list_holdings,
    list_occurrences,
    list_occurrences_within,
    mark_facts,
)
from hotline_sessions.store.series import list_series as read_series
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

_DAY = timedelta(days=1)


class Scope(StrEnum):
    """Which days of a series a change is about."""

    ALL = "all"
    FOLLOWING = "following"


class Preview(Struct, frozen=True, kw_only=True):
    """What making or changing a series would do, day by day; ``digest`` names it."""

    facts: SeriesFacts
    days: tuple[SeriesDay, ...]
    steps: tuple[Step, ...]
    digest: str


class Made(Struct, frozen=True, kw_only=True):
    """A series that was made or changed, and how many of its days something was done about."""

    series: Series
    done: int


async def list_all(*, staff: Staff, now: datetime) -> list[SeriesLine]:
    """Series of the institution of ``staff``."""
    return await read_series(institution=staff.institution, now=now)


async def get_own(public_id: str, *, staff: Staff) -> Series:
    """The series.

    Raises:
        NotFound: There is no such series in the institution of ``staff``.
    """
    return await get_series(public_id, institution=staff.institution)


async def find_own_series(session: SessionId, *, staff: Staff) -> tuple[PublicId, date] | None:
    """Of which series a session is, and for which of its days."""
    return await find_series_of(session, institution=staff.institution)


async def list_held(
    window: Window, *, institution: InstitutionId
) -> list[tuple[PublicId, Occurrence]]:
    """Sessions of series within ``window``, each with the name of its series."""
    return await list_occurrences_within(window, institution=institution)


async def list_own_occurrences(series: Series) -> list[Occurrence]:
    """Sessions of the series by their days."""
    return await list_occurrences(series.id, institution=series.institution)


async def preview_series(
    facts: SeriesFacts,
    *,
    series: Series | None = None,
    since: date | None = None,
    staff: Staff,
    now: datetime,
) -> Preview:
    """What a new series, or ``series`` from ``since`` on, would do if its facts were these.

    Raises:
        BadRecurrence, NoDayLeft, SeriesEndsFirst, SeriesTooLong: The rule cannot be followed.
        EndsBeforeStart, NoSlotFits: The hours cannot be so.
        NotFound: There is no such post, line or official in the institution of ``staff``.
    """
    await check_own(facts, staff.institution)
    home = await get_institution(staff.institution)
    zone = ZoneInfo(home.time_zone)
    window = _span(facts, zone)
    away = await list_official_absences(
        institution=staff.institution, since=facts.from_on, until=facts.until_on + _DAY
    )
    holdings = await list_holdings(facts.post, institution=staff.institution)
    calendar = (await find_edition(institution=staff.institution)).calendar
    days = list_days(
        facts,
        calendar=calendar,
        zone=zone,
        is_away=lambda day: _is_away(_answerer(facts, holdings, day)[0], away, day),
    )
    today = local_date(now, zone)
    first = max(since or today, today)
    present = (
        await list_occurrences(series.id, institution=staff.institution, since=first)
        if series is not None
        else []
    )
    busy = await list_busy(_around(window, present), institution=staff.institution)

    def find_obstacle(held: Held, session: SessionId | None) -> Obstacle | None:
        candidate = Candidate(
            window=held.window,
            post=held.post,
            official=held.official,
            line=held.line,
            place=held.place,
            session=session,
        )
        return next(find_obstacles(candidate, busy, away, zone=zone), None)

    steps = plan_steps(
        [_want(facts, day, holdings, zone) for day in days if day.on >= first],
        {each.on: each for each in present},
        now=now,
        find_obstacle=find_obstacle,
    )
    return Preview(facts=facts, days=days, steps=steps, digest=digest_steps(steps))


async def make_series(
    facts: SeriesFacts, *, seen: str | None = None, staff: Staff, now: datetime
) -> Made:
    """Make a series with drafts on its days; ``seen`` is the preview that staff have looked at.

    Raises:
        SeriesChanged: The preview would be another one now.
        Clashing: A session was planned meanwhile that stands in the way.
        Others: Those of ``preview_series``.
    """
    async with transaction():
        return await write_series(facts, seen=seen, staff=staff, now=now)


async def write_series(
    facts: SeriesFacts, *, seen: str | None = None, staff: Staff, now: datetime
) -> Made:
    """The same inside a transaction that is already open."""
    await lock_schedule(staff.institution)
    preview = await preview_series(facts, staff=staff, now=now)
    _check_seen(preview, seen)
    home = await get_institution(staff.institution)
    series = await add_series(
        facts,
        institution=staff.institution,
        time_zone=home.time_zone,
        follows=None,
        by=staff.account,
        now=now,
    )
    return await _finish("series_made", series, preview, (), "", staff=staff, now=now)


async def change_series(
    public_id: str,
    facts: SeriesFacts,
    *,
    scope: Scope = Scope.ALL,
    since: date | None = None,
    agreed: Collection[date] = (),
    reason: str = "",
    seen: str | None = None,
    staff: Staff,
    now: datetime,
) -> Made:
    """Let the series be as ``facts`` say; its drafts follow, what was announced only if ``agreed``.

    ``scope`` FOLLOWING leaves the days before ``since`` as they are: a new series follows the
    old one from there. ``reason`` is what citizens read of sessions that are called off.

    Raises:
        NotFound: There is no such series in the institution of ``staff``.
        SeriesChanged: The preview would be another one now.
        Others: Those of ``preview_series``, and of moving and cancelling a session.
    """
    async with transaction():
        await lock_schedule(staff.institution)
        series = await get_series(public_id, institution=staff.institution, locked=True)
        splits = scope is Scope.FOLLOWING and since is not None and since > series.facts.from_on
        start = since if splits else None
        if splits and start is not None:
            facts = replace(facts, from_on=max(facts.from_on, start))
        preview = await preview_series(facts, series=series, since=start, staff=staff, now=now)
        _check_seen(preview, seen)
        if splits and start is not None:
            series = await _split(series, facts, start, staff=staff, now=now)
        else:
            await mark_facts(series.id, facts, institution=staff.institution, now=now)
        return await _finish(
            "series_changed", series, preview, agreed, reason, staff=staff, now=now
        )


async def _split(
    series: Series, facts: SeriesFacts, since: date, *, staff: Staff, now: datetime
) -> Series:
    """End ``series`` on the day before ``since``; the one that follows it from there."""
    if since > series.facts.until_on:
        raise NotFound
    ended = replace(series.facts, until_on=since - _DAY)
    await mark_facts(series.id, ended, institution=staff.institution, now=now)
    new = await add_series(
        facts,
        institution=staff.institution,
        time_zone=series.time_zone,
        follows=series.id,
        by=staff.account,
        now=now,
    )
    await hand_over_days(series.id, new.id, since=since, institution=staff.institution)
    return new


async def _finish(
    action: str,
    series: Series,
    preview: Preview,
    agreed: Collection[date],
    reason: str,
    *,
    staff: Staff,
    now: datetime,
) -> Made:
    done = list_done(preview.steps, agreed)
    for step in done:
        await carry_out(step, series, reason=reason, staff=staff, now=now)
    await add_entry(
        action,
        "series",
        series.id,
        institution=staff.institution,
        account=staff.account,
        now=now,
        detail={"days": len(done)},
    )
    log.info(action, series_id=series.id, account_id=staff.account, days=len(done))
    return Made(
        series=await get_series(series.public_id, institution=staff.institution), done=len(done)
    )


def _check_seen(preview: Preview, seen: str | None) -> None:
    if seen is not None and seen != preview.digest:
        raise SeriesChanged


def _answerer(
    facts: SeriesFacts, holdings: Sequence[Holding], day: date
) -> tuple[OfficialId | None, str | None]:
    """Who answers on ``day``, and where that person is rung."""
    holder = next(
        (
            each
            for each in holdings
            if each.valid_from <= day and (each.valid_to is None or day < each.valid_to)
        ),
        None,
    )
    ring = facts.ring_number or (holder.ring_number if holder else None)
    return facts.official or (holder.official if holder else None), ring


def _is_away(official: OfficialId | None, away: Sequence[OfficialAbsence], day: date) -> bool:
    return any(each.official == official and each.covers(day) for each in away)


def _want(
    facts: SeriesFacts, day: SeriesDay, holdings: Sequence[Holding], zone: ZoneInfo
) -> Wanted:
    if day.left is not None:
        return Wanted(on=day.on, left=Why(Leave(day.left).value))
    official, ring_number = _answerer(facts, holdings, day.on)
    held = Held(
        window=find_window(day.on, facts.opens_clock, facts.closes_clock, zone),
        official=official,
        ring_number=ring_number,
        opens_clock=facts.opens_clock,
        closes_clock=facts.closes_clock,
        post=facts.post,
        line=facts.line,
        topic=facts.topic,
        place=facts.place,
        talk_minutes=facts.talk_minutes,
        rest_minutes=facts.rest_minutes,
        walk_in_percent=facts.walk_in_percent,
        is_automatic=facts.is_automatic,
        is_recorded=facts.is_recorded,
        is_transcribed=facts.is_transcribed,
    )
    return Wanted(on=day.on, held=held)


def _span(facts: SeriesFacts, zone: ZoneInfo) -> Window:
    """From the first to the last possible moment, if a talk fits into a session at all."""
    # A winter noon has no clock change: what is wrong with the hours is so on every day.
    trial = find_window(date(2026, 1, 7), facts.opens_clock, facts.closes_clock, zone)
    slots = plan_slots(
        trial,
        talk=timedelta(minutes=facts.talk_minutes),
        rest=timedelta(minutes=facts.rest_minutes),
        walk_in_percent=facts.walk_in_percent,
    )
    if not slots:
        raise NoSlotFits
    last_on = max(facts.from_on, facts.until_on)
    return Window(
        starts_at=datetime.combine(facts.from_on, facts.opens_clock, tzinfo=zone) - _DAY,
        ends_at=datetime.combine(last_on, facts.opens_clock, tzinfo=zone) + 2 * _DAY,
    )


def _around(window: Window, present: Sequence[Occurrence]) -> Window:
    """``window``, with all that is there."""
    return Window(
        starts_at=min([window.starts_at, *(each.held.window.starts_at for each in present)]),
        ends_at=max([window.ends_at, *(each.held.window.ends_at for each in present)]),
    )
