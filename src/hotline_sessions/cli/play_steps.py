"""Steps of the story: each is checked."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from msgspec import Struct


Disturb: TypeAlias = Callable[[], Awaitable[None]]
"""Something that goes wrong on purpose, and must not matter."""


class StoryFailed(Exception):
    """A step of the story did not go as it should; the text says which."""


class Filed(Struct, frozen=True, kw_only=True):
    """An appeal that was registered in the story."""

    author: str
    number: str
    code: str
    due: str
    counted: str


def check(held: object, what: str) -> None:
    """Go on if it held.

    Raises:
        StoryFailed: It did not.
    """
    if not held:
        raise StoryFailed(f"This did not hold: {what}.")
