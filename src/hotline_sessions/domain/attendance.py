"""Attendance: what the official of a session was told of it, and what the official answered."""

import hashlib
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.ids import InstitutionId, OfficialId, SessionId
from hotline_sessions.domain.times import Window


class Answer(StrEnum):
    """What an invited official has answered. Source: RFC 5545, section 3.2.12."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    PROPOSED = "proposed"


class NotInvited(Conflict):
    """The official is not invited to this session, or not any more."""

    code = "not-invited"


class BadProposal(Invalid):
    """A proposed time is missing, lies in the past, or is the time of the session."""

    code = "bad-proposal"


class Invited(Struct, frozen=True, kw_only=True):
    """An invitation as the calendar of its official was last told of it.

    ``uid`` and ``sequence`` are those of the calendar entry. ``seen_sequence`` is the sequence
    of the session that was looked at last, ``told`` a hash of what was told of it. ``language`` is
    that of its letters.
    ``proposed_at`` is the start that the official proposes, with ``Answer.PROPOSED`` only.
    """

    id: int
    institution: InstitutionId
    session: SessionId
    official: OfficialId
    uid: str
    sequence: int
    recipient: str
    language: str
    told_at: datetime
    seen_sequence: int
    told: str
    is_cancelled: bool
    answer: Answer
    answered_at: datetime | None
    proposed_at: datetime | None


class Engagement(Struct, frozen=True, kw_only=True):
    """A session as its official has to know it."""

    window: Window
    zone: str
    post: str
    topic: str
    place: str
    line: str

    def hash(self) -> str:
        """Changes with everything for which a calendar has to be told anew."""
        parts = (
            self.window.starts_at.isoformat(),
            self.window.ends_at.isoformat(),
            *(self.zone, self.post, self.topic, self.place, self.line),
        )
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
