"""Parts of a long answer, as players of sound ask for them. Source: RFC 9110 §14."""

import re
from typing import Final

from msgspec import Struct


_ONE_RANGE: Final = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


class Part(Struct, frozen=True, kw_only=True):
    """Bytes from ``start`` up to ``end``, which is not included, of ``size``."""

    start: int
    end: int
    size: int

    @property
    def content_range(self) -> str:
        """The header that says which part it is."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


class Unsatisfiable(Exception):
    """The part begins behind the end."""


def read_part(header: str | None, size: int) -> Part | None:
    """The part that ``header`` asks for; None for the whole, also when several are asked for.

    Raises:
        Unsatisfiable: There is nothing at that place.
    """
    found = _ONE_RANGE.fullmatch((header or "").replace(" ", ""))
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        start, end = max(size - int(found[2]), 0), size
    else:
        start, end = int(found[1]), min(int(found[2]) + 1, size) if found[2] else size
    if found[1] and found[2] and int(found[2]) < int(found[1]):
        return None
    if start >= end:
        raise Unsatisfiable
    return Part(start=start, end=end, size=size)
