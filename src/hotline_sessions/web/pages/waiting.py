"""The waiting list for citizens: join it, see one's place, leave it, ask for an earlier time."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.appeals import BadReplyEmail, parse_reply_email
from hotline_sessions.domain.bookings import AlreadyBooked, Caller, Community, Question
from hotline_sessions.domain.phones import PhoneNumber, mask
from hotline_sessions.domain.times import Window, local_date
from hotline_sessions.domain.waiting_list import NewEntry, SlotsFree, WaitingState
from hotline_sessions.i18n import N_
from hotline_sessions.services.announcements import FreeSlots
from hotline_sessions.services.bookings import OwnBooking, get_own_booking
from hotline_sessions.services.verification import find_caller
from hotline_sessions.services.waiting_list import OwnEntry, get_own_entry, join, leave
from hotline_sessions.web.cookies import PROOF
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, facts_of
from hotline_sessions.web.form_marks import read_mark
from hotline_sessions.web.forms import (
    BLANK_FORM,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.links import read_booking, read_waiting, waiting_path
from hotline_sessions.web.locale import locale_of, localized
from hotline_sessions.web.pages.bookings import describe
from hotline_sessions.web.pages.sessions import get_bookable
from hotline_sessions.web.pages.verification import PERSONAL, go
from hotline_sessions.web.templating import page


SENTENCES: Final[Sentences] = {
    ("community", "missing"): N_("Enter your town, village or community"),
    ("community", "too-short"): N_("Enter your town, village or community"),
    ("question", "missing"): N_("Write what you want to ask"),
    ("question", "too-short"): N_("Write your question in a few words"),
    ("email", BadReplyEmail.code): N_("Enter an e-mail address, for example name@example.com"),
}


class JoinForm(Struct, frozen=True, kw_only=True):
    """What is entered to wait for a slot."""

    community: Community
    question: Question
    call_back: str = ""
    any_session: str = ""
    email: str = ""


@get("/sessions/{public_id:str}/wait", include_in_schema=False, opt=PERSONAL)
async def ask_to_wait(
    request: PageRequest, public_id: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """What the talk is to be about, once the phone is proven; free slots are booked instead."""
    found = await get_bookable(public_id, now=now)
    caller = await find_caller(request.cookies.get(PROOF, ""), secret=secret, now=now)
    if caller is None:
        return go(request, public_id, "book")
    if found.free:
        return go(request, public_id, "slot")
    return _join_page(request, found, caller, BLANK_FORM)


@post("/sessions/{public_id:str}/wait", include_in_schema=False, opt=PERSONAL)
async def wait(
    request: PageRequest, public_id: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Join the list; who is on it already is led to the place that is kept."""
    found = await get_bookable(public_id, now=now)
    caller = await find_caller(request.cookies.get(PROOF, ""), secret=secret, now=now)
    if caller is None:
        return go(request, public_id, "book")
    form = await read_form(request)
    sent = parse_form(JoinForm, form, {"email": parse_reply_email})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return _join_page(request, found, caller, view, status=422)
    new = NewEntry(
        phone=caller.phone,
        caller_name=caller.name,
        community=sent.community,
        question=sent.question,
        language=locale_of(request),
        wants_call_back=bool(sent.call_back),
        any_session=bool(sent.any_session),
        email=sent.email if facts_of(request).sends_mail else "",
    )
    try:
        name = await join(public_id, new, now=now, secret=secret, form=read_mark(form))
    except (AlreadyBooked, SlotsFree):
        return go(request, public_id, "slot")
    return _lead_to(request, (await get_own_entry(name)), secret)


@get("/waiting/{token:str}", include_in_schema=False, opt=PERSONAL)
async def show_entry(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """One's place in the list, and the offer that waits for an answer."""
    own = await get_own_entry(read_waiting(token, secret=secret, now=now))
    session = own.announcement
    offer = own.offer if own.offer and own.offer.is_open(now) else None
    return page(
        request,
        "pages/waiting/show.html",
        session=session,
        entry=own.entry,
        state=own.entry.state.value,
        before=own.before,
        is_standing=own.entry.state in {WaitingState.WAITING, WaitingState.OFFERED},
        offer=offer,
        offer_on=local_date(offer.booking.starts_at) if offer else None,
        offer_window=Window(starts_at=offer.booking.starts_at, ends_at=offer.booking.ends_at)
        if offer
        else None,
        place=f"/waiting/{token}",
        help_phone=session.line_number,
    )


@post("/waiting/{token:str}/leave", include_in_schema=False, opt=PERSONAL)
async def leave_list(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Redirect:
    """Leave the list; twice is the same as once."""
    name = read_waiting(token, secret=secret, now=now)
    own = await get_own_entry(name)
    if own.entry.ended_at is None:
        mark = read_mark(await read_form(request))
        await leave(name, now=now, secret=secret, form=mark)
    address = localized(f"/waiting/{token}", locale_of(request))
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


@get("/bookings/{token:str}/earlier", include_in_schema=False, opt=PERSONAL)
async def ask_for_earlier(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """What it means to ask for an earlier time; nothing changes yet."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    return page(request, "pages/waiting/earlier.html", **describe(own, token))


@post("/bookings/{token:str}/earlier", include_in_schema=False, opt=PERSONAL)
async def wait_for_earlier(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Redirect:
    """Ask for an earlier time of the same session; the booking stays until there is one."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    try:
        name = await join(
            own.announcement.public_id,
            _wish_of(own, request),
            now=now,
            secret=secret,
            form=read_mark(await read_form(request)),
        )
    except SlotsFree:
        address = localized(f"/bookings/{token}/move", locale_of(request))
        return Redirect(address, status_code=HTTP_303_SEE_OTHER)
    return _lead_to(request, await get_own_entry(name), secret)


def entry_path(own: OwnEntry, *, secret: bytes) -> str:
    """Page of an entry; the same for as long as the entry is."""
    return waiting_path(own.entry.public_id, own.announcement.ends_at, secret=secret)


def _wish_of(own: OwnBooking, request: PageRequest) -> NewEntry:
    booking = own.booking
    return NewEntry(
        phone=booking.phone,
        caller_name=booking.caller_name,
        community=booking.community,
        question=booking.question,
        language=locale_of(request),
        wants_call_back=booking.wants_call_back,
        wants_earlier=True,
    )


def _join_page(
    request: PageRequest, found: FreeSlots, caller: Caller, form: FormView, *, status: int = 200
) -> Response[str]:
    session = found.announcement
    return page(
        request,
        "pages/waiting/join.html",
        status=status,
        session=session,
        window=Window(starts_at=session.starts_at, ends_at=session.ends_at),
        caller=caller.name,
        masked=mask(PhoneNumber(caller.phone)),
        sends_mail=facts_of(request).sends_mail,
        form=form,
        help_phone=session.line_number,
    )


def _lead_to(request: PageRequest, own: OwnEntry, secret: bytes) -> Redirect:
    address = localized(entry_path(own, secret=secret), locale_of(request))
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


HANDLERS: Final[list[ControllerRouterHandler]] = [
    ask_to_wait,
    wait,
    show_entry,
    leave_list,
    ask_for_earlier,
    wait_for_earlier,
]
