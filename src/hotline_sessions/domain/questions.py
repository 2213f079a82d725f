"""Question: what a citizen has asked, until it is registered as an appeal or closed."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.ids import (
    AppealId,
    CallId,
    InstitutionId,
    PublicId,
    QuestionId,
    RecordingId,
    SessionId,
)


class QuestionOrigin(StrEnum):
    """Where a question comes from: a talk on the air, or a recording left on the line."""

    TALK = "talk"
    RECORDED = "recorded"


class QuestionState(StrEnum):
    """Whether somebody still has to do something about it."""

    OPEN = "open"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why a question needs nothing more."""

    REGISTERED = "registered"
    ANSWERED = "answered"
    DROPPED = "dropped"
    REPEATED = "repeated"
    NO_QUESTION = "no-question"
    ABUSIVE = "abusive"


class QuestionClosed(Conflict):
    """The question was registered or closed before."""

    code = "question-closed"


class Question(Struct, frozen=True, kw_only=True):
    """A citizen's question; ``machine_words`` is what a machine has heard of it."""

    id: QuestionId
    public_id: PublicId
    institution: InstitutionId
    session: SessionId
    call: CallId
    recording: RecordingId | None = None
    origin: QuestionOrigin
    machine_words: str = ""
    state: QuestionState
    reason: str = ""
    appeal: AppealId | None = None
    asked_at: datetime
    closed_at: datetime | None = None
