"""Texts with places to fill: «Запис на {day} о {clock}»."""

import re
from collections.abc import Mapping
from typing import Final

from hotline_sessions.domain.errors import Invalid


_PLACE: Final = re.compile(r"\{([a-z]+)\}")
_BRACE: Final = re.compile(r"[{}]")


class UnknownPlaceholder(Invalid):
    """The text has a place that nothing can be put into, or a brace that opens none.

    Facts: ``place``: what stands in it; empty for a brace alone.
    """

    code = "unknown-placeholder"


class MissingPlaceholder(Invalid):
    """The text lacks a fact without which it is of no use.

    Facts: ``place``: the fact.
    """

    code = "missing-placeholder"


class MissingFactError(ValueError):
    """A place of the text has no value."""


def list_places(text: str) -> list[str]:
    """Names of the places of ``text``, in its order."""
    return _PLACE.findall(text)


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its places filled.

    Raises:
        MissingFactError: One of them has no value.
    """

    def put(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise MissingFactError(match[1])
        return values[match[1]]

    return _PLACE.sub(put, text)


def check_places(text: str, *, known: frozenset[str], needed: frozenset[str]) -> None:
    """Refuse a text that could not be filled, or that leaves out what it is for.

    Raises:
        UnknownPlaceholder: It has a place that is not ``known``.
        MissingPlaceholder: It lacks a ``needed`` one.
    """
    places = list_places(text)
    if unknown := [name for name in places if name not in known]:
        raise UnknownPlaceholder(place=unknown[0])
    if _BRACE.search(_PLACE.sub("", text)):
        raise UnknownPlaceholder(place="")
    if missing := sorted(needed - set(places)):
        raise MissingPlaceholder(place=missing[0])
