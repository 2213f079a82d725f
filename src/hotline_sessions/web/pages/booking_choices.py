"""What the owner of a booking chooses when plans have changed: one form, on the booking's page."""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.booking_choices import Choice, NothingToChoose
from hotline_sessions.domain.bookings import AlreadyBooked, SessionNotBookable
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.slots import SlotTaken, SlotTooSoon
from hotline_sessions.i18n import N_
from hotline_sessions.services.booking_choices import (
    OpenChoice,
    choose,
    find_choice,
    move_on,
    settle_filed,
)
from hotline_sessions.services.bookings import OwnBooking, get_own_booking
from hotline_sessions.web.cookies import remember_code
from hotline_sessions.web.dependencies import Now, PageRequest, Secret
from hotline_sessions.web.forms import Mistakes, Sentences, parse_form, read_form, with_mistakes
from hotline_sessions.web.links import booking_path, read_booking
from hotline_sessions.web.locale import locale_of, localized
from hotline_sessions.web.pages.bookings import show_own
from hotline_sessions.web.pages.verification import PERSONAL


SENTENCES: Final[Sentences] = {
    ("choice", "missing"): N_("Choose what becomes of your booking"),
    ("choice", "not-a-choice"): N_("Choose what becomes of your booking"),
}


class ChoiceForm(Struct, frozen=True, kw_only=True):
    """What was chosen; ``starts_at`` is the time that was offered in the moved session."""

    choice: Choice
    starts_at: Annotated[datetime, Meta(tz=True)] | None = None


@post("/bookings/{token:str}/choice", include_in_schema=False, opt=PERSONAL)
async def choose_what_becomes(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Carry out the choice, or lead on to where a time is chosen or the appeal is written."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    form = await read_form(request)
    sent = parse_form(ChoiceForm, form)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await show_own(request, own, token, now=now, form=view, status=422)
    asked = await find_choice(own, now=now)
    if asked is None or sent.choice not in asked.offered:
        raise NothingToChoose
    if sent.choice is Choice.MOVE:
        return await _move(request, own, token, asked, sent, secret=secret, now=now)
    if sent.choice is Choice.OTHER:
        return lead(request, f"/bookings/{token}/move")
    name = own.booking.public_id
    if sent.choice is Choice.APPEAL:
        if await settle_filed(name, now=now):
            return lead(request, f"/bookings/{token}/appeal")
        return lead(request, f"/bookings/{token}/appeal?instead=1")
    await choose(name, sent.choice, now=now)
    return lead(request, f"/bookings/{token}?done={sent.choice}")


def lead(request: PageRequest, path: str) -> Redirect:
    """On to ``path`` in the reader's language."""
    return Redirect(localized(path, locale_of(request)), status_code=HTTP_303_SEE_OTHER)


async def _move(
    request: PageRequest,
    own: OwnBooking,
    token: str,
    asked: OpenChoice,
    sent: ChoiceForm,
    *,
    secret: bytes,
    now: datetime,
) -> Redirect:
    """Take the time that was offered; where it is gone, all that are free are shown."""
    if asked.successor is None:
        raise NothingToChoose
    target = asked.successor.public_id
    if sent.starts_at is not None:
        try:
            moved = await move_on(
                own.booking.public_id, target, sent.starts_at, secret=secret, now=now
            )
        except (SlotTaken, SlotTooSoon, SessionNotBookable, AlreadyBooked, NotFound) as refusal:
            reason = "booked" if isinstance(refusal, AlreadyBooked) else "taken"
            return lead(request, f"/bookings/{token}/move?session={target}&because={reason}")
        code = [remember_code(request, moved.booking.public_id, moved.code)] if moved.code else []
        address = localized(booking_path(moved.booking, secret=secret), locale_of(request))
        return Redirect(f"{address}?done=move", status_code=HTTP_303_SEE_OTHER, cookies=code)
    return lead(request, f"/bookings/{token}/move?session={target}")


HANDLERS: Final[list[ControllerRouterHandler]] = [choose_what_becomes]
