"""Transcript: sentences that a machine has heard in a talk; never proof of what was said."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.ids import CallId


LONGEST_DRAFT: Final = 5000
"""Characters of a draft at most: those of a question in the register."""
LONGEST_SENTENCE: Final = 2000
"""Characters kept of what a machine calls one sentence."""


class Speaker(StrEnum):
    """Whose words they are, by the channel on which they were heard."""

    CITIZEN = "citizen"
    OFFICIAL = "official"


class Sentence(Struct, frozen=True, kw_only=True):
    """One sentence, as a machine has understood it; ``sequence`` orders them."""

    call: CallId
    transcription: str
    sequence: int
    speaker: Speaker
    words: str
    heard_at: datetime


def draft_words(sentences: Iterable[Sentence]) -> str:
    """What the citizen has said, as the draft of a question; empty when nothing was heard.

    The official's words are left out: they are the answer. A draft that would not fit into
    the register ends with the last whole sentence that does.
    """
    draft = ""
    for sentence in sorted(sentences, key=lambda each: (each.heard_at, each.sequence)):
        if sentence.speaker is not Speaker.CITIZEN or not sentence.words:
            continue
        longer = f"{draft} {end(sentence.words)}".strip()
        if len(longer) > LONGEST_DRAFT:
            break
        draft = longer
    return draft


def end(words: str) -> str:
    """``words`` as a sentence: begun in upper case, ended by a mark."""
    tidy = " ".join(words.split())[:LONGEST_SENTENCE]
    if not tidy:
        return ""
    tidy = tidy[0].upper() + tidy[1:]
    return tidy if tidy[-1] in ".?!…" else f"{tidy}."
