"""The forms in which staff say what a quarter should be like."""

from collections.abc import Mapping
from datetime import date, time
from types import MappingProxyType
from typing import Annotated, Final

from msgspec import Meta, Struct
from msgspec.structs import replace

from hotline_sessions.domain.ids import LineId, PostId
from hotline_sessions.domain.quarter_plans import DEFAULT_WEIGHTS, Goals, Limits, Wish
from hotline_sessions.domain.quarter_settings import (
    MOST_SEATS,
    QuarterOver,
    QuarterSettings,
    Seat,
    StartsTooNear,
    next_quarter,
    quarter_of,
)
from hotline_sessions.i18n import N_
from hotline_sessions.services.plans import Choices
from hotline_sessions.web.forms import Form, FormView, Mistakes, Sentences, parse_form


HOURS: Final = tuple(range(8, 21))
USUAL_HOURS: Final = (9, 10, 11, 14, 15, 16, 17)
QUARTERS_AHEAD: Final = 5
WEIGHTS: Final[Mapping[int, str]] = MappingProxyType(
    {
        0: N_("leave out"),
        1: N_("matters a little"),
        3: N_("is wished"),
        5: N_("important"),
        10: N_("very important"),
    }
)

SENTENCES: Final[Sentences] = MappingProxyType(
    {
        ("hours", "missing"): N_("Choose at least one hour"),
        ("hours", StartsTooNear.code): N_("Sessions that start at these hours would overlap"),
        ("posts", "missing"): N_("Choose at least one official"),
        ("posts", "too-long"): N_("A plan has at most 80 officials"),
        ("lines", "missing"): N_("Choose at least one line"),
        ("quarter", QuarterOver.code): N_("The quarter has passed: choose a later one"),
        ("minutes", "wrong"): N_("Enter whole minutes, such as 60"),
        ("wanted", "wrong"): N_("Enter a whole number, such as 3"),
    }
)

Hour = Annotated[int, Meta(ge=0, le=23)]
Weekday = Annotated[int, Meta(ge=0, le=6)]
Times = Annotated[int, Meta(ge=0, le=26)]
Few = Annotated[int, Meta(ge=1, le=500)]
Days = Annotated[int, Meta(ge=1, le=60)]


class QuarterForm(Struct, frozen=True, kw_only=True):
    """What is entered for all officials together."""

    quarter: Annotated[str, Meta(pattern=r"^20\d\d-[1-4]$")]
    hours: list[Hour]
    minutes: Annotated[int, Meta(ge=10, le=240)]
    lines: list[LineId]
    posts: list[PostId]
    wanted: Times
    gap_days: Days
    most_a_day: Few | None = None
    most_at_once: Few | None = None
    distance_days: Days
    goal_a_day: Few
    goal_at_once: Few
    evening_hour: Hour
    evenings_a_week: Times
    topic_a_month: Times
    community_a_month: Times


class SeatForm(Struct, frozen=True, kw_only=True):
    """What is entered for one official."""

    wanted: Times
    least: Times
    weekdays: list[Weekday] = []
    hours: list[Hour] = []
    liked_weekdays: list[Weekday] = []
    liked_hours: list[Hour] = []
    favourite: LineId | None = None


def list_quarters(today: date) -> list[tuple[int, int]]:
    """Quarters that can be planned: this one and some that follow."""
    quarters = [quarter_of(today)]
    while len(quarters) < QUARTERS_AHEAD:
        quarters.append(next_quarter(*quarters[-1]))
    return quarters


def begin(choices: Choices) -> FormView:
    """The form before anything is entered: everybody, all lines, the usual hours."""
    year, quarter = next_quarter(*quarter_of(choices.today))
    settings = QuarterSettings(
        year=year,
        quarter=quarter,
        clocks=tuple(time(hour) for hour in USUAL_HOURS),
        minutes=60,
        lines=tuple(line.id for line in choices.lines),
        seats=tuple(Seat(post=post.id, wanted=3) for post in choices.posts[:MOST_SEATS]),
    )
    return fill(settings)


def fill(settings: QuarterSettings) -> FormView:
    """The form with ``settings``."""
    limits, goals = settings.limits, settings.goals
    single = {
        "quarter": f"{settings.year}-{settings.quarter}",
        "minutes": settings.minutes,
        "wanted": settings.seats[0].wanted if settings.seats else 3,
        "gap_days": limits.gap_days,
        "most_a_day": limits.per_day,
        "most_at_once": limits.at_once,
        "distance_days": goals.distance_days,
        "goal_a_day": goals.per_day,
        "goal_at_once": goals.at_once,
        "evening_hour": goals.evening_from.hour,
        "evenings_a_week": goals.evenings_a_week,
        "topic_a_month": goals.topic_a_month,
        "community_a_month": goals.community_a_month,
        **{f"weight_{wish}": settings.weights.get(wish, 0) for wish in Wish},
    }
    return FormView(
        values={
            **{name: (str(value),) for name, value in single.items() if value is not None},
            "hours": tuple(str(clock.hour) for clock in settings.clocks),
            "lines": tuple(str(line) for line in settings.lines),
            "posts": tuple(str(seat.post) for seat in settings.seats),
        }
    )


def read_settings(
    form: Form, choices: Choices, known: QuarterSettings | None = None
) -> QuarterSettings | Mistakes:
    """Settings of what was entered, or what is wrong; wishes of single officials are kept."""
    entered = parse_form(QuarterForm, form)
    if isinstance(entered, Mistakes):
        return entered
    missing = [name for name in ("hours", "lines", "posts") if not getattr(entered, name)]
    if missing:
        return Mistakes(by_field=dict.fromkeys(missing, "missing"))
    if len(set(entered.posts)) > MOST_SEATS:
        return Mistakes(by_field={"posts": "too-long"})
    if not set(entered.posts) <= {post.id for post in choices.posts}:
        return Mistakes(by_field={"posts": "not-a-choice"})
    if not set(entered.lines) <= {line.id for line in choices.lines}:
        return Mistakes(by_field={"lines": "not-a-choice"})
    seats = {seat.post: seat for seat in known.seats} if known else {}
    year, quarter = entered.quarter.split("-")
    return QuarterSettings(
        year=int(year),
        quarter=int(quarter),
        clocks=tuple(time(hour) for hour in sorted(set(entered.hours))),
        minutes=entered.minutes,
        lines=tuple(dict.fromkeys(entered.lines)),
        seats=tuple(
            seats.get(post) or Seat(post=post, wanted=entered.wanted)
            for post in dict.fromkeys(entered.posts)
        ),
        limits=Limits(
            gap_days=entered.gap_days, per_day=entered.most_a_day, at_once=entered.most_at_once
        ),
        goals=Goals(
            distance_days=entered.distance_days,
            per_day=entered.goal_a_day,
            at_once=entered.goal_at_once,
            evening_from=time(entered.evening_hour),
            evenings_a_week=entered.evenings_a_week,
            topic_a_month=entered.topic_a_month,
            community_a_month=entered.community_a_month,
        ),
        weights={wish: _read_weight(form, wish) for wish in Wish},
    )


def _read_weight(form: Form, wish: Wish) -> int:
    """A weight that was chosen; anything else is as if nothing had been."""
    text = form.get(f"weight_{wish}")
    known = {str(weight): weight for weight in range(11)}
    return known.get(text, DEFAULT_WEIGHTS[wish])


def fill_seat(seat: Seat) -> FormView:
    """The form with the wishes of one official."""
    return FormView(
        values={
            "wanted": (str(seat.wanted),),
            "least": (str(seat.least),),
            "weekdays": tuple(str(day) for day in seat.weekdays),
            "hours": tuple(str(clock.hour) for clock in seat.clocks),
            "liked_weekdays": tuple(str(day) for day in seat.liked_weekdays),
            "liked_hours": tuple(str(clock.hour) for clock in seat.liked_clocks),
            "favourite": (str(seat.favourite),) if seat.favourite else (),
        }
    )


def read_seat(form: Form, seat: Seat, settings: QuarterSettings) -> Seat | Mistakes:
    """Wishes of one official, of what was entered."""
    entered = parse_form(SeatForm, form)
    if isinstance(entered, Mistakes):
        return entered
    if entered.favourite is not None and entered.favourite not in settings.lines:
        return Mistakes(by_field={"favourite": "not-a-choice"})
    if entered.least > entered.wanted:
        return Mistakes(by_field={"least": "too-big"})
    return replace(
        seat,
        wanted=entered.wanted,
        least=entered.least,
        weekdays=tuple(sorted(set(entered.weekdays))),
        clocks=tuple(time(hour) for hour in sorted(set(entered.hours))),
        liked_weekdays=tuple(sorted(set(entered.liked_weekdays))),
        liked_clocks=tuple(time(hour) for hour in sorted(set(entered.liked_hours))),
        favourite=entered.favourite,
    )
