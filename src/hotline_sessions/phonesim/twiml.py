"""A TwiML document, read into verbs."""

import re
from functools import lru_cache
from typing import Final
from xml.etree import ElementTree as ET

from msgspec import Struct, field


SPACES: Final = re.compile(r"\s+")
KEPT_DOCUMENTS: Final = 2048


class BadDocument(Exception):
    """The text is no TwiML document; ``code`` is the provider's number for it."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Verb(Struct, frozen=True, kw_only=True):
    """An element of the document: name, attributes, text and children."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple["Verb", ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """Attribute ``name``, or ``default``."""
        return self.attributes.get(name, default)

    def flag(self, name: str, *, default: bool) -> bool:
        """Attribute ``name`` read as true or false."""
        value = self.attributes.get(name)
        return default if value is None else value.lower() == "true"

    def seconds(self, name: str, default: float) -> float:
        """Attribute ``name`` as seconds; what is not a number counts as ``default``."""
        try:
            return float(self.attributes[name])
        except (KeyError, ValueError):
            return default


class Document(Struct, frozen=True, kw_only=True):
    """A document and the address it came from, to which relative addresses refer."""

    url: str
    root: Verb

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """Top-level verbs in order."""
        return self.root.children


def parse_document(text: str, url: str) -> Document:
    """Read ``text`` as TwiML.

    Raises:
        BadDocument: It is not well-formed XML, or its root is not ``<Response>``.
    """
    return Document(url=url, root=_parse(text))


@lru_cache(maxsize=KEPT_DOCUMENTS)
def _parse(text: str) -> Verb:
    """Root of a document; the same text is read once, for a thousand callers hear it."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadDocument(12100, "Document type declarations are not allowed")
    try:
        element = ET.fromstring(text.strip())  # noqa: S314 - declarations were refused above
    except ET.ParseError as error:
        raise BadDocument(12100, f"Document parse failure: {error}") from error
    if element.tag != "Response":
        raise BadDocument(12100, f"The root element is <{element.tag}>, not <Response>")
    return _read(element)


def _read(element: ET.Element) -> Verb:
    words = [element.text or ""]
    for child in element:
        if element.tag == "Say":
            words.append("".join(child.itertext()))
        words.append(child.tail or "")
    return Verb(
        name=element.tag,
        attributes=dict(element.attrib),
        text=SPACES.sub(" ", "".join(words)).strip(),
        children=tuple(_read(child) for child in element),
    )
