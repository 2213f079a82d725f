"""Recording: the sound of one citizen's leg, and its way from the network into our own storage.

A talk is recorded only where the session says so and the citizen has agreed; a question is
recorded because the citizen speaks to the machine. What the network keeps is copied, then
deleted there; what we keep is erased after the days the institution has chosen. The row of
a recording stays as the trace of what became of it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final, NewType

import msgspec
from msgspec import Meta, Struct

from hotline_sessions.domain.calls import Consent, Leg, Role
from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.ids import (
    CallId,
    CallSid,
    InstitutionId,
    PublicId,
    RecordingId,
    SessionId,
)
from hotline_sessions.domain.network import NetworkError
from hotline_sessions.domain.sessions import Session


RecordingSid = NewType("RecordingSid", str)
"""Twilio's name of a recording: ``RE`` and 32 hexadecimal digits."""


class RecordingKind(StrEnum):
    """What was recorded: a talk on the air, or a question left on the line."""

    TALK = "talk"
    QUESTION = "question"


class RecordingState(StrEnum):
    """Where the sound is.

    ``copying``: it may be in our storage, under the key of the row; ``copied``: it is there,
    and still at the network; ``kept``: only there. ``unwanted``: nobody has agreed to it, or
    its days are over, and the network still has it. ``lost``: the network has it no more,
    and neither have we.
    """

    RECORDING = "recording"
    READY = "ready"
    COPYING = "copying"
    COPIED = "copied"
    KEPT = "kept"
    ABSENT = "absent"
    UNWANTED = "unwanted"
    LOST = "lost"
    ERASED = "erased"


class SoundStatus(StrEnum):
    """What the network says of a recording."""

    UNDER_WAY = "in-progress"
    COMPLETED = "completed"
    ABSENT = "absent"


class RecordingStep(StrEnum):
    """What is to be done with a recording next."""

    COPY = "copy"
    REMOVE = "remove"


PLAYABLE: Final = frozenset({RecordingState.COPIED, RecordingState.KEPT})
"""States in which our storage has the sound."""

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a recording at most: two hours in two channels, as the network sends it."""

PATIENCE: Final = (
    timedelta(seconds=10),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
)
"""Pauses between the attempts to copy or delete; the last one repeats."""

ALARM_AFTER: Final = 6
"""Attempts after which every further failure is an alarm."""

GIVE_UP: Final = 30
"""Attempts after which sound that the network says it has not is lost: a day and more."""


class RecordingGone(NetworkError):
    """The network has no such recording, or not yet its sound."""


class NotSound(NetworkError):
    """What was sent is no sound, or too much of it."""


class StorageError(Exception):
    """Our storage has not done what was asked. Says nothing of persons."""


class NoSound(Conflict):
    """The recording is not in our storage: not yet copied, lost, or erased."""

    code = "no-sound"


class SoundKind(Struct, frozen=True, kw_only=True):
    """A format: the ending of its files and its media type."""

    ending: str
    media_type: str


WAV: Final = SoundKind(ending="wav", media_type="audio/wav")
MP3: Final = SoundKind(ending="mp3", media_type="audio/mpeg")


class RecordedCall(Struct, frozen=True, kw_only=True):
    """The call that is recorded or transcribed, and what was agreed.

    ``recordings_days`` is how long its institution keeps recordings.
    """

    id: CallId
    public_id: PublicId
    institution: InstitutionId
    session: SessionId
    role: Role
    sid: CallSid
    consent: Consent
    consented_at: datetime | None
    on_air_at: datetime | None
    is_recorded: bool
    is_transcribed: bool
    recordings_days: int


class Recording(Struct, frozen=True, kw_only=True):
    """One recording; ``size`` and the digest in ``storage_key`` are those of our copy.

    ``seconds`` is its length; ``due_at`` is when the next attempt to copy or delete is made.
    """

    id: RecordingId
    public_id: PublicId
    institution: InstitutionId
    session: SessionId
    call: CallId
    call_sid: CallSid | None = None
    sid: RecordingSid
    kind: RecordingKind
    state: RecordingState
    channels: int = 1
    seconds: int = 0
    size: int = 0
    storage_key: str = ""
    attempts: int = 0
    due_at: datetime
    started_at: datetime
    copied_at: datetime | None = None
    removed_at: datetime | None = None
    expires_at: datetime | None = None
    erased_at: datetime | None = None

    @property
    def is_playable(self) -> bool:
        """Whether our storage has the sound."""
        return self.state in PLAYABLE

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return timedelta(seconds=self.seconds)


class FoundRecording(Struct, frozen=True, kw_only=True):
    """A recording that the network has."""

    sid: RecordingSid
    call: CallSid
    status: SoundStatus
    is_question: bool
    channels: Annotated[int, Meta(ge=0, le=2)] = 1
    seconds: int = 0
    started_at: datetime


class Play(Struct, frozen=True, kw_only=True):
    """Somebody has listened to a recording."""

    full_name: str
    reason: str
    played_at: datetime


_FOLLOWING: Final[Mapping[tuple[RecordingState, SoundStatus], RecordingState]] = MappingProxyType(
    {
        (RecordingState.RECORDING, SoundStatus.COMPLETED): RecordingState.READY,
        (RecordingState.RECORDING, SoundStatus.ABSENT): RecordingState.ABSENT,
        # It is there after all: better one attempt too many.
        (RecordingState.ABSENT, SoundStatus.COMPLETED): RecordingState.READY,
        (RecordingState.LOST, SoundStatus.COMPLETED): RecordingState.READY,
    }
)


def advance(state: RecordingState, status: SoundStatus) -> RecordingState:
    """State after the network has said ``status``; what is late or repeated changes nothing."""
    return _FOLLOWING.get((state, status), state)


def may_record(call: RecordedCall, kind: RecordingKind) -> bool:
    """Whether a recording of ``call`` is wanted.

    A question is: who speaks after the tone has chosen to. A talk is where the session is
    recorded and the citizen had said yes before it began; both moments are of our own clock.
    """
    if call.role is not Role.CITIZEN:
        return False
    if kind is RecordingKind.QUESTION:
        return True
    if not call.is_recorded or call.consent is not Consent.YES or call.consented_at is None:
        return False
    return call.on_air_at is None or call.consented_at <= call.on_air_at


def may_transcribe(call: RecordedCall) -> bool:
    """Whether a machine may listen to the talk of ``call``: only where it may be recorded."""
    return call.is_transcribed and may_record(call, RecordingKind.TALK)


def records_talk(leg: Leg, session: Session) -> bool:
    """Whether the talk of ``leg`` is to be recorded."""
    return session.is_recorded and leg.consent is Consent.YES


def transcribes_talk(leg: Leg, session: Session) -> bool:
    """Whether a machine is to listen to the talk of ``leg``: only where it is recorded."""
    return session.is_transcribed and records_talk(leg, session)


def was_listened_to(leg: Leg, session: Session) -> bool:
    """Whether a machine has listened to the talk of ``leg``, and will until it is stopped."""
    return leg.on_air_at is not None and transcribes_talk(leg, session)


def choose_step(recording: Recording) -> RecordingStep | None:
    """What is to be done with a recording next; None when nothing is."""
    match recording.state:
        case RecordingState.READY | RecordingState.COPYING:
            return RecordingStep.COPY
        case RecordingState.COPIED | RecordingState.UNWANTED:
            return RecordingStep.REMOVE
        case RecordingState.ABSENT if recording.removed_at is None:
            return RecordingStep.REMOVE
        case _:
            return None


def mark_removed(recording: Recording, now: datetime) -> Recording:
    """The recording after the network has deleted it."""
    state = {
        RecordingState.COPIED: RecordingState.KEPT,
        RecordingState.UNWANTED: RecordingState.ERASED,
    }.get(recording.state, recording.state)
    erased_at = recording.erased_at or now if state is RecordingState.ERASED else None
    return msgspec.structs.replace(recording, state=state, removed_at=now, erased_at=erased_at)


def mark_erased(recording: Recording, now: datetime) -> Recording:
    """The recording after our copy was erased; what the network still has goes on being deleted."""
    is_gone = recording.removed_at is not None or recording.state is RecordingState.LOST
    state = RecordingState.ERASED if is_gone else RecordingState.UNWANTED
    return msgspec.structs.replace(recording, state=state, erased_at=now, storage_key="")


def plan_retry(attempts: int, now: datetime) -> datetime:
    """Moment of the next attempt after ``attempts`` failed ones."""
    return now + PATIENCE[min(max(attempts, 1), len(PATIENCE)) - 1]


def detect_sound(content: bytes) -> SoundKind:
    """Format of ``content`` by its first bytes, whatever the network has called it.

    Raises:
        NotSound: It is neither WAV nor MP3.
    """
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return WAV
    if content[:3] == b"ID3" or (len(content) > 1 and content[0] == 0xFF and content[1] >= 0xE0):  # noqa: PLR2004 - the sync word of MPEG
        return MP3
    raise NotSound


def build_key(recording: Recording, digest: str, kind: SoundKind) -> str:
    """Name of the sound in our storage: nothing personal, and what it must hash to."""
    return f"{recording.institution}/{recording.public_id}-{digest}.{kind.ending}"


def digest_of(key: str) -> str:
    """SHA-256 that the sound under ``key`` must have, in hexadecimal digits."""
    return key.rpartition("-")[2].partition(".")[0]


def media_type_of(key: str) -> str:
    """Media type of the sound under ``key``."""
    return WAV.media_type if key.endswith(WAV.ending) else MP3.media_type
