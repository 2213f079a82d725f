"""Documents of verbs as text: written a few hundred times a second, so without a tree.

Names of attributes are written as Python writes them and sent as Twilio does. Words and
values are escaped here and nowhere else; tests hold the outcome against Twilio's library.
"""

from functools import cache
from typing import Final


HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?><Response>'
FOOT: Final = "</Response>"


def document(*verbs: str) -> str:
    """What Twilio is answered: ``verbs`` are markup already."""
    return HEAD + "".join(verbs) + FOOT


def verb(name: str, /, inner: str = "", **attributes: object) -> str:
    """A verb or a noun around ``inner``, which is markup already; None is no attribute.

    Attributes stand in the order of their names, as Twilio's library writes them.
    """
    written = "".join(
        [
            f' {camel(key)}="{_write(value)}"'
            for key, value in sorted(attributes.items())
            if value is not None
        ]
    )
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written} />"


def text(words: str) -> str:
    """``words`` as markup."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@cache
def camel(name: str) -> str:
    """Twilio's spelling of an attribute: ``num_digits`` is ``numDigits``."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _write(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    written = text(str(value)).replace('"', "&quot;")
    if written.isprintable():
        return written
    # Of line breaks that are not escaped a parser makes blanks. Source: XML 1.0, 3.3.3.
    return written.replace("\t", "&#09;").replace("\n", "&#10;").replace("\r", "&#13;")
