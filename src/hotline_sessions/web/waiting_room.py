"""Waiting room: newcomers wait before the booking pages when more come than can be served.

They get a page that was made when the program started: no template, no database. It renews
itself without scripts, and a signed cookie keeps the place; whoever came first is let in first.
Who is in stays in: a second cookie, given with the first page, is good for all steps.

Each process counts what it serves itself. Places are times of arrival, so that they hold for
whichever process is asked next.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from msgspec import Struct

from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.links import read, sign
from hotline_sessions.domain.waiting_line import WaitingLine
from hotline_sessions.i18n import LOCALES, Locale
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.verification import PROOF_LIFE
from hotline_sessions.web.cookies import PROOF
from hotline_sessions.web.forms import BLANK_FORM
from hotline_sessions.web.locale import Alternative, locale_of_path, localized
from hotline_sessions.web.templating import render


PATHS: Final = re.compile(r"(?:/en)?/sessions/[^/]+/(?:book|code|code/again|slot)/?")
SLOT: Final = re.compile(r".*/slot/?")

PLACE: Final = "hotline_place"
"""Number of the arrival, signed."""
PASS: Final = "hotline_pass"  # noqa: S105 - the name of a cookie
"""Who holds it is in: newcomers wait, he does not."""
PASS_LIFE: Final = timedelta(minutes=30)
"""Long enough for all steps of a booking."""
PLACE_LIFE: Final = timedelta(hours=2)
ASK_AGAIN: Final = 5
"""Seconds until the page of the waiting room renews itself."""
PATIENCE: Final = 4.0 * ASK_AGAIN
"""Seconds after which somebody who has not asked again has gone."""

_PLACE_MARK: Final = "@place@"


class Page(Struct, frozen=True):
    """The page of the waiting room in one language, up to the number and after it."""

    before: bytes
    after: bytes


class WaitingRoom:
    """Middleware before the booking pages, shared by all of them in one process.

    ``bound``: so many of these pages may be worked on at once; then newcomers wait.
    """

    def __init__(self, *, bound: int, secret: bytes, clock: Clock, is_https: bool = True) -> None:
        self._bound = bound
        self._secret = secret
        self._clock = clock
        self._flags = "; Path=/; HttpOnly; SameSite=lax" + ("; Secure" if is_https else "")
        self._line = WaitingLine(patience=PATIENCE)
        self._in_flight = 0
        self._pages = build_pages()

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """Middleware around ``app``."""

        async def let_in(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP or not PATHS.fullmatch(scope["path"]):
                await app(scope, receive, send)
                return
            now = self._clock.now()
            cookies = _read_cookies(scope)
            is_in = self._is_in(cookies, scope["path"], now)
            if not is_in:
                number = self._read_number(cookies, now)
                ahead = self._line.ask(
                    number, free=self._bound - self._in_flight, now=now.timestamp()
                )
                if ahead is not None:
                    page = self._pages[locale_of_path(scope["path"])]
                    await self._answer(send, page, number, ahead, now)
                    return
            self._in_flight += 1
            try:
                await app(scope, receive, self._give_pass(send, now, is_new=not is_in))
            finally:
                self._in_flight -= 1

        return let_in

    def _is_in(self, cookies: Mapping[str, str], path: str, now: datetime) -> bool:
        """Whether the reader is in already.

        The page of the slots looks at the proof of the phone itself, and sends who has none
        back to the first page, where he has to wait.
        """
        if SLOT.fullmatch(path) and PROOF in cookies:
            return True
        return self._read(PASS, cookies, now) is not None

    def _read_number(self, cookies: Mapping[str, str], now: datetime) -> int:
        kept = self._read(PLACE, cookies, now)
        return int(kept) if kept else self._line.draw_number(now.timestamp())

    def _read(self, name: str, cookies: Mapping[str, str], now: datetime) -> str | None:
        try:
            return read(self._secret, name, cookies.get(name, ""), now)
        except Refusal:
            return None

    def _build_cookie(self, name: str, value: str, now: datetime, life: timedelta) -> bytes:
        token = sign(self._secret, name, value, now + life)
        return f"{name}={token}; Max-Age={int(life.total_seconds())}{self._flags}".encode()

    async def _answer(self, send: Send, page: Page, number: int, ahead: int, now: datetime) -> None:
        body = page.before + str(ahead + 1).encode() + page.after
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"retry-after", str(ASK_AGAIN).encode()),
            # A form that was sent is asked for anew: browsers renew by GET alone.
            (b"refresh", str(ASK_AGAIN).encode()),
            (b"set-cookie", self._build_cookie(PLACE, str(number), now, PLACE_LIFE)),
        ]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    def _give_pass(self, send: Send, now: datetime, *, is_new: bool) -> Send:
        """``send`` that gives a pass to who has been let in, and to who has proven a phone."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                proven = any(
                    name.lower() == b"set-cookie" and value.startswith(f"{PROOF}=".encode())
                    for name, value in headers
                )
                if proven or is_new:
                    life = PROOF_LIFE if proven else PASS_LIFE
                    headers.append((b"set-cookie", self._build_cookie(PASS, "in", now, life)))
                    message["headers"] = headers
            await send(message)

        return sending


def build_pages() -> Mapping[Locale, Page]:
    """The page of the waiting room in each language."""
    return {locale: _build_page(locale) for locale in LOCALES}


def _build_page(locale: Locale) -> Page:
    other: Locale = "en" if locale == "uk" else "uk"
    names = {"uk": "Українська", "en": "English"}
    text = render(
        locale,
        "errors/waiting_room.html",
        alternative=Alternative(locale=other, name=names[other], href=localized("/", other)),
        csrf_token="",
        form=BLANK_FORM,
        help_phone=None,
        path="/sessions",
        place=_PLACE_MARK,
        seconds=ASK_AGAIN,
        staff=None,
    )
    before, _, after = text.partition(_PLACE_MARK)
    return Page(before.encode(), after.encode())


def _read_cookies(scope: Scope) -> Mapping[str, str]:
    """Cookies of a request by name."""
    header = Headers.from_scope(scope).get("cookie", "")
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, equals, value in pairs if equals}
