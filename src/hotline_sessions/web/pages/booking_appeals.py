"""The booked question as a written appeal: a form, a look at what was entered, the number."""

from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.appeals import (
    Appeal,
    BadReplyEmail,
    GivenName,
    QuestionText,
    Residence,
    Surname,
    parse_reply_email,
)
from hotline_sessions.domain.names import split_name
from hotline_sessions.domain.phones import PhoneNumber, mask
from hotline_sessions.i18n import N_
from hotline_sessions.services.booking_appeals import WrittenAppeal, file_appeal, find_filed
from hotline_sessions.services.booking_choices import file_instead
from hotline_sessions.services.bookings import OwnBooking, get_own_booking
from hotline_sessions.web.cookies import read_filed, remember_filed
from hotline_sessions.web.dependencies import Now, PageRequest, Secret
from hotline_sessions.web.forms import (
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.limits import check_rate
from hotline_sessions.web.links import read_booking
from hotline_sessions.web.locale import locale_of, localized
from hotline_sessions.web.pages.bookings import describe
from hotline_sessions.web.pages.verification import PERSONAL
from hotline_sessions.web.templating import page


FORM: Final = "pages/bookings/appeal.html"
CHECK: Final = "pages/bookings/appeal_check.html"
FILED: Final = "pages/bookings/appeal_filed.html"

LIMIT: Final = 64 * 1024
"""Bytes of the form: five thousand Cyrillic letters take 30 KB."""

_NAMES: Final = N_("Enter at least two letters")
_ADDRESS: Final = N_("Enter your postal address: the law asks for it, and the reply may go there")

SENTENCES: Final[Sentences] = {
    ("surname", "missing"): N_("Enter your surname"),
    ("surname", "too-short"): _NAMES,
    ("given_name", "missing"): N_("Enter your given name"),
    ("given_name", "too-short"): _NAMES,
    ("residence", "missing"): _ADDRESS,
    ("residence", "too-short"): _ADDRESS,
    ("email", BadReplyEmail.code): N_("Enter an e-mail address, for example name@example.com"),
    ("question", "missing"): N_("Write what you want to ask"),
    ("question", "too-short"): N_("Write your question in a few words"),
    ("question", "too-long"): N_("Shorten the question: up to 5,000 characters"),
}


class AppealForm(Struct, frozen=True, kw_only=True):
    """What the citizen enters; the fields are those of ``WrittenAppeal``.

    ``instead``: in place of the talk, since plans have changed.
    """

    surname: Surname
    given_name: GivenName
    patronymic: Annotated[str, Meta(max_length=100)] = ""
    residence: Residence
    email: str = ""
    question: QuestionText
    instead: bool = False


@get("/bookings/{token:str}/appeal", include_in_schema=False, opt=PERSONAL)
async def ask_appeal(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """The form with what the booking tells; or the number, once the appeal is registered."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    if appeal := await find_filed(own.booking):
        return _show_filed(request, own, token, appeal)
    instead = "1" if "instead" in request.query_params else None
    view = prefilled(
        **split_name(own.booking.caller_name), question=own.booking.question, instead=instead
    )
    return _show(request, FORM, own, token, view)


@post(
    "/bookings/{token:str}/appeal",
    include_in_schema=False,
    status_code=HTTP_200_OK,
    opt=PERSONAL,
    request_max_body_size=LIMIT,
)
async def file(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Show what was entered to be looked through; then register it, once."""
    own = await get_own_booking(read_booking(token, secret=secret, now=now))
    check_rate(request, "booking", now)
    form = await read_form(request)
    sent = parse_form(AppealForm, form, {"email": parse_reply_email})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return _show(request, FORM, own, token, view, status=422)
    deed = form.get("deed")
    if deed != "file":
        template = FORM if deed == "change" else CHECK
        return _show(request, template, own, token, FormView(values=form.fields))
    written = WrittenAppeal(
        surname=sent.surname,
        given_name=sent.given_name,
        patronymic=sent.patronymic,
        residence=sent.residence,
        email=sent.email,
        question=sent.question,
    )
    carry_out = file_instead if sent.instead else file_appeal
    done = await carry_out(own.booking.public_id, written, secret=secret, now=now)
    cookies = [remember_filed(request, done.appeal.public_id, done.code)] if done.code else []
    address = localized(f"/bookings/{token}/appeal", locale_of(request))
    return Redirect(address, status_code=HTTP_303_SEE_OTHER, cookies=cookies)


def _show(
    request: PageRequest,
    template: str,
    own: OwnBooking,
    token: str,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    masked = mask(PhoneNumber(own.booking.phone))
    return page(request, template, status=status, form=form, masked=masked, **describe(own, token))


def _show_filed(request: PageRequest, own: OwnBooking, token: str, appeal: Appeal) -> Response[str]:
    code = read_filed(request, appeal.public_id)
    return page(request, FILED, appeal=appeal, code=code, **describe(own, token))


HANDLERS: Final[list[ControllerRouterHandler]] = [ask_appeal, file]
