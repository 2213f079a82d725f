"""HTML forms: read within limits, turned into a struct, with all mistakes at once."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Final, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.datastructures import State, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException
from litestar.status_codes import HTTP_415_UNSUPPORTED_MEDIA_TYPE
from msgspec import Struct

from hotline_sessions.domain.errors import Invalid
from hotline_sessions.i18n import N_
from hotline_sessions.web.locale import words_of


S = TypeVar("S", bound=Struct)

Sentences = Mapping[tuple[str, str], str]
"""(field, kind of mistake) → msgid of the sentence that says what to do."""

MAX_FIELDS: Final = 200
MANY_FIELDS: Final = 1000
"""Fields of a form of staff in which each session of a quarter has a box of its own."""
_NUL: Final = "\x00"

#: Said when a form has no better sentence of its own for the field.
GENERAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "missing": N_("Fill in this field"),
        "too-long": N_("The text is too long: shorten it"),
        "too-short": N_("The text is too short"),
        "too-small": N_("The number is too small"),
        "too-big": N_("The number is too big"),
        "not-a-choice": N_("Choose one of the options"),
        "wrong": N_("Check this field: its value cannot be read"),
        "bad-phone": N_("Enter a phone number, for example 050 123 45 67"),
        "phone-abroad": N_("Enter a Ukrainian phone number, one that begins with +380"),
    }
)

#: Words of msgspec's message → kind of mistake.
_KINDS: Final = (
    ("of length <=", "too-long"),
    ("of length >=", "too-short"),
    (" >= ", "too-small"),
    (" > ", "too-small"),
    (" <= ", "too-big"),
    (" < ", "too-big"),
    ("Invalid enum value", "not-a-choice"),
)
_NO_SECONDS: Final = re.compile(r"(\d{4}-\d\d-\d\dT)?\d\d:\d\d")
_TICKED: Final = frozenset({"on", "true", "1", "yes"})


class Form(Struct, frozen=True, kw_only=True):
    """What was sent: texts without blanks around them, and uploaded files."""

    fields: Mapping[str, tuple[str, ...]]
    files: Mapping[str, UploadFile] = MappingProxyType({})

    def get(self, name: str, default: str = "") -> str:
        """First value of a field."""
        return self.fields[name][0] if self.fields.get(name) else default

    def list_values(self, name: str) -> tuple[str, ...]:
        """All values of a field that may come several times."""
        return self.fields.get(name, ())


class Mistakes(Struct, frozen=True):
    """Fields that cannot be used, each with the kind of mistake."""

    by_field: Mapping[str, str]


class FormView(Struct, frozen=True, kw_only=True):
    """What a template needs to show a form: typed values and sentences about mistakes.

    ``mark`` is heard before each sentence by those who do not see its colour; without one they
    hear the sentence alone, never the English word of the component.
    """

    values: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    sentences: Mapping[str, str] = MappingProxyType({})
    mark: str = ""

    def value(self, name: str) -> str:
        """What was typed into a field, or nothing."""
        return self.values[name][0] if self.values.get(name) else ""

    def chosen(self, name: str, option: object) -> bool:
        """Whether ``option`` was among the values of a field."""
        return str(option) in self.values.get(name, ())

    def error(self, name: str) -> dict[str, str] | None:
        """``errorMessage`` of a GOV.UK macro, or none."""
        if name not in self.sentences:
            return None
        return {"text": self.sentences[name], "visuallyHiddenText": self.mark}

    @property
    def summary(self) -> list[dict[str, str]]:
        """``errorList`` of the error summary; empty when nothing is wrong."""
        return [{"text": text, "href": f"#{name}"} for name, text in self.sentences.items()]


BLANK_FORM: Final = FormView()


def prefilled(**values: object) -> FormView:
    """Form with values known beforehand; ``None`` leaves a field empty."""
    return FormView(
        values={name: (str(value),) for name, value in values.items() if value is not None}
    )


def with_mistakes(
    request: Request[Any, Any, State], form: Form, mistakes: Mistakes, sentences: Sentences
) -> FormView:
    """The form as it was typed, with a sentence in the reader's language per mistake."""
    words = words_of(request)
    return FormView(
        values=form.fields,
        sentences={
            field: words.gettext(
                sentences.get((field, kind)) or GENERAL.get(kind, GENERAL["wrong"])
            )
            for field, kind in mistakes.by_field.items()
        },
    )


async def read_form(request: Request[Any, Any, State], *, most: int = MAX_FIELDS) -> Form:
    """Form of a request, of either encoding, with ``most`` fields.

    Raises:
        ClientException: Not UTF-8, a NUL inside, too many fields, or no form at all.
        RequestEntityTooLarge: The body is longer than its route allows.
    """
    content_type, _ = request.content_type
    if content_type == RequestEncodingType.URL_ENCODED:
        return Form(fields=_clean(_parse_urlencoded(await request.body(), most)))
    if content_type == RequestEncodingType.MULTI_PART:
        return await _read_multipart(request, most)
    if not await request.body():
        return Form(fields={})
    raise ClientException("not-a-form", status_code=HTTP_415_UNSUPPORTED_MEDIA_TYPE)


def parse_form(
    shape: type[S],
    form: Form,
    readers: Mapping[str, Callable[[str], object]] = MappingProxyType({}),
) -> S | Mistakes:
    """A ``shape`` made of ``form``, or the kind of mistake of every field that is wrong.

    ``readers`` read single fields by a rule of the domain; what they refuse with
    ``Invalid`` is a mistake whose kind is the refusal's code.
    """
    values: dict[str, object] = {}
    mistakes: dict[str, str] = {}
    for field, hint in _list_fields(shape):
        try:
            value = _read_field(hint, form, field, readers.get(field.name))
        except _Mistake as mistake:
            mistakes[field.encode_name] = mistake.kind
        else:
            if value is not msgspec.UNSET:
                values[field.name] = value
    return Mistakes(by_field=mistakes) if mistakes else shape(**values)


class _Mistake(Exception):
    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@cache
def _list_fields(shape: type[Struct]) -> list[tuple[msgspec.structs.FieldInfo, Any]]:
    """Fields of ``shape`` with their types, worked out once: it takes longer than reading them."""
    hints = get_type_hints(shape, include_extras=True)
    return [(field, hints[field.name]) for field in msgspec.structs.fields(shape)]


def _read_field(
    hint: Any,  # noqa: ANN401 - an annotation may be anything
    form: Form,
    field: msgspec.structs.FieldInfo,
    reader: Callable[[str], object] | None,
) -> object:
    sent = form.list_values(field.encode_name)
    if _bare(hint) is bool:
        return bool(sent) and sent[0].lower() in _TICKED
    many = get_origin(_bare(hint)) in {list, tuple, set, frozenset}
    filled = [value for value in sent if value]
    if not filled:
        return _read_nothing(hint, field)
    try:
        if reader:
            return reader(filled[0])
        return msgspec.convert(
            filled if many else _with_seconds(filled[0], hint), hint, strict=False
        )
    except Invalid as refusal:
        raise _Mistake(refusal.code) from None
    except msgspec.ValidationError as error:
        raise _Mistake(_kind_of(str(error))) from None


def _read_nothing(hint: Any, field: msgspec.structs.FieldInfo) -> object:  # noqa: ANN401 - see above
    if not field.required:
        return msgspec.UNSET
    if type(None) in get_args(_bare(hint)):
        return None
    raise _Mistake("missing")


def _bare(hint: Any) -> Any:  # noqa: ANN401 - an annotation may be anything
    """``hint`` without its constraints: ``X`` of ``Annotated[X, …]``."""
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return hint


def _with_seconds(value: str, hint: Any) -> str:  # noqa: ANN401 - see above
    """Clock times of browsers have no seconds; times of the standard must have them."""
    bare = _bare(hint)
    is_clock = {bare, *get_args(bare)} & {time, datetime}
    return f"{value}:00" if is_clock and _NO_SECONDS.fullmatch(value) else value


def _kind_of(message: str) -> str:
    return next((kind for words, kind in _KINDS if words in message), "wrong")


def _parse_urlencoded(body: bytes, most: int) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=most,
        )
    except UnicodeDecodeError:
        raise ClientException("not-utf-8") from None
    except ValueError:
        raise ClientException("too-many-fields") from None


async def _read_multipart(request: Request[Any, Any, State], most: int) -> Form:
    try:
        sent = await request.form()
    except (UnicodeDecodeError, ValueError):
        raise ClientException("not-a-form") from None
    if len(sent) > most:
        raise ClientException("too-many-fields")
    pairs = list(sent.multi_items())
    return Form(
        fields=_clean([(name, value) for name, value in pairs if isinstance(value, str)]),
        files={name: value for name, value in pairs if isinstance(value, UploadFile)},
    )


def _clean(pairs: list[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if _NUL in name or _NUL in value:
            raise ClientException("nul-character")
        fields[name] = (*fields.get(name, ()), value.replace("\r\n", "\n").strip())
    return fields
