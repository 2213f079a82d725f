"""The REST interface as a Litestar handler."""

import asyncio
import contextlib
from typing import Final

from litestar import Request, Response, route
from litestar.datastructures import State
from litestar.enums import HttpMethod

from hotline_sessions.phonesim.rest.answering import AnswerLost, answer_request
from hotline_sessions.phonesim.simulator import Simulator


LONGEST_SILENCE_SECONDS: Final = 30.0
METHODS: Final = (HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE)


@route(
    ["/2010-04-01/Accounts/{path:path}", "/v1/{path:path}"], http_method=METHODS, status_code=200
)
async def answer_rest(request: Request[None, None, State], state: State) -> Response[bytes]:
    """Answer a request of the REST interface, errors included."""
    simulator: Simulator = state.simulator
    try:
        answer = await answer_request(
            simulator,
            str(request.method),
            request.url.path,
            query=request.scope["query_string"],
            body=await request.body(),
            authorization=request.headers.get("authorization", ""),
        )
    except AnswerLost:
        await _say_nothing(request)
        return Response(b"", status_code=504)
    return Response(
        answer.body,
        status_code=answer.status,
        media_type=answer.content_type,
        headers=answer.headers,
    )


async def _say_nothing(request: Request[None, None, State]) -> None:
    """Keep the connection open without an answer until the other side gives up."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_SILENCE_SECONDS):
            while (await request.receive())["type"] != "http.disconnect":
                pass
