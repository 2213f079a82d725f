"""The rules of a quarter as a model of CP-SAT; which of them hold can be chosen."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, time, timedelta
from typing import TypeAlias

from ortools.sat.python import cp_model

from hotline_sessions.domain.quarter_plans import (
    NamedRule,
    Participant,
    Place,
    Problem,
    Rule,
    is_open_to,
    overlaps,
)
from hotline_sessions.domain.quarter_rules import list_rules


Spot: TypeAlias = tuple[date, time]
Literal: TypeAlias = cp_model.IntVar
Expr: TypeAlias = cp_model.LinearExpr


def total(terms: Iterable[Expr]) -> Expr:
    """Their sum; nothing adds up to 0."""
    return cp_model.LinearExpr.sum(list(terms))


class QuarterModel:
    """Who answers when: one literal for each official and start that the rules leave open.

    Lines have literals only where it matters which one it is: for a favourite, for officials
    who may not use all, and for pins. Starts lie so far apart that sessions of different
    starts never meet, so all others can be given any line that is left: it is enough to count.

    Without hours it decides days alone. That leaves rules and wishes out, so that it is small,
    and no plan can cost less than the cheapest days.
    """

    def __init__(
        self,
        problem: Problem,
        rules: Collection[NamedRule] | None = None,
        *,
        has_hours: bool = True,
    ) -> None:
        self.problem = problem
        self.has_hours = has_hours
        self.rules = frozenset(list_rules(problem) if rules is None else rules)
        self.model = cp_model.CpModel()
        self.held: dict[int, dict[Spot, Literal]] = {}
        self.on_line: dict[tuple[int, Spot, int], Literal] = {}
        self.at_spot: dict[Spot, list[Literal]] = defaultdict(list)
        self.days: dict[int, dict[date, Expr]] = {}
        self.on_day: dict[date, list[Expr]] = defaultdict(list)
        self._standing_days: dict[int, set[date]] = defaultdict(set)
        for each in problem.standing:
            if each.official is not None:
                self._standing_days[each.official].add(each.on)
        self._spots = self._list_spots()
        self._free: dict[Spot, frozenset[int]] = {
            spot: self._free_lines(spot) for spot in self._spots
        }
        for who in problem.participants:
            if rules is None or self._is_asked_for(who):
                self._add_official(who)
        self._add_lines()
        self._add_limits()
        self._add_pins()

    def holds(self, rule: Rule, official: int | None = None) -> bool:
        """Whether the rule is in force."""
        return NamedRule(rule=rule, official=official) in self.rules

    def standing_days(self, official: int) -> set[date]:
        """Days on which the official has a session that stays."""
        return self._standing_days[official]

    def by_day(self, official: int) -> dict[date, Expr]:
        """On which days the official answers: 1 or 0, more only if a rule is left out."""
        return self.days.get(official, {})

    def _is_asked_for(self, who: Participant) -> bool:
        # Nobody else needs a session, so nobody else can be in the way of one.
        return any(
            each.official == who.key and each.rule in (Rule.LEAST, Rule.PIN) for each in self.rules
        )

    def _list_spots(self) -> list[Spot]:
        days = {day.on for day in self.problem.days}
        clocks = set(self.problem.clocks)
        spots = {(day, clock) for day in days for clock in clocks}
        if not self.holds(Rule.CALENDAR):
            spots |= {(pin.on, pin.clock) for pin in self.problem.pins}
        return sorted(spots)

    def _free_lines(self, spot: Spot) -> frozenset[int]:
        taken = {
            each.line
            for each in self.problem.standing
            if self.holds(Rule.STANDING) and overlaps(each, *spot, self.problem.minutes)
        }
        return frozenset(
            line.key
            for line in self.problem.lines
            if line.serves_on(spot[0]) and line.key not in taken
        )

    def _may(self, who: Participant, spot: Spot) -> bool:
        on, clock = spot
        if self.holds(Rule.STANDING) and on in self._standing_days[who.key]:
            return False
        if self.holds(Rule.AWAY, who.key) and any(span.covers(on) for span in who.away):
            return False
        return not self.holds(Rule.WHEN, who.key) or self._keeps_hours(who, on, clock)

    def _keeps_hours(self, who: Participant, on: date, clock: time) -> bool:
        always = Participant(key=who.key, wanted=0, weekdays=who.weekdays, clocks=who.clocks)
        return is_open_to(always, on, clock)

    def _add_official(self, who: Participant) -> None:
        spots = [spot for spot in self._spots if self._may(who, spot)]
        literals = {
            spot: self.model.new_bool_var(f"{who.key}@{spot[0]:%m%d}-{spot[1]:%H%M}")
            for spot in spots
            if self.has_hours
        }
        self.held[who.key] = literals
        for spot, literal in literals.items():
            self.at_spot[spot].append(literal)
        by_day = self._add_days(who, spots)
        if self.holds(Rule.GAP, who.key):
            self._keep_apart(who, by_day)
        done = sum(each.official == who.key for each in self.problem.standing)
        held = total(by_day.values())
        if self.holds(Rule.MOST, who.key) and who.most < len(spots) + done:
            self.model.add(held <= max(0, who.most - done))
        if self.holds(Rule.LEAST, who.key) and who.least > done:
            self.model.add(held >= who.least - done)

    def _add_days(self, who: Participant, spots: list[Spot]) -> dict[date, Expr]:
        by_day: dict[date, Expr] = {}
        literals = self.held[who.key]
        for on in sorted({on for on, _ in spots}):
            starts = [literals[spot] for spot in spots if spot[0] == on and spot in literals]
            if self.holds(Rule.ONE_A_DAY, who.key):
                day = self.model.new_bool_var(f"{who.key}@{on:%m%d}")
                if self.has_hours:
                    self.model.add(total(starts) == day)
                by_day[on] = day
            else:
                by_day[on] = total(starts)
            self.on_day[on].append(by_day[on])
        self.days[who.key] = by_day
        return by_day

    def _keep_apart(self, who: Participant, by_day: dict[date, Expr]) -> None:
        gap = timedelta(days=self.problem.limits.gap_days)
        standing = self._standing_days[who.key] if self.holds(Rule.STANDING) else set()
        for first, here in by_day.items():
            near = [on for on in by_day if first <= on < first + gap]
            # Two on one day are another rule's affair, which may have been left out.
            if self.holds(Rule.ONE_A_DAY, who.key):
                self.model.add(total(by_day[on] for on in near) <= 1)
            else:
                self._keep_days_apart(who, near)
            if any(0 < abs((first - on).days) < gap.days for on in standing):
                self.model.add(here == 0)

    def _keep_days_apart(self, who: Participant, near: list[date]) -> None:
        first, *others = near
        literals = self.held[who.key]
        for (on, _), one in literals.items():
            for (later, _), other in literals.items():
                if on == first and later in others:
                    self.model.add_at_most_one(one, other)

    def _explicit_lines(self, who: Participant, spot: Spot, pinned: Collection[int]) -> list[int]:
        free = self._free[spot]
        if self._is_bound(who):
            return sorted(free & set(who.lines))
        wanted = {who.favourite, *pinned} if who.favourite is not None else set(pinned)
        return sorted(free & wanted)

    def _is_bound(self, who: Participant) -> bool:
        return bool(who.lines) and self.holds(Rule.OWN_LINES, who.key)

    def _add_lines(self) -> None:
        if not (self.has_hours and self.holds(Rule.LINES)):
            return
        pinned: dict[tuple[int, Spot], set[int]] = defaultdict(set)
        for pin in self.problem.pins:
            pinned[pin.official, (pin.on, pin.clock)].add(pin.line)
        taken: dict[tuple[Spot, int], list[Literal]] = defaultdict(list)
        for who in self.problem.participants:
            for spot, literal in self.held.get(who.key, {}).items():
                given = []
                for line in self._explicit_lines(who, spot, pinned[who.key, spot]):
                    on = self.model.new_bool_var(f"{literal.name}#{line}")
                    self.on_line[who.key, spot, line] = on
                    taken[spot, line].append(on)
                    given.append(on)
                if self._is_bound(who):
                    self.model.add(total(given) == literal)
                elif given:
                    self.model.add(total(given) <= literal)
        for literals in taken.values():
            self.model.add_at_most_one(literals)
        for spot, literals in self.at_spot.items():
            if len(literals) > len(self._free[spot]):
                self.model.add(total(literals) <= len(self._free[spot]))

    def _add_limits(self) -> None:
        limits = self.problem.limits
        if limits.per_day is not None and self.holds(Rule.PER_DAY):
            for on, literals in self.on_day.items():
                done = sum(each.on == on for each in self.problem.standing)
                self.model.add(total(literals) <= max(0, limits.per_day - done))
        if limits.at_once is not None and self.holds(Rule.AT_ONCE):
            for spot, here in self.at_spot.items():
                self.model.add(total(here) <= max(0, limits.at_once - self.met_at(spot)))

    def met_at(self, spot: Spot) -> int:
        """How many sessions that stay are held at ``spot``."""
        return sum(overlaps(each, *spot, self.problem.minutes) for each in self.problem.standing)

    def _add_pins(self) -> None:
        for pin in self.problem.pins:
            spot = (pin.on, pin.clock)
            named = NamedRule(rule=Rule.PIN, official=pin.official, on=pin.on, clock=pin.clock)
            if named not in self.rules:
                continue
            literal = self._find_pinned(pin.official, spot)
            if literal is None:
                self.model.add_bool_or([])
                continue
            self.model.add(literal == 1)
            if self.has_hours and self.holds(Rule.LINES):
                on = self.on_line.get((pin.official, spot, pin.line))
                self.model.add_bool_or([] if on is None else [on])

    def _find_pinned(self, official: int, spot: Spot) -> Expr | None:
        if self.has_hours:
            return self.held.get(official, {}).get(spot)
        return self.by_day(official).get(spot[0])

    def read(self, solver: cp_model.CpSolver) -> tuple[Place, ...]:
        """The plan that was found, with a line for every session."""
        places = []
        for spot in self._spots:
            here = [
                official
                for official, literals in self.held.items()
                if spot in literals and solver.boolean_value(literals[spot])
            ]
            lines = {
                official: line
                for official in here
                for line in self._free[spot]
                if (official, spot, line) in self.on_line
                and solver.boolean_value(self.on_line[official, spot, line])
            }
            left = iter(sorted(self._free[spot] - set(lines.values())))
            for official in here:
                line = lines[official] if official in lines else next(left)
                places.append(Place(on=spot[0], clock=spot[1], official=official, line=line))
        return tuple(places)
