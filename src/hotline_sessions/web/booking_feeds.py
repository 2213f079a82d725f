"""My bookings in my calendar: the page that makes and revokes the address, and the calendar."""

from datetime import datetime
from typing import Any, Final

from litestar import Response, get, post, route
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.codes import parse_code
from hotline_sessions.gateways.ics import build_calendar
from hotline_sessions.i18n import N_
from hotline_sessions.services.booking_feeds import (
    find_link,
    list_own_entries,
    make_link,
    revoke_link,
)
from hotline_sessions.services.bookings import OwnBooking, UnknownBooking, get_own_booking
from hotline_sessions.web.dependencies import Now, PageRequest, PublicUrl, Secret
from hotline_sessions.web.feeds import CALENDAR, READING, ZONE, answer_ready
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
from hotline_sessions.web.limits import check_rate
from hotline_sessions.web.links import read_booking
from hotline_sessions.web.locale import locale_of, localized, words_of
from hotline_sessions.web.pages.bookings import describe
from hotline_sessions.web.pages.subscribing import Addresses, build_addresses
from hotline_sessions.web.pages.verification import PERSONAL
from hotline_sessions.web.ready import build_ready
from hotline_sessions.web.templating import page


SENTENCES: Final[Sentences] = {
    ("code", "missing"): N_("Enter the code from the message"),
    ("code", "bad-code"): N_("Enter the six digits of the code"),
}
PRIVATE: Final = "private, no-cache"


class MakeForm(Struct, frozen=True, kw_only=True):
    """What makes an address: the code shows that the SMS is at hand."""

    code: str


@get("/bookings/{token:str}/subscription", include_in_schema=False, opt=PERSONAL)
async def show_subscription(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """Whether there is an address, and the forms that make and revoke one."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    return await _show(request, own, token, now=now)


@post(
    "/bookings/{token:str}/subscription",
    include_in_schema=False,
    opt=PERSONAL,
    status_code=HTTP_200_OK,
)
async def make_subscription(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret, public_url: PublicUrl
) -> Response[Any]:
    """Make the address, and show it: this once."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    form = await read_form(request)
    sent = parse_form(MakeForm, form, {"code": parse_code})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await _show(request, own, token, now=now, form=view, status=422)
    check_rate(request, "booking", now)
    check_rate(request, "booking", now, subject=f"phone:{own.booking.phone}")
    try:
        made = await make_link(own.booking, sent.code, secret=secret, now=now)
    except UnknownBooking as refusal:
        view = refuse_field(request, form, "code", refusal)
        return await _show(request, own, token, now=now, form=view, status=422)
    locale = locale_of(request)
    address = public_url + localized(f"/my/{made}/calendar.ics", locale)
    ways = build_addresses(address, words_of(request).gettext("My bookings"))
    return await _show(request, own, token, now=now, ways=ways)


@post("/bookings/{token:str}/subscription/end", include_in_schema=False, opt=PERSONAL)
async def end_subscription(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Redirect:
    """Revoke the address."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    await revoke_link(own.booking, now=now)
    address = localized(f"/bookings/{token}/subscription", locale_of(request))
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


async def _show(
    request: PageRequest,
    own: OwnBooking,
    token: str,
    *,
    now: datetime,
    form: FormView = BLANK_FORM,
    status: int = HTTP_200_OK,
    ways: Addresses | None = None,
) -> Response[str]:
    return page(
        request,
        "pages/bookings/subscription.html",
        status=status,
        form=form,
        made_at=await find_link(own.booking, now=now),
        addresses=ways,
        **describe(own, token),
    )


@route(
    "/my/{name:str}/calendar.ics",
    http_method=READING,
    status_code=HTTP_200_OK,
    include_in_schema=False,
    opt=PERSONAL,
)
async def show_own_feed(
    request: PageRequest, name: FromPath[str], now: Now, secret: Secret, public_url: PublicUrl
) -> Response[bytes]:
    """The bookings of the phone for which this address was made."""
    check_rate(request, "own-feed", now)
    words = words_of(request)
    entries = await list_own_entries(
        name, secret=secret, public_url=public_url, words=words, now=now
    )
    content = build_calendar(
        entries,
        name=words.gettext("My bookings"),
        zone=ZONE,
        feed_url=public_url + localized(f"/my/{name}/calendar.ics", locale_of(request)),
    )
    ready = build_ready(
        content,
        media_type=CALENDAR,
        cache_control=PRIVATE,
        changed_at=max((entry.stamped_at for entry in entries), default=None),
    )
    return answer_ready(request, ready, CALENDAR)


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_subscription,
    make_subscription,
    end_subscription,
    show_own_feed,
]
