"""Last step of a booking: a slot, and what the talk is about."""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.appeals import BadReplyEmail, parse_reply_email
from hotline_sessions.domain.bookings import (
    AlreadyBooked,
    Booking,
    BookingBusy,
    Caller,
    Community,
    Question,
    TooManyBookings,
    TooManyMissed,
    Wish,
)
from hotline_sessions.domain.errors import Invalid, NotFound, Refusal
from hotline_sessions.domain.phones import PhoneNumber, mask
from hotline_sessions.domain.registration import RegistrationNotOpen
from hotline_sessions.domain.sessions import BookingMode
from hotline_sessions.domain.slots import SlotTaken, SlotTooSoon
from hotline_sessions.domain.times import Window
from hotline_sessions.i18n import N_
from hotline_sessions.services.announcements import FreeSlots
from hotline_sessions.services.booking_lane import BookingLane
from hotline_sessions.services.booking_orders import PhoneNotProven, Proof, Way
from hotline_sessions.services.bookings import find_booking_of, take_slot
from hotline_sessions.services.verification import find_caller
from hotline_sessions.services.waiting_list import find_own_entry
from hotline_sessions.web.cookies import PROOF, read_code, remember_code
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, facts_of
from hotline_sessions.web.form_answers import answer_refused
from hotline_sessions.web.form_marks import read_mark
from hotline_sessions.web.forms import (
    BLANK_FORM,
    Form,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.links import booking_path
from hotline_sessions.web.locale import locale_of, localized
from hotline_sessions.web.pages.free_slots import choose_nearest, list_times
from hotline_sessions.web.pages.late_slots import answer_late
from hotline_sessions.web.pages.sessions import get_bookable
from hotline_sessions.web.pages.verification import PERSONAL, go
from hotline_sessions.web.pages.waiting import entry_path
from hotline_sessions.web.templating import page


CHOOSE: Final = "pages/slots/choose.html"

SENTENCES: Final[Sentences] = {
    ("starts_at", "missing"): N_("Choose a time"),
    ("starts_at", "wrong"): N_("Choose a time from the list"),
    ("community", "missing"): N_("Enter your town, village or community"),
    ("community", "too-short"): N_("Enter your town, village or community"),
    ("email", BadReplyEmail.code): N_("Enter an e-mail address, for example name@example.com"),
    ("question", "missing"): N_("Write what you want to ask"),
    ("question", "too-short"): N_("Write your question in a few words"),
}


ABOUT_THE_SLOT: Final = (SlotTaken, SlotTooSoon, TooManyBookings, TooManyMissed, BookingBusy)
"""Refusals after which another slot, or another attempt, may be right."""


class NoSuchSlot(Invalid):
    """The session has no talk at this time."""

    code = "no-such-slot"


class SlotForm(Struct, frozen=True, kw_only=True):
    """The wish of a citizen, as the form sends it; the fields are those of ``Wish``.

    ``email`` is where the confirmation and the reminders go besides the telephone.
    """

    starts_at: Annotated[datetime, Meta(tz=True)]
    community: Community
    question: Question
    call_back: str = ""
    email: str = ""


@get("/sessions/{public_id:str}/slot", include_in_schema=False, opt=PERSONAL)
async def ask_slot(
    request: PageRequest, public_id: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Free slots, the nearest one chosen; who has a booking here is led to it.

    Before registration opens, the page of the session says when it does.
    """
    try:
        found = await get_bookable(public_id, now=now)
    except RegistrationNotOpen:
        address = localized(f"/sessions/{public_id}?ready=1", locale_of(request))
        return Redirect(address, status_code=HTTP_303_SEE_OTHER)
    if found.announcement.booking_mode is BookingMode.DRAW:
        return go(request, public_id, "draw/register")
    caller = await find_caller(request.cookies.get(PROOF, ""), secret=secret, now=now)
    if caller is None:
        return go(request, public_id, "book")
    if own := await find_booking_of(public_id, caller):
        return _lead_to(request, own, secret)
    known = None if found.free else await find_own_entry(public_id, caller.phone)
    own_path = entry_path(known, secret=secret) if known else ""
    return page(request, CHOOSE, **_of(request, found, caller, wanted=None, own_path=own_path))


@post("/sessions/{public_id:str}/slot", include_in_schema=False, opt=PERSONAL)
async def book_slot(
    request: PageRequest, public_id: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Book the slot; who comes second is offered the nearest free ones at once.

    Nothing is looked up before: the one statement that books also looks whether it may.
    """
    proof = request.cookies.get(PROOF, "")
    form = await read_form(request)
    sent = parse_form(SlotForm, form, {"email": parse_reply_email})
    if isinstance(sent, Mistakes):
        return await _show_mistakes(request, public_id, form, sent, secret=secret, now=now)
    wish = Wish(
        starts_at=sent.starts_at,
        community=sent.community,
        question=sent.question,
        wants_call_back=bool(sent.call_back),
    )
    email = sent.email if facts_of(request).sends_mail else ""
    way = Way(language=locale_of(request), email=email, form=read_mark(form))
    try:
        taken = await take_slot(
            public_id,
            wish,
            Proof(proof),
            secret=secret,
            now=now,
            way=way,
            lane=lane_of(request),
        )
    except PhoneNotProven:
        await get_bookable(public_id, now=now)
        return go(request, public_id, "book")
    except Refusal as refusal:
        return await _answer_refusal(
            request, public_id, form, wish, refusal, secret=secret, now=now
        )
    address = localized(booking_path(taken.booking, secret=secret), locale_of(request))
    code = remember_code(request, taken.booking.public_id, taken.code)
    cookies = [code] if taken.code else []
    return Redirect(address, status_code=HTTP_303_SEE_OTHER, cookies=cookies)


async def _show_mistakes(
    request: PageRequest,
    public_id: str,
    form: Form,
    mistakes: Mistakes,
    *,
    secret: bytes,
    now: datetime,
) -> Response[Any]:
    found = await get_bookable(public_id, now=now)
    caller = await find_caller(request.cookies.get(PROOF, ""), secret=secret, now=now)
    if caller is None:
        return go(request, public_id, "book")
    view = with_mistakes(request, form, mistakes, SENTENCES)
    wanted = _read_moment(form)
    return page(
        request, CHOOSE, status=422, form=view, **_of(request, found, caller, wanted=wanted)
    )


async def _answer_refusal(
    request: PageRequest,
    public_id: str,
    form: Form,
    wish: Wish,
    refusal: Refusal,
    *,
    secret: bytes,
    now: datetime,
) -> Response[Any]:
    """The page again with the nearest free slots, or the booking that stands.

    Raises:
        Refusal: It is not about the slot.
    """
    if isinstance(refusal, AlreadyBooked):
        return await _answer_booked(request, public_id, wish, refusal, secret=secret, now=now)
    if isinstance(refusal, NotFound):
        refusal = NoSuchSlot()
    elif not isinstance(refusal, ABOUT_THE_SLOT):
        raise refusal
    return await answer_late(request, public_id, form, refusal, wanted=wish.starts_at, now=now)


async def _answer_booked(
    request: PageRequest,
    public_id: str,
    wish: Wish,
    refusal: Refusal,
    *,
    secret: bytes,
    now: datetime,
) -> Response[Any]:
    """The booking that stands; a form sent twice simply leads to what its first copy made."""
    found = await get_bookable(public_id, now=now)
    caller = await find_caller(request.cookies.get(PROOF, ""), secret=secret, now=now)
    own = None if caller is None else await find_booking_of(public_id, caller)
    if own is None:
        raise refusal
    if own.starts_at == wish.starts_at and read_code(request, own.public_id):
        return _lead_to(request, own, secret)
    return answer_refused(
        request,
        "pages/slots/already.html",
        BLANK_FORM,
        refusal,
        session=found.announcement,
        help_phone=found.announcement.line_number,
        booking=own,
        window=Window(starts_at=own.starts_at, ends_at=own.ends_at),
        own_path=booking_path(own, secret=secret),
    )


def lane_of(request: PageRequest) -> BookingLane:
    """The lane of this process in which slots are booked."""
    state = request.app.state
    if state.get("booking_lane") is None:
        state.booking_lane = BookingLane()
    lane: BookingLane = state.booking_lane
    return lane


def _of(
    request: PageRequest,
    found: FreeSlots,
    caller: Caller,
    *,
    wanted: datetime | None,
    own_path: str = "",
) -> dict[str, Any]:
    session = found.announcement
    nearest = choose_nearest(found.free, wanted)
    return {
        "session": session,
        "help_phone": session.line_number,
        "caller": caller.name,
        "masked": mask(PhoneNumber(caller.phone)),
        "sends_mail": facts_of(request).sends_mail,
        "slots": list_times(found.free),
        "nearest": nearest.starts_at.isoformat() if nearest else "",
        "taken": session.booked,
        "total": session.bookable,
        "entry_path": own_path,
    }


def _read_moment(form: Form) -> datetime | None:
    try:
        moment = datetime.fromisoformat(form.get("starts_at"))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _lead_to(request: PageRequest, booking: Booking, secret: bytes) -> Redirect:
    address = localized(booking_path(booking, secret=secret), locale_of(request))
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


HANDLERS: Final[list[ControllerRouterHandler]] = [ask_slot, book_slot]
