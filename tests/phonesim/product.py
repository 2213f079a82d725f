"""A tiny product: canned documents by path, every request checked and kept."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from twilio.request_validator import RequestValidator

from hotline_sessions.phonesim.config import AUTH_TOKEN


Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Fields = dict[str, str]
Document = str | Callable[[Fields], str]


class FakeProduct:
    """An ASGI application that plays the product's part."""

    def __init__(self, base: str = "http://product.test") -> None:
        self.base = base
        self.documents: dict[str, Document] = {}
        self.failures: dict[str, list[int]] = {}
        self.requests: list[tuple[str, Fields]] = []
        self.headers: list[dict[str, str]] = []
        self.bad_signatures = 0
        self._validator = RequestValidator(AUTH_TOKEN)

    def answer(self, path: str, *verbs: str) -> None:
        """Answer ``path`` with these verbs."""
        self.documents[path] = respond(*verbs)

    def decide(self, path: str, answer: Callable[[Fields], str]) -> None:
        """Answer ``path`` with what ``answer`` makes of the fields."""
        self.documents[path] = answer

    def asked(self, path: str) -> list[Fields]:
        """Fields of every request to ``path``."""
        return [fields for asked, fields in self.requests if asked == path]

    def events(self, path: str, name: str = "StatusCallbackEvent") -> list[str]:
        """Values of one field in the requests to ``path``."""
        return [fields[name] for fields in self.asked(path)]

    def url(self, path: str) -> str:
        """Absolute address of ``path``."""
        return self.base + path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        query = scope["query_string"].decode()
        url = self.base + scope["path"] + (f"?{query}" if query else "")
        parsed = parse_qs(body.decode(), keep_blank_values=True)
        fields = {name: values[0] for name, values in parsed.items()}
        if not self._validator.validate(url, fields, headers.get("x-twilio-signature", "")):
            self.bad_signatures += 1
        flat = fields | {name: values[0] for name, values in parse_qs(query).items()}
        self.requests.append((scope["path"], flat))
        self.headers.append(headers)
        status, text = self._choose(scope["path"], flat)
        start = {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"text/xml"), (b"content-length", b"%d" % len(text))],
        }
        await send(start)
        await send({"type": "http.response.body", "body": text})

    def _choose(self, path: str, fields: Fields) -> tuple[int, bytes]:
        if failures := self.failures.get(path):
            return failures.pop(0), b"broken"
        document = self.documents.get(path)
        if document is None:
            return 204, b""
        text = document if isinstance(document, str) else document(fields)
        return 200, text.encode()


def respond(*verbs: str) -> str:
    """A document of these verbs."""
    return f"<?xml version='1.0' encoding='UTF-8'?><Response>{''.join(verbs)}</Response>"
