"""The draw of a session for everyone: how it is fixed beforehand, and how the lots fell."""

from datetime import datetime
from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from hotline_sessions.services.draws import PublishedDraw, get_draw
from hotline_sessions.web.dependencies import Now, PageRequest
from hotline_sessions.web.pages.sessions import choose_phase
from hotline_sessions.web.templating import page


@get("/sessions/{public_id:str}/draw", include_in_schema=False)
async def show_draw(request: PageRequest, public_id: FromPath[str], now: Now) -> Response[str]:
    """The commitment, and after the draw who got what, under pseudonyms."""
    draw = await get_draw(public_id)
    return page(
        request,
        "pages/draws/show.html",
        draw=draw,
        session=draw.announcement,
        phase=choose_phase(draw.announcement, now=now),
        lots=_list_lots(draw),
        help_phone=draw.announcement.line_number,
    )


@get("/sessions/{public_id:str}/draw.json", include_in_schema=False)
async def give_file(public_id: FromPath[str]) -> Response[Any]:
    """The file with which the draw can be reckoned again, to the last character.

    Before the draw there is none.
    """
    draw = await get_draw(public_id)
    if draw.file is None:
        return Response(
            {"session": draw.announcement.public_id, "commitment": draw.commitment},
            status_code=404,
        )
    return Response(
        draw.text.encode(),
        media_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="draw-{draw.announcement.public_id}.json"'
        },
    )


def _list_lots(draw: PublishedDraw) -> list[tuple[datetime, str]]:
    """Starts of the slots that were given, in time's order, with the pseudonyms of the winners."""
    if draw.file is None:
        return []
    return sorted((datetime.fromisoformat(lot.slot), lot.name) for lot in draw.file.result)


HANDLERS: Final[list[ControllerRouterHandler]] = [show_draw, give_file]
