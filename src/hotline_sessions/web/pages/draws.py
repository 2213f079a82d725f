"""The draw of a session for everyone: how it is fixed beforehand, and how the lots fell."""

from datetime import datetime
from functools import partial
from typing import Final

from litestar import MediaType, Response, get
from litestar.params import FromPath
from litestar.status_codes import HTTP_404_NOT_FOUND
from litestar.types import ControllerRouterHandler

from hotline_sessions.services.draws import PublishedDraw, get_draw
from hotline_sessions.web.dependencies import Now, PageRequest
from hotline_sessions.web.shelf import Kept, read_kept
from hotline_sessions.web.templating import page


@get("/sessions/{public_id:str}/draw", include_in_schema=False)
async def show_draw(request: PageRequest, public_id: FromPath[str], now: Now) -> Response[bytes]:
    """The commitment, and after the draw who got what, under pseudonyms."""
    kept = await read_kept(request, partial(_write_page, request, public_id), now=now)
    return Response(kept.body, media_type=MediaType.HTML, headers=kept.headers)


async def _write_page(request: PageRequest, public_id: str) -> Kept:
    draw = await get_draw(public_id)
    answer = page(
        request,
        "pages/draws/show.html",
        draw=draw,
        session=draw.announcement,
        lots=_list_lots(draw),
        help_phone=draw.announcement.line_number,
    )
    return Kept(body=answer.content.encode(), headers=answer.headers)


@get("/sessions/{public_id:str}/draw.json", include_in_schema=False)
async def give_file(request: PageRequest, public_id: FromPath[str], now: Now) -> Response[bytes]:
    """The file with which the draw can be reckoned again, to the last character.

    Before the draw there is none.
    """
    kept = await read_kept(request, partial(_read_file, public_id), now=now)
    if not kept.body:
        return Response(b"", status_code=HTTP_404_NOT_FOUND)
    return Response(kept.body, media_type=MediaType.JSON, headers=kept.headers)


async def _read_file(public_id: str) -> Kept:
    draw = await get_draw(public_id)
    name = f"draw-{draw.announcement.public_id}.json"
    return Kept(
        body=draw.text.encode(),
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _list_lots(draw: PublishedDraw) -> list[tuple[datetime, str]]:
    """Starts of the slots that were given, in time's order, with the pseudonyms of the winners."""
    if draw.file is None:
        return []
    return sorted((datetime.fromisoformat(lot.slot), lot.name) for lot in draw.file.result)


HANDLERS: Final[list[ControllerRouterHandler]] = [show_draw, give_file]
