"""Put a citizen who has called on the waiting list of a session, or into its draw."""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.bookings import (
    AlreadyBooked,
    CallerName,
    Community,
    OtherForm,
    Question,
    TooManyBookings,
    TooManyMissed,
)
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.phones import parse_mobile
from hotline_sessions.domain.sessions import BookingMode
from hotline_sessions.domain.waiting_list import SlotsFree
from hotline_sessions.i18n import DEFAULT_LOCALE, N_, Locale
from hotline_sessions.services.announcements import FreeSlots
from hotline_sessions.services.desk_bookings import get_slots_for
from hotline_sessions.services.desk_entries import Told, enter_draw_for, join_for
from hotline_sessions.services.draw_entries import NoTimeNamed, RegisteredAlready
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.form_answers import answer_refused, refuse_field
from hotline_sessions.web.form_marks import read_mark
from hotline_sessions.web.forms import Mistakes, Sentences, parse_form, read_form, with_mistakes
from hotline_sessions.web.pages.desk.live import OPERATORS
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.pages.free_slots import list_times
from hotline_sessions.web.templating import page


FORM: Final = "pages/desk/sessions/wait.html"
AT: Final = "/staff/sessions/{public_id:str}/waiting/add"

SENTENCES: Final[Sentences] = {
    ("first", "wrong"): N_("Choose a time from the list"),
    ("name", "missing"): N_("Enter the name of the citizen"),
    ("name", "too-short"): N_("Enter the name of the citizen"),
    ("phone", "missing"): N_("Enter the phone of the citizen, for example 050 123 45 67"),
    ("community", "missing"): N_("Enter the town, village or community"),
    ("community", "too-short"): N_("Enter the town, village or community"),
    ("question", "missing"): N_("Write what the citizen wants to ask"),
    ("question", "too-short"): N_("Write the question in a few words"),
}
ABOUT_THE_PHONE: Final = (
    AlreadyBooked,
    OtherForm,
    RegisteredAlready,
    TooManyBookings,
    TooManyMissed,
)


class EntryForm(Struct, frozen=True, kw_only=True):
    """What an operator writes down; ``first`` and ``any_time`` are asked for in a draw."""

    name: CallerName
    phone: str
    community: Community
    question: Question
    call_back: str = ""
    any_session: str = ""
    first: Annotated[datetime, Meta(tz=True)] | None = None
    any_time: str = ""
    language: Locale = DEFAULT_LOCALE


@get(AT, include_in_schema=False, guards=OPERATORS)
async def ask_whom(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Who has called, and what the talk is to be about; a free time is booked instead."""
    found = await get_slots_for(public_id, staff=signed_in, now=now)
    if found.free and not _is_by_lot(found):
        return lead_to(request, f"/staff/desk/{public_id}/book")
    return page(request, FORM, **_of(found))


@post(AT, include_in_schema=False, guards=OPERATORS, status_code=HTTP_200_OK)
async def add(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, secret: Secret, now: Now
) -> Response[Any]:
    """Put the citizen on the list, or into the draw; the operator answers for the phone."""
    form = await read_form(request)
    found = await get_slots_for(public_id, staff=signed_in, now=now)
    sent = parse_form(EntryForm, form, {"phone": parse_mobile})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return page(request, FORM, status=422, form=view, **_of(found))
    do = enter_draw_for if _is_by_lot(found) else join_for
    try:
        await do(
            public_id,
            _read_told(sent),
            staff=signed_in,
            secret=secret,
            now=now,
            form=read_mark(form),
        )
    except SlotsFree:
        return lead_to(request, f"/staff/desk/{public_id}/book")
    except (NoTimeNamed, NotFound):
        refusal = NoTimeNamed()
        view = refuse_field(request, form, "first", refusal)
        return answer_refused(request, FORM, view, refusal, **_of(found))
    except ABOUT_THE_PHONE as refusal:
        view = refuse_field(request, form, "phone", refusal)
        return answer_refused(request, FORM, view, refusal, **_of(found))
    return lead_to(request, f"/staff/sessions/{public_id}/waiting")


def _read_told(sent: EntryForm) -> Told:
    return Told(
        phone=sent.phone,
        name=sent.name,
        community=sent.community,
        question=sent.question,
        wants_call_back=bool(sent.call_back),
        any_session=bool(sent.any_session),
        times=(sent.first,) if sent.first else (),
        any_time=bool(sent.any_time),
        language=sent.language,
    )


def _is_by_lot(found: FreeSlots) -> bool:
    return found.announcement.booking_mode is BookingMode.DRAW


def _of(found: FreeSlots) -> dict[str, Any]:
    return {
        "session": found.announcement,
        "slots": list_times(found.free),
        "is_by_lot": _is_by_lot(found),
    }


HANDLERS: Final[list[ControllerRouterHandler]] = [ask_whom, add]
