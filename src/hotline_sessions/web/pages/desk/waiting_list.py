"""Who waits for a slot of a session, for staff; an answer given by telephone is written here."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.access import Right
from hotline_sessions.domain.phones import PhoneNumber, mask
from hotline_sessions.domain.sessions import BOOKABLE, BookingMode
from hotline_sessions.domain.times import Window
from hotline_sessions.domain.waiting_offers import Offer
from hotline_sessions.services.offer_texts import BY_TELEPHONE
from hotline_sessions.services.waiting_desk import (
    Waiting,
    accept_for,
    decline_for,
    leave_for,
    list_waiting_of,
)
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.templating import page


OPERATORS: Final = [require_staff, require(Right.RUN_DESK)]
AT: Final = "/staff/sessions/{public_id:str}/waiting"


class Row(Struct, frozen=True, kw_only=True):
    """One line of the list; the number is masked: it tells two of the same name apart."""

    name: str
    place: int
    caller: str
    masked: str
    community: str
    wants_earlier: bool
    any_session: bool
    is_in_draw: bool
    is_by_phone: bool
    offer: Offer | None


@get(AT, include_in_schema=False, guards=OPERATORS)
async def show_waiting(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """The list in its order, with the offers that wait for an answer."""
    session, waiting = await list_waiting_of(public_id, staff=signed_in)
    return page(
        request,
        "pages/desk/sessions/waiting.html",
        session=session,
        window=Window(starts_at=session.starts_at, ends_at=session.ends_at),
        may_add=session.state in BOOKABLE and now < session.ends_at,
        is_by_lot=session.booking_mode is BookingMode.DRAW,
        rows=[_row(each, place + 1, now) for place, each in enumerate(waiting)],
    )


@post(AT + "/{name:str}/accept", include_in_schema=False, guards=OPERATORS, status_code=HTTP_200_OK)
async def accept(
    request: PageRequest,
    public_id: FromPath[str],
    name: FromPath[str],
    signed_in: SignedIn,
    now: Now,
    secret: Secret,
) -> Response[str]:
    """Take the offered time for the citizen on the telephone."""
    await accept_for(name, staff=signed_in, secret=secret, now=now)
    return lead_to(request, f"/staff/sessions/{public_id}/waiting")


@post(
    AT + "/{name:str}/decline", include_in_schema=False, guards=OPERATORS, status_code=HTTP_200_OK
)
async def decline(
    request: PageRequest,
    public_id: FromPath[str],
    name: FromPath[str],
    signed_in: SignedIn,
    now: Now,
) -> Response[str]:
    """Let the offered time go for the citizen on the telephone."""
    await decline_for(name, staff=signed_in, now=now)
    return lead_to(request, f"/staff/sessions/{public_id}/waiting")


@post(AT + "/{name:str}/leave", include_in_schema=False, guards=OPERATORS, status_code=HTTP_200_OK)
async def leave(
    request: PageRequest,
    public_id: FromPath[str],
    name: FromPath[str],
    signed_in: SignedIn,
    now: Now,
) -> Response[str]:
    """Take the citizen off the list."""
    await leave_for(name, staff=signed_in, now=now)
    return lead_to(request, f"/staff/sessions/{public_id}/waiting")


def _row(waiting: Waiting, place: int, now: Now) -> Row:
    entry, offer = waiting.entry, waiting.offer
    return Row(
        name=entry.public_id,
        place=place,
        caller=entry.caller_name,
        masked=mask(PhoneNumber(entry.phone)),
        community=entry.community,
        wants_earlier=entry.wants_earlier,
        any_session=entry.any_session,
        is_in_draw=entry.is_draw and entry.place is None,
        is_by_phone=entry.origin in BY_TELEPHONE,
        offer=offer if offer and offer.is_open(now) else None,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_waiting, accept, decline, leave]
