"""Rules of an institution in words: what each is called, what it does, in which unit."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.rules import RulesKind
from hotline_sessions.i18n import N_


class RuleWords(Struct, frozen=True):
    """Label, hint and unit of one rule; no unit where the value says it itself."""

    label: str
    hint: str = ""
    unit: str = ""


class Group(Struct, frozen=True):
    """Rules that belong together, by name."""

    title: str
    rules: Mapping[str, RuleWords]


_MINUTES: Final = N_("minutes")
_SECONDS: Final = N_("seconds")
_DAYS: Final = N_("days")
_PERCENT: Final = N_("percent")

TITLES: Final[Mapping[RulesKind, str]] = MappingProxyType(
    {RulesKind.BOOKING: N_("Booking rules"), RulesKind.CALLS: N_("Call rules")}
)

_BOOKING: Final = [
    Group(
        N_("Taking a time"),
        {
            "booking_cutoff_minutes": RuleWords(
                N_("Booking ends before the talk"),
                N_(
                    "Later nobody can take this time on the site, by phone or through the operator."
                ),
                _MINUTES,
            ),
            "monthly_cap": RuleWords(
                N_("Talks that one phone may have in a month"),
                N_("0 means that there is no limit."),
            ),
            "missed_cap": RuleWords(
                N_("Missed talks after which one books through an operator only"),
                N_("0 means that there is no limit."),
            ),
            "missed_days": RuleWords(N_("How far back missed talks count"), "", _DAYS),
            "waiver_days": RuleWords(
                N_("How long limits lifted by an operator stay lifted"),
                N_("For limits that are lifted from now on."),
                _DAYS,
            ),
        },
    ),
    Group(
        N_("Waiting list"),
        {
            "offer_minutes": RuleWords(
                N_("How long an offered time is kept"),
                N_("Then it is offered to the next one. Offers already sent keep their term."),
                _MINUTES,
            ),
        },
    ),
    Group(
        N_("Reminders and quiet hours"),
        {
            "reminder_minutes": RuleWords(
                N_("When to remind of a talk"),
                N_(
                    "How long before the talk, at most 6 times, such as: 7 d, 24 h, 60 min."
                    " 0 means no reminders. Holds for talks booked before, too."
                ),
            ),
            "quiet_from": RuleWords(
                N_("Quiet hours begin"),
                N_("Only what cannot wait is sent by SMS in these hours. Such as: 21:00."),
            ),
            "quiet_until": RuleWords(
                N_("Quiet hours end"),
                N_("The same time as the beginning means that there are no quiet hours."),
            ),
        },
    ),
    Group(
        N_("Protection from false requests for codes"),
        {
            "codes_a_day": RuleWords(
                N_("One-time codes in a day"),
                N_("To all phones together; every code is a paid SMS."),
            ),
            "codes_a_range": RuleWords(
                N_("One-time codes in an hour to similar numbers"),
                N_("Numbers that differ in their last four digits only."),
            ),
        },
    ),
]

_CALLS: Final = [
    Group(
        N_("Callers without booking"),
        {
            "walk_in_percent": RuleWords(
                N_("Share of talks kept for callers without booking"),
                N_("Holds for sessions planned from now on; planned ones keep their share."),
                _PERCENT,
            ),
            "min_walk_in_minutes": RuleWords(
                N_("Least time for a caller without booking"),
                N_("With less time before the next booked talk nobody is let in between."),
                _MINUTES,
            ),
            "lobby_minutes": RuleWords(
                N_("Callers are let into the queue before the start"), "", _MINUTES
            ),
            "queue_cap": RuleWords(
                N_("Most callers who wait at once"),
                N_("The next one is asked to leave the question."),
            ),
            "asks_language": RuleWords(N_("Offer callers English")),
        },
    ),
    Group(
        N_("The talk"),
        {
            "grace_percent": RuleWords(
                N_("How late a booked caller may come and keep the turn"),
                N_("In percent of the length of a talk."),
                _PERCENT,
            ),
            "overrun_seconds": RuleWords(
                N_("How much longer than planned a talk may go on"), "", _SECONDS
            ),
            "warn_seconds": RuleWords(N_("Warning before the end of a talk"), "", _SECONDS),
            "reconnect_seconds": RuleWords(
                N_("How long a talk that was cut off may be gone on with"),
                N_("The caller goes on ahead of all others."),
                _SECONDS,
            ),
            "least_left_seconds": RuleWords(
                N_("Least time left of a talk that is gone on with"),
                N_("With less time left the talk is over."),
                _SECONDS,
            ),
            "call_back_lead_seconds": RuleWords(
                N_("Call to who asked to be called: before the talk"), "", _SECONDS
            ),
            "call_back_retry_seconds": RuleWords(
                N_("The one other attempt: after the beginning of the talk"), "", _SECONDS
            ),
        },
    ),
    Group(
        N_("The official"),
        {
            "late_official_seconds": RuleWords(
                N_("Callers are told that the official is late after"), "", _SECONDS
            ),
            "missing_official_seconds": RuleWords(
                N_("Only questions are taken down after"),
                N_("How long callers then wait for an official who has not come."),
                _SECONDS,
            ),
            "official_redials": RuleWords(
                N_("Pauses before ringing the official again, seconds"),
                N_("At most 10 numbers, such as: 0, 30, 60, 120. The last one repeats."),
            ),
        },
    ),
    Group(
        N_("The session"),
        {
            "longest_extension_minutes": RuleWords(
                N_("How much longer a session may become"), "", _MINUTES
            ),
            "longest_pause_minutes": RuleWords(
                N_("Longest pause"), N_("A session paused for longer is closed."), _MINUTES
            ),
            "farewell_seconds": RuleWords(
                N_("Time after the end for the last talk and questions"), "", _SECONDS
            ),
            "wrong_codes_cap": RuleWords(
                N_("Wrong booking codes in one session"),
                N_("After so many no code is asked for any more: somebody is guessing."),
            ),
        },
    ),
    Group(
        N_("Recordings"),
        {
            "question_seconds": RuleWords(N_("Longest recorded question"), "", _SECONDS),
            "recordings_days": RuleWords(
                N_("How long recordings are kept"),
                N_(
                    "Whether a session is recorded is chosen in its plan; every caller is asked"
                    " for consent. Recordings made before keep their term; what was written down of"
                    " them does not."
                ),
                _DAYS,
            ),
        },
    ),
]

GROUPS: Final[Mapping[RulesKind, list[Group]]] = MappingProxyType(
    {RulesKind.BOOKING: _BOOKING, RulesKind.CALLS: _CALLS}
)
UNITS: Final = (N_("d"), N_("h"), N_("min"))
"""Days, hours and minutes in lists of times."""
