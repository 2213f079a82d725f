"""From a webhook to its handler and back without what pages need: they come by the hundred.

Addresses, methods, options and errors remain Litestar's. Only its general way of finding
out what a handler asks for, and of making an answer of what it returns, is left out: that
costs more than most decisions.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, cast

from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from hotline_sessions.services.inbox import Speak
from hotline_sessions.web.webhooks.genuine import genuine_form
from hotline_sessions.web.webhooks.setup import TWIML, TwilioSetup


_DOCUMENT: Final = (b"content-type", f"{TWIML}; charset=utf-8".encode())
_NOTHING: Final = 204


def build_shortcut(setup: TwilioSetup, speak: Speak) -> Callable[[ASGIApp], ASGIApp]:
    """Middleware that calls the handler itself, with what every webhook may ask for."""
    known: Mapping[str, object] = {"setup": setup, "speak": speak}

    def around(app: ASGIApp) -> ASGIApp:
        """In place of ``app``, which is left what is no webhook, such as OPTIONS."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP or scope["method"] != "POST":
                await app(scope, receive, send)
                return
            # Prove, decide, answer; what is raised goes on to Litestar.
            handle = cast("Mapping[str, Any]", scope)["route_handler"].fn
            request: Request[Any, Any, Any] = Request(scope, receive)
            given = {**known, "genuine": await genuine_form(request, setup)}
            answered = handle(**{name: given[name] for name in list_wanted(handle)})
            await _send(send, await answered)

        return answer

    return around


@cache
def list_wanted(handle: Callable[..., object]) -> tuple[str, ...]:
    """Names of what a handler asks for."""
    return tuple(inspect.signature(handle).parameters)


async def _send(send: Send, document: str | None) -> None:
    if document is None:
        await send({"type": "http.response.start", "status": _NOTHING, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    body = document.encode()
    headers = [_DOCUMENT, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
