"""First steps of a booking: name and phone, then the code from the message.

A device whose phone was proven within the last day skips both.
"""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.bookings import CallerName
from hotline_sessions.domain.code_gate import WaitLonger, open_gate, show_gate
from hotline_sessions.domain.codes import (
    CodeExpired,
    CodeUsed,
    CodeUsedUp,
    TooSoon,
    WrongCode,
    parse_code,
)
from hotline_sessions.domain.errors import Invalid, Refusal, TooMany
from hotline_sessions.domain.links import BadLink, LinkExpired
from hotline_sessions.domain.phones import PhoneNumber, mask, parse_mobile
from hotline_sessions.i18n import N_
from hotline_sessions.services.announcements import FreeSlots
from hotline_sessions.services.code_gate import pass_gate
from hotline_sessions.services.verification import (
    Asked,
    NoCodeAsked,
    accept_code,
    find_asked,
    find_caller,
    request_code,
)
from hotline_sessions.web.code_pressure import is_pressed
from hotline_sessions.web.cookies import ASKED, PROOF, remember_asked, remember_proof
from hotline_sessions.web.dependencies import Now, PageRequest, Secret
from hotline_sessions.web.form_answers import answer_refused, refuse_field
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
from hotline_sessions.web.limits import check_rate
from hotline_sessions.web.locale import locale_of, localized
from hotline_sessions.web.pages.sessions import get_unclosed
from hotline_sessions.web.templating import page


PERSONAL: Final = {"page_class": "personal"}
WHO: Final = "pages/verification/who.html"
CODE: Final = "pages/verification/code.html"
GATE: Final = "pages/verification/gate.html"

SENTENCES: Final[Sentences] = {
    ("name", "missing"): N_("Enter your name"),
    ("name", "too-short"): N_("Enter your name"),
    ("phone", "missing"): N_("Enter your phone number, for example 050 123 45 67"),
    ("code", "missing"): N_("Enter the code from the message"),
    ("code", "bad-code"): N_("Enter the six digits of the code"),
}


class FilledByProgram(Invalid):
    """A field was filled that people do not see."""

    code = "filled-by-program"


class WhoForm(Struct, frozen=True, kw_only=True):
    """Who books; ``website`` is hidden from people and stays empty.

    ``gate`` and ``work`` come from the page that is shown while very many ask for codes.
    """

    name: CallerName
    phone: str
    website: str = ""
    gate: Annotated[str, Meta(max_length=200)] = ""
    work: Annotated[str, Meta(max_length=20)] = ""


class CodeForm(Struct, frozen=True, kw_only=True):
    """The code from the message."""

    code: str


@get("/sessions/{public_id:str}/book", include_in_schema=False, opt=PERSONAL)
async def ask_who(
    request: PageRequest, public_id: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Name and phone; a device whose phone was proven goes on to the slots."""
    found = await get_unclosed(public_id, now=now)
    caller = await find_caller(request.cookies.get(PROOF, ""), secret=secret, now=now)
    if caller and "again" not in request.query_params:
        return go(request, public_id, "slot")
    return _who_page(request, found, prefilled(name=caller.name) if caller else BLANK_FORM)


@post("/sessions/{public_id:str}/book", include_in_schema=False, opt=PERSONAL)
async def send_code(
    request: PageRequest, public_id: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Send the code to the phone that was entered."""
    found = await get_unclosed(public_id, now=now)
    form = await read_form(request)
    who = parse_form(WhoForm, form, {"phone": parse_mobile})
    if isinstance(who, Mistakes):
        return _who_page(request, found, with_mistakes(request, form, who, SENTENCES), status=422)
    if who.website:
        raise FilledByProgram
    check_rate(request, "code-request", now)
    if is_pressed(request, now):
        try:
            await pass_gate(who.gate, phone=who.phone, work=who.work, secret=secret, now=now)
        except (BadLink, LinkExpired, WaitLonger) as refusal:
            return _gate_page(request, found, who, refusal, secret=secret, now=now)
    try:
        token = await request_code(
            who.phone,
            who.name,
            institution=found.announcement.institution,
            language=locale_of(request),
            secret=secret,
            now=now,
        )
    except TooMany as refusal:
        if isinstance(refusal, TooSoon) and await _was_asked_here(request, who.phone, secret):
            return go(request, public_id, "code")
        view = refuse_field(request, form, "phone", refusal)
        return answer_refused(request, WHO, view, refusal, **_of(found))
    return go(request, public_id, "code", remember_asked(request, token))


@get("/sessions/{public_id:str}/code", include_in_schema=False, opt=PERSONAL)
async def ask_code(
    request: PageRequest, public_id: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """The code from the message."""
    found = await get_unclosed(public_id, now=now)
    asked = await find_asked(request.cookies.get(ASKED, ""), secret=secret)
    if asked is None:
        return go(request, public_id, "book")
    return _code_page(request, found, asked, BLANK_FORM)


@post("/sessions/{public_id:str}/code", include_in_schema=False, opt=PERSONAL)
async def take_code(
    request: PageRequest, public_id: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Prove the phone, and remember it on this device."""
    found = await get_unclosed(public_id, now=now)
    token = request.cookies.get(ASKED, "")
    asked = await find_asked(token, secret=secret)
    if asked is None:
        return go(request, public_id, "book")
    form = await read_form(request)
    sent = parse_form(CodeForm, form, {"code": parse_code})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return _code_page(request, found, asked, view, status=422)
    check_rate(request, "code-attempt", now)
    try:
        proof = await accept_code(token, sent.code, secret=secret, now=now)
    except NoCodeAsked:
        return go(request, public_id, "book")
    except (WrongCode, CodeExpired, CodeUsed, CodeUsedUp) as refusal:
        if isinstance(refusal, CodeUsed) and await find_caller(
            request.cookies.get(PROOF, ""), secret=secret, now=now
        ):
            return go(request, public_id, "slot")
        view = refuse_field(request, form, "code", refusal)
        return answer_refused(request, CODE, view, refusal, **_of_code(request, found, asked))
    return go(request, public_id, "slot", remember_proof(request, proof))


@post("/sessions/{public_id:str}/code/again", include_in_schema=False, opt=PERSONAL)
async def send_code_again(
    request: PageRequest, public_id: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Send another code to the same phone."""
    found = await get_unclosed(public_id, now=now)
    form = await read_form(request)
    asked = await find_asked(request.cookies.get(ASKED, ""), secret=secret)
    if asked is None:
        return go(request, public_id, "book")
    check_rate(request, "code-request", now)
    try:
        token = await request_code(
            asked.phone,
            asked.caller_name,
            institution=found.announcement.institution,
            language=locale_of(request),
            secret=secret,
            now=now,
        )
    except TooMany as refusal:
        view = refuse_field(request, form, "code", refusal)
        return answer_refused(request, CODE, view, refusal, **_of_code(request, found, asked))
    return go(request, public_id, "code?sent=1", remember_asked(request, token))


def go(request: PageRequest, public_id: str, step: str, *cookies: Cookie) -> Redirect:
    """On to another step of the booking."""
    address = localized(f"/sessions/{public_id}/{step}", locale_of(request))
    return Redirect(address, status_code=HTTP_303_SEE_OTHER, cookies=list(cookies))


async def _was_asked_here(request: PageRequest, phone: str, secret: bytes) -> bool:
    """Whether the form came twice: its first copy has sent the code already."""
    asked = await find_asked(request.cookies.get(ASKED, ""), secret=secret)
    return asked is not None and asked.phone == phone


def _of(found: FreeSlots) -> dict[str, Any]:
    return {"session": found.announcement, "help_phone": found.announcement.line_number}


def _of_code(request: PageRequest, found: FreeSlots, asked: Asked) -> dict[str, Any]:
    sent_again = "sent" in request.query_params
    return {**_of(found), "masked": mask(PhoneNumber(asked.phone)), "sent_again": sent_again}


def _who_page(
    request: PageRequest, found: FreeSlots, form: FormView, *, status: int = 200
) -> Response[str]:
    return page(request, WHO, status=status, form=form, **_of(found))


def _code_page(
    request: PageRequest, found: FreeSlots, asked: Asked, form: FormView, *, status: int = 200
) -> Response[str]:
    return page(request, CODE, status=status, form=form, **_of_code(request, found, asked))


def _gate_page(
    request: PageRequest,
    found: FreeSlots,
    who: WhoForm,
    refusal: Refusal,
    *,
    secret: bytes,
    now: datetime,
) -> Response[Any]:
    """Wait a little, or let the device work; a wait that goes on is not begun anew."""
    try:
        gate = show_gate(secret, who.gate, phone=who.phone, now=now)
    except (BadLink, LinkExpired):
        gate = open_gate(secret, who.phone, now)
    if not gate.seconds:  # It has served already.
        gate = open_gate(secret, who.phone, now)
    told = WaitLonger(retry_after=gate.seconds)
    view = prefilled(name=who.name, phone=who.phone)
    is_early = isinstance(refusal, WaitLonger)
    return answer_refused(request, GATE, view, told, gate=gate, is_early=is_early, **_of(found))


HANDLERS: Final[list[ControllerRouterHandler]] = [
    ask_who,
    send_code,
    ask_code,
    take_code,
    send_code_again,
]
