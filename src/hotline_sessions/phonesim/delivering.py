"""How webhooks reach the product: over the network, or straight into it."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import httpx
import structlog


Deliver = Callable[[str, str, Mapping[str, str], bytes], Awaitable[tuple[int, str]]]
"""``(method, url, headers, body)`` → status and text.

It raises ConnectionError if the product cannot be reached, TimeoutError if it does not
answer in time.
"""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
AsgiApp = Callable[
    [Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]
STANDARD_PORTS: Final = {"https": 443, "http": 80}
CLIENT: Final = ("127.0.0.1", 40_000)

log = structlog.get_logger()


class NetworkDelivery:
    """Webhooks over HTTP; ``transport`` replaces the network, for tests."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None) -> None:
        self._client = httpx.AsyncClient(
            transport=transport, follow_redirects=True, trust_env=False
        )

    async def deliver(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        connect_seconds: float,
        read_seconds: float,
    ) -> tuple[int, str]:
        """Send a request; the caller bounds its whole time.

        Raises:
            ConnectionError: There is nobody, or he hung up.
            TimeoutError: He has taken the request and does not answer.
        """
        request = self._client.build_request(
            method,
            url,
            headers=dict(headers),
            content=body if method != "GET" else None,
            timeout=httpx.Timeout(read_seconds, connect=connect_seconds),
        )
        try:
            response = await self._client.send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise ConnectionError from error
        except httpx.TransportError as error:
            raise TimeoutError from error
        return response.status_code, response.text

    async def close(self) -> None:
        """Close connections."""
        await self._client.aclose()


def deliver_to_app(app: AsgiApp, *, root_path: str = "") -> Deliver:
    """Delivery into an ASGI application in this process, without a client or a server."""

    async def deliver(
        method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, str]:
        scope = _build_scope(method, url, headers, body, root_path)
        status = 500
        pieces: list[bytes] = []
        messages = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return messages.pop() if messages else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                pieces.append(message.get("body", b""))

        try:
            await app(scope, receive, send)
        except Exception:  # noqa: BLE001 - a server, too, answers 500 and goes on
            await log.aexception("phonesim.product_broke", path=scope["path"])
            return 500, ""
        return status, b"".join(pieces).decode()

    return deliver


def _build_scope(
    method: str, url: str, headers: Mapping[str, str], body: bytes, root_path: str
) -> Scope:
    parts = urlsplit(url)
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"host", parts.netloc.encode()))
    raw.append((b"content-length", b"%d" % len(body)))
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": parts.scheme,
        "path": unquote(parts.path) or "/",
        "raw_path": parts.path.encode() or b"/",
        "query_string": parts.query.encode(),
        "root_path": root_path,
        "headers": raw,
        "server": (parts.hostname or "", parts.port or STANDARD_PORTS.get(parts.scheme, 80)),
        "client": CLIENT,
        "state": {},
    }
