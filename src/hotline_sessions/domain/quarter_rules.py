"""Whether a proposed quarter keeps every rule: found from its sessions alone, not by the solver."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hotline_sessions.domain.quarter_plans import (
    NamedRule,
    Participant,
    Place,
    Problem,
    Rule,
    is_open_to,
    overlaps,
)


def find_breaches(problem: Problem, places: Sequence[Place]) -> list[NamedRule]:
    """Rules that ``places`` break, each once; none, if the plan can be held."""
    return sorted(
        {
            *_broken_hours(problem, places),
            *_broken_lines(problem, places),
            *_broken_days(problem, places),
            *_broken_limits(problem, places),
            *_broken_pins(problem, places),
        },
        key=lambda each: (each.rule, each.official or 0, each.on or date.min),
    )


def list_rules(problem: Problem) -> list[NamedRule]:
    """Every rule of the quarter by its name, those that ask for sessions last."""
    shared = [Rule.CALENDAR, Rule.STANDING, Rule.LINES]
    if problem.limits.per_day is not None:
        shared.append(Rule.PER_DAY)
    if problem.limits.at_once is not None:
        shared.append(Rule.AT_ONCE)
    named = [NamedRule(rule=rule) for rule in shared]
    for rule in (Rule.ONE_A_DAY, Rule.GAP, Rule.WHEN, Rule.AWAY, Rule.OWN_LINES, Rule.MOST):
        named.extend(
            NamedRule(rule=rule, official=each.key)
            for each in problem.participants
            if _says(problem, each, rule)
        )
    named.extend(_name_pin(pin) for pin in problem.pins)
    named.extend(
        NamedRule(rule=Rule.LEAST, official=each.key) for each in problem.participants if each.least
    )
    return named


def _says(problem: Problem, participant: Participant, rule: Rule) -> bool:
    match rule:
        case Rule.GAP:
            return problem.limits.gap_days > 1
        case Rule.WHEN:
            return bool(participant.weekdays or participant.clocks)
        case Rule.AWAY:
            return bool(participant.away)
        case Rule.OWN_LINES:
            return bool(participant.lines)
        case _:
            return True


def _name_pin(pin: Place) -> NamedRule:
    return NamedRule(rule=Rule.PIN, official=pin.official, on=pin.on, clock=pin.clock)


def _broken_hours(problem: Problem, places: Sequence[Place]) -> Iterator[NamedRule]:
    days = {day.on for day in problem.days}
    known = {each.key: each for each in problem.participants}
    for place in places:
        who = known[place.official]
        if place.on not in days or place.clock not in problem.clocks:
            yield NamedRule(rule=Rule.CALENDAR)
        if any(span.covers(place.on) for span in who.away):
            yield NamedRule(rule=Rule.AWAY, official=who.key)
        elif not is_open_to(who, place.on, place.clock):
            yield NamedRule(rule=Rule.WHEN, official=who.key)
        if who.lines and place.line not in who.lines:
            yield NamedRule(rule=Rule.OWN_LINES, official=who.key)


def _broken_lines(problem: Problem, places: Sequence[Place]) -> Iterator[NamedRule]:
    lines = {line.key: line for line in problem.lines}
    taken = Counter((place.on, place.clock, place.line) for place in places)
    for (on, clock, key), count in taken.items():
        if count > 1 or key not in lines or not lines[key].serves_on(on):
            yield NamedRule(rule=Rule.LINES)
        if any(
            each.line == key and overlaps(each, on, clock, problem.minutes)
            for each in problem.standing
        ):
            yield NamedRule(rule=Rule.STANDING)


def _broken_days(problem: Problem, places: Sequence[Place]) -> Iterator[NamedRule]:
    standing = {(each.official, each.on) for each in problem.standing}
    held: dict[int, list[date]] = defaultdict(list)
    for place in places:
        held[place.official].append(place.on)
        if (place.official, place.on) in standing:
            yield NamedRule(rule=Rule.STANDING)
    gap = timedelta(days=problem.limits.gap_days)
    for who in problem.participants:
        days = sorted(held[who.key])
        if len(set(days)) < len(days):
            yield NamedRule(rule=Rule.ONE_A_DAY, official=who.key)
        fixed = [on for official, on in standing if official == who.key]
        near = any(
            abs(one - other) < gap
            for index, one in enumerate(days)
            for other in [*days[index + 1 :], *fixed]
            if one != other
        )
        if near:
            yield NamedRule(rule=Rule.GAP, official=who.key)
        if not who.least <= len(days) + len(fixed) and who.least:
            yield NamedRule(rule=Rule.LEAST, official=who.key)
        if days and len(days) + len(fixed) > who.most:
            yield NamedRule(rule=Rule.MOST, official=who.key)


def _broken_limits(problem: Problem, places: Sequence[Place]) -> Iterator[NamedRule]:
    per_day, at_once = problem.limits.per_day, problem.limits.at_once
    days = Counter(place.on for place in places)
    starts = Counter((place.on, place.clock) for place in places)
    if per_day is not None and any(
        count + sum(each.on == on for each in problem.standing) > per_day
        for on, count in days.items()
    ):
        yield NamedRule(rule=Rule.PER_DAY)
    if at_once is not None and any(
        count + sum(overlaps(each, *start, problem.minutes) for each in problem.standing) > at_once
        for start, count in starts.items()
    ):
        yield NamedRule(rule=Rule.AT_ONCE)


def _broken_pins(problem: Problem, places: Sequence[Place]) -> Iterator[NamedRule]:
    held = set(places)
    yield from (_name_pin(pin) for pin in problem.pins if pin not in held)
