"""Phrase: one thing that is said on the telephone, in one language."""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct


class Phrase(Struct, frozen=True, kw_only=True):
    """One text for a voice.

    ``key`` names a text that never varies, so that an announcer may have recorded it; it is
    empty where numbers, times or names are filled in, which only a synthetic voice can say.
    """

    text: str
    language: str = "uk"
    key: str = ""


Speech: TypeAlias = Sequence[Phrase]
"""What is said one after the other."""
