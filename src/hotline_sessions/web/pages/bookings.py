"""My booking: found by phone and code, opened by a signed address, given back by a form."""

from datetime import datetime, timedelta
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.booking_choices import is_claim
from hotline_sessions.domain.bookings import BookingState, check_may_cancel
from hotline_sessions.domain.codes import parse_code
from hotline_sessions.domain.phones import parse_mobile
from hotline_sessions.domain.references import build_reference
from hotline_sessions.domain.times import Window, local_date
from hotline_sessions.gateways.ics import build_event
from hotline_sessions.i18n import N_
from hotline_sessions.services.booking_appeals import find_filed
from hotline_sessions.services.booking_choices import find_choice
from hotline_sessions.services.bookings import (
    OwnBooking,
    UnknownBooking,
    cancel_booking,
    find_by_code,
    get_own_booking,
)
from hotline_sessions.services.feeds import build_entry
from hotline_sessions.web.cookies import read_code
from hotline_sessions.web.dependencies import Now, PageRequest, PublicUrl, Secret
from hotline_sessions.web.form_answers import answer_refused, refuse_field
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
from hotline_sessions.web.limits import check_rate
from hotline_sessions.web.links import booking_path, read_booking
from hotline_sessions.web.locale import locale_of, localized, words_of
from hotline_sessions.web.pages.booking_words import list_steps
from hotline_sessions.web.pages.sessions import choose_phase
from hotline_sessions.web.pages.verification import PERSONAL
from hotline_sessions.web.templating import page


FIND: Final = "pages/bookings/find.html"
REMINDER: Final = timedelta(minutes=15)

SENTENCES: Final[Sentences] = {
    ("phone", "missing"): N_("Enter your phone number, for example 050 123 45 67"),
    ("code", "missing"): N_("Enter the code from the message"),
    ("code", "bad-code"): N_("Enter the six digits of the code"),
}


class FindForm(Struct, frozen=True, kw_only=True):
    """What opens a booking."""

    phone: str
    code: str


@get("/bookings", include_in_schema=False, sync_to_thread=False, opt=PERSONAL)
def ask_booking(request: PageRequest) -> Response[str]:
    """How to find one's booking."""
    return page(request, FIND)


@post("/bookings", include_in_schema=False, opt=PERSONAL)
async def find_booking(request: PageRequest, now: Now, secret: Secret) -> Response[Any]:
    """Open the booking with this phone and this code."""
    form = await read_form(request)
    sent = parse_form(FindForm, form, {"phone": parse_mobile, "code": parse_code})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return page(request, FIND, status=422, form=view)
    check_rate(request, "booking", now)
    check_rate(request, "booking", now, subject=f"phone:{sent.phone}")
    try:
        booking = await find_by_code(sent.phone, sent.code, secret=secret, now=now)
    except UnknownBooking as refusal:
        return answer_refused(request, FIND, refuse_field(request, form, "code", refusal), refusal)
    address = localized(booking_path(booking, secret=secret), locale_of(request))
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


@get("/bookings/{token:str}", include_in_schema=False, opt=PERSONAL)
async def show_booking(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """When, with whom, on which number; the code while the device still holds it."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    return await show_own(request, own, token, now=now)


async def show_own(
    request: PageRequest,
    own: OwnBooking,
    token: str,
    *,
    now: datetime,
    form: FormView = BLANK_FORM,
    status: int = HTTP_200_OK,
) -> Response[str]:
    """The page of a booking; on top of it what is asked since plans have changed."""
    return page(
        request,
        "pages/bookings/show.html",
        status=status,
        form=form,
        asked=await find_choice(own, now=now),
        code=read_code(request, own.booking.public_id),
        is_claim=is_claim(own.booking, own.announcement),
        may_cancel=is_ahead(own, now=now),
        may_reword=is_ahead(own, now=now) and now < own.announcement.starts_at,
        phase=choose_phase(own.announcement, now=now),
        done=request.query_params.get("done", ""),
        filed=await find_filed(own.booking),
        reference=build_reference(own.booking.public_id),
        steps=list_steps(own, words_of(request)),
        **describe(own, token),
    )


@get("/bookings/{token:str}/cancel", include_in_schema=False, opt=PERSONAL)
async def ask_to_cancel(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """Ask whether the slot shall be given back; nothing changes yet."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    check_may_cancel(own.booking, now=now)
    return page(request, "pages/bookings/cancel.html", **describe(own, token))


@post("/bookings/{token:str}/cancel", include_in_schema=False, opt=PERSONAL)
async def give_back(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Redirect:
    """Give the slot back."""
    booking = read_booking(token, secret=secret, now=now)
    mark = read_mark(await read_form(request))
    await cancel_booking(booking, now=now, secret=secret, form=mark)
    address = localized(f"/bookings/{token}", locale_of(request))
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


@get("/bookings/{token:str}/calendar.ics", include_in_schema=False, opt=PERSONAL)
async def show_calendar(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret, public_url: PublicUrl
) -> Response[bytes]:
    """The talk for a calendar, with a reminder a quarter of an hour before."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    entry = build_entry(own.announcement, public_url=public_url, words=words_of(request))
    given_back = own.booking.state is BookingState.CANCELLED
    entry = replace(
        entry,
        uid=f"talk-{own.booking.public_id}@hotline-sessions",
        sequence=entry.sequence + given_back,
        window=_window(own),
        is_cancelled=entry.is_cancelled or given_back,
    )
    return Response(
        build_event(entry, alarm=REMINDER),
        media_type="text/calendar",
        headers={"Content-Disposition": 'attachment; filename="talk.ics"'},
    )


def is_ahead(own: OwnBooking, *, now: datetime) -> bool:
    """Whether the booking stands and its talk has not begun."""
    return own.booking.state is BookingState.BOOKED and now < own.booking.starts_at


def describe(own: OwnBooking, token: str) -> dict[str, Any]:
    """What every page about a booking says of it; ``token`` opens the booking."""
    return {
        "booking": own.booking,
        "session": own.announcement,
        "window": _window(own),
        "on": local_date(own.booking.starts_at),
        "place": f"/bookings/{token}",
        "help_phone": own.announcement.line_number,
    }


def _window(own: OwnBooking) -> Window:
    return Window(starts_at=own.booking.starts_at, ends_at=own.booking.ends_at)


HANDLERS: Final[list[ControllerRouterHandler]] = [
    ask_booking,
    find_booking,
    show_booking,
    ask_to_cancel,
    give_back,
    show_calendar,
]
