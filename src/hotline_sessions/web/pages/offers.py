"""An offer from the waiting list, opened by the short address of its message.

The name in the address is random and was sent to one phone alone. Opening it changes nothing,
so programs that look through messages may do so.
"""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.bookings import BookingState
from hotline_sessions.domain.times import local_date
from hotline_sessions.domain.waiting_offers import Offer, OfferOver
from hotline_sessions.services.announcements import get_announcement
from hotline_sessions.services.offer_answers import accept_offer, decline_offer, get_offer
from hotline_sessions.web.cookies import remember_code
from hotline_sessions.web.dependencies import Now, PageRequest, Secret
from hotline_sessions.web.form_marks import read_mark
from hotline_sessions.web.forms import read_form
from hotline_sessions.web.limits import check_rate
from hotline_sessions.web.links import booking_path
from hotline_sessions.web.locale import locale_of, localized
from hotline_sessions.web.pages.verification import PERSONAL
from hotline_sessions.web.templating import page


DECLINED: Final = "declined"


@get("/o/{name:str}", include_in_schema=False, opt=PERSONAL)
async def show_offer(request: PageRequest, name: FromPath[str], now: Now) -> Response[str]:
    """Which time is kept, until when, and the two answers."""
    check_rate(request, "offer", now)
    return await _show(request, await get_offer(name), now)


@post("/o/{name:str}", include_in_schema=False, opt=PERSONAL)
async def accept(
    request: PageRequest, name: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Take the time that is kept; what has ended meanwhile is told on the same page."""
    check_rate(request, "offer", now)
    try:
        mark = read_mark(await read_form(request))
        accepted = await accept_offer(name, secret=secret, now=now, form=mark)
    except OfferOver:
        return await _show(request, await get_offer(name), now)
    booking = accepted.booking
    address = localized(booking_path(booking, secret=secret), locale_of(request))
    if accepted.code is None:
        return Redirect(f"{address}?done=moved", status_code=HTTP_303_SEE_OTHER)
    code = remember_code(request, booking.public_id, accepted.code)
    return Redirect(address, status_code=HTTP_303_SEE_OTHER, cookies=[code])


@post("/o/{name:str}/decline", include_in_schema=False, opt=PERSONAL)
async def decline(
    request: PageRequest, name: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Let the time go to the next; the place in the list stays."""
    check_rate(request, "offer", now)
    try:
        mark = read_mark(await read_form(request))
        await decline_offer(name, now=now, secret=secret, form=mark)
    except OfferOver:
        return await _show(request, await get_offer(name), now)
    address = localized(f"/o/{name}", locale_of(request))
    return Redirect(f"{address}?done={DECLINED}", status_code=HTTP_303_SEE_OTHER)


async def _show(request: PageRequest, offer: Offer, now: Now) -> Response[str]:
    booking = offer.booking
    session = await get_announcement(offer.session_name)
    return page(
        request,
        "pages/waiting/offer.html",
        session=session,
        on=local_date(booking.starts_at),
        window=offer.window,
        is_open=offer.is_open(now),
        is_taken=booking.state in {BookingState.BOOKED, BookingState.HEARD},
        is_declined=request.query_params.get("done") == DECLINED,
        is_move=offer.instead_of is not None,
        until=offer.expires_at,
        place=f"/o/{booking.public_id}",
        help_phone=session.line_number,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_offer, accept, decline]
