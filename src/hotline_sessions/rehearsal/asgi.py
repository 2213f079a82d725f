"""A request to an application in the same process, without sockets and without parsing."""

from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import unquote

from litestar import Litestar
from litestar.types import Scope
from msgspec import Struct


CLIENT: Final = ("127.0.0.1", 40000)


class Reply(Struct, frozen=True, kw_only=True):
    """What the application answered."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


async def ask_app(
    app: Litestar,
    method: str,
    target: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    host: str = "127.0.0.1",
) -> Reply:
    """Answer of ``app`` to one request; ``target`` is the path with its query, quoted."""
    path, _, query = target.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (b"host", host.encode()),
            (b"content-length", b"%d" % len(body)),
            *((name.lower().encode(), value.encode()) for name, value in headers.items()),
        ],
        "client": CLIENT,
        "server": (host, 80),
        "state": {},
        "extensions": {},
    }
    sent: list[Any] = []
    asked = False

    async def receive() -> Any:  # noqa: ANN401 - one of many messages
        nonlocal asked
        if asked:
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401 - one of many messages
        sent.append(message)

    await app(cast("Scope", scope), receive, send)
    status, found = 0, []
    parts: list[bytes] = []
    for message in sent:
        if message["type"] == "http.response.start":
            status = message["status"]
            found = list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))
    return Reply(status=status, headers=tuple(found), body=b"".join(parts))
