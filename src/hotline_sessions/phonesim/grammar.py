"""Grammar of TwiML, taken from the provider's own builder: who may stand in whom, with what."""

import functools
import inspect
import re
from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct
from twilio.twiml import TwiML, voice_response

from hotline_sessions.phonesim.twiml import Document, Verb


NOT_ATTRIBUTES: Final = frozenset({"self", "kwargs", "args"})
RENAMED: Final = {"for_": "for", "from_": "from", "xml_lang": "xml:lang"}


class Rule(Struct, frozen=True):
    """What an element may have: names of children and of attributes."""

    children: frozenset[str]
    attributes: frozenset[str]


@functools.cache
def build_grammar() -> dict[str, Rule]:
    """Rules by element name, read from the signatures of the provider's builder."""
    classes = {
        cls.__name__: cls
        for _, cls in inspect.getmembers(voice_response, inspect.isclass)
        if issubclass(cls, TwiML) and cls is not TwiML
    }
    children: dict[str, set[str]] = {"Response": set()}
    attributes: dict[str, set[str]] = {"Response": set()}
    for cls in classes.values():
        parent = _tag(cls)
        for name, method in vars(cls).items():
            built = None if name.startswith("_") else _built_by(method, classes)
            if built is None:
                continue
            children.setdefault(parent, set()).add(_tag(built))
            attributes.setdefault(_tag(built), set()).update(_attributes(method, built))
    return {
        name: Rule(frozenset(children.get(name, ())), frozenset(attributes.get(name, ())))
        for name in children.keys() | attributes.keys()
    }


TEXTS_AND_VALUES: Final = re.compile(r'="[^"]*"|>[^<]*<')
KEPT_SHAPES: Final = 4096


def check_text(text: str, document: Document) -> list[str]:
    """Findings in a document; those of documents of one shape are found once."""
    return list(_check_shape(_Shape(TEXTS_AND_VALUES.sub("", text), document)))


class _Shape:
    """A document, known by its text without texts and values of attributes."""

    __slots__ = ("document", "key")

    def __init__(self, key: str, document: Document) -> None:
        self.key = key
        self.document = document

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shape) and self.key == other.key


@functools.lru_cache(maxsize=KEPT_SHAPES)
def _check_shape(shape: _Shape) -> tuple[str, ...]:
    return tuple(check_document(shape.document))


def check_document(document: Document) -> list[str]:
    """Findings in a document, in the order of its elements; empty means it conforms."""
    return list(_check(document.root, build_grammar()))


def _check(verb: Verb, grammar: dict[str, Rule]) -> Iterator[str]:
    rule = grammar.get(verb.name)
    if rule is None:
        return
    for name in verb.attributes:
        if name not in rule.attributes:
            yield f"<{verb.name}> has no attribute {name!r}"
    for child in verb.children:
        if child.name not in grammar:
            yield f"<{child.name}> is not a TwiML element"
        elif child.name not in rule.children:
            yield f"<{child.name}> may not stand in <{verb.name}>"
        yield from _check(child, grammar)


def _tag(cls: type[TwiML]) -> str:
    return "Response" if cls.__name__ == "VoiceResponse" else _own_name(cls)


def _own_name(cls: type[TwiML]) -> str:
    source = inspect.getsource(cls.__init__)
    return source.split('self.name = "', 1)[1].split('"', 1)[0]


def _built_by(method: Any, classes: dict[str, type[TwiML]]) -> type[TwiML] | None:  # noqa: ANN401 - untyped library
    source = inspect.getsource(method)
    if "self.nest(" not in source:
        return None
    return classes.get(source.split("self.nest(", 1)[1].strip().split("(", 1)[0].strip())


def _attributes(method: Any, cls: type[TwiML]) -> set[str]:  # noqa: ANN401 - untyped library
    """Arguments of the builder's method, less those that become the element's text."""
    text = inspect.signature(cls.__init__).parameters
    names = inspect.signature(method).parameters
    return {_camel(name) for name in names if name not in text and name not in NOT_ATTRIBUTES}


def _camel(name: str) -> str:
    if name in RENAMED:
        return RENAMED[name]
    head, *tail = name.rstrip("_").split("_")
    return head + "".join(part.title() for part in tail)
