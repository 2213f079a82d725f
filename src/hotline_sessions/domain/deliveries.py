"""Delivery: one webhook, told apart from its repetitions by a natural key."""

from collections.abc import Mapping

from msgspec import Struct


class Delivery(Struct, frozen=True, kw_only=True):
    """What came in; ``body`` is all that it said, fields nobody knows included."""

    source: str
    key: str
    path: str
    body: Mapping[str, str]
