"""Who may enter the pages of staff."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import quote

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_401_UNAUTHORIZED

from hotline_sessions.domain.access import Right
from hotline_sessions.domain.errors import Forbidden
from hotline_sessions.services.accounts import find_signed_in
from hotline_sessions.web.dependencies import PageRequest, facts_of
from hotline_sessions.web.locale import locale_of, localized
from hotline_sessions.web.security import check_csrf, csrf_token


SIGN_IN_COOKIE: Final = "hotline_staff"
SIGN_IN_PATH: Final = "/staff/sign-in"
HOME_PATH: Final = "/staff"

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


class NotSignedIn(Exception):
    """Nobody is signed in in this browser."""


async def require_staff(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    """Let in who is signed in, and only forms that this sign-in was given.

    Raises:
        NotSignedIn: Nobody is, or no longer.
        PermissionDeniedException: The form does not carry the token of this sign-in.
    """
    if not isinstance(connection, Request):
        raise NotSignedIn
    request: PageRequest = connection
    facts = facts_of(request)
    token = connection.cookies.get(SIGN_IN_COOKIE, "")
    staff = await find_signed_in(token, secret=facts.secret, now=facts.clock.now())
    if staff is None:
        raise NotSignedIn
    secret = facts.secret.hex()
    await check_csrf(request, token, secret)
    connection.state.staff = staff
    connection.state.csrf_token = csrf_token(token, secret)


def require(*rights: Right) -> Guard:
    """Guard that lets in who has one of ``rights``; it stands behind ``require_staff``."""

    async def check_right(
        connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
    ) -> None:
        if not any(connection.state.staff.may(right) for right in rights):
            raise Forbidden

    return check_right


def lead_to_sign_in(request: PageRequest, _: NotSignedIn) -> Response[Any]:
    """Answer for who is not signed in: the sign-in page, which then leads back.

    A script is told to leave the page; only what was read can be read again afterwards.
    """
    locale = locale_of(request)
    address = localized(SIGN_IN_PATH, locale)
    if request.headers.get("hx-request"):
        return Response("", status_code=HTTP_401_UNAUTHORIZED, headers={"HX-Redirect": address})
    path = request.scope["path"] if request.method == "GET" else localized(HOME_PATH, locale)
    return Redirect(f"{address}?next={quote(path, safe='/')}", status_code=HTTP_303_SEE_OTHER)
