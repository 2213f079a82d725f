"""Letters about sessions by e-mail: asked for, confirmed, ended.

The address behind a link in a letter may be opened by programs that look through mail: only the
button does something. Ending may also be done by the reader's mail program itself (RFC 8058).
"""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.appeals import parse_reply_email
from hotline_sessions.domain.digests import Rhythm
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.i18n import N_
from hotline_sessions.services.digests import (
    confirm_letters,
    end_letters,
    find_letters,
    subscribe,
)
from hotline_sessions.web.dependencies import Now, PageRequest, PublicUrl, Secret, facts_of
from hotline_sessions.web.forms import (
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.limits import check_rate
from hotline_sessions.web.locale import locale_of, localized
from hotline_sessions.web.pages.home import read_filter
from hotline_sessions.web.pages.subscribing import show_subscribing
from hotline_sessions.web.pages.verification import PERSONAL
from hotline_sessions.web.templating import page


PATH: Final = "/subscribe/letters"
TEMPLATE: Final = "pages/home/letters.html"
FILTERS: Final = ("institution", "region", "official", "topic", "line")

SENTENCES: Final[Sentences] = {
    ("email", "missing"): N_("Enter an e-mail address, for example name@example.com"),
    ("email", "bad-reply-email"): N_("Enter an e-mail address, for example name@example.com"),
    ("email", "too-long"): N_("Enter an e-mail address, for example name@example.com"),
    ("rhythm", "missing"): N_("Choose how often"),
    ("rhythm", "not-a-choice"): N_("Choose how often"),
}


class LettersForm(Struct, frozen=True, kw_only=True):
    """Where letters go and when; ``website`` is a field that people do not see."""

    email: Annotated[str, Meta(min_length=1, max_length=254)]
    rhythm: Rhythm
    website: Annotated[str, Meta(max_length=300)] = ""


@post(PATH, include_in_schema=False, status_code=HTTP_200_OK)
async def ask_for_letters(
    request: PageRequest, now: Now, secret: Secret, public_url: PublicUrl
) -> Response[str] | Redirect:
    """Ask the address; the page says the same whatever is known of it.

    Raises:
        NotFound: No letters are sent here.
        TooOften: One client asks for many.
    """
    if not facts_of(request).sends_mail:
        raise NotFound
    check_rate(request, "subscribe", now)
    form = await read_form(request)
    query = {name: form.get(name) for name in FILTERS}
    given = parse_form(LettersForm, form, {"email": parse_reply_email})
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await show_subscribing(request, query, now, public_url, view, status=422)
    if not given.website:
        await subscribe(
            given.email,
            read_filter(query),
            given.rhythm,
            language=locale_of(request),
            secret=secret,
            public_url=public_url,
            now=now,
        )
    address = localized(PATH, locale_of(request))
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


@get(PATH, include_in_schema=False, sync_to_thread=False)
def show_asked(request: PageRequest) -> Response[str]:
    """What to do now: look into the mailbox."""
    return page(request, TEMPLATE, part="asked")


@get(f"{PATH}/{{token:str}}", include_in_schema=False, opt=PERSONAL)
async def show_letters(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """Whether letters come, and the button that changes it."""
    return await _show(request, token, now, secret)


@post(f"{PATH}/{{token:str}}", include_in_schema=False, opt=PERSONAL, status_code=HTTP_200_OK)
async def confirm(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """The person behind the address wants the letters."""
    check_rate(request, "letters", now)
    await confirm_letters(token, secret=secret, now=now)
    return await _show(request, token, now, secret)


@get(f"{PATH}/{{token:str}}/end", include_in_schema=False, opt=PERSONAL)
async def show_end(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """The same page, for programs that open the address instead of posting to it."""
    return await _show(request, token, now, secret)


@post(
    f"{PATH}/{{token:str}}/end",
    include_in_schema=False,
    opt={**PERSONAL, "cross_site": True},
    status_code=HTTP_200_OK,
)
async def end(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """Write no more; by the button, or by a mail program that has no page of ours."""
    check_rate(request, "letters", now)
    await end_letters(token, secret=secret, now=now)
    return page(request, TEMPLATE, part="off")


async def _show(request: PageRequest, token: str, now: Now, secret: bytes) -> Response[str]:
    check_rate(request, "letters", now)
    found = await find_letters(token, secret=secret, now=now)
    part = "off" if found is None else "on" if found.confirmed_at else "confirm"
    return page(request, TEMPLATE, part=part, place=f"{PATH}/{token}", subscriber=found)


HANDLERS: Final[list[ControllerRouterHandler]] = [
    ask_for_letters,
    show_asked,
    show_letters,
    confirm,
    show_end,
    end,
]
