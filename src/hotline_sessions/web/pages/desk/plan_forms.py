"""The form in which a session is planned or moved."""

from collections.abc import Mapping
from datetime import date, time
from types import MappingProxyType
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.ids import LineId, PostId
from hotline_sessions.domain.phones import parse_phone
from hotline_sessions.domain.plans import PlannedSession
from hotline_sessions.domain.registration import (
    ClosesAfterStart,
    ClosesBeforeOpening,
    DrawNeedsClosing,
    RegistrationPlan,
    WallMoment,
)
from hotline_sessions.domain.schedule_dates import is_planned_year
from hotline_sessions.domain.sessions import BookingMode
from hotline_sessions.domain.times import HourTwice, NoSuchHour
from hotline_sessions.i18n import N_
from hotline_sessions.services.plans import Choices
from hotline_sessions.services.session_plans import EndsBeforeStart, NoSlotFits, Plan, SessionExists
from hotline_sessions.web.forms import Form, FormView, Mistakes, Sentences, parse_form, prefilled


SENTENCES: Final[Sentences] = {
    ("post", "missing"): N_("Choose who will answer the calls"),
    ("held_on", "missing"): N_("Enter the day of the session"),
    ("held_on", "wrong"): N_("Enter the day of the session, such as 2026-12-01"),
    ("held_on", "past"): N_("The day has passed: choose today or a later day"),
    ("opens_clock", "missing"): N_("Enter the time of the start"),
    ("opens_clock", "wrong"): N_("Enter the time of the start, such as 10:00"),
    ("closes_clock", "missing"): N_("Enter the time of the end"),
    ("closes_clock", "wrong"): N_("Enter the time of the end, such as 12:00"),
    ("closes_clock", EndsBeforeStart.code): N_("The end must be later than the start"),
    ("talk_minutes", "missing"): N_("Enter how many minutes a talk lasts"),
    ("talk_minutes", "wrong"): N_("Enter whole minutes, such as 5"),
    ("talk_minutes", NoSlotFits.code): N_("The talk is longer than the session: shorten it"),
    ("rest_minutes", "wrong"): N_("Enter whole minutes, such as 0"),
    ("walk_in_percent", "wrong"): N_("Enter whole percent, from 0 to 100"),
    ("is_transcribed", "unrecorded"): N_(
        "Only talks that are recorded can be transcribed: tick both, or neither"
    ),
    ("opens_clock", SessionExists.code): N_(
        "This official already has a session that starts then: choose another time"
    ),
    ("opens_clock", NoSuchHour.code): N_(
        "Clocks are put forward that night and skip this time: choose another one"
    ),
    ("opens_clock", HourTwice.code): N_(
        "Clocks are put back that night and show this time twice: choose another one"
    ),
    ("registration_opens_on", "missing"): N_("Enter the day on which registration opens, too"),
    ("registration_opens_clock", "missing"): N_("Enter the time at which registration opens, too"),
    ("registration_closes_on", "missing"): N_("Enter the day on which registration closes, too"),
    ("registration_closes_clock", "missing"): N_(
        "Enter the time at which registration closes, too"
    ),
    ("registration_closes_on", ClosesBeforeOpening.code): N_(
        "Registration must close later than it opens"
    ),
    ("registration_closes_on", ClosesAfterStart.code): N_(
        "Registration must open and close before the session begins"
    ),
    ("registration_closes_on", DrawNeedsClosing.code): N_(
        "Enter when registration closes: then the lots fall"
    ),
}

FIELDS_OF_REFUSALS: Final[Mapping[type[Refusal], str]] = MappingProxyType(
    {
        EndsBeforeStart: "closes_clock",
        NoSlotFits: "talk_minutes",
        SessionExists: "opens_clock",
        NoSuchHour: "opens_clock",
        HourTwice: "opens_clock",
        ClosesBeforeOpening: "registration_closes_on",
        ClosesAfterStart: "registration_closes_on",
        DrawNeedsClosing: "registration_closes_on",
    }
)
"""Refusals of a plan that belong to one field of the form."""


class PlanForm(Struct, frozen=True, kw_only=True):
    """What is entered to plan a session."""

    post: PostId
    line: LineId | None = None
    held_on: date
    opens_clock: time
    closes_clock: time
    talk_minutes: Annotated[int, Meta(ge=1, le=240)] = 5
    rest_minutes: Annotated[int, Meta(ge=0, le=60)] = 0
    walk_in_percent: Annotated[int, Meta(ge=0, le=100)] | None = None
    is_automatic: bool = False
    is_recorded: bool = False
    is_transcribed: bool = False
    topic: Annotated[str, Meta(max_length=300)] = ""
    place: Annotated[str, Meta(max_length=120)] = ""
    community: Annotated[str, Meta(max_length=120)] = ""
    ring_number: str | None = None
    registration_opens_on: date | None = None
    registration_opens_clock: time | None = None
    registration_closes_on: date | None = None
    registration_closes_clock: time | None = None
    booking_mode: BookingMode = BookingMode.FIRST_COME


def read_plan(form: Form, choices: Choices) -> Plan | Mistakes:
    """A plan of what was entered, or what is wrong with it."""
    entered = parse_form(PlanForm, form, {"ring_number": parse_phone})
    if isinstance(entered, Mistakes):
        return entered
    if entered.post not in {post.id for post in choices.posts}:
        return Mistakes(by_field={"post": "not-a-choice"})
    if entered.line is not None and entered.line not in {line.id for line in choices.lines}:
        return Mistakes(by_field={"line": "not-a-choice"})
    if entered.held_on < choices.today:
        return Mistakes(by_field={"held_on": "past"})
    if not is_planned_year(entered.held_on):
        return Mistakes(by_field={"held_on": "wrong"})
    if entered.is_transcribed and not entered.is_recorded:
        return Mistakes(by_field={"is_transcribed": "unrecorded"})
    registration = _read_registration(entered)
    if isinstance(registration, Mistakes):
        return registration
    return Plan(
        post=entered.post,
        line=entered.line,
        ring_number=entered.ring_number,
        topic=entered.topic,
        place=entered.place,
        community=entered.community,
        held_on=entered.held_on,
        opens_clock=entered.opens_clock.replace(tzinfo=None),
        closes_clock=entered.closes_clock.replace(tzinfo=None),
        talk_minutes=entered.talk_minutes,
        rest_minutes=entered.rest_minutes,
        walk_in_percent=entered.walk_in_percent,
        is_automatic=entered.is_automatic,
        is_recorded=entered.is_recorded,
        is_transcribed=entered.is_transcribed,
        registration=registration,
    )


def _read_registration(entered: PlanForm) -> RegistrationPlan | Mistakes:
    """When registration opens and closes: a day needs its time, and a time its day."""
    moments: dict[str, WallMoment | None] = {}
    missing: dict[str, str] = {}
    for end in ("opens", "closes"):
        on: date | None = getattr(entered, f"registration_{end}_on")
        clock: time | None = getattr(entered, f"registration_{end}_clock")
        if on is not None and clock is not None:
            moments[end] = WallMoment(on=on, clock=clock.replace(tzinfo=None))
        elif on is not None:
            missing[f"registration_{end}_clock"] = "missing"
        elif clock is not None:
            missing[f"registration_{end}_on"] = "missing"
    if missing:
        return Mistakes(by_field=missing)
    return RegistrationPlan(
        opens=moments.get("opens"), closes=moments.get("closes"), mode=entered.booking_mode
    )


def blame_field(refusal: Refusal) -> Mistakes:
    """The refusal as a mistake of the field it belongs to."""
    return Mistakes(by_field={FIELDS_OF_REFUSALS[type(refusal)]: refusal.code})


def fill_new(choices: Choices) -> FormView:
    """The form as it is first shown: what can be known beforehand is filled in."""
    return prefilled(
        post=choices.posts[0].id if len(choices.posts) == 1 else None,
        line=choices.lines[0].id if len(choices.lines) == 1 else None,
        talk_minutes=5,
        rest_minutes=0,
        walk_in_percent=choices.walk_in_percent,
        booking_mode=BookingMode.FIRST_COME.value,
    )


def fill_move(session: PlannedSession, clocks: tuple[str, str]) -> FormView:
    """The form filled with a session that is to be moved; ``clocks`` are its wall times."""
    return prefilled(
        post=session.post,
        line=session.line,
        held_on=session.held_on,
        opens_clock=clocks[0],
        closes_clock=clocks[1],
        talk_minutes=session.talk_minutes,
        rest_minutes=session.rest_minutes,
        walk_in_percent=session.walk_in_percent,
        is_automatic="yes" if session.is_automatic else None,
        is_recorded="yes" if session.is_recorded else None,
        is_transcribed="yes" if session.is_transcribed else None,
        topic=session.topic or None,
        place=session.place or None,
        community=session.community or None,
        ring_number=session.ring_number,
        booking_mode=session.booking_mode.value,
    )


def fill_registration(session: PlannedSession) -> dict[str, tuple[str, ...]]:
    """When registration opens and closes, as the form asks for it: days and wall times."""
    zone = ZoneInfo(session.time_zone)
    values: dict[str, tuple[str, ...]] = {}
    for end, moment in (
        ("opens", session.registration_opens_at),
        ("closes", session.registration_closes_at),
    ):
        if moment is not None:
            local = moment.astimezone(zone)
            values[f"registration_{end}_on"] = (local.date().isoformat(),)
            values[f"registration_{end}_clock"] = (f"{local:%H:%M}",)
    return values
