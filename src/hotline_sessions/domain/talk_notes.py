"""Talk note: what the official writes down of one talk, and how the question was settled.

The words are for the official alone; the outcome is for the office too.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import CallId


class TalkOutcome(StrEnum):
    """How the question of a talk was settled."""

    ANSWERED = "answered"
    UNDER_CONTROL = "under-control"
    WRITTEN_REPLY = "written-reply"
    PASSED_ON = "passed-on"
    NO_QUESTION = "no-question"


class NoSuchTalk(NotFound):
    """There was no such talk in this session."""

    code = "no-such-talk"


NoteWords = Annotated[str, Meta(max_length=4000)]


class TalkNote(Struct, frozen=True, kw_only=True):
    """The note of one talk; ``outcome`` is None until it has been chosen."""

    call: CallId
    words: str = ""
    outcome: TalkOutcome | None = None
    noted_at: datetime
