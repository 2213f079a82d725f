"""All sessions under way on one page, live."""

from typing import Final

from litestar import Response, get
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from hotline_sessions.services.board import list_board
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn, facts_of
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.board_views import view_board
from hotline_sessions.web.pages.desk.live import OPERATORS
from hotline_sessions.web.pages.desk.streams import answer_stream
from hotline_sessions.web.templating import is_partial, page


@get("/staff/desk", include_in_schema=False, guards=OPERATORS)
async def show_board(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """The board; a script gets its rows alone."""
    words = words_of(request)
    rows = await list_board(institution=signed_in.institution, now=now, locale=words.locale)
    template = "rows" if is_partial(request) else "page"
    return page(
        request, f"pages/desk/board/{template}.html", board=view_board(rows, words), now=now
    )


@get("/staff/desk/events", include_in_schema=False, guards=OPERATORS)
async def stream_board(request: PageRequest, signed_in: SignedIn) -> Stream:
    """Say ``changed`` whenever something about any session has changed. Carries no data."""
    del signed_in
    return answer_stream(facts_of(request).watch)


HANDLERS: Final[list[ControllerRouterHandler]] = [show_board, stream_board]
