"""Absences of officials, and the decision about every session that one of them concerns."""

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import Conflict, Invalid, NotFound, Refusal
from hotline_sessions.domain.ids import OfficialId
from hotline_sessions.domain.official_absences import AbsenceKind
from hotline_sessions.domain.plans import PlannedSession
from hotline_sessions.domain.schedule_dates import is_planned_year
from hotline_sessions.domain.times import local_date
from hotline_sessions.i18n import N_
from hotline_sessions.services.official_absences import (
    call_off,
    end_official_absence,
    list_decisions,
    load_official_absences,
    move,
    note_official_absence,
    substitute,
)
from hotline_sessions.services.plans import get_planned
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn, facts_of
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    BLANK_FORM,
    Form,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.pages.desk.sessions import PLANNERS, lead_to
from hotline_sessions.web.templating import page


PATH: Final = "/staff/officials/absences"

KINDS: Final[Mapping[AbsenceKind, str]] = MappingProxyType(
    {
        AbsenceKind.LEAVE: N_("leave"),
        AbsenceKind.TRIP: N_("business trip"),
        AbsenceKind.SICK: N_("sickness"),
        AbsenceKind.OTHER: N_("other"),
    }
)

SENTENCES: Final[Sentences] = MappingProxyType(
    {
        ("official", "missing"): N_("Choose the official"),
        ("kind", "missing"): N_("Choose the reason"),
        ("from_on", "missing"): N_("Enter the first day"),
        ("from_on", "wrong"): N_("Enter a day, for example 2026-11-24"),
        ("until_on", "missing"): N_("Enter the last day"),
        ("until_on", "wrong"): N_("Enter a day, for example 2026-11-24"),
        ("decision", "missing"): N_("Choose what becomes of the session"),
        ("substitute", "missing"): N_("Choose who answers instead"),
        ("held_on", "missing"): N_("Enter the new day"),
        ("held_on", "wrong"): N_("Enter a day, for example 2026-11-24"),
        ("held_on", "past"): N_("The day has passed: choose today or a later day"),
        ("opens_clock", "missing"): N_("Enter the time of the start"),
        ("opens_clock", "wrong"): N_("Enter the time of the start, such as 10:00"),
        ("closes_clock", "missing"): N_("Enter the time of the end"),
        ("closes_clock", "wrong"): N_("Enter the time of the end, such as 12:00"),
        ("reason", "missing"): N_("Write why the session is cancelled: citizens will read it"),
        ("reason", "too-short"): N_("Write why the session is cancelled: citizens will read it"),
    }
)

Number = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class AbsenceForm(Struct, frozen=True, kw_only=True):
    """Who is away, when and why."""

    official: Number
    kind: AbsenceKind
    from_on: date
    until_on: date


class Decision(StrEnum):
    """What becomes of a session whose official is away."""

    SUBSTITUTE = "substitute"
    MOVE = "move"
    CANCEL = "cancel"


class DecisionForm(Struct, frozen=True, kw_only=True):
    """The decision about one session; what it needs depends on what is decided."""

    decision: Decision
    substitute: Number | None = None
    held_on: date | None = None
    opens_clock: time | None = None
    closes_clock: time | None = None
    reason: Annotated[str, Meta(max_length=300)] = ""


NEEDED: Final[Mapping[Decision, tuple[str, ...]]] = MappingProxyType(
    {
        Decision.SUBSTITUTE: ("substitute",),
        Decision.MOVE: ("held_on", "opens_clock", "closes_clock"),
        Decision.CANCEL: ("reason",),
    }
)
SHORTEST_REASON: Final = 5


@get(PATH, include_in_schema=False, guards=PLANNERS)
async def show_absences(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Officials who are away now or later, and a form for more."""
    return await _show(request, signed_in, now, BLANK_FORM)


@post(PATH, include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def add_absence(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Note an absence; then decide about the sessions that it concerns, if there are any."""
    form = await read_form(request)
    given = parse_form(AbsenceForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show(request, signed_in, now, view, status=422)
    try:
        absence = await note_official_absence(
            OfficialId(given.official),
            given.kind,
            given.from_on,
            given.until_on,
            staff=signed_in,
            now=now,
        )
    except NotFound:
        raise
    except (Conflict, Invalid) as refusal:
        view = refuse_field(request, form, "from_on", refusal)
        return await _show(request, signed_in, now, view, status=status_of(refusal))
    return lead_to(request, f"{PATH}/{absence.public_id}")


@get(PATH + "/{public_id:str}", include_in_schema=False, guards=PLANNERS)
async def show_decisions(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Every session that waits for a decision, with the people whom it concerns."""
    return await _show_decisions(request, public_id, signed_in, now, BLANK_FORM)


@post(
    PATH + "/{public_id:str}/sessions/{session:str}",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def decide(
    request: PageRequest,
    public_id: FromPath[str],
    session: FromPath[str],
    signed_in: SignedIn,
    now: Now,
) -> Response[str]:
    """Carry out what was decided about one session; everyone concerned is told."""
    planned = await get_planned(session, staff=signed_in)
    form = await read_form(request)
    given = _read_decision(form, today=local_date(now))
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show_decisions(
            request, public_id, signed_in, now, view, about=session, status=422
        )
    try:
        if given.decision is Decision.SUBSTITUTE and given.substitute is not None:
            official, clock = OfficialId(given.substitute), facts_of(request).clock
            await substitute(public_id, session, official, staff=signed_in, clock=clock)
        elif given.decision is Decision.CANCEL:
            await call_off(public_id, session, given.reason, staff=signed_in, now=now)
        else:
            await move(public_id, session, _plan(given, planned), staff=signed_in, now=now)
    except NotFound:
        raise
    except Refusal as refusal:
        view = refuse_field(request, form, _field_of(given), refusal)
        return await _show_decisions(
            request, public_id, signed_in, now, view, about=session, status=status_of(refusal)
        )
    return lead_to(request, f"{PATH}/{public_id}")


@post(
    PATH + "/{public_id:str}/end",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def end_absence(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Take an absence back."""
    await end_official_absence(public_id, staff=signed_in, now=now)
    return lead_to(request, PATH)


def _read_decision(form: Form, *, today: date) -> DecisionForm | Mistakes:
    given = parse_form(DecisionForm, form)
    if isinstance(given, Mistakes):
        return given
    missing = {name: "missing" for name in NEEDED[given.decision] if not getattr(given, name)}
    if missing:
        return Mistakes(by_field=missing)
    if given.decision is Decision.CANCEL and len(given.reason) < SHORTEST_REASON:
        return Mistakes(by_field={"reason": "too-short"})
    if given.held_on is not None and not is_planned_year(given.held_on):
        return Mistakes(by_field={"held_on": "wrong"})
    is_past = given.held_on is not None and given.held_on < today
    if given.decision is Decision.MOVE and is_past:
        return Mistakes(by_field={"held_on": "past"})
    return given


def _plan(given: DecisionForm, session: PlannedSession) -> Plan:
    """The session as it is, on another day."""
    assert given.held_on is not None  # noqa: S101 - looked at by ``_read_decision``
    assert given.opens_clock is not None  # noqa: S101 - the same
    assert given.closes_clock is not None  # noqa: S101 - the same
    return Plan(
        post=session.post,
        line=session.line,
        ring_number=session.ring_number,
        topic=session.topic,
        place=session.place,
        community=session.community,
        held_on=given.held_on,
        opens_clock=given.opens_clock.replace(tzinfo=None),
        closes_clock=given.closes_clock.replace(tzinfo=None),
        talk_minutes=session.talk_minutes,
        rest_minutes=session.rest_minutes,
        walk_in_percent=session.walk_in_percent,
        is_automatic=session.is_automatic,
        is_recorded=session.is_recorded,
        is_transcribed=session.is_transcribed,
    )


def _field_of(given: DecisionForm) -> str:
    return {
        Decision.SUBSTITUTE: "substitute",
        Decision.MOVE: "held_on",
        Decision.CANCEL: "reason",
    }[given.decision]


async def _show(
    request: PageRequest,
    staff: Staff,
    now: Now,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    return page(
        request,
        "pages/desk/officials/absences.html",
        status=status,
        absences=await load_official_absences(staff=staff, now=now),
        kinds=KINDS,
        form=form,
    )


async def _show_decisions(
    request: PageRequest,
    public_id: str,
    staff: Staff,
    now: Now,
    form: FormView,
    *,
    about: str = "",
    status: int = HTTP_200_OK,
) -> Response[str]:
    """``about`` is the session to whose form ``form`` belongs."""
    decisions = await list_decisions(public_id, staff=staff, now=now)
    return page(
        request,
        "pages/desk/officials/decisions.html",
        status=status,
        absence=decisions.absence,
        kind=KINDS[decisions.absence.kind],
        pending=decisions.pending,
        about=about,
        blank=BLANK_FORM,
        form=form,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_absences,
    add_absence,
    show_decisions,
    decide,
    end_absence,
]
