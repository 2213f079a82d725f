"""Whether everybody is put through in turn, by what the network knows of who came when.

A judge from outside: it knows each person's booking and when that person came to wait,
and nothing of the product's own order. Where it cannot be sure, it says nothing.
"""

from collections.abc import Sequence
from typing import Final

from hotline_sessions.rehearsal.scripts import Citizen, Deed
from hotline_sessions.rehearsal.stage import Prepared
from hotline_sessions.rehearsal.timeline import START
from hotline_sessions.rehearsal.truth import AirView, CallView, Stay, Truth


MIN_WALK_IN: Final = 240.0
"""Seconds before a booked time from which on its owner comes before those without a booking."""
SETTLED: Final = 5.0
"""Seconds that somebody has to have waited before he can be overtaken."""
TOLERANCE: Final = 12.0
"""Seconds between the product's moment of admission and the first sound of the queue."""
FAULT_TOLERANCE: Final = 45.0
"""The same where answers are lost and asked for again."""
LONGEST_DELAY: Final = 75.0
"""Seconds by which a report of the network may be late under faults, asked for again or not."""
LEAST_LEFT: Final = 60.0
"""Seconds that must be left of a broken talk for it to be gone on with."""
HOPELESS: Final = 3
"""Wrong codes after which a caller waits like one without a booking."""
UPSETTING: Final = frozenset({"prefer", "return", "dismiss"})
"""Deeds after which the order is no longer that of arrival."""
SHIFTING: Final = frozenset({"pause", "alert"})
"""Deeds after which booked times are later than booked."""

MORE_TIME: Final = "2"
"""Key of the official's menu."""

SLOT, LATE, SOON, WALK_IN, EARLY = range(5)
"""Classes of those who wait: booked and there in time, booked and late, booked for soon …"""


class Referee:
    """Watches the order in which the citizens of all sessions are sent for."""

    def __init__(self, truth: Truth, prepared: Sequence[Prepared], *, has_faults: bool) -> None:
        self._truth = truth
        self._tolerance = FAULT_TOLERANCE if has_faults else TOLERANCE
        self._prepared = {f"s-{each.session.public_id}": each for each in prepared}
        self._people = {
            citizen.name: (citizen, each) for each in prepared for citizen in each.script.citizens
        }
        self._privileged: dict[str, int] = {}
        truth.on_summons = self.look

    def look(self, air: AirView, chosen: CallView) -> None:
        """A citizen is sent for: is anybody overtaken?"""
        prepared = self._prepared.get(air.name)
        if prepared is None or self._is_upset(prepared) or self._may_go_first(chosen):
            return
        now = self._truth.now
        for other in list(air.waiting.values()):
            is_settled = other.waits[-1].begins <= now - SETTLED
            if other is not chosen and is_settled and not self._has_history(other):
                self._compare(air, chosen, other, now)

    def _compare(self, air: AirView, chosen: CallView, other: CallView, now: float) -> None:
        mine, theirs = self._rank(chosen, now), self._rank(other, now)
        if mine is None or theirs is None:
            return
        if theirs[0] < mine[0]:
            why = "who has booked"
        elif theirs[0] == mine[0] and theirs[1] < mine[1] - self._tolerance:
            why = "who comes first"
        else:
            return
        self._truth.violate("overtaken", f"{chosen.who} before {other.who}, {why}", air.name)

    def _rank(self, view: CallView, now: float) -> tuple[int, float] | None:
        """Class and moment that decide; None where that is not certain."""
        found = self._people.get(view.person)
        if found is None or view.is_outbound:
            return None
        citizen, prepared = found
        if citizen.keys:
            return None  # Keys lead out of the queue, but not at once out of its sound.
        if self._list_seats(view) and self._may_last_longer(view):
            return None
        if self._is_doubtful(view):
            return None
        came = self._find_arrival(view)
        slot = self._find_slot(citizen, prepared)
        if slot is None or self._was_heard(view):
            return WALK_IN, came
        if _list_pauses(prepared):
            return None
        grace = prepared.script.talk_minutes * 30.0
        if abs(came - slot - grace) < self._tolerance or abs(came - slot) < self._tolerance:
            return None
        if slot <= now < slot + self._tolerance:
            return None  # Whom to send for may have been decided before, and told again since.
        if slot > now:
            is_soon = slot - now < MIN_WALK_IN - self._tolerance
            is_early = slot - now > MIN_WALK_IN + self._tolerance
            return (SOON, slot) if is_soon else (EARLY, slot) if is_early else None
        if came <= slot:
            return SLOT, slot
        return (LATE, slot) if came <= slot + grace else (WALK_IN, came)

    def _find_arrival(self, view: CallView) -> float:
        """When the person came to wait, for what is not yet talked about.

        That may have been with another telephone, while the talk still went on.
        """
        calls = self._calls(view)
        talked = max((seat.ends or 0.0 for call in calls for seat in call.seats), default=0.0)
        stays = (stay for call in calls for stay in call.waits)
        begins = [stay.begins for stay in stays if stay.ends is None or stay.ends > talked]
        return min(begins, default=view.waits[-1].begins)

    def _find_slot(self, citizen: Citizen, prepared: Prepared) -> float | None:
        slot = prepared.slots.get(citizen.name)
        if slot is None or citizen.is_silent or citizen.wrong_codes >= HOPELESS:
            return None
        return (slot - START).total_seconds()

    def _calls(self, view: CallView) -> Sequence[CallView]:
        return self._truth.list_calls_of(view.person)

    def _has_history(self, view: CallView) -> bool:
        """Whether earlier calls of the same person may have changed the place of this one."""
        calls = self._calls(view)
        if any(call.seats for call in calls):
            return True
        if len(calls) == 1:
            return False
        found = self._people.get(view.person)
        is_withheld = found is None or found[0].is_withheld
        return is_withheld or any(not call.lasted_into(view) for call in calls if call is not view)

    def _may_go_first(self, view: CallView) -> bool:
        """Whether a talk broke off that is to be gone on with: once for each break.

        A talk with hardly any time left is over, whoever ended it. Who was sent for in vain,
        since the network refused it, is sent for again.
        """
        if self._list_seats(view) and self._may_last_longer(view):
            return True
        if self._is_doubtful(view):
            return True
        name = view.person
        breaks = [seat for seat in self._list_seats(view) if self._is_break(seat, view)]
        if len(breaks) <= self._privileged.get(name, 0):
            return bool(breaks) and self._is_latest(breaks[-1], view)
        self._privileged[name] = self._privileged.get(name, 0) + 1
        return True

    def _is_latest(self, seat: Stay, view: CallView) -> bool:
        """Whether nothing was talked after ``seat``."""
        return all(each.begins <= seat.begins for each in self._list_seats(view))

    def _was_heard(self, view: CallView) -> bool:
        """Whether a whole talk has been held: the booking is spent."""
        return any(not self._is_break(seat, view) for seat in self._list_seats(view))

    def _may_last_longer(self, view: CallView) -> bool:
        """Whether somebody gives talks of the session more time: how much, is not known here."""
        found = self._people.get(view.person)
        if found is None:
            return False
        script = found[1].script
        extends = any(deed.what == "extend-talk" for deed in script.operator.deeds)
        return extends or MORE_TIME in script.official.menu_keys

    def _list_seats(self, view: CallView) -> list[Stay]:
        return [seat for call in self._calls(view) for seat in call.seats]

    def _is_break(self, seat: Stay, view: CallView) -> bool:
        found = self._people.get(view.person)
        if found is None or seat.ends is None:
            return seat.ends is None
        _, prepared = found
        is_short = self._count_missing(seat, prepared) > 0.0
        return is_short or self._was_paused(seat, seat.ends, prepared)

    def _count_missing(self, seat: Stay, prepared: Prepared) -> float:
        """Seconds by which a talk was too short to be over; below zero for a whole one."""
        longest = prepared.script.talk_minutes * 60.0 - LEAST_LEFT + TOLERANCE
        air = self._truth.air(f"s-{prepared.session.public_id}-air")
        return longest - air.count_heard(seat.begins, seat.ends or seat.begins)

    def _is_doubtful(self, view: CallView) -> bool:
        """Whether the product may think that a whole talk was broken off, and be right to.

        It knows of talks by reports. Where one was struck, the talk began later by all it
        knows, and some time is left of it.
        """
        found = self._people.get(view.person)
        return found is not None and any(
            -LONGEST_DELAY < self._count_missing(seat, found[1]) <= 0.0
            and self._was_struck(seat, view, found[1])
            for seat in self._list_seats(view)
            if seat.ends is not None
        )

    def _was_struck(self, seat: Stay, view: CallView, prepared: Prepared) -> bool:
        """Whether anything went wrong with reports while the citizen came, sat and left."""
        names = (view.sid, prepared.session.public_id)
        for at, subject in reversed(self._truth.strikes):
            if at < seat.begins - SETTLED:
                return False
            is_meanwhile = seat.ends is None or at <= seat.ends + SETTLED
            if is_meanwhile and (not subject or any(name in subject for name in names)):
                return True
        return False

    def _was_paused(self, seat: Stay, ends: float, prepared: Prepared) -> bool:
        """Whether the session came to a standstill: whoever spoke then goes on after it."""
        base = (prepared.session.starts_at - START).total_seconds()
        pauses = (base + deed.at for deed in _list_pauses(prepared))
        return any(seat.begins <= at <= ends <= at + self._tolerance for at in pauses)

    def _is_upset(self, prepared: Prepared) -> bool:
        return bool(UPSETTING & {deed.what for deed in prepared.script.operator.deeds})


def _list_pauses(prepared: Prepared) -> list[Deed]:
    return [deed for deed in prepared.script.operator.deeds if deed.what in SHIFTING]
