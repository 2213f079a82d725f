"""What Twilio sends, as structs. What we use is parsed strictly; the rest is let pass.

A signature does not cover the borders between names and values: ``CallStatus=completed``
and ``CallStatusc=ompleted`` are signed alike. So every field that decides something must
be there in its exact form, and the name of one that is not there may not be spelt by
what stands around it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Final, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec
from msgspec import Meta, Struct

from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.network import LineStatus


MAX_FIELDS: Final = 200
_NAME: Final = "[0-9a-hjkmnp-tv-z]{10}"
Fields = Sequence[tuple[str, str]]


class BadForm(Invalid):
    """The form is not one that Twilio sends."""

    code = "bad-form"


Sid = Annotated[str, Meta(pattern=r"^CA[0-9a-f]{32}\Z")]
AccountSid = Annotated[str, Meta(pattern=r"^AC[0-9a-f]{32}\Z")]
ConferenceSid = Annotated[str, Meta(pattern=r"^CF[0-9a-f]{32}\Z")]
MessageSid = Annotated[str, Meta(pattern=r"^(SM|MM)[0-9a-f]{32}\Z")]
Party = Annotated[
    str, Meta(pattern=r"^(\+?[0-9]{1,20}|[A-Za-z]{0,20}|(sips?|client):[!-~]{1,200})\Z")
]
Keys = Annotated[str, Meta(pattern=r"^([0-9*#A-D]{0,32}|hangup)\Z")]  # hangup: of a recording
Word = Annotated[str, Meta(pattern=r"^[a-z_-]{0,60}\Z")]
Sequence_ = Annotated[str, Meta(pattern=r"^[0-9]{0,9}\Z")]
Count = Annotated[str, Meta(pattern=r"^(-1|[0-9]{0,9})\Z")]
Flag = Annotated[str, Meta(pattern=r"^([Tt]rue|[Ff]alse)?\Z")]
Label = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,128}\Z")]
Confidence = Annotated[str, Meta(pattern=r"^[0-9]{0,3}(\.[0-9]{1,20})?\Z")]
Speech = Annotated[str, Meta(max_length=2000)]
FoundSid = Annotated[str, Meta(pattern=r"^(RE[0-9a-f]{32})?\Z")]
Error = Annotated[str, Meta(pattern=r"^[0-9]{0,5}\Z")]


class _Form(Struct, frozen=True, kw_only=True, rename="pascal"):
    account_sid: AccountSid


class VoiceForm(_Form, frozen=True, kw_only=True, rename="pascal"):
    """A call asks what comes next, or reports how far it is.

    ``from_`` may be empty, a word such as ``anonymous``, a number in whatever form the
    carrier uses, or an address such as ``sip:…`` and ``client:…``. ``error_code`` is told
    to whoever answers in place of an address that did not.
    """

    call_sid: Sid
    call_status: Word
    to: Party
    from_: Party = msgspec.field(name="From")
    forwarded_from: Party = ""
    digits: Keys = ""
    speech_result: Speech = ""
    confidence: Confidence = ""
    answered_by: Word = ""
    queue_result: Word = ""
    queue_time: Count = ""
    dial_call_status: Word = ""
    dial_call_duration: Count = ""
    recording_sid: FoundSid = ""
    recording_duration: Count = ""
    sequence_number: Sequence_ = ""
    error_code: Error = ""

    @property
    def line_status(self) -> LineStatus:
        """How far the call is."""
        return read_status(self.call_status)


class RoomForm(_Form, frozen=True, kw_only=True, rename="pascal"):
    """A conference reports; ``call_sid`` is empty for events without a participant."""

    conference_sid: ConferenceSid
    status_callback_event: Word
    sequence_number: Sequence_
    friendly_name: Annotated[str, Meta(pattern=rf"^s-{_NAME}-(air|scr-{_NAME})\Z", max_length=40)]
    call_sid: Annotated[str, Meta(pattern=r"^(CA[0-9a-f]{32})?\Z")] = ""
    participant_label: Label = ""
    participant_call_status: Word = ""
    reason_participant_left: Word = ""
    muted: Flag = ""
    hold: Flag = ""
    coaching: Flag = ""


class TextForm(_Form, frozen=True, kw_only=True, rename="pascal"):
    """A text message reports how far it is."""

    message_sid: MessageSid
    message_status: Word


FormKind = TypeVar("FormKind", bound=Struct)

_LONGER_NAMES: Final = frozenset({"AvgQueueTime", "CallSidEndingConference"})
"""Names of Twilio's own that hold one of ours: they spell nothing across a border."""

_OVER: Final = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


def read_status(status: str) -> LineStatus:
    """Twilio's word for how far a call is; words nobody knows mean that it goes on."""
    if status in _OVER:
        return LineStatus.OVER
    return LineStatus.ANSWERED if status == "in-progress" else LineStatus.UNDER_WAY


def parse_fields(body: bytes) -> list[tuple[str, str]]:
    """Fields of a form in their order, blank ones included.

    Raises:
        BadForm: It is no URL-encoded UTF-8, has a NUL, or too many fields.
    """
    try:
        text = body.decode("ascii")
        parts = text.split("&")
        # A byte that says NUL, however it is written: nothing else comes out as one.
        if len(parts) > MAX_FIELDS or "\0" in text or "%00" in text:
            raise BadForm
        # As ``parse_qsl`` does with blank values kept, at a fifth of its cost.
        return [_split(part) for part in parts if part]
    except ValueError:
        raise BadForm from None


def _split(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    if "%" in part or "+" in part:
        return _unquote(name), _unquote(value)
    return name, value


def _unquote(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")


def read_form(fields: Fields, kind: type[FormKind]) -> FormKind:
    """The fields that we use.

    Raises:
        BadForm: One is missing, malformed, given twice, or spelt across a border.
    """
    values = dict(fields)
    if len(values) != len(fields) or is_misspelt(values, kind):
        raise BadForm
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError:
        raise BadForm from None


def is_misspelt(values: Mapping[str, str], kind: type[Struct]) -> bool:
    """Whether the name of a field that is not there is spelt by names and values in a row."""
    missing = [name for name in list_names(kind) if name not in values]
    row = "".join(
        [("\0" if name in _LONGER_NAMES else name) + values[name] for name in sorted(values)]
    )
    return any([name in row for name in missing])  # noqa: C419 - all are looked for anyway


@cache
def list_names(kind: type[Struct]) -> tuple[str, ...]:
    """Names of the fields that we use, as Twilio writes them."""
    return tuple(field.encode_name for field in msgspec.structs.fields(kind))
