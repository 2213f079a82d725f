"""Limits of a phone: what it has booked and missed, and leave to book beyond.

The phone travels in forms alone: no address holds it, no history of a browser.
"""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.phones import PhoneNumber, parse_mobile
from hotline_sessions.i18n import N_
from hotline_sessions.services.booking_limits import lift_limits, restore_limits, view_limits
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.forms import (
    BLANK_FORM,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.pages.desk.live import OPERATORS
from hotline_sessions.web.templating import page


LIMITS: Final = "pages/desk/bookings/limits.html"

SENTENCES: Final[Sentences] = {
    ("phone", "missing"): N_("Enter the phone of the citizen, for example 050 123 45 67"),
    ("reason", "missing"): N_("Write why the limits are lifted"),
    ("reason", "too-short"): N_("Write why the limits are lifted"),
}


class PhoneForm(Struct, frozen=True, kw_only=True):
    """Whose limits."""

    phone: str


class LiftForm(Struct, frozen=True, kw_only=True):
    """Whose limits are lifted, and why."""

    phone: str
    reason: Annotated[str, Meta(min_length=5, max_length=300)]


class RestoreForm(Struct, frozen=True, kw_only=True):
    """Which waiver ends, and whose limits are shown then."""

    phone: str
    waiver: int


@get("/staff/limits", include_in_schema=False, guards=OPERATORS, sync_to_thread=False)
def ask_phone(request: PageRequest) -> Response[str]:
    """Whose limits are to be looked at."""
    return page(request, LIMITS, limits=None)


@post("/staff/limits", include_in_schema=False, guards=OPERATORS, status_code=HTTP_200_OK)
async def show_limits(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[Any]:
    """The limits of one phone; nothing changes."""
    form = await read_form(request)
    sent = parse_form(PhoneForm, form, {"phone": parse_mobile})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return page(request, LIMITS, status=422, form=view, limits=None)
    return await _show(request, sent.phone, signed_in, now)


@post("/staff/limits/lift", include_in_schema=False, guards=OPERATORS, status_code=HTTP_200_OK)
async def lift(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[Any]:
    """Lift the limits of the phone for a reason."""
    form = await read_form(request)
    sent = parse_form(LiftForm, form, {"phone": parse_mobile})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        if "phone" in sent.by_field:
            return page(request, LIMITS, status=422, form=view, limits=None)
        phone = parse_mobile(form.get("phone"))
        return await _show(request, phone, signed_in, now, view, status=422)
    await lift_limits(PhoneNumber(sent.phone), sent.reason, staff=signed_in, now=now)
    return await _show(request, sent.phone, signed_in, now)


@post("/staff/limits/restore", include_in_schema=False, guards=OPERATORS, status_code=HTTP_200_OK)
async def restore(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[Any]:
    """End a waiver."""
    form = await read_form(request)
    sent = parse_form(RestoreForm, form, {"phone": parse_mobile})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return page(request, LIMITS, status=422, form=view, limits=None)
    await restore_limits(sent.waiver, staff=signed_in, now=now)
    return await _show(request, sent.phone, signed_in, now)


async def _show(
    request: PageRequest,
    phone: str,
    staff: Staff,
    now: datetime,
    form: FormView = BLANK_FORM,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    limits = await view_limits(PhoneNumber(phone), staff=staff, now=now)
    view = form if form.summary else prefilled(phone=phone)
    return page(request, LIMITS, status=status, form=view, limits=limits)


HANDLERS: Final[list[ControllerRouterHandler]] = [ask_phone, show_limits, lift, restore]
