"""A booked question as an appeal, written down by staff for a citizen on the telephone."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.appeals import BY_TELEPHONE, parse_reply_email
from hotline_sessions.domain.names import split_name
from hotline_sessions.domain.references import build_reference
from hotline_sessions.services.appeals import Registered
from hotline_sessions.services.booking_appeals import WrittenAppeal
from hotline_sessions.services.desk_cards import file_for, open_card
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.forms import (
    BLANK_FORM,
    FormView,
    Mistakes,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.guards import require
from hotline_sessions.web.pages.booking_appeals import LIMIT, AppealForm
from hotline_sessions.web.pages.desk.card_forms import SENTENCES
from hotline_sessions.web.pages.desk.live import OPERATORS
from hotline_sessions.web.templating import page


FORM: Final = "pages/desk/bookings/appeal.html"
REGISTRARS: Final = [*OPERATORS, require(Right.REGISTER_APPEALS)]


@get("/staff/bookings/{booking:str}/appeal", include_in_schema=False, guards=REGISTRARS)
async def ask(
    request: PageRequest, booking: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """The form with what the booking tells; or the number, once the appeal is registered."""
    return await _show(request, booking, signed_in, now)


@post(
    "/staff/bookings/{booking:str}/appeal",
    include_in_schema=False,
    guards=REGISTRARS,
    status_code=HTTP_200_OK,
    request_max_body_size=LIMIT,
)
async def file(
    request: PageRequest, booking: FromPath[str], signed_in: SignedIn, secret: Secret, now: Now
) -> Response[str]:
    """Register it, once; number and code are shown to be read out, and sent by SMS."""
    form = await read_form(request)
    sent = parse_form(AppealForm, form, {"email": parse_reply_email})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await _show(request, booking, signed_in, now, view, status=422)
    written = WrittenAppeal(
        surname=sent.surname,
        given_name=sent.given_name,
        patronymic=sent.patronymic,
        residence=sent.residence,
        email=sent.email,
        question=sent.question,
        form_of_receipt=BY_TELEPHONE,
    )
    done = await file_for(booking, written, staff=signed_in, secret=secret, now=now)
    return await _show(request, booking, signed_in, now, done=done)


async def _show(
    request: PageRequest,
    booking: str,
    staff: Staff,
    now: Now,
    form: FormView = BLANK_FORM,
    *,
    done: Registered | None = None,
    status: int = HTTP_200_OK,
) -> Response[str]:
    card = await open_card(booking, staff=staff, now=now)
    known = card.own.booking
    if not form.summary:
        form = prefilled(**split_name(known.caller_name), question=known.question)
    return page(
        request,
        FORM,
        status=status,
        card=card,
        booking=known,
        reference=build_reference(known.public_id),
        appeal=done.appeal if done else card.filed,
        code=done.code if done else "",
        form=form,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [ask, file]
