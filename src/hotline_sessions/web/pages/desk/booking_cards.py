"""Bookings at the desk: found by number or phone, moved, cancelled, put into other words.

What is searched for travels in a form alone: no address holds a phone, no history of a browser.
"""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.bookings import AlreadyBooked, BookingState, Question
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.references import build_reference
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.booking_changes import list_others_with_room
from hotline_sessions.services.bookings import OwnBooking
from hotline_sessions.services.desk_cards import (
    Card,
    NothingToSearch,
    cancel_for,
    move_for,
    open_card,
    reword_for,
    search,
)
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    BLANK_FORM,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.booking_changes import find_target
from hotline_sessions.web.pages.desk.live import OPERATORS
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.pages.free_slots import choose_nearest, list_times
from hotline_sessions.web.pages.slots import ABOUT_THE_SLOT, NoSuchSlot
from hotline_sessions.web.templating import page


SEARCH: Final = "pages/desk/bookings/search.html"
CARD: Final = "pages/desk/bookings/card.html"

STATES: Final = {
    BookingState.BOOKED: (N_("booked"), "blue"),
    BookingState.HEARD: (N_("heard"), "green"),
    BookingState.MISSED: (N_("missed"), "orange"),
    BookingState.CANCELLED: (N_("cancelled"), "grey"),
    BookingState.OFFERED: (N_("offered"), "yellow"),
}
SENTENCES: Final[Sentences] = {
    ("wanted", "missing"): N_("Enter the number of the booking or the phone of the citizen"),
    ("starts_at", "missing"): N_("Choose a time"),
    ("starts_at", "wrong"): N_("Choose a time from the list"),
    ("question", "missing"): N_("Write what the citizen wants to ask"),
    ("question", "too-short"): N_("Write the question in a few words"),
    ("question", "too-long"): N_("Write the question in fewer words"),
    ("agreed", "missing"): N_("Tick that the citizen gives the talk up"),
}


class SearchForm(Struct, frozen=True, kw_only=True):
    """A number of a booking, or a phone."""

    wanted: Annotated[str, Meta(max_length=40)]


class MoveForm(Struct, frozen=True, kw_only=True):
    """The new time, in the session with this name."""

    session: str
    starts_at: Annotated[datetime, Meta(tz=True)]


class CancelForm(Struct, frozen=True, kw_only=True):
    """That the talk is really given up."""

    agreed: bool


class QuestionForm(Struct, frozen=True, kw_only=True):
    """What the citizen wants to ask instead."""

    question: Question


class FoundView(Struct, frozen=True, kw_only=True):
    """A booking in the list of what was found."""

    name: str
    reference: str
    who: str
    session: str
    starts_at: datetime
    state: tuple[str, str]


@get("/staff/bookings", include_in_schema=False, guards=OPERATORS, sync_to_thread=False)
def ask_what(request: PageRequest) -> Response[str]:
    """What to search for."""
    return page(request, SEARCH, found=None)


@post("/staff/bookings", include_in_schema=False, guards=OPERATORS, status_code=HTTP_200_OK)
async def find(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Bookings with this number or of this phone."""
    form = await read_form(request)
    sent = parse_form(SearchForm, form)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return page(request, SEARCH, status=422, form=view, found=None)
    try:
        found = await search(sent.wanted, staff=signed_in, now=now)
    except NothingToSearch as refusal:
        view = refuse_field(request, form, "wanted", refusal)
        return page(request, SEARCH, status=422, form=view, found=None)
    words = words_of(request)
    views = [view_found(each, words) for each in found]
    return page(request, SEARCH, form=FormView(values=form.fields), found=views)


@get("/staff/bookings/{booking:str}", include_in_schema=False, guards=OPERATORS)
async def show_card(
    request: PageRequest,
    booking: FromPath[str],
    signed_in: SignedIn,
    now: Now,
    session: FromQuery[str] = "",
) -> Response[str]:
    """A booking and what may be done with it; free times of ``session`` if one is named."""
    return await show(request, booking, signed_in, now=now, target=session)


@post(
    "/staff/bookings/{booking:str}/move",
    include_in_schema=False,
    guards=OPERATORS,
    status_code=HTTP_200_OK,
)
async def move(
    request: PageRequest, booking: FromPath[str], signed_in: SignedIn, secret: Secret, now: Now
) -> Response[str]:
    """Take the new time, then let the old one go; who comes too late keeps the old one."""
    form = await read_form(request)
    target = form.get("session")
    sent = parse_form(MoveForm, form)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await show(request, booking, signed_in, view, now=now, target=target, status=422)
    try:
        moved = await move_for(
            booking, sent.session, sent.starts_at, staff=signed_in, secret=secret, now=now
        )
    except (*ABOUT_THE_SLOT, AlreadyBooked, NotFound) as refusal:
        told: Refusal = NoSuchSlot() if isinstance(refusal, NotFound) else refusal
        view = refuse_field(request, form, "starts_at", told)
        return await show(
            request, booking, signed_in, view, now=now, target=target, status=status_of(told)
        )
    return lead_to(request, f"/staff/bookings/{moved.booking.public_id}?done=moved")


@post(
    "/staff/bookings/{booking:str}/cancel",
    include_in_schema=False,
    guards=OPERATORS,
    status_code=HTTP_200_OK,
)
async def cancel(
    request: PageRequest, booking: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Give the talk up as the citizen says."""
    form = await read_form(request)
    sent = parse_form(CancelForm, form)
    if isinstance(sent, Mistakes) or not sent.agreed:
        mistakes = Mistakes(by_field={"agreed": "missing"})
        view = with_mistakes(request, form, mistakes, SENTENCES)
        return await show(request, booking, signed_in, view, now=now, status=422)
    await cancel_for(booking, staff=signed_in, now=now)
    return lead_to(request, f"/staff/bookings/{booking}?done=cancelled")


@post(
    "/staff/bookings/{booking:str}/question",
    include_in_schema=False,
    guards=OPERATORS,
    status_code=HTTP_200_OK,
)
async def reword(
    request: PageRequest, booking: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Keep the new question: the official reads it instead of the old one."""
    form = await read_form(request)
    sent = parse_form(QuestionForm, form)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await show(request, booking, signed_in, view, now=now, status=422)
    await reword_for(booking, sent.question, staff=signed_in, now=now)
    return lead_to(request, f"/staff/bookings/{booking}?done=question")


async def show(
    request: PageRequest,
    booking: str,
    staff: Staff,
    form: FormView = BLANK_FORM,
    *,
    now: datetime,
    target: str = "",
    status: int = HTTP_200_OK,
) -> Response[str]:
    """The card; each look at it is written down."""
    card = await open_card(booking, staff=staff, now=now)
    return page(
        request,
        CARD,
        status=status,
        card=card,
        booking=card.own.booking,
        session=card.own.announcement,
        reference=build_reference(card.own.booking.public_id),
        state=_name_state(card.own.booking.state, words_of(request)),
        may_file=staff.may(Right.REGISTER_APPEALS),
        done=request.query_params.get("done", ""),
        form=form,
        **(await _offer(card, target, now=now) if card.may_leave else {"slots": []}),
    )


def view_found(own: OwnBooking, words: Words) -> FoundView:
    """A booking as the list shows it."""
    session = own.announcement
    return FoundView(
        name=own.booking.public_id,
        reference=build_reference(own.booking.public_id),
        who=own.booking.caller_name,
        session=session.official_name or session.post_title(words.locale),
        starts_at=own.booking.starts_at,
        state=_name_state(own.booking.state, words),
    )


def _name_state(state: BookingState, words: Words) -> tuple[str, str]:
    text, colour = STATES[state]
    return words.gettext(text), colour


async def _offer(card: Card, wanted: str, *, now: datetime) -> dict[str, Any]:
    found = await find_target(card.own, wanted, now=now)
    nearest = choose_nearest(found.free, card.own.booking.starts_at)
    return {
        "target": found.announcement,
        "slots": list_times(found.free),
        "nearest": nearest.starts_at.isoformat() if nearest else "",
        "others": await list_others_with_room(found.announcement, now=now),
    }


HANDLERS: Final[list[ControllerRouterHandler]] = [
    ask_what,
    find,
    show_card,
    move,
    cancel,
    reword,
]
