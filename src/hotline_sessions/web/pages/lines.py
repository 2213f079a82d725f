"""A number of a line: whether it serves, and which one does in its place."""

from typing import Final

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.errors import Invalid, NotFound
from hotline_sessions.domain.phones import parse_phone
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.line_history import look_up
from hotline_sessions.web.dependencies import Now, PageRequest
from hotline_sessions.web.templating import page


LONGEST: Final = 20
"""Digits of a number and its signs."""


@get("/lines/{number:str}", include_in_schema=False)
async def show_line(request: PageRequest, number: FromPath[str], now: Now) -> Response[str]:
    """The page of a number, as it stands on old posters."""
    if len(number) > LONGEST:
        raise NotFound
    try:
        asked = parse_phone(number)
    except Invalid:
        raise NotFound from None
    serves, successor = await look_up(asked, on=local_date(now))
    current = asked if serves or successor is None else successor.number
    return page(
        request,
        "pages/home/line.html",
        asked=asked,
        successor=successor,
        current=current,
        tail=current.removeprefix("+"),
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_line]
