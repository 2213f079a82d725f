"""A quarter as the solver sees it: what staff wish, and the facts of the schedule as they are."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.conflicts import Busy
from hotline_sessions.domain.ids import InstitutionId, PostId
from hotline_sessions.domain.official_absences import OfficialAbsence
from hotline_sessions.domain.officials import Official, Post
from hotline_sessions.domain.quarter_plans import (
    Participant,
    PlanLine,
    Problem,
    Standing,
)
from hotline_sessions.domain.quarter_settings import QuarterPlan, Seat, list_plan_days
from hotline_sessions.domain.times import Window, at_wall_time, local_date
from hotline_sessions.domain.workdays import DateSpan
from hotline_sessions.store.calendar_editions import find_edition
from hotline_sessions.store.conflicts import list_busy
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.lines import list_lines
from hotline_sessions.store.official_absences import list_official_absences
from hotline_sessions.store.officials import find_holder, list_posts


class Seated(Struct, frozen=True, kw_only=True):
    """A quarter with the people behind its numbers.

    ``empty`` are posts that nobody holds at the beginning of the quarter: they are left out.
    """

    problem: Problem
    posts: dict[int, PostId]
    names: dict[int, str]
    empty: list[str]


async def gather_problem(plan: QuarterPlan, *, institution: InstitutionId, now: datetime) -> Seated:
    """The problem of ``plan`` as the schedule is at ``now``."""
    settings = plan.settings
    zone = ZoneInfo((await get_institution(institution)).time_zone)
    today = local_date(now, zone)
    first_on = max(settings.first_on, today + timedelta(days=1))
    edition = await find_edition(institution=institution)
    window = Window(
        starts_at=at_wall_time(settings.first_on, time(0), zone),
        ends_at=at_wall_time(settings.last_on + timedelta(days=1), time(0), zone),
    )
    busy = await list_busy(window, institution=institution)
    away = await list_official_absences(
        institution=institution, since=settings.first_on, until=settings.last_on
    )
    posts = {each.id: each for each in await list_posts(institution=institution)}
    seated: dict[int, tuple[Official, Post, Seat]] = {}
    empty = []
    for seat in settings.seats:
        post = posts.get(seat.post)
        if post is None:
            continue
        holder = await find_holder(seat.post, institution=institution, on=first_on)
        if holder is None or holder.id in seated:
            empty.append(post.title_uk)
        else:
            seated[holder.id] = (holder, post, seat)
    lines = [
        each for each in await list_lines(institution=institution) if each.id in settings.lines
    ]
    problem = Problem(
        days=tuple(list_plan_days(settings, edition.calendar, today=today)),
        clocks=tuple(sorted(settings.clocks)),
        minutes=settings.minutes,
        participants=tuple(
            _seat(holder, post, seat, away) for holder, post, seat in seated.values()
        ),
        lines=tuple(
            PlanLine(key=each.id, from_on=each.valid_from, until_on=each.valid_to) for each in lines
        ),
        standing=tuple(
            standing for each in busy for standing in _stand(each, zone, first_on, settings.last_on)
        ),
        pins=tuple(
            each.place
            for each in plan.places
            if each.is_pinned and each.session is None and each.place.official in seated
        ),
        limits=settings.limits,
        goals=settings.goals,
        weights=settings.weights,
    )
    return Seated(
        problem=problem,
        posts={key: post.id for key, (_, post, _) in seated.items()},
        names={key: holder.full_name for key, (holder, _, _) in seated.items()},
        empty=empty,
    )


def _seat(holder: Official, post: Post, seat: Seat, away: Sequence[OfficialAbsence]) -> Participant:
    spans = [
        DateSpan(first_on=each.from_on, last_on=each.until_on)
        for each in away
        if each.official == holder.id
    ]
    if post.valid_to is not None or holder.valid_to is not None:
        ends = min(each for each in (post.valid_to, holder.valid_to) if each is not None)
        spans.append(DateSpan(first_on=ends))
    topics = post.portfolio.replace(";", ",").split(",")
    return Participant(
        key=holder.id,
        wanted=seat.wanted,
        least=seat.least,
        body=post.body,
        topics=tuple(sorted({topic.strip() for topic in topics if topic.strip()})),
        communities=(post.district,) if post.district else (),
        weekdays=seat.weekdays,
        clocks=seat.clocks,
        away=tuple(spans),
        liked_weekdays=seat.liked_weekdays,
        liked_clocks=seat.liked_clocks,
        favourite=seat.favourite,
    )


def _stand(busy: Busy, zone: ZoneInfo, first_on: date, last_on: date) -> list[Standing]:
    """The session by the clocks of the wall; one over midnight takes what is left of its day."""
    starts, ends = (
        moment.astimezone(zone) for moment in (busy.window.starts_at, busy.window.ends_at)
    )
    if not first_on <= starts.date() <= last_on:
        return []
    is_over_night = ends.date() > starts.date()
    return [
        Standing(
            on=starts.date(),
            opens=starts.time(),
            closes=time.max if is_over_night else ends.time(),
            official=busy.official,
            line=busy.line,
        )
    ]
