"""Staff sign in and out."""

from typing import Final
from urllib.parse import quote

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.i18n import N_
from hotline_sessions.services.accounts import TooManyFailures, WrongPassword, sign_in, sign_out
from hotline_sessions.web.dependencies import Now, PageRequest, PublicUrl, Secret
from hotline_sessions.web.forms import (
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.guards import HOME_PATH, SIGN_IN_COOKIE, SIGN_IN_PATH, require_staff
from hotline_sessions.web.limits import check_rate
from hotline_sessions.web.locale import locale_of, localized, plain_path
from hotline_sessions.web.templating import page


SENTENCES: Final[Sentences] = {
    ("login", "missing"): N_("Enter your login"),
    ("password", "missing"): N_("Enter your password"),
    ("login", "wrong-password"): N_("Login and password do not match. Check both."),
    ("login", "too-many-failures"): N_(
        "Too many wrong passwords. Try again in 15 minutes, or ask the administrator."
    ),
}
LONGEST_NEXT: Final = 300


class SignIn(Struct, frozen=True, kw_only=True):
    """What is entered to sign in."""

    login: str
    password: str


@get(SIGN_IN_PATH, include_in_schema=False, sync_to_thread=False)
def show_sign_in(request: PageRequest) -> Response[str]:
    """The form; ``next`` is the page to go to afterwards."""
    return _show(request, prefilled(next=request.query_params.get("next")))


@post(SIGN_IN_PATH, include_in_schema=False, status_code=HTTP_200_OK)
async def enter(
    request: PageRequest, now: Now, secret: Secret, public_url: PublicUrl
) -> Response[str]:
    """Sign in and go on to the page that was asked for."""
    check_rate(request, "sign-in", now)
    form = await read_form(request)
    given = parse_form(SignIn, form)
    if isinstance(given, Mistakes):
        return _show(request, with_mistakes(request, form, given, SENTENCES), status=422)
    try:
        token = await sign_in(given.login, given.password, secret=secret, now=now)
    except (WrongPassword, TooManyFailures) as refusal:
        mistakes = Mistakes(by_field={"login": refusal.code})
        status = 429 if isinstance(refusal, TooManyFailures) else 422
        return _show(request, with_mistakes(request, form, mistakes, SENTENCES), status=status)
    answer: Response[str] = Redirect(
        choose_next(request, form.get("next")), status_code=HTTP_303_SEE_OTHER
    )
    answer.set_cookie(
        Cookie(
            key=SIGN_IN_COOKIE,
            value=token,
            path="/",
            httponly=True,
            samesite="lax",
            secure=public_url.startswith("https://"),
        )
    )
    return answer


@post("/staff/sign-out", include_in_schema=False, guards=[require_staff])
async def leave(request: PageRequest, secret: Secret) -> Redirect:
    """Sign out of this browser."""
    await sign_out(request.cookies.get(SIGN_IN_COOKIE, ""), secret=secret)
    answer = Redirect(localized(SIGN_IN_PATH, locale_of(request)), status_code=HTTP_303_SEE_OTHER)
    answer.delete_cookie(SIGN_IN_COOKIE, path="/")
    return answer


def choose_next(request: PageRequest, wanted: str) -> str:
    """Address to go to: ``wanted`` if it is one of our staff pages, else the first of them."""
    home = localized(HOME_PATH, locale_of(request))
    plain = plain_path(wanted)
    own = plain == HOME_PATH or plain.startswith(f"{HOME_PATH}/")
    safe = (
        wanted.isprintable() and not any(sign in wanted for sign in "\\?#") and ".." not in wanted
    )
    if not own or not safe or plain == SIGN_IN_PATH or len(wanted) > LONGEST_NEXT:
        return home
    return quote(wanted, safe="/%")


def _show(request: PageRequest, form: FormView, *, status: int = HTTP_200_OK) -> Response[str]:
    return page(request, "pages/sign_in/form.html", status=status, form=form)


HANDLERS: Final[list[ControllerRouterHandler]] = [show_sign_in, enter, leave]
