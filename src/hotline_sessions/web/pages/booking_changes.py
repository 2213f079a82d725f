"""My booking at another time, or with another question: nothing changes before the form is sent."""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct
from msgspec.structs import replace

from hotline_sessions.domain.booking_choices import check_may_leave, is_claim
from hotline_sessions.domain.bookings import AlreadyBooked, Question, check_may_reword
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.registration import Stage, choose_stage
from hotline_sessions.domain.sessions import BOOKABLE
from hotline_sessions.services.announcements import FreeSlots
from hotline_sessions.services.booking_changes import change_question, list_others_with_room
from hotline_sessions.services.booking_choices import find_successor, move_on
from hotline_sessions.services.bookings import OwnBooking, get_own_booking
from hotline_sessions.web.cookies import remember_code
from hotline_sessions.web.dependencies import Now, PageRequest, Secret
from hotline_sessions.web.form_answers import answer_refused, refuse_field
from hotline_sessions.web.form_marks import read_mark
from hotline_sessions.web.forms import (
    BLANK_FORM,
    Form,
    Mistakes,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.links import booking_path, read_booking
from hotline_sessions.web.locale import locale_of, localized
from hotline_sessions.web.pages.bookings import describe
from hotline_sessions.web.pages.free_slots import choose_nearest, list_times
from hotline_sessions.web.pages.sessions import get_ahead, get_bookable
from hotline_sessions.web.pages.slots import (
    ABOUT_THE_SLOT,
    SENTENCES,
    NoSuchSlot,
)
from hotline_sessions.web.pages.verification import PERSONAL
from hotline_sessions.web.templating import page


MOVE: Final = "pages/bookings/move.html"
QUESTION: Final = "pages/bookings/question.html"


class MoveForm(Struct, frozen=True, kw_only=True):
    """The wished time, in the session with this name."""

    session: str
    starts_at: Annotated[datetime, Meta(tz=True)]


class QuestionForm(Struct, frozen=True, kw_only=True):
    """What the citizen wants to ask instead."""

    question: Question


@get("/bookings/{token:str}/move", include_in_schema=False, opt=PERSONAL)
async def ask_time(
    request: PageRequest,
    token: FromPath[str],
    now: Now,
    secret: Secret,
    session: FromQuery[str] = "",
) -> Response[str]:
    """Free times of the same session, of the one held instead, or of another one."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    check_may_leave(own.booking, session=own.announcement, now=now)
    found = await find_target(own, session, now=now)
    offer = await _offer(own, found, token, now=now)
    because = request.query_params.get("because", "")
    return page(request, MOVE, form=BLANK_FORM, because=because, **offer)


@post("/bookings/{token:str}/move", include_in_schema=False, opt=PERSONAL)
async def move(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Take the new time, then let the old one go; who comes too late keeps the old one."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    form = await read_form(request)
    sent = parse_form(MoveForm, form)
    if isinstance(sent, Mistakes):
        check_may_leave(own.booking, session=own.announcement, now=now)
        found = await find_target(own, form.get("session"), now=now)
        view = with_mistakes(request, form, sent, SENTENCES)
        offer = await _offer(own, found, token, now=now)
        return page(request, MOVE, status=422, form=view, because="", **offer)
    try:
        moved = await move_on(
            own.booking.public_id,
            sent.session,
            sent.starts_at,
            secret=secret,
            now=now,
            form=read_mark(form),
        )
    except (*ABOUT_THE_SLOT, AlreadyBooked) as refusal:
        return await _offer_again(request, own, token, form, sent, refusal, now=now)
    except NotFound:
        return await _offer_again(request, own, token, form, sent, NoSuchSlot(), now=now)
    address = localized(booking_path(moved.booking, secret=secret), locale_of(request))
    cookies = [remember_code(request, moved.booking.public_id, moved.code)] if moved.code else []
    done = "move" if is_claim(own.booking, own.announcement) else "moved"
    return Redirect(f"{address}?done={done}", status_code=HTTP_303_SEE_OTHER, cookies=cookies)


@get("/bookings/{token:str}/question", include_in_schema=False, opt=PERSONAL)
async def ask_question(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """The question as it is, to be written anew."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    check_may_reword(own.booking, session_starts_at=own.announcement.starts_at, now=now)
    return page(request, QUESTION, form=BLANK_FORM, **describe(own, token))


@post("/bookings/{token:str}/question", include_in_schema=False, opt=PERSONAL)
async def write_question(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Keep the new question: the official reads it instead of the old one."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    form = await read_form(request)
    sent = parse_form(QuestionForm, form)
    if isinstance(sent, Mistakes):
        check_may_reword(own.booking, session_starts_at=own.announcement.starts_at, now=now)
        view = with_mistakes(request, form, sent, SENTENCES)
        return page(request, QUESTION, status=422, form=view, **describe(own, token))
    await change_question(
        own.booking.public_id, sent.question, now=now, secret=secret, form=read_mark(form)
    )
    address = localized(f"/bookings/{token}", locale_of(request))
    return Redirect(f"{address}?done=question", status_code=HTTP_303_SEE_OTHER)


async def _offer_again(
    request: PageRequest,
    own: OwnBooking,
    token: str,
    form: Form,
    sent: MoveForm,
    refusal: Refusal,
    *,
    now: datetime,
) -> Response[Any]:
    """The same page with the free times nearest to the wished one; the booking stands."""
    found = await find_target(own, sent.session, now=now)
    view = refuse_field(request, form, "starts_at", refusal)
    offer = await _offer(own, found, token, now=now, wanted=sent.starts_at)
    return answer_refused(request, MOVE, view, refusal, because="", **offer)


async def find_target(own: OwnBooking, wanted: str, *, now: datetime) -> FreeSlots:
    """The session to which the booking is to move: its own, if no other one is named.

    Where its own was called off it is the one held instead; without such a one there are no
    times yet, only other sessions to choose from.
    Of its own there is no free time where registration has closed; another may still have some.

    Raises:
        NotFound: The institution has not announced such a session.
        SessionNotBookable: It is over, or will not be held.
        RegistrationNotOpen, RegistrationClosed: The other one gives no slots now.
    """
    if not wanted and own.announcement.state not in BOOKABLE:
        instead = await find_successor(own.announcement, now=now)
        return instead or FreeSlots(announcement=own.announcement, free=[])
    if wanted in {"", own.announcement.public_id}:
        found = await get_ahead(own.announcement.public_id, now=now)
        is_open = choose_stage(found.announcement, now) is Stage.OPEN
        return found if is_open else replace(found, free=[])
    found = await get_bookable(wanted, now=now)
    if found.announcement.institution != own.announcement.institution:
        raise NotFound
    return found


async def _offer(
    own: OwnBooking,
    found: FreeSlots,
    token: str,
    *,
    now: datetime,
    wanted: datetime | None = None,
) -> dict[str, Any]:
    nearest = choose_nearest(found.free, wanted or own.booking.starts_at)
    return describe(own, token) | {
        "target": found.announcement,
        "is_claim": is_claim(own.booking, own.announcement),
        "is_own": found.announcement.id == own.announcement.id,
        "slots": list_times(found.free),
        "nearest": nearest.starts_at.isoformat() if nearest else "",
        "others": await list_others_with_room(found.announcement, now=now),
    }


HANDLERS: Final[list[ControllerRouterHandler]] = [ask_time, move, ask_question, write_question]
