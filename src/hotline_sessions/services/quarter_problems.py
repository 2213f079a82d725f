"""A quarter as the solver sees it: what staff wish, and the facts of the schedule as they are."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.conflicts import Busy
from hotline_sessions.domain.ids import InstitutionId, OfficialId
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
    """A quarter with the people behind its numbers, which are those of posts.

    A post that nobody holds is planned as well; ``doubled`` are posts whose holder answers
    for another one already: they are left out.
    """

    problem: Problem
    holders: dict[int, OfficialId | None]
    names: dict[int, str]
    doubled: list[str]


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
    seated: dict[int, tuple[Official | None, Post, Seat]] = {}
    people: set[OfficialId] = set()
    doubled = []
    for seat in settings.seats:
        post = posts.get(seat.post)
        if post is None:
            continue
        holder = await find_holder(seat.post, institution=institution, on=first_on)
        if holder is not None and holder.id in people:
            doubled.append(post.title_uk)
            continue
        seated[post.id] = (holder, post, seat)
        people |= set() if holder is None else {holder.id}
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
            standing
            for each in busy
            for standing in _stand(each, _whose(each, seated), zone, first_on, settings.last_on)
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
        holders={key: holder.id if holder else None for key, (holder, _, _) in seated.items()},
        names={
            key: holder.full_name if holder else post.title_uk
            for key, (holder, post, _) in seated.items()
        },
        doubled=doubled,
    )


def _whose(busy: Busy, seated: Mapping[int, tuple[Official | None, Post, Seat]]) -> int | None:
    """The seat that a session which stands belongs to: by who answers, or else by the post."""
    for key, (holder, _, _) in seated.items():
        if holder is not None and holder.id == busy.official:
            return key
    return busy.post if busy.post in seated else None


def _seat(
    holder: Official | None, post: Post, seat: Seat, away: Sequence[OfficialAbsence]
) -> Participant:
    spans = [
        DateSpan(first_on=each.from_on, last_on=each.until_on)
        for each in away
        if holder is not None and each.official == holder.id
    ]
    ends = [post.valid_to, holder.valid_to if holder else None]
    spans.extend(DateSpan(first_on=day) for day in ends if day is not None)
    topics = post.portfolio.replace(";", ",").split(",")
    return Participant(
        key=post.id,
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


def _stand(
    busy: Busy, key: int | None, zone: ZoneInfo, first_on: date, last_on: date
) -> list[Standing]:
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
            official=key,
            line=busy.line,
        )
    ]
