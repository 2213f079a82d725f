"""The reader's language stands in the address: Ukrainian at ``/…``, English at ``/en/…``."""

from collections.abc import Sequence
from typing import Any, Final

from litestar import Router
from litestar.connection import ASGIConnection
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.i18n import Locale, Words, load_catalogues


ENGLISH_PREFIX: Final = "/en"

Connection = ASGIConnection[Any, Any, Any, Any]


class Alternative(Struct, frozen=True, kw_only=True):
    """The page at hand in the other language."""

    locale: Locale
    name: str
    href: str


def locale_of_path(path: str) -> Locale:
    """Language that the path of an address asks for."""
    english = path == ENGLISH_PREFIX or path.startswith(f"{ENGLISH_PREFIX}/")
    return "en" if english else "uk"


def plain_path(path: str) -> str:
    """``path`` without its language: what is the same for both."""
    if locale_of_path(path) == "en":
        return path.removeprefix(ENGLISH_PREFIX) or "/"
    return path


def localized(path: str, locale: Locale) -> str:
    """Address of the page ``path`` (written without a language) in ``locale``."""
    if locale == "uk":
        return path
    return ENGLISH_PREFIX if path == "/" else f"{ENGLISH_PREFIX}{path}"


def locale_of(connection: Connection) -> Locale:
    """Language of the page that is asked for."""
    return locale_of_path(connection.scope["path"])


def words_of(connection: Connection) -> Words:
    """Texts in the language of the page that is asked for."""
    return load_catalogues().words(locale_of(connection))


def alternative_of(connection: Connection) -> Alternative:
    """Link to the same page, with the same filters, in the other language."""
    path = connection.scope["path"]
    query = connection.scope["query_string"].decode("ascii", "ignore")
    tail = f"?{query}" if query else ""
    if locale_of_path(path) == "en":
        return Alternative(locale="uk", name="Українська", href=plain_path(path) + tail)
    return Alternative(locale="en", name="English", href=localized(path, "en") + tail)


def both_languages(handlers: Sequence[ControllerRouterHandler]) -> list[Router]:
    """The same pages under ``/`` and under ``/en``."""
    return [
        Router(path="/", route_handlers=handlers),
        Router(path=ENGLISH_PREFIX, route_handlers=handlers),
    ]
