"""Series in words: the rule as officials say it, and what is done about each day and why."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.conflicts import Obstacle, refuse
from hotline_sessions.domain.recurrences import parse_recurrence
from hotline_sessions.domain.schedule_fields import BadCell
from hotline_sessions.domain.series_plans import Deed, Step, Why
from hotline_sessions.domain.weekday_rules import EVERY, LAST, read_rule
from hotline_sessions.i18n import N_, Words, format_window
from hotline_sessions.web.refusals import REFUSALS


WEEKDAYS: Final = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
ORDINALS: Final[Mapping[int, str]] = MappingProxyType(
    {
        EVERY: N_("every week"),
        1: N_("1st in the month"),
        2: N_("2nd in the month"),
        3: N_("3rd in the month"),
        4: N_("4th in the month"),
        5: N_("5th in the month"),
        LAST: N_("last in the month"),
    }
)

DEEDS: Final[Mapping[Deed, tuple[str, str]]] = MappingProxyType(
    {
        Deed.MAKE: (N_("to be made"), "green"),
        Deed.CHANGE: (N_("draft to be changed"), "blue"),
        Deed.REMOVE: (N_("draft to be removed"), "orange"),
        Deed.MOVE: (N_("move it?"), "yellow"),
        Deed.RETELL: (N_("change the announcement?"), "yellow"),
        Deed.CALL_OFF: (N_("cancel it?"), "yellow"),
        Deed.KEEP: (N_("stays as it is"), "grey"),
        Deed.SKIP: (N_("no session"), "grey"),
    }
)

REASONS: Final[Mapping[Why, str]] = MappingProxyType(
    {
        Why.SAME: N_("nothing to change"),
        Why.LEFT_OUT: N_("the day is left out"),
        Why.DAY_OFF: N_("not a working day"),
        Why.SKIPPED_HOUR: N_("clocks skip this hour in that night"),
        Why.AWAY: N_("the official is away"),
        Why.PASSED: N_("the time has passed"),
        Why.UNDER_WAY: N_("the session is under way"),
        Why.CALLED_OFF: N_("the session was cancelled"),
        Why.BY_HAND: N_("this session was changed by itself"),
        Why.ANNOUNCED: N_("the session is announced"),
        Why.BOOKED: N_("citizens have booked or wait"),
        Why.CLASH: N_("something stands in the way"),
    }
)


class StepView(Struct, frozen=True, kw_only=True):
    """One day of a preview: what is done, why, and whom it concerns."""

    on: date
    window: str
    before: str
    deed: str
    colour: str
    reason: str
    is_asked: bool
    booked: int
    waiting: int
    session: str


def describe_rule(text: str, words: Words) -> str:
    """The rule as officials say it: «Tuesday: 1st, 3rd»; the rule itself if it has no such form."""
    try:
        found = read_rule(parse_recurrence(text))
    except BadCell:
        return text
    if found is None:
        return text
    rules, weeks = found
    said = "; ".join(
        f"{_list(rule.weekdays, WEEKDAYS, words)}: {_list(rule.ordinals, ORDINALS, words)}"
        for rule in rules
    )
    if weeks == 1:
        return said
    days = [day for rule in rules for day in rule.weekdays]
    every = words.ngettext("every %(num)s week", "every %(num)s weeks", weeks)
    return f"{_list(days, WEEKDAYS, words)}: {every}"


def _list(keys: Iterable[int], names: Sequence[str] | Mapping[int, str], words: Words) -> str:
    return ", ".join(words.gettext(names[key]) for key in keys)


def describe_obstacle(obstacle: Obstacle, words: Words, zone: ZoneInfo) -> str:
    """What stands in the way of a session, with its day and hours."""
    refusal = refuse(obstacle, zone)
    return words.gettext(REFUSALS[refusal.code], **refusal.facts)


def describe_steps(steps: Iterable[Step], words: Words, zone: ZoneInfo) -> list[StepView]:
    """All days of a preview in words."""
    return [_describe(step, words, zone) for step in steps]


def _describe(step: Step, words: Words, zone: ZoneInfo) -> StepView:
    deed, colour = DEEDS[step.deed]
    reason = words.gettext(REASONS[step.why]) if step.why is not None else ""
    if step.obstacle is not None:
        reason = describe_obstacle(step.obstacle, words, zone)
    present = step.present
    before = format_window(present.held.window, words.locale, zone) if present else ""
    after = format_window(step.held.window, words.locale, zone) if step.held else ""
    return StepView(
        on=step.on,
        window=after or before,
        before=before if after and before != after else "",
        deed=words.gettext(deed),
        colour=colour,
        reason=reason,
        is_asked=step.is_asked,
        booked=present.booked if present else 0,
        waiting=present.waiting if present else 0,
        session=present.public_id if present else "",
    )
