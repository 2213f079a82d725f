"""Booking for a citizen who has called: a slot, who it is, and the code to be read out."""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.bookings import (
    AlreadyBooked,
    Caller,
    CallerName,
    Community,
    OtherForm,
    Question,
    SessionNotBookable,
    TooManyBookings,
    Wish,
)
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.phones import parse_mobile
from hotline_sessions.domain.registration import (
    DrawSession,
    RegistrationClosed,
    RegistrationNotOpen,
)
from hotline_sessions.domain.slots import SlotTaken, SlotTooSoon
from hotline_sessions.domain.times import Window
from hotline_sessions.i18n import DEFAULT_LOCALE, N_, Locale
from hotline_sessions.services.announcements import FreeSlots
from hotline_sessions.services.bookings import Taken
from hotline_sessions.services.desk_bookings import book_for, get_slots_for
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.form_answers import answer_refused, refuse_field
from hotline_sessions.web.form_marks import read_mark
from hotline_sessions.web.forms import (
    Form,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.pages.desk.live import OPERATORS
from hotline_sessions.web.pages.free_slots import list_times
from hotline_sessions.web.pages.slots import NoSuchSlot
from hotline_sessions.web.templating import page


FORM: Final = "pages/desk/bookings/form.html"
BOOKED: Final = "pages/desk/bookings/booked.html"

SENTENCES: Final[Sentences] = {
    ("starts_at", "missing"): N_("Choose a time"),
    ("starts_at", "wrong"): N_("Choose a time from the list"),
    ("name", "missing"): N_("Enter the name of the citizen"),
    ("name", "too-short"): N_("Enter the name of the citizen"),
    ("phone", "missing"): N_("Enter the phone of the citizen, for example 050 123 45 67"),
    ("community", "missing"): N_("Enter the town, village or community"),
    ("community", "too-short"): N_("Enter the town, village or community"),
    ("question", "missing"): N_("Write what the citizen wants to ask"),
    ("question", "too-short"): N_("Write the question in a few words"),
    ("reason", "missing"): N_("Write why the limits do not hold for this booking"),
    ("reason", "too-short"): N_("Write why the limits do not hold for this booking"),
}

ABOUT_THE_PHONE: Final = (AlreadyBooked, TooManyBookings, OtherForm)
ABOUT_THE_TIME: Final = (
    SlotTaken,
    SlotTooSoon,
    SessionNotBookable,
    RegistrationNotOpen,
    RegistrationClosed,
    DrawSession,
)


class ForForm(Struct, frozen=True, kw_only=True):
    """What an operator writes down; ``reason`` counts when ``beyond`` is ticked."""

    starts_at: Annotated[datetime, Meta(tz=True)]
    name: CallerName
    phone: str
    community: Community
    question: Question
    call_back: str = ""
    language: Locale = DEFAULT_LOCALE
    beyond: bool = False
    reason: Annotated[str, Meta(min_length=5, max_length=300)] = ""


@get("/staff/desk/{public_id:str}/book", include_in_schema=False, guards=OPERATORS)
async def ask_whom_to_book(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Free slots, and who has called."""
    found = await get_slots_for(public_id, staff=signed_in, now=now)
    return page(request, FORM, **_of(found))


@post(
    "/staff/desk/{public_id:str}/book",
    include_in_schema=False,
    guards=OPERATORS,
    status_code=HTTP_200_OK,
)
async def book_for_citizen(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, secret: Secret, now: Now
) -> Response[Any]:
    """Book; the code is shown once, to be read out, and goes to the citizen by SMS."""
    form = await read_form(request)
    sent = _read_wish(form)
    if isinstance(sent, Mistakes):
        found = await get_slots_for(public_id, staff=signed_in, now=now)
        view = with_mistakes(request, form, sent, SENTENCES)
        return page(request, FORM, status=422, form=view, **_of(found))
    wish = Wish(
        starts_at=sent.starts_at,
        community=sent.community,
        question=sent.question,
        wants_call_back=bool(sent.call_back),
    )
    try:
        taken = await book_for(
            public_id,
            wish,
            Caller(phone=sent.phone, name=sent.name),
            beyond=sent.reason if sent.beyond else "",
            language=sent.language,
            form=read_mark(form),
            staff=signed_in,
            secret=secret,
            now=now,
        )
    except Refusal as refusal:
        found = await get_slots_for(public_id, staff=signed_in, now=now)
        told = NoSuchSlot() if isinstance(refusal, NotFound) else refusal
        view = refuse_field(request, form, _choose_field(told), told)
        return answer_refused(request, FORM, view, told, **_of(found))
    found = await get_slots_for(public_id, staff=signed_in, now=now)
    return _show_booked(request, found, taken)


def _read_wish(form: Form) -> ForForm | Mistakes:
    """What was written down; the reason must be given where the limits shall not hold."""
    sent = parse_form(ForForm, form, {"phone": parse_mobile})
    if form.get("beyond") and not form.get("reason"):
        others = sent.by_field if isinstance(sent, Mistakes) else {}
        return Mistakes(by_field={**others, "reason": "missing"})
    return sent


def _choose_field(refusal: Refusal) -> str:
    """The field that a refusal is about.

    Raises:
        Refusal: It is about none.
    """
    if isinstance(refusal, ABOUT_THE_PHONE):
        return "phone"
    if isinstance(refusal, (*ABOUT_THE_TIME, NoSuchSlot)):
        return "starts_at"
    raise refusal


def _show_booked(request: PageRequest, found: FreeSlots, taken: Taken) -> Response[str]:
    own = taken.booking
    return page(
        request,
        BOOKED,
        session=found.announcement,
        booking=own,
        code=taken.code,
        window=Window(starts_at=own.starts_at, ends_at=own.ends_at),
    )


def _of(found: FreeSlots) -> dict[str, Any]:
    return {"session": found.announcement, "slots": list_times(found.free)}


HANDLERS: Final[list[ControllerRouterHandler]] = [ask_whom_to_book, book_for_citizen]
