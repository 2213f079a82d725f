"""A person at a browser without scripts: opens pages, fills in forms, follows where they lead."""

import asyncio
import time
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urljoin

import httpx
from msgspec import Struct, field


PATIENCE: Final = 30.0
"""Seconds for which a server may be away."""
PAUSE: Final = 0.2
VOID_TYPES: Final = frozenset({"submit", "button", "reset", "image", "file"})


class FormOnPage(Struct, kw_only=True):
    """A form as it stands on a page, with the values it would send."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)


class PageReader(HTMLParser):
    """Collects forms, visible text and the heading of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FormOnPage] = []
        self.texts: list[str] = []
        self.links: list[tuple[str, str]] = []
        self._form: FormOnPage | None = None
        self._select = ""
        self._textarea = ""
        self._hidden = 0
        self._href = ""
        self.details: list[str] = []
        self._in_details = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms and their fields."""
        found = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self._form = FormOnPage(
                    action=found.get("action", ""), method=found.get("method", "get").lower()
                )
                self.forms.append(self._form)
            case "script" | "style":
                self._hidden += 1
            case "a":
                self._href = found.get("href", "")
            case "details":
                self._in_details = True
            case "input":
                self._note_input(found)
            case "select":
                self._select = found.get("name", "")
            case "textarea":
                self._textarea = found.get("name", "")
                self._set(self._textarea, "")
            case "option" if self._select:
                self._note_option(self._select, found.get("value", ""), chosen="selected" in found)
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        """Leave what was entered."""
        match tag:
            case "form":
                self._form = None
            case "script" | "style":
                self._hidden -= 1
            case "select":
                self._select = ""
            case "textarea":
                self._textarea = ""
            case "a":
                self._href = ""
            case "details":
                self._in_details = False
            case _:
                pass

    def handle_data(self, data: str) -> None:
        """Note text that can be seen."""
        if self._textarea and self._form:
            self._form.values[self._textarea] = data.lstrip("\n")
        elif not self._hidden and data.strip():
            text = " ".join(data.split())
            self.texts.append(text)
            if self._in_details:
                self.details.append(text)
            if self._href:
                self.links.append((text, self._href))

    def _note_input(self, found: dict[str, str]) -> None:
        name, kind = found.get("name", ""), found.get("type", "text")
        if not name or kind in VOID_TYPES:
            return
        if kind in {"radio", "checkbox"}:
            self._note_option(name, found.get("value", "on"), chosen="checked" in found)
        else:
            self._set(name, found.get("value", ""))

    def _note_option(self, name: str, value: str, *, chosen: bool) -> None:
        if self._form is None:
            return
        self._form.options.setdefault(name, []).append(value)
        if chosen:
            self._form.values[name] = value

    def _set(self, name: str, value: str) -> None:
        if self._form is not None and name:
            self._form.values[name] = value


class Page(Struct, frozen=True, kw_only=True):
    """A page as it came."""

    url: str
    status: int
    text: str
    forms: list[FormOnPage]
    links: list[tuple[str, str]]
    details: list[str]

    def form(self, with_field: str) -> FormOnPage:
        """The form that has a field of this name.

        Raises:
            LookupError: There is none on the page.
        """
        for form in self.forms:
            if with_field in form.values or with_field in form.options:
                return form
        raise LookupError(f"no form with {with_field!r} at {self.url}: {self.text[:300]}")

    def form_to(self, ending: str) -> FormOnPage:
        """The form whose action ends so.

        Raises:
            LookupError: There is none on the page.
        """
        for form in self.forms:
            if form.action.split("?")[0].endswith(ending):
                return form
        raise LookupError(f"no form to …{ending} at {self.url}: {self.text[:300]}")


class Visitor:
    """Somebody with a browser of their own: cookies, and the page at hand."""

    def __init__(self, base_url: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url, follow_redirects=True, trust_env=False, timeout=15.0
        )

    async def close(self) -> None:
        """Close the browser."""
        await self._client.aclose()

    async def open(self, address: str) -> Page:
        """Open a page."""
        return _read(await self._send("GET", address))

    async def submit(self, page: Page, form: FormOnPage, **filled: str) -> Page:
        """Send a form of ``page``, with some fields filled in."""
        address = urljoin(page.url, form.action or page.url)
        values = {**form.values, **filled}
        if form.method == "get":
            return _read(await self._send("GET", address, params=values))
        headers = {"Origin": f"{self._client.base_url}".rstrip("/")}
        return _read(await self._send("POST", address, data=values, headers=headers))

    async def fetch(self, address: str, **headers: str) -> httpx.Response:
        """Fetch something that is no page."""
        return await self._send("GET", address, headers=headers)

    async def _send(self, method: str, address: str, **parts: Any) -> httpx.Response:  # noqa: ANN401 - what httpx takes
        """Answer to a request; while nobody answers, send it again, as people do."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return await self._client.request(method, address, **parts)
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(PAUSE)


def _read(response: httpx.Response) -> Page:
    reader = PageReader()
    reader.feed(response.text)
    return Page(
        url=str(response.url),
        status=response.status_code,
        text=" ".join(reader.texts),
        forms=reader.forms,
        links=reader.links,
        details=reader.details,
    )
