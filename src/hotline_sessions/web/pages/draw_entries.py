"""Take part in a draw: preferred times, what the talk is about, and one's entry afterwards."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.bookings import AlreadyBooked, Caller, Community, Question
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.phones import PhoneNumber, mask
from hotline_sessions.domain.registration import RegistrationNotOpen, Stage, choose_stage
from hotline_sessions.domain.times import Window
from hotline_sessions.domain.waiting_list import STANDING
from hotline_sessions.i18n import N_
from hotline_sessions.services.announcements import FreeSlots, get_announcement, get_free_slots
from hotline_sessions.services.bookings import find_booking_of
from hotline_sessions.services.draw_entries import (
    DrawWish,
    NotByLot,
    NoTimeNamed,
    OwnEntry,
    RegisteredAlready,
    check_by_lot,
    find_own_entry,
    get_own_entry,
    register_for_draw,
    withdraw_from_draw,
)
from hotline_sessions.services.verification import find_caller
from hotline_sessions.services.waiting_list import get_own_entry as get_waiting_entry
from hotline_sessions.web.cookies import PROOF
from hotline_sessions.web.dependencies import Now, PageRequest, Secret
from hotline_sessions.web.form_answers import answer_refused, refuse_field
from hotline_sessions.web.form_marks import read_mark
from hotline_sessions.web.forms import Mistakes, Sentences, parse_form, read_form, with_mistakes
from hotline_sessions.web.links import (
    booking_path,
    draw_entry_path,
    read_draw_entry,
    waiting_path,
)
from hotline_sessions.web.locale import locale_of, localized
from hotline_sessions.web.pages.free_slots import list_times
from hotline_sessions.web.pages.verification import PERSONAL, go
from hotline_sessions.web.templating import page


REGISTER: Final = "pages/draws/register.html"

Start = Annotated[datetime, Meta(tz=True)]

SENTENCES: Final[Sentences] = {
    ("first", "wrong"): N_("Choose a time from the list"),
    ("second", "wrong"): N_("Choose a time from the list"),
    ("third", "wrong"): N_("Choose a time from the list"),
    ("community", "missing"): N_("Enter your town, village or community"),
    ("community", "too-short"): N_("Enter your town, village or community"),
    ("question", "missing"): N_("Write what you want to ask"),
    ("question", "too-short"): N_("Write your question in a few words"),
}


class EntryForm(Struct, frozen=True, kw_only=True):
    """What a citizen wishes; three times at most, the dearest first."""

    first: Start | None = None
    second: Start | None = None
    third: Start | None = None
    any_time: bool = False
    community: Community
    question: Question
    call_back: bool = False


@get("/sessions/{public_id:str}/draw/register", include_in_schema=False, opt=PERSONAL)
async def ask_wishes(
    request: PageRequest, public_id: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """The form; who takes part already is led to the entry."""
    found = await get_free_slots(public_id, now=now)
    try:
        check_by_lot(found.announcement, now=now)
    except (NotByLot, RegistrationNotOpen):
        return go_to_session(request, public_id)
    caller = await find_caller(request.cookies.get(PROOF, ""), secret=secret, now=now)
    if caller is None:
        return go(request, public_id, "book")
    if await find_own_entry(public_id, caller):
        return go(request, public_id, "draw/mine")
    return page(request, REGISTER, **_of(found, caller))


@post("/sessions/{public_id:str}/draw/register", include_in_schema=False, opt=PERSONAL)
async def register(
    request: PageRequest, public_id: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Take part; a form sent twice leads to the entry that its first copy has made."""
    found = await get_free_slots(public_id, now=now)
    caller = await find_caller(request.cookies.get(PROOF, ""), secret=secret, now=now)
    if caller is None:
        return go(request, public_id, "book")
    form = await read_form(request)
    sent = parse_form(EntryForm, form)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return page(request, REGISTER, status=422, form=view, **_of(found, caller))
    wish = DrawWish(
        times=tuple(time for time in (sent.first, sent.second, sent.third) if time),
        any_time=sent.any_time,
        community=sent.community,
        question=sent.question,
        wants_call_back=sent.call_back,
    )
    try:
        await register_for_draw(
            public_id,
            wish,
            caller,
            language=locale_of(request),
            now=now,
            secret=secret,
            form=read_mark(form),
        )
    except (RegisteredAlready, AlreadyBooked):
        return go(request, public_id, "draw/mine")
    except (NoTimeNamed, NotFound):
        refusal = NoTimeNamed()
        view = refuse_field(request, form, "first", refusal)
        return answer_refused(request, REGISTER, view, refusal, **_of(found, caller))
    return go(request, public_id, "draw/mine")


@get("/sessions/{public_id:str}/draw/mine", include_in_schema=False, opt=PERSONAL)
async def find_entry(
    request: PageRequest, public_id: FromPath[str], now: Now, secret: Secret
) -> Redirect:
    """To the page of the entry, or of the booking that it has become."""
    session = await get_announcement(public_id)
    caller = await find_caller(request.cookies.get(PROOF, ""), secret=secret, now=now)
    if caller is None:
        return go(request, public_id, "book")
    if own := await find_booking_of(public_id, caller):
        return _go_to(request, booking_path(own, secret=secret))
    entry = await find_own_entry(public_id, caller)
    if entry is None:
        return go_to_session(request, public_id)
    name = entry.entry.public_id
    return _go_to(request, draw_entry_path(name, session.ends_at, secret=secret))


@get("/draws/{token:str}", include_in_schema=False, opt=PERSONAL)
async def show_entry(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """The entry with its pseudonym; after the draw the place, the booking, or why there is none."""
    name = read_draw_entry(token, secret=secret, now=now)
    own = await get_own_entry(name)
    if own is None:
        waiting = await get_waiting_entry(name)
        return _go_to(request, waiting_path(name, waiting.announcement.ends_at, secret=secret))
    session, caller = own.announcement, Caller(phone=own.entry.phone, name=own.entry.caller_name)
    if booking := await find_booking_of(session.public_id, caller):
        return _go_to(request, booking_path(booking, secret=secret))
    if own.entry.state not in STANDING and not own.entry.refusal:
        return go_to_session(request, session.public_id)
    return page(
        request,
        "pages/draws/mine.html",
        own=own,
        times=_list_wished(session, own),
        may_withdraw=not own.entry.refusal and choose_stage(session, now) is Stage.DRAW_OPEN,
        session=session,
        help_phone=session.line_number,
        at=f"/draws/{token}",
    )


@post("/draws/{token:str}/withdraw", include_in_schema=False, opt=PERSONAL)
async def withdraw(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Redirect:
    """Take the entry back; twice is the same as once."""
    waiting = await get_waiting_entry(read_draw_entry(token, secret=secret, now=now))
    entry, session = waiting.entry, waiting.announcement
    caller = Caller(phone=entry.phone, name=entry.caller_name)
    if entry.ended_at is None:
        await withdraw_from_draw(session.public_id, caller, now=now)
    return go_to_session(request, session.public_id)


def _go_to(request: PageRequest, path: str) -> Redirect:
    return Redirect(localized(path, locale_of(request)), status_code=HTTP_303_SEE_OTHER)


def go_to_session(request: PageRequest, public_id: str) -> Redirect:
    """Back to the page that says how registration stands."""
    address = localized(f"/sessions/{public_id}", locale_of(request))
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


def _of(found: FreeSlots, caller: Caller) -> dict[str, Any]:
    session = found.announcement
    return {
        "session": session,
        "help_phone": session.line_number,
        "caller": caller.name,
        "masked": mask(PhoneNumber(caller.phone)),
        "slots": list_times(found.free),
    }


def _list_wished(session: Announcement, own: OwnEntry) -> list[Window]:
    """The talks that the owner of an entry prefers."""
    length = timedelta(minutes=session.talk_minutes)
    return [Window(starts_at=time, ends_at=time + length) for time in own.wishes.times]


HANDLERS: Final[list[ControllerRouterHandler]] = [
    ask_wishes,
    register,
    find_entry,
    show_entry,
    withdraw,
]
