"""Free slots of a session for programs: how many, and when the first of them begin.

It costs next to nothing and may be asked every second. Source: RFC 9110, section 13.
"""

from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Final

import msgspec
from litestar import MediaType, Response, route
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED
from litestar.types import ControllerRouterHandler

from hotline_sessions.services.availability import get_free_times
from hotline_sessions.web.dependencies import Now, PageRequest
from hotline_sessions.web.feeds import READING
from hotline_sessions.web.ready import is_held
from hotline_sessions.web.shelf import Kept, read_kept


MOST_TIMES: Final = 100
"""Times that are listed; ``count`` tells how many there are."""


@route(
    "/sessions/{public_id:str}/free.json",
    http_method=READING,
    status_code=HTTP_200_OK,
    include_in_schema=False,
)
async def show_free_times(
    request: PageRequest, public_id: FromPath[str], now: Now
) -> Response[bytes]:
    """How many slots may be booked now, and when the first of them begin, in UTC."""
    kept = await read_kept(request, partial(_write, public_id, now), now=now)
    tags = request.headers.get("if-none-match")
    is_known = is_held(tags, None, etag=kept.headers["ETag"], changed_at=None)
    return Response(
        b"" if is_known else kept.body,
        status_code=HTTP_304_NOT_MODIFIED if is_known else HTTP_200_OK,
        media_type=MediaType.JSON,
        headers=kept.headers,
    )


async def _write(public_id: str, now: datetime) -> Kept:
    found = await get_free_times(public_id, now=now, limit=MOST_TIMES)
    body = msgspec.json.encode(found)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    return Kept(body=body, headers={"ETag": etag, "Cache-Control": "public, max-age=1"})


HANDLERS: Final[list[ControllerRouterHandler]] = [show_free_times]
