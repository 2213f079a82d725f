"""What Twilio sends of recordings and of transcriptions, as structs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.recordings import FoundRecording, RecordingSid
from hotline_sessions.domain.transcripts import LONGEST_SENTENCE, Speaker
from hotline_sessions.gateways.twilio.payloads import AccountSid, BadForm, Sequence_, Sid
from hotline_sessions.gateways.twilio.recordings import QUESTION, read_sound_status


RecordingName = Annotated[str, Meta(pattern=r"^RE[0-9a-f]{32}\Z")]
TranscriptionName = Annotated[str, Meta(pattern=r"^GT[0-9a-f]{32}\Z")]
Count = Annotated[str, Meta(pattern=r"^(-1|[0-9]{0,6})\Z")]
Source = Annotated[str, Meta(pattern=r"^[A-Za-z]{0,40}\Z")]

SENTENCE: Final = "transcription-content"
FAILURE: Final = "transcription-error"
_SPEAKERS: Final[Mapping[str, Speaker]] = MappingProxyType(
    {"inbound_track": Speaker.CITIZEN, "outbound_track": Speaker.OFFICIAL}
)


class RecordingForm(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A recording reports how far it is; its ``RecordingUrl`` is not even read."""

    account_sid: AccountSid
    call_sid: Sid
    recording_sid: RecordingName
    recording_status: Annotated[str, Meta(pattern=r"^(in-progress|completed|absent)\Z")]
    recording_source: Source = ""
    recording_channels: Annotated[str, Meta(pattern=r"^[0-2]?\Z")] = ""
    recording_duration: Count = ""
    recording_start_time: Annotated[str, Meta(pattern=r"^[A-Za-z0-9,:+ -]{0,40}\Z")] = ""


class TranscriptionForm(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A transcription reports: that it begins, ends, cannot go on, or a sentence."""

    account_sid: AccountSid
    call_sid: Sid
    transcription_sid: TranscriptionName
    transcription_event: Annotated[str, Meta(pattern=r"^transcription-[a-z]{1,20}\Z")]
    sequence_id: Sequence_ = ""


class SentenceForm(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A sentence: on which channel, and what a machine has heard."""

    transcription_data: Annotated[str, Meta(max_length=32 * 1024)]
    track: Annotated[str, Meta(pattern=r"^(in|out)bound_track\Z")]
    final: Annotated[str, Meta(pattern=r"^(true|false)?\Z")] = "true"


class _Heard(Struct, frozen=True):
    transcript: str


def read_found(form: RecordingForm, now: datetime) -> FoundRecording:
    """The recording that a form speaks of; one that does not say when it began did ``now``."""
    return FoundRecording(
        sid=RecordingSid(form.recording_sid),
        call=CallSid(form.call_sid),
        status=read_sound_status(form.recording_status),
        is_question=form.recording_source == QUESTION,
        channels=int(form.recording_channels or 1),
        seconds=max(int(form.recording_duration or 0), 0),
        started_at=read_start(form.recording_start_time) or now,
    )


def read_start(text: str) -> datetime | None:
    """A moment as Twilio writes it, in UTC; None when nothing is there.

    Raises:
        BadForm: It is no moment. Source: RFC 2822 §3.3.
    """
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        raise BadForm from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_words(form: SentenceForm) -> str:
    """What was heard, in one line, cut where nobody speaks on without a breath.

    Raises:
        BadForm: The words are not in the form in which Twilio sends them.
    """
    try:
        heard = msgspec.json.decode(form.transcription_data, type=_Heard)
    except (msgspec.DecodeError, UnicodeError):
        raise BadForm from None
    return " ".join(heard.transcript.replace("\0", " ").split())[:LONGEST_SENTENCE]


def speaker_of(form: SentenceForm) -> Speaker:
    """Whose channel it was: the citizen is the one whose call it is."""
    return _SPEAKERS[form.track]
