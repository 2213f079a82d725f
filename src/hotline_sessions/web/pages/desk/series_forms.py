"""The form in which a series is made or changed."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.errors import Invalid, Refusal
from hotline_sessions.domain.ids import LineId, OfficialId, PostId
from hotline_sessions.domain.phones import parse_phone
from hotline_sessions.domain.recurrences import LONGEST_RULE, parse_recurrence
from hotline_sessions.domain.schedule_dates import parse_dates
from hotline_sessions.domain.schedule_fields import BadCell
from hotline_sessions.domain.series import (
    BadRecurrence,
    NoDayLeft,
    SeriesEndsFirst,
    SeriesFacts,
    SeriesTooLong,
)
from hotline_sessions.domain.weekday_rules import (
    MOST_WEEKS,
    NoWeekday,
    WeekdayRule,
    WeeksOfMonth,
    read_rule,
    write_rule,
)
from hotline_sessions.i18n import N_
from hotline_sessions.services.plans import Choices
from hotline_sessions.services.series_steps import ReasonMissing
from hotline_sessions.services.session_plans import EndsBeforeStart, NoSlotFits
from hotline_sessions.web.forms import Form, FormView, Mistakes, Sentences, parse_form
from hotline_sessions.web.pages.desk.plan_forms import SENTENCES as PLAN_SENTENCES


GROUPS: Final = ("1", "2")
"""Two groups of weekdays say «1st and 3rd Tuesday, and 4th Monday»."""
MOST_LEFT_OUT: Final = 400
LONGEST_PLACE: Final = 120

SENTENCES: Final[Sentences] = MappingProxyType(
    {
        **PLAN_SENTENCES,
        ("weekdays_1", NoWeekday.code): N_("Choose at least one weekday"),
        ("weekdays_1", NoDayLeft.code): N_(
            "Between the first and the last day there is no such weekday"
        ),
        ("weeks", WeeksOfMonth.code): N_(
            "Every so many weeks goes only with “every”, not with weeks of a month"
        ),
        ("weeks", "wrong"): N_("Enter whole weeks, such as 2"),
        ("recurrence", BadRecurrence.code): N_(
            "The rule cannot be read. Example: FREQ=MONTHLY;BYDAY=1TU,3TU"
        ),
        ("from_on", "missing"): N_("Enter the first day of the series"),
        ("from_on", "wrong"): N_("Enter a day, for example 2026-11-24"),
        ("until_on", "missing"): N_("Enter the last day of the series"),
        ("until_on", "wrong"): N_("Enter a day, for example 2026-11-24"),
        ("until_on", SeriesEndsFirst.code): N_("The last day must not be before the first"),
        ("until_on", SeriesTooLong.code): N_(
            "A series has at most 366 days within two years: choose an earlier last day"
        ),
        ("left_out", "wrong"): N_(
            "Write one day or span of days in a line, for example 25.12.2026 or 13.07–31.07.2026"
        ),
        ("reason", ReasonMissing.code): N_(
            "Write why sessions are called off: citizens will read it"
        ),
        ("since", "missing"): N_("Choose from which day on the series changes"),
    }
)

FIELDS: Final[Mapping[type[Refusal], str]] = MappingProxyType(
    {
        NoWeekday: "weekdays_1",
        NoDayLeft: "weekdays_1",
        WeeksOfMonth: "weeks",
        BadRecurrence: "recurrence",
        SeriesEndsFirst: "until_on",
        SeriesTooLong: "until_on",
        EndsBeforeStart: "closes_clock",
        NoSlotFits: "talk_minutes",
        ReasonMissing: "reason",
    }
)
"""Refusals that belong to one field of the form."""

Weekday = Annotated[int, Meta(ge=0, le=6)]
Ordinal = Annotated[int, Meta(ge=-1, le=5)]


class SeriesForm(Struct, frozen=True, kw_only=True):
    """What is entered to make a series."""

    post: PostId
    official: OfficialId | None = None
    line: LineId | None = None
    ring_number: str | None = None
    topic: Annotated[str, Meta(max_length=300)] = ""
    place: Annotated[str, Meta(max_length=LONGEST_PLACE)] = ""
    community: Annotated[str, Meta(max_length=LONGEST_PLACE)] = ""
    weekdays_1: set[Weekday] = set()
    ordinals_1: set[Ordinal] = set()
    weekdays_2: set[Weekday] = set()
    ordinals_2: set[Ordinal] = set()
    weeks: Annotated[int, Meta(ge=1, le=MOST_WEEKS)] = 1
    recurrence: Annotated[str, Meta(max_length=LONGEST_RULE)] = ""
    opens_clock: time
    closes_clock: time
    from_on: date
    until_on: date
    left_out: str = ""
    skips_days_off: bool = False
    talk_minutes: Annotated[int, Meta(ge=1, le=240)] = 5
    rest_minutes: Annotated[int, Meta(ge=0, le=60)] = 0
    walk_in_percent: Annotated[int, Meta(ge=0, le=100)] = 30
    is_automatic: bool = False
    is_recorded: bool = False
    is_transcribed: bool = False


class BadDays(Invalid):
    """A line of days that are left out cannot be read."""

    code = "wrong"


def read_facts(form: Form, choices: Choices) -> SeriesFacts | Mistakes:
    """The facts of a series from what was entered, or what is wrong with it."""
    entered = parse_form(SeriesForm, form, {"ring_number": parse_phone})
    if isinstance(entered, Mistakes):
        return entered
    if mistake := _find_foreign(entered, choices):
        return mistake
    if entered.is_transcribed and not entered.is_recorded:
        return Mistakes(by_field={"is_transcribed": "unrecorded"})
    try:
        rule = entered.recurrence or write_rule(_list_rules(entered), weeks=entered.weeks)
        parse_recurrence(rule)
    except (NoWeekday, WeeksOfMonth) as refusal:
        return Mistakes(by_field={FIELDS[type(refusal)]: refusal.code})
    except BadCell:
        return Mistakes(by_field={"recurrence": BadRecurrence.code})
    try:
        left_out = read_days(entered.left_out, year=entered.from_on.year)
    except BadDays:
        return Mistakes(by_field={"left_out": "wrong"})
    return SeriesFacts(
        post=entered.post,
        official=entered.official,
        line=entered.line,
        ring_number=entered.ring_number,
        topic=entered.topic,
        place=entered.place,
        community=entered.community,
        recurrence=rule,
        opens_clock=entered.opens_clock.replace(tzinfo=None),
        closes_clock=entered.closes_clock.replace(tzinfo=None),
        from_on=entered.from_on,
        until_on=entered.until_on,
        left_out=left_out,
        skips_days_off=entered.skips_days_off,
        talk_minutes=entered.talk_minutes,
        rest_minutes=entered.rest_minutes,
        walk_in_percent=entered.walk_in_percent,
        is_automatic=entered.is_automatic,
        is_recorded=entered.is_recorded,
        is_transcribed=entered.is_transcribed,
    )


def read_days(text: str, *, year: int) -> tuple[date, ...]:
    """Days that are left out: one or a span in a line; ``year`` where none is shown.

    Raises:
        BadDays: A line cannot be read, or there are too many days.
    """
    found: set[date] = set()
    for part in re.split(r"[\n;,]+", text):
        if not part.strip():
            continue
        try:
            span = parse_dates(part, year=year)
        except BadCell:
            raise BadDays from None
        length = (span.last - span.first).days + 1
        if length + len(found) > MOST_LEFT_OUT:
            raise BadDays
        found.update(span.first + timedelta(days=offset) for offset in range(length))
    return tuple(sorted(found))


def fill(facts: SeriesFacts) -> FormView:
    """The form filled with a series."""
    values: dict[str, tuple[str, ...]] = {
        name: (str(getattr(facts, name)),)
        for name in ("post", "talk_minutes", "rest_minutes", "walk_in_percent")
    }
    for name in ("topic", "place", "community"):
        values[name] = (getattr(facts, name),)
    for name in ("official", "line", "ring_number"):
        if getattr(facts, name) is not None:
            values[name] = (str(getattr(facts, name)),)
    for name in ("skips_days_off", "is_automatic", "is_recorded", "is_transcribed"):
        if getattr(facts, name):
            values[name] = ("yes",)
    values |= {
        "opens_clock": (f"{facts.opens_clock:%H:%M}",),
        "closes_clock": (f"{facts.closes_clock:%H:%M}",),
        "from_on": (facts.from_on.isoformat(),),
        "until_on": (facts.until_on.isoformat(),),
        "left_out": ("\n".join(f"{day:%d.%m.%Y}" for day in facts.left_out),),
    }
    return FormView(values=values | _fill_rule(facts.recurrence))


def _fill_rule(text: str) -> dict[str, tuple[str, ...]]:
    found = read_rule(parse_recurrence(text))
    if found is None or len(found[0]) > len(GROUPS):
        return {"recurrence": (text,), "weeks": ("1",)}
    rules, weeks = found
    values: dict[str, tuple[str, ...]] = {"weeks": (str(weeks),)}
    for group, rule in zip(GROUPS, rules, strict=False):
        values[f"weekdays_{group}"] = tuple(str(day) for day in rule.weekdays)
        values[f"ordinals_{group}"] = tuple(str(each) for each in rule.ordinals)
    return values


def _list_rules(entered: SeriesForm) -> list[WeekdayRule]:
    groups = (
        (entered.weekdays_1, entered.ordinals_1),
        (entered.weekdays_2, entered.ordinals_2),
    )
    return [
        WeekdayRule(weekdays=tuple(sorted(weekdays)), ordinals=tuple(ordinals))
        for weekdays, ordinals in groups
    ]


def _find_foreign(entered: SeriesForm, choices: Choices) -> Mistakes | None:
    known: dict[str, set[int]] = {
        "post": {post.id for post in choices.posts},
        "line": {line.id for line in choices.lines},
        "official": {official.id for official in choices.officials},
    }
    wrong = {
        name: "not-a-choice"
        for name, ids in known.items()
        if getattr(entered, name) is not None and getattr(entered, name) not in ids
    }
    return Mistakes(by_field=wrong) if wrong else None
