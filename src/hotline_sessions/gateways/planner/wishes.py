"""What missing each wish costs, as terms of CP-SAT; the same sums as in the domain."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from hotline_sessions.domain.quarter_plans import (
    Participant,
    Wish,
    break_weeks,
    list_weeks,
    month_of,
    week_of,
    week_shares,
)
from hotline_sessions.gateways.planner.model import Expr, QuarterModel, total


OF_HOURS: Final = frozenset({Wish.HOURS, Wish.LINE, Wish.EVENINGS, Wish.AT_ONCE})
"""Wishes that a plan of days alone leaves out."""


class WishedQuarter(QuarterModel):
    """A quarter that is to be as cheap as possible."""

    def wish(self) -> None:
        """Add every wish that has a weight, and ask for the least cost."""
        costs: list[Expr] = []
        wishes = (
            (Wish.FREQUENCY, self._frequency),
            (Wish.BREAKS, self._breaks),
            (Wish.DISTANCE, self._distance),
            (Wish.BODY, self._bodies),
            (Wish.WEEKDAYS, self._weekdays),
            (Wish.HOURS, self._hours),
            (Wish.LINE, self._favourites),
            (Wish.TOPICS, self._topics),
            (Wish.COMMUNITIES, self._communities),
            (Wish.EVENINGS, self._evenings),
            (Wish.EVES, self._eves),
            (Wish.PER_DAY, self._days),
            (Wish.AT_ONCE, self._starts),
            (Wish.WEEKS, self._weeks),
            (Wish.FAIRNESS, self._fairness),
        )
        for wish, terms in wishes:
            if not self.has_hours and wish in OF_HOURS:
                continue
            if weight := self.problem.weight(wish):
                costs.extend(weight * term for term in terms())
        self.model.minimize(total(costs))

    def _count(self, who: Participant) -> Expr:
        done = sum(each.official == who.key for each in self.problem.standing)
        return total(self.by_day(who.key).values()) + done

    def _excess(self, found: Expr, asked: int, most: int) -> Iterator[Expr]:
        """By how much ``found``, which is at most ``most``, goes beyond ``asked``."""
        if most > asked:
            over = self.model.new_int_var(0, most - asked, "")
            self.model.add(over >= found - asked)
            yield over

    def _lack(self, found: Expr, asked: int) -> Iterator[Expr]:
        """By how much ``found`` stays below ``asked``."""
        if asked > 0:
            under = self.model.new_int_var(0, asked, "")
            self.model.add(under >= asked - found)
            yield under

    def _frequency(self) -> Iterator[Expr]:
        for who in self.problem.participants:
            yield from self._lack(self._count(who), who.wanted)
            yield from self._excess(self._count(who), who.wanted, self._most(who))

    def _most(self, who: Participant) -> int:
        done = sum(each.official == who.key for each in self.problem.standing)
        return len(self.by_day(who.key)) + done

    def _fairness(self) -> Iterator[Expr]:
        for who in self.problem.participants:
            yield from self._lack(self._count(who), who.wanted - 1)

    def _breaks(self) -> Iterator[Expr]:
        for who in self.problem.participants:
            weeks = {week_of(on) for on in self.standing_days(who.key)}
            by_week: dict[date, list[Expr]] = defaultdict(list)
            for on, day in self.by_day(who.key).items():
                by_week[week_of(on)].append(day)
            for run in break_weeks(self.problem, who):
                if not weeks & set(run):
                    yield from self._lack(total(day for week in run for day in by_week[week]), 1)

    def _distance(self) -> Iterator[Expr]:
        """In each window of so many days there should be one session.

        Two that are ``d`` days apart lie together in as many windows as days are missing.
        """
        asked = self.problem.goals.distance_days
        for who in self.problem.participants:
            by_day = self.by_day(who.key)
            fixed = sorted(each.on for each in self.problem.standing if each.official == who.key)
            days = sorted({*by_day, *fixed})
            if not days:
                continue
            windows: Counter[tuple[date, ...]] = Counter()
            for back in range((days[-1] - days[0]).days + asked):
                first = days[0] + timedelta(days=back - asked + 1)
                windows[
                    tuple(on for on in days if first <= on < first + timedelta(days=asked))
                ] += 1
            for window, times in windows.items():
                done = sum(on in window for on in fixed)
                free = [by_day[on] for on in window if on in by_day]
                for over in self._excess(total(free) + done, 1, len(free) + done):
                    yield times * over

    def _bodies(self) -> Iterator[Expr]:
        members: dict[str, list[int]] = defaultdict(list)
        for who in self.problem.participants:
            if who.body:
                members[who.body].append(who.key)
        for keys in members.values():
            days = [self.by_day(key) for key in keys]
            for on in sorted({*self._all_days()}):
                done = sum(
                    each.on == on and each.official in keys for each in self.problem.standing
                )
                free = [by_day[on] for by_day in days if on in by_day]
                yield from self._excess(total(free) + done, 1, len(free) + done)

    def _all_days(self) -> Iterator[date]:
        yield from self.on_day
        yield from (each.on for each in self.problem.standing)

    def _weekdays(self) -> Iterator[Expr]:
        for who in self.problem.participants:
            for on, day in self.by_day(who.key).items():
                if who.liked_weekdays and on.weekday() not in who.liked_weekdays:
                    yield day

    def _hours(self) -> Iterator[Expr]:
        for who in self.problem.participants:
            for (_, clock), literal in self.held[who.key].items():
                if who.liked_clocks and clock not in who.liked_clocks:
                    yield literal

    def _favourites(self) -> Iterator[Expr]:
        for who in self.problem.participants:
            if who.favourite is None:
                continue
            liked = [
                self.on_line[who.key, spot, who.favourite]
                for spot in self.held[who.key]
                if (who.key, spot, who.favourite) in self.on_line
            ]
            days = self.by_day(who.key)
            yield from self._excess(total(days.values()) - total(liked), 0, len(days))

    def _eves(self) -> Iterator[Expr]:
        for day in self.problem.days:
            if day.is_eve:
                yield from self.on_day[day.on]

    def _topics(self) -> Iterator[Expr]:
        about = {who.key: who.topics for who in self.problem.participants}
        yield from self._left_out(about, self.problem.goals.topic_a_month)

    def _communities(self) -> Iterator[Expr]:
        about = {who.key: who.communities for who in self.problem.participants}
        yield from self._left_out(about, self.problem.goals.community_a_month)

    def _left_out(self, about: dict[int, tuple[str, ...]], asked: int) -> Iterator[Expr]:
        months = sorted({month_of(day.on) for day in self.problem.days})
        for name in sorted({name for names in about.values() for name in names}):
            keys = {key for key, names in about.items() if name in names}
            for month in months:
                done = sum(
                    each.official in keys and month_of(each.on) == month
                    for each in self.problem.standing
                )
                free = [
                    day
                    for key in sorted(keys)
                    for on, day in self.by_day(key).items()
                    if month_of(on) == month
                ]
                yield from self._lack(total(free), asked - done)

    def _evenings(self) -> Iterator[Expr]:
        goals = self.problem.goals
        for week in list_weeks(self.problem):
            done = sum(
                week_of(each.on) == week and each.opens >= goals.evening_from
                for each in self.problem.standing
            )
            literals = [
                literal
                for (on, clock), here in self.at_spot.items()
                if week_of(on) == week and clock >= goals.evening_from
                for literal in here
            ]
            yield from self._lack(total(literals), goals.evenings_a_week - done)

    def _days(self) -> Iterator[Expr]:
        for day in self.problem.days:
            done = sum(each.on == day.on for each in self.problem.standing)
            literals = self.on_day[day.on]
            yield from self._excess(
                total(literals) + done, self.problem.goals.per_day, len(literals) + done
            )

    def _starts(self) -> Iterator[Expr]:
        for spot, literals in list(self.at_spot.items()):
            most = min(len(literals), len(self.problem.lines))
            yield from self._at_start(total(literals), self.met_at(spot), most)

    def _at_start(self, found: Expr, done: int, most: int) -> Iterator[Expr]:
        asked = self.problem.goals.at_once
        if done <= asked:
            yield from self._excess(found + done, asked, most + done)
            return
        # What stays is too much already; it counts only where something new is held too.
        any_new = self.model.new_bool_var("")
        self.model.add(found <= most * any_new)
        yield found + (done - asked) * any_new

    def _weeks(self) -> Iterator[Expr]:
        for week, (fewest, most) in week_shares(self.problem).items():
            done = sum(week_of(each.on) == week for each in self.problem.standing)
            literals = [
                literal
                for on, here in self.on_day.items()
                if week_of(on) == week
                for literal in here
            ]
            yield from self._lack(total(literals) + done, fewest)
            yield from self._excess(total(literals) + done, most, len(literals) + done)
