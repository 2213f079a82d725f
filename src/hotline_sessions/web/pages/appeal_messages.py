"""What an author is told of while the appeal is dealt with: chosen here, and where it goes."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.appeals import BadReplyEmail, parse_reply_email
from hotline_sessions.domain.codes import BadCode, parse_code
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.following import REQUIRED, Matter, MustBeTold, NoAddress, Way
from hotline_sessions.domain.mails import mask_email
from hotline_sessions.domain.phones import PhoneNumber, mask, parse_mobile
from hotline_sessions.i18n import N_
from hotline_sessions.services.appeals import get_followed
from hotline_sessions.services.following import (
    ask_email,
    ask_phone,
    choose_ways,
    get_wishes,
    prove_email,
    prove_phone,
)
from hotline_sessions.web.cookies import ASKED, remember_asked
from hotline_sessions.web.dependencies import Now, PageRequest, Secret
from hotline_sessions.web.errors import status_of
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
from hotline_sessions.web.links import read_appeal
from hotline_sessions.web.locale import locale_of, localized, words_of
from hotline_sessions.web.pages.verification import PERSONAL
from hotline_sessions.web.templating import page


MATTERS: Final[Mapping[Matter, str]] = {
    Matter.GIVEN: N_("The appeal is passed to whoever deals with it"),
    Matter.LAST_DAY: N_("The last day of the answer changes"),
    Matter.LEFT: N_("The appeal is sent to another body, returned or not considered"),
    Matter.ANSWERED: N_("The answer is there"),
}
WAYS: Final[Mapping[Way, str]] = {
    Way.SMS: N_("By SMS"),
    Way.EMAIL: N_("By e-mail"),
    Way.BOTH: N_("By SMS and by e-mail"),
    Way.NONE: N_("Not at all"),
}
NEEDED: Final[Mapping[Way, frozenset[str]]] = {
    Way.SMS: frozenset({"phone"}),
    Way.EMAIL: frozenset({"email"}),
    Way.BOTH: frozenset({"phone", "email"}),
    Way.NONE: frozenset(),
}
"""Addresses without which a way leads nowhere."""

SENTENCES: Final[Sentences] = {
    ("phone", "missing"): N_("Enter a phone number, for example 050 123 45 67"),
    ("email", "missing"): N_("Enter an e-mail address, for example name@example.com"),
    ("email", BadReplyEmail.code): N_("Enter an e-mail address, for example name@example.com"),
    ("code", "missing"): N_("Enter the code from the message"),
    ("code", BadCode.code): N_("Enter the six digits of the code"),
}


class WaysForm(Struct, frozen=True, kw_only=True):
    """How to tell each matter."""

    given: Way
    last_day: Way
    left: Way
    answered: Way


class PhoneForm(Struct, frozen=True, kw_only=True):
    """Another phone for messages."""

    phone: str


class EmailForm(Struct, frozen=True, kw_only=True):
    """Another address of mail for messages."""

    email: str


class CodeForm(Struct, frozen=True, kw_only=True):
    """The code that has come to it."""

    code: str


@get("/appeals/{token:str}/messages", include_in_schema=False, opt=PERSONAL)
async def show_wishes(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """What the author is told of now, and how."""
    return await _show(request, token, BLANK_FORM, now=now, secret=secret)


@post("/appeals/{token:str}/messages", include_in_schema=False, opt=PERSONAL)
async def change_wishes(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Tell from now on what was chosen."""
    name = read_appeal(token, secret=secret, now=now)
    form = await read_form(request)
    sent = parse_form(WaysForm, form)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await _show(request, token, view, now=now, secret=secret, status=422)
    ways: dict[Matter, Way] = {matter: getattr(sent, _field(matter)) for matter in Matter}
    try:
        await choose_ways(name, ways, now=now)
    except (MustBeTold, NoAddress) as refusal:
        field = _field(Matter(str(refusal.facts["matter"])))
        view = refuse_field(request, form, field, refusal)
        status = status_of(refusal)
        return await _show(request, token, view, now=now, secret=secret, status=status)
    return _go(request, f"/appeals/{token}/messages?saved=1")


@post("/appeals/{token:str}/address", include_in_schema=False, opt=PERSONAL)
async def send_code(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Send a code to another phone, or to another address of mail."""
    name = read_appeal(token, secret=secret, now=now)
    form = await read_form(request)
    by_mail = form.get("way") == Way.EMAIL.value
    sent: EmailForm | PhoneForm | Mistakes
    if by_mail:
        sent = parse_form(EmailForm, form, {"email": parse_reply_email})
    else:
        sent = parse_form(PhoneForm, form, {"phone": parse_mobile})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await _show(request, token, view, now=now, secret=secret, status=422)
    check_rate(request, "code-request", now)
    language = locale_of(request)
    try:
        if isinstance(sent, EmailForm):
            await ask_email(name, sent.email, language=language, secret=secret, now=now)
            return _go(request, f"/appeals/{token}/address?way=email")
        asked = await ask_phone(name, sent.phone, language=language, secret=secret, now=now)
    except Refusal as refusal:
        view = refuse_field(request, form, "email" if by_mail else "phone", refusal)
        status = status_of(refusal)
        return await _show(request, token, view, now=now, secret=secret, status=status)
    answer = _go(request, f"/appeals/{token}/address?way=sms")
    answer.set_cookie(remember_asked(request, asked))
    return answer


@get("/appeals/{token:str}/address", include_in_schema=False, opt=PERSONAL)
async def ask_code(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """The code that has come to the phone or to the address of mail."""
    followed = await get_followed(read_appeal(token, secret=secret, now=now))
    way = request.query_params.get("way", Way.SMS.value)
    return _show_code(request, token, followed.appeal.register_index, way, BLANK_FORM)


@post("/appeals/{token:str}/address/code", include_in_schema=False, opt=PERSONAL)
async def take_code(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Send messages from now on to what the code has proven."""
    name = read_appeal(token, secret=secret, now=now)
    followed = await get_followed(name)
    form = await read_form(request)
    way = form.get("way")
    number = followed.appeal.register_index
    sent = parse_form(CodeForm, form, {"code": parse_code})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return _show_code(request, token, number, way, view, status=422)
    check_rate(request, "code-attempt", now)
    try:
        if way == Way.EMAIL.value:
            await prove_email(name, sent.code, secret=secret, now=now)
        else:
            asked = request.cookies.get(ASKED, "")
            await prove_phone(name, asked, sent.code, secret=secret, now=now)
    except Refusal as refusal:
        view = refuse_field(request, form, "code", refusal)
        return _show_code(request, token, number, way, view, status=status_of(refusal))
    return _go(request, f"/appeals/{token}/messages?saved=1")


async def _show(
    request: PageRequest,
    token: str,
    form: FormView,
    *,
    now: Now,
    secret: Secret,
    status: int = 200,
) -> Response[str]:
    followed = await get_followed(read_appeal(token, secret=secret, now=now))
    wishes = await get_wishes(followed.appeal)
    words = words_of(request)
    addresses = wishes.addresses
    known = {name for name in ("phone", "email") if getattr(addresses, name)}
    matters = [
        {
            "field": _field(matter),
            "title": words.gettext(title),
            "chosen": form.value(_field(matter)) or wishes.ways[matter].value,
            "ways": [
                {"value": way.value, "text": words.gettext(text)}
                for way, text in WAYS.items()
                if NEEDED[way] <= known and not (way is Way.NONE and known and matter in REQUIRED)
            ],
        }
        for matter, title in MATTERS.items()
    ]
    return page(
        request,
        "pages/appeals/messages.html",
        status=status,
        form=form,
        place=f"/appeals/{token}",
        number=followed.appeal.register_index,
        phone=mask(PhoneNumber(addresses.phone)) if addresses.phone else "",
        email=mask_email(addresses.email) if addresses.email else "",
        matters=matters,
        is_saved="saved" in request.query_params,
    )


def _show_code(
    request: PageRequest, token: str, number: str, way: str, form: FormView, *, status: int = 200
) -> Response[str]:
    by_mail = way == Way.EMAIL.value
    return page(
        request,
        "pages/appeals/address.html",
        status=status,
        form=form,
        place=f"/appeals/{token}",
        number=number,
        way=Way.EMAIL.value if by_mail else Way.SMS.value,
        by_mail=by_mail,
    )


def _field(matter: Matter) -> str:
    return matter.value.replace("-", "_")


def _go(request: PageRequest, path: str) -> Redirect:
    return Redirect(localized(path, locale_of(request)), status_code=HTTP_303_SEE_OTHER)


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_wishes,
    change_wishes,
    send_code,
    ask_code,
    take_code,
]
