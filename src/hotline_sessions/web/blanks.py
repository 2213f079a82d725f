"""A page that thousands get in the same moment: made once, with blanks for what is each one's own.

Rendering is most of the cost of a page. Where only a few words of it belong to the reader, it
is rendered with marks in their places; whoever asks next gets it with the marks filled in.
"""

import re
from collections.abc import Mapping
from typing import Final

from markupsafe import escape
from msgspec import Struct


_MARK: Final = "\x1a"
"""No text of ours holds it, and what a reader wrote is never looked through for it."""
_BLANK: Final = re.compile(f"{_MARK}([a-z_]+){_MARK}")


class Pattern(Struct, frozen=True):
    """A rendered page: text, name of a blank, text, name of a blank, …, text."""

    parts: tuple[str, ...]


def blank(name: str) -> str:
    """What is rendered where the reader's own ``name`` belongs."""
    return f"{_MARK}{name}{_MARK}"


def cut(rendered: str) -> Pattern:
    """A page that was rendered with blanks."""
    return Pattern(tuple(_BLANK.split(rendered)))


def fill_in(pattern: Pattern, own: Mapping[str, str]) -> str:
    """The page of one reader; every text is escaped as HTML.

    Raises:
        KeyError: A blank has no text.
    """
    texts = {name: str(escape(text)) for name, text in own.items()}
    return "".join(texts[part] if number % 2 else part for number, part in enumerate(pattern.parts))
