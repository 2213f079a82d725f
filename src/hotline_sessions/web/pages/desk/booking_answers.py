"""Answers of those who had booked when plans changed; staff choose for whom they telephone."""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.booking_choices import Answer, Choice, NothingToChoose
from hotline_sessions.domain.bookings import AlreadyBooked
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.phones import PhoneNumber, mask
from hotline_sessions.domain.references import build_reference
from hotline_sessions.domain.slots import SlotTaken, SlotTooSoon
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.announcements import FreeSlots
from hotline_sessions.services.booking_answers import OneAnswer, get_answer, get_answers
from hotline_sessions.services.booking_changes import list_others_with_room
from hotline_sessions.services.booking_choices import choose, find_successor, move_on
from hotline_sessions.services.plans import get_planned
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
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
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.pages.free_slots import choose_nearest, list_times
from hotline_sessions.web.pages.sessions import get_bookable
from hotline_sessions.web.pages.slots import NoSuchSlot
from hotline_sessions.web.templating import page


CALLERS: Final = [require_staff, require(Right.RUN_DESK, Right.PLAN_SESSIONS)]

CHOICES: Final = {
    Choice.KEEP: N_("keep their time"),
    Choice.MOVE: N_("go to the new session"),
    Choice.OTHER: N_("go to another session"),
    Choice.APPEAL: N_("have filed a written appeal"),
    Choice.GIVE_UP: N_("give up the talk"),
}

SENTENCES: Final[Sentences] = {
    ("choice", "missing"): N_("Choose what the citizen wants"),
    ("choice", "not-a-choice"): N_("Choose what the citizen wants"),
    ("starts_at", "missing"): N_("Choose a time"),
    ("starts_at", "wrong"): N_("Choose a time from the list"),
}


class ChoiceForm(Struct, frozen=True, kw_only=True):
    """What the citizen has said on the telephone; time and session are for moving."""

    choice: Choice
    session: str = ""
    starts_at: Annotated[datetime, Meta(tz=True)] | None = None


class OpenView(Struct, frozen=True, kw_only=True):
    """A citizen who is waited for, in a list: the number is masked until it is called."""

    name: str
    who: str
    phone: str
    reference: str
    starts_at: datetime
    asked_at: datetime


@get("/staff/sessions/{public_id:str}/choices", include_in_schema=False, guards=CALLERS)
async def show_answers(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """How many have chosen what, and who has not answered."""
    answers = await get_answers(public_id, staff=signed_in, now=now)
    return page(
        request,
        "pages/desk/sessions/choices.html",
        session=await get_planned(public_id, staff=signed_in),
        asked=answers.asked,
        counts=list_counts(answers.counts, words_of(request)),
        otherwise=answers.otherwise,
        still_open=[view_open(each) for each in answers.still_open],
    )


@get(
    "/staff/sessions/{public_id:str}/choices/{booking:str}",
    include_in_schema=False,
    guards=CALLERS,
)
async def ask_answer(
    request: PageRequest,
    public_id: FromPath[str],
    booking: FromPath[str],
    signed_in: SignedIn,
    now: Now,
    session: FromQuery[str] = "",
) -> Response[str]:
    """The number to call, and what can be chosen; times of ``session`` if one is named."""
    one = await get_answer(public_id, booking, staff=signed_in, now=now)
    found = await _find_target(one, session, now=now)
    return await _show(request, public_id, one, found, BLANK_FORM, staff=signed_in, now=now)


@post(
    "/staff/sessions/{public_id:str}/choices/{booking:str}",
    include_in_schema=False,
    guards=CALLERS,
    status_code=HTTP_200_OK,
)
async def choose_for(
    request: PageRequest,
    public_id: FromPath[str],
    booking: FromPath[str],
    signed_in: SignedIn,
    secret: Secret,
    now: Now,
) -> Response[str]:
    """Carry out what the citizen has said on the telephone; who wrote it down is kept."""
    one = await get_answer(public_id, booking, staff=signed_in, now=now)
    form = await read_form(request)
    found = await _find_target(one, form.get("session"), now=now)
    sent = parse_form(ChoiceForm, form)
    if not isinstance(sent, Mistakes) and sent.choice is Choice.MOVE and sent.starts_at is None:
        sent = Mistakes(by_field={"starts_at": "missing"})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await _show(
            request, public_id, one, found, view, staff=signed_in, now=now, status=422
        )
    try:
        await _carry_out(one, sent, found, staff=signed_in, secret=secret, now=now)
    except (SlotTaken, SlotTooSoon, AlreadyBooked) as refusal:
        return await _show_refused(request, public_id, one, form, refusal, staff=signed_in, now=now)
    except NotFound:
        return await _show_refused(
            request, public_id, one, form, NoSuchSlot(), staff=signed_in, now=now
        )
    return lead_to(request, f"/staff/sessions/{public_id}/choices")


def list_counts(counts: dict[Choice, int], words: Words) -> list[tuple[str, int]]:
    """What was chosen and how often, in the reader's language."""
    return [(words.gettext(CHOICES[choice]), count) for choice, count in counts.items()]


def view_open(each: Answer) -> OpenView:
    """A citizen who is waited for."""
    return OpenView(
        name=each.booking,
        who=each.caller_name,
        phone=mask(PhoneNumber(each.phone)),
        reference=build_reference(each.booking),
        starts_at=each.starts_at,
        asked_at=each.asked_at,
    )


async def _carry_out(
    one: OneAnswer,
    sent: ChoiceForm,
    found: FreeSlots | None,
    *,
    staff: Staff,
    secret: bytes,
    now: datetime,
) -> None:
    name = one.own.booking.public_id
    if sent.choice is not Choice.MOVE:
        await choose(name, sent.choice, now=now, by=staff)
        return
    if found is None or sent.starts_at is None:
        raise NothingToChoose
    target = found.announcement.public_id
    await move_on(name, target, sent.starts_at, secret=secret, now=now, by=staff)


async def _find_target(one: OneAnswer, wanted: str, *, now: datetime) -> FreeSlots | None:
    """The session named, of the same institution; else the one held instead, if any."""
    if not wanted:
        return await find_successor(one.own.announcement, now=now)
    found = await get_bookable(wanted, now=now)
    if found.announcement.institution != one.own.announcement.institution:
        raise NotFound
    return found


async def _show_refused(
    request: PageRequest,
    public_id: str,
    one: OneAnswer,
    form: Form,
    refusal: Refusal,
    *,
    staff: Staff,
    now: datetime,
) -> Response[str]:
    found = await _find_target(one, form.get("session"), now=now)
    view = refuse_field(request, form, "starts_at", refusal)
    return await _show(request, public_id, one, found, view, staff=staff, now=now, status=409)


async def _show(
    request: PageRequest,
    public_id: str,
    one: OneAnswer,
    found: FreeSlots | None,
    form: FormView,
    *,
    staff: Staff,
    now: datetime,
    status: int = HTTP_200_OK,
) -> Response[str]:
    booking = one.own.booking
    same = one.choice.same
    times: dict[str, Any] = {"target": None, "slots": [], "nearest": ""}
    if found is not None:
        nearest = choose_nearest(found.free, same.starts_at if same else booking.starts_at)
        times = {
            "target": found.announcement,
            "slots": list_times(found.free),
            "nearest": nearest.starts_at.isoformat() if nearest else "",
        }
    return page(
        request,
        "pages/desk/sessions/choice.html",
        status=status,
        session=one.own.announcement,
        at=f"/staff/sessions/{public_id}/choices",
        booking=booking,
        reference=build_reference(booking.public_id),
        cause=one.choice.asked.cause.value,
        may_keep=Choice.KEEP in one.choice.offered,
        others=await list_others_with_room(one.own.announcement, now=now),
        may_file=staff.may(Right.RUN_DESK) and staff.may(Right.REGISTER_APPEALS),
        form=form,
        **times,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_answers, ask_answer, choose_for]
