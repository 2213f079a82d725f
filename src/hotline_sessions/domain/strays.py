"""Strays: questions that were recorded by Twilio alone, while this installation did not answer."""

from datetime import datetime

from msgspec import Struct

from hotline_sessions.domain.recordings import RecordingSid


class StrayCall(Struct, frozen=True, kw_only=True):
    """A call as the network remembers it.

    ``called`` are numbers that may be the line, the most particular first; ``caller`` is
    None when no number came through.
    """

    called: tuple[str, ...]
    caller: str | None
    started_at: datetime


class Unplaced(Struct, frozen=True, kw_only=True):
    """A question that no session could be found for: a person has to listen to it at Twilio."""

    recording: RecordingSid
    called: str
    started_at: datetime


class Collected(Struct, frozen=True, kw_only=True):
    """How many recordings have become questions, and those for which there is no session."""

    questions: int
    unplaced: tuple[Unplaced, ...]
