"""Plans of quarters in words: wishes, what is missed of them, and rules that clash."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.quarter_plans import Impossible, NamedRule, Problem, Rule, Wish
from hotline_sessions.domain.quarter_wishes import Violation
from hotline_sessions.i18n import N_, Words
from hotline_sessions.web.pages.desk.series_words import WEEKDAYS


MOST_NAMES: Final = 3
"""So many people are named where one rule of several people clashes."""

WISHES: Final[Mapping[Wish, str]] = MappingProxyType(
    {
        Wish.FREQUENCY: N_("Everybody answers as often as desired"),
        Wish.FAIRNESS: N_("Nobody gives up more than one session"),
        Wish.BREAKS: N_("No long breaks between sessions of one official"),
        Wish.DISTANCE: N_("Sessions of one official are far enough apart"),
        Wish.BODY: N_("Not two of one body on one day"),
        Wish.WEEKDAYS: N_("Weekdays that officials prefer"),
        Wish.HOURS: N_("Hours that officials prefer"),
        Wish.LINE: N_("Lines that officials prefer"),
        Wish.TOPICS: N_("No topic left out in any month"),
        Wish.COMMUNITIES: N_("No community left out in any month"),
        Wish.EVENINGS: N_("Evening sessions in every week"),
        Wish.EVES: N_("No sessions on the day before a holiday"),
        Wish.PER_DAY: N_("Not too many sessions on one day"),
        Wish.AT_ONCE: N_("Not too many sessions at once"),
        Wish.WEEKS: N_("As many sessions in each week"),
    }
)

MISSED: Final[Mapping[Wish, str]] = MappingProxyType(
    {
        Wish.FREQUENCY: N_("%(who)s: %(found)s sessions in the quarter, %(asked)s desired"),
        Wish.FAIRNESS: N_(
            "%(who)s: %(found)s sessions in the quarter where at least %(least)s would be fair"
        ),
        Wish.BREAKS: N_("%(who)s: no session from %(on)s to %(until)s"),
        Wish.DISTANCE: N_(
            "%(who)s: %(found)s days between %(on)s and %(until)s, at least %(asked)s desired"
        ),
        Wish.BODY: N_("%(about)s: %(found)s sessions on %(on)s, one desired"),
        Wish.WEEKDAYS: N_("%(who)s: %(weekday)s %(on)s is no preferred weekday"),
        Wish.HOURS: N_("%(who)s: %(clock)s on %(on)s is no preferred hour"),
        Wish.LINE: N_("%(who)s: on %(on)s at %(clock)s another line than the preferred one"),
        Wish.TOPICS: N_("Topic “%(about)s”: %(found)s sessions in %(month)s, %(asked)s desired"),
        Wish.COMMUNITIES: N_(
            "Community “%(about)s”: %(found)s sessions in %(month)s, %(asked)s desired"
        ),
        Wish.EVENINGS: N_(
            "Week from %(on)s: %(found)s evening sessions, at least %(asked)s desired"
        ),
        Wish.EVES: N_("%(who)s: %(on)s is the day before a holiday"),
        Wish.PER_DAY: N_("%(on)s: %(found)s sessions, at most %(asked)s desired"),
        Wish.AT_ONCE: N_("%(on)s at %(clock)s: %(found)s sessions at once, %(asked)s desired"),
        Wish.WEEKS: N_("Week from %(on)s: %(found)s sessions, an even share is %(asked)s"),
    }
)

RULES: Final[Mapping[Rule, str]] = MappingProxyType(
    {
        Rule.CALENDAR: N_("sessions are held only on working days that are left, at chosen hours"),
        Rule.AWAY: N_("%(who)s: days of absence"),
        Rule.WHEN: N_("%(who)s: only some weekdays or hours are possible"),
        Rule.ONE_A_DAY: N_("%(who)s: one session a day at most"),
        Rule.GAP: N_("%(who)s: at least %(gap)s days from one session to the next"),
        Rule.LEAST: N_("%(who)s: at least %(least)s sessions in the quarter"),
        Rule.MOST: N_("%(who)s: the greatest number of sessions"),
        Rule.LINES: N_("each line serves one session at a time, and there are %(lines)s lines"),
        Rule.OWN_LINES: N_("%(who)s: only some lines are possible"),
        Rule.PER_DAY: N_("at most %(per_day)s sessions a day"),
        Rule.AT_ONCE: N_("at most %(at_once)s sessions at once"),
        Rule.STANDING: N_("sessions that are in the schedule already stay as they are"),
        Rule.PIN: N_("%(who)s: pinned to %(on)s, %(clock)s"),
    }
)

MONTHS: Final = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


class MissedWish(Struct, frozen=True, kw_only=True):
    """One kind of wish with every case in which it is missed."""

    title: str
    cost: int
    cases: list[str]


def describe_missed(
    violations: Sequence[Violation], problem: Problem, names: Mapping[int, str], words: Words
) -> list[MissedWish]:
    """What is missed, kind by kind."""
    return [
        MissedWish(
            title=words.gettext(WISHES[wish]),
            cost=sum(problem.weight(wish) * each.amount for each in cases),
            cases=[_tell_missed(each, names, words) for each in cases],
        )
        for wish, group in groupby(violations, key=lambda each: each.wish)
        for cases in [list(group)]
    ]


def _tell_missed(violation: Violation, names: Mapping[int, str], words: Words) -> str:
    on = violation.on
    facts = {
        "who": names.get(violation.official or 0, ""),
        "about": violation.about,
        "found": violation.found,
        "asked": violation.asked,
        "least": violation.asked - 1,
        "on": "" if on is None else f"{on:%d.%m.%Y}",
        "until": "" if violation.until is None else f"{violation.until:%d.%m.%Y}",
        "clock": "" if violation.clock is None else f"{violation.clock:%H:%M}",
        "weekday": "" if on is None else words.gettext(WEEKDAYS[on.weekday()]).lower(),
        "month": "" if on is None else name_month(on, words),
    }
    return words.gettext(MISSED[violation.wish]) % facts


def name_month(day: date, words: Words) -> str:
    """Month and year of ``day``, as a heading has them."""
    return f"{words.gettext(MONTHS[day.month - 1])} {day.year}"


def describe_clash(
    found: Impossible, problem: Problem, names: Mapping[int, str], words: Words
) -> list[str]:
    """The rules that clash; one that is the same for many people is said once."""

    def same(rule: NamedRule) -> tuple[Rule, int]:
        return rule.rule, _least(rule, problem)

    said: list[str] = []
    for (rule, _), group in groupby(sorted(found.rules, key=same), key=same):
        cases = list(group)
        known = [names.get(each.official or 0, "") for each in cases]
        if rule is Rule.PIN:
            told = zip(cases, known, strict=True)
            said.extend(_tell_rule(each, problem, who, words) for each, who in told)
        else:
            said.append(_tell_rule(cases[0], problem, _name_all(known, words), words))
    return said


def _name_all(names: Sequence[str], words: Words) -> str:
    """The first few of ``names``, and how many more there are."""
    who = ", ".join(names[:MOST_NAMES])
    if more := len(names[MOST_NAMES:]):
        return words.gettext("%(who)s and %(more)s more") % {"who": who, "more": more}
    return who


def _least(rule: NamedRule, problem: Problem) -> int:
    if rule.rule is not Rule.LEAST:
        return 0
    return next((each.least for each in problem.participants if each.key == rule.official), 0)


def _tell_rule(rule: NamedRule, problem: Problem, who: str, words: Words) -> str:
    facts = {
        "who": who,
        "gap": problem.limits.gap_days,
        "least": _least(rule, problem),
        "lines": len(problem.lines),
        "per_day": problem.limits.per_day,
        "at_once": problem.limits.at_once,
        "on": "" if rule.on is None else f"{rule.on:%d.%m.%Y}",
        "clock": "" if rule.clock is None else f"{rule.clock:%H:%M}",
    }
    return words.gettext(RULES[rule.rule]) % facts
