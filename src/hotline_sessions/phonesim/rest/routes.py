"""The REST interface as a Litestar handler."""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from litestar import Request, Response, route
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.params import FromPath

from hotline_sessions.phonesim.errors import NotFound, TwilioError
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.calls import answer_calls
from hotline_sessions.phonesim.rest.conferences import answer_conferences
from hotline_sessions.phonesim.rest.forms import check_credentials, parse_form
from hotline_sessions.phonesim.rest.messages import answer_messages
from hotline_sessions.phonesim.rest.numbers import answer_numbers
from hotline_sessions.phonesim.rest.queues import answer_queues
from hotline_sessions.phonesim.rest.recordings import answer_recordings
from hotline_sessions.phonesim.simulator import Simulator


AREAS: Final[dict[str, Callable[[Ask], Awaitable[Reply]]]] = {
    "Calls": answer_calls,
    "Conferences": answer_conferences,
    "IncomingPhoneNumbers": answer_numbers,
    "Messages": answer_messages,
    "Queues": answer_queues,
    "Recordings": answer_recordings,
}


@route(
    "/2010-04-01/Accounts/{account:str}/{path:path}",
    http_method=["GET", "POST", "DELETE"],
    status_code=200,
)
async def answer_rest(
    request: Request[None, None, State], account: FromPath[str], path: FromPath[str], state: State
) -> Response[bytes]:
    """Answer a request of the REST interface, errors included."""
    simulator: Simulator = state.simulator
    try:
        authorization = request.headers.get("authorization", "")
        check_credentials(authorization, account, simulator.config)
        reply = await _answer(simulator, request, path)
    except TwilioError as error:
        return _respond(error.status, error.as_json())
    if reply.media is not None:
        return Response(reply.media, media_type="audio/wav")
    return _respond(reply.status, reply.json)


async def _answer(simulator: Simulator, request: Request[None, None, State], path: str) -> Reply:
    parts = tuple(path.strip("/").removesuffix(".json").split("/"))
    ask = Ask(
        simulator=simulator,
        method=str(request.method),
        path=request.url.path,
        parts=parts,
        form=parse_form(await request.body()),
        query=parse_form(request.scope["query_string"]),
    )
    area = AREAS.get(parts[0])
    if area is None:
        raise NotFound(ask.path)
    return await area(ask)


def _respond(status: int, body: dict[str, object] | None) -> Response[bytes]:
    content = b"" if body is None else msgspec.json.encode(body)
    headers = {"Twilio-Concurrent-Requests": "1"}
    if status == 401:  # noqa: PLR2004 - Unauthorized
        headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return Response(content, status_code=status, media_type=MediaType.JSON, headers=headers)
