"""What making or changing a series would do, day by day, before anything is done."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.conflicts import Candidate, Obstacle, find_obstacles
from hotline_sessions.domain.ids import OfficialId, SessionId
from hotline_sessions.domain.official_absences import OfficialAbsence
from hotline_sessions.domain.series import (
    Leave,
    Series,
    SeriesDay,
    SeriesFacts,
    check_span,
    list_days,
)
from hotline_sessions.domain.series_plans import (
    Held,
    Occurrence,
    Step,
    Wanted,
    Why,
    digest_steps,
    plan_steps,
)
from hotline_sessions.domain.slots import plan_slots
from hotline_sessions.domain.times import Window, local_date
from hotline_sessions.services.session_plans import NoSlotFits, check_own, find_window
from hotline_sessions.store.calendar_editions import find_edition
from hotline_sessions.store.conflicts import list_busy
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.official_absences import list_official_absences
from hotline_sessions.store.series import Holding, list_holdings, list_occurrences


_DAY = timedelta(days=1)


class Preview(Struct, frozen=True, kw_only=True):
    """What making or changing a series would do, day by day; ``digest`` names it."""

    facts: SeriesFacts
    days: tuple[SeriesDay, ...]
    steps: tuple[Step, ...]
    digest: str


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
    check_span(facts)
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
        community=facts.community,
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
