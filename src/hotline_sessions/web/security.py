"""What guards every page: headers, clean addresses, forms sent from our own pages only."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, cast
from urllib.parse import unquote_to_bytes, urlsplit

from litestar import Request
from litestar.datastructures import Headers, State
from litestar.enums import ScopeType
from litestar.exceptions import ClientException, PermissionDeniedException
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from hotline_sessions.web.forms import MANY_FIELDS, read_form
from hotline_sessions.web.locale import plain_path


FORM_LIMIT: Final = 64 * 1024
"""Bytes of a form or of a webhook; ``request_max_body_size`` of the application."""

UPLOAD_LIMIT: Final = 5 * 1024 * 1024
"""Bytes of an imported schedule; ``request_max_body_size`` of that handler."""

CSRF_FIELD: Final = "csrf_token"
CSRF_HEADER: Final = "x-csrf-token"

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; media-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_CONNECT: Final = "connect-src 'self'"
_MEDIA: Final = "media-src 'self'"
_NO_MICROPHONE: Final = "microphone=()"

EMBED_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors *"
)

_EVERYWHERE: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    (
        "Permissions-Policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
)

#: Page class (``opt={"page_class": …}`` of a handler) → headers of its own.
PAGE_CLASSES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "public": (
            ("Content-Security-Policy", f"{_POLICY}; require-trusted-types-for 'script'"),
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ),
        # A signed link must not leave with a click. «no-referrer» would also take the Origin
        # off our own forms, by which posts from other sites are told apart.
        "personal": (
            ("Content-Security-Policy", f"{_POLICY}; require-trusted-types-for 'script'"),
            ("Referrer-Policy", "same-origin"),
            ("Cache-Control", "no-store"),
            ("X-Robots-Tag", "noindex"),
        ),
        "staff": (
            ("Content-Security-Policy", _POLICY),
            ("Referrer-Policy", "same-origin"),
            ("Cache-Control", "no-store"),
            ("X-Robots-Tag", "noindex"),
        ),
        "embed": (
            ("Content-Security-Policy", EMBED_POLICY),
            ("Referrer-Policy", "no-referrer"),
        ),
    }
)


def page_class_of(scope: Scope) -> str:
    """Class of the page: what its handler says, else by the address."""
    named = _option(scope, "page_class")
    if isinstance(named, str):
        return named
    path = plain_path(scope["path"])
    return "staff" if path == "/staff" or path.startswith("/staff/") else "public"


def _option(scope: Scope, name: str) -> object:
    """Option of the handler; addresses that lead nowhere have no handler."""
    handler = cast("Mapping[str, Any]", scope).get("route_handler")
    return None if handler is None else handler.opt.get(name)


class SecurityHeaders:
    """Hook of the application that completes the headers of every answer, errors included.

    Pages with ``opt={"softphone": True}`` may use the microphone and connect to
    ``softphone_sources``; no other page may.
    """

    def __init__(self, public_base_url: str, softphone_sources: Sequence[str] = ()) -> None:
        self._https = urlsplit(public_base_url).scheme == "https"
        self._sources = " ".join(softphone_sources)
        # Written out once: they go with every answer.
        self._ready = {
            (name, is_telephone): self._list_headers(name, is_telephone=is_telephone)
            for name in PAGE_CLASSES
            for is_telephone in (False, True)
        }

    def list_public(self) -> list[tuple[bytes, bytes]]:
        """What goes with every public answer, for those that are made before they are asked for."""
        return self._ready["public", False]

    async def __call__(self, message: Message, scope: Scope) -> None:
        """Add what the handler has not set itself."""
        if message["type"] != "http.response.start":
            return
        is_telephone = bool(_option(scope, "softphone"))
        wanted = self._ready[page_class_of(scope), is_telephone]
        headers = list(message.get("headers", ()))
        there = {name.lower() for name, _ in headers}
        headers += [(name, value) for name, value in wanted if name not in there]
        message["headers"] = headers

    def _list_headers(self, page_class: str, *, is_telephone: bool) -> list[tuple[bytes, bytes]]:
        """Names in small letters, and values, as they are sent."""
        pairs = [*_EVERYWHERE, *PAGE_CLASSES[page_class]]
        if self._https:
            pairs.append(("Strict-Transport-Security", "max-age=31536000"))
        return [
            (
                name.lower().encode("latin-1"),
                (self._open_ears(value) if is_telephone else value).encode("latin-1"),
            )
            for name, value in pairs
        ]

    def _open_ears(self, value: str) -> str:
        """A header as a page needs it that is a telephone: its network and its microphone."""
        return (
            value.replace(_CONNECT, f"{_CONNECT} {self._sources}".rstrip())
            .replace(_MEDIA, f"{_MEDIA} blob: mediastream:")
            .replace(_NO_MICROPHONE, "microphone=(self)")
        )


class RequestGuard:
    """Refuses unreadable addresses, and forms posted from other sites.

    Machines post without a page: their handlers say ``opt={"cross_site": True}`` and
    prove themselves by a signature.
    """

    def __init__(self, public_base_url: str) -> None:
        parts = urlsplit(public_base_url)
        self._origin = f"{parts.scheme}://{parts.netloc}".lower()

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """Middleware around ``app``."""

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == ScopeType.HTTP:
                check_address(scope["raw_path"], scope["query_string"])
                if scope["method"] not in _SAFE_METHODS:
                    self.check_origin(scope)
            await app(scope, receive, send)

        return guarded

    def check_origin(self, scope: Scope) -> None:
        """Let pass what our own pages send, and programs that are no browsers.

        Raises:
            PermissionDeniedException: A browser sends it from a page of another site.
        """
        if _option(scope, "cross_site"):
            return
        headers = Headers.from_scope(scope)
        site = headers.get("sec-fetch-site")
        if site is not None:
            if site not in {"same-origin", "none"}:
                raise PermissionDeniedException("cross-site")
            return
        origin = headers.get("origin")
        if origin is None:
            return
        host = headers.get("host", "").lower()
        if origin.lower() != self._origin and urlsplit(origin.lower()).netloc != host:
            raise PermissionDeniedException("cross-site")


def check_address(raw_path: bytes, query: bytes) -> None:
    """Refuse an address that holds a NUL or is not UTF-8.

    Raises:
        ClientException: The address cannot be read as text.
    """
    for part in (raw_path, query):
        if b"%" not in part:
            continue
        plain = unquote_to_bytes(part)
        if b"\x00" in plain:
            raise ClientException("nul-character")
        try:
            plain.decode("utf-8")
        except UnicodeDecodeError:
            raise ClientException("not-utf-8") from None


def csrf_token(session_token: str, secret: str) -> str:
    """Token that the forms of one staff session carry; made of the session, never stored."""
    return hmac.new(secret.encode(), b"csrf:" + session_token.encode(), hashlib.sha256).hexdigest()


async def check_csrf(request: Request[Any, Any, State], session_token: str, secret: str) -> None:
    """Let pass safe methods and forms that carry the token of their session.

    Raises:
        PermissionDeniedException: The token is missing or of another session.
    """
    if request.method in _SAFE_METHODS:
        return
    sent = request.headers.get(CSRF_HEADER)
    if not sent:
        # How many fields it may have is for the page to say, which reads the form again.
        sent = (await read_form(request, most=MANY_FIELDS)).get(CSRF_FIELD)
    if not hmac.compare_digest(sent.encode(), csrf_token(session_token, secret).encode()):
        raise PermissionDeniedException("csrf")
