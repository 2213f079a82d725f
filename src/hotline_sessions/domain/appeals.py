"""Appeal: a citizen's question with a number, a date and an answer."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

from msgspec import Meta, Struct
from msgspec.structs import replace

from hotline_sessions.domain.card_facts import CardFacts
from hotline_sessions.domain.deadlines import Deadline
from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.ids import (
    AppealId,
    BookingId,
    CallId,
    InstitutionId,
    PublicId,
    SessionId,
)


BY_TELEPHONE = "1.1.1"
"""Form of receipt of an appeal made by telephone. Source: CMU Resolution 858/2008, 1.1.1."""


BY_POST_OR_EMAIL: Final = "1.1"
"""Form of receipt of an appeal that came in writing. Source: CMU Resolution 858/2008, 1.1."""

FROM_OTHER_BODY: Final = "1.6"
"""Form of receipt of an appeal that another body has sent on. Source: CMU Resolution 858/2008."""

_REPLY_EMAIL: Final = re.compile(r"[^@\s<>,;:\"()]{1,64}@[^@\s<>,;:\"()]+\.[^@\s<>,;:\"().]{2,}")
LONGEST_EMAIL: Final = 200


class AppealState(StrEnum):
    """Where an appeal stands."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    DRAFTED = "drafted"
    CHECKED = "checked"
    SIGNED = "signed"
    ANSWERED = "answered"
    CLOSED = "closed"
    RETURNED = "returned"
    FORWARDED = "forwarded"
    STOPPED = "stopped"


OPEN: Final = frozenset(
    {
        AppealState.REGISTERED,
        AppealState.ASSIGNED,
        AppealState.IN_PROGRESS,
        AppealState.DRAFTED,
        AppealState.CHECKED,
        AppealState.SIGNED,
    }
)
"""States in which somebody still owes the citizen an answer."""

EXIT_RESULTS: Final[Mapping[AppealState, str]] = MappingProxyType(
    {AppealState.RETURNED: "9.4", AppealState.FORWARDED: "9.5", AppealState.STOPPED: "9.6"}
)
"""What reports count as the result of an appeal that is not answered here.

Source: CMU Resolution 858/2008, 9.4 to 9.6.
"""


class BadReplyEmail(Invalid):
    """No reply can be sent to this: it is no e-mail address."""

    code = "bad-reply-email"


class AlreadyAnswered(Conflict):
    """The appeal has its answer; a new one takes a new step of its own."""

    code = "already-answered"


Surname = Annotated[str, Meta(min_length=2, max_length=100)]
GivenName = Annotated[str, Meta(min_length=2, max_length=100)]
Residence = Annotated[str, Meta(min_length=3, max_length=300)]
QuestionText = Annotated[str, Meta(min_length=5, max_length=5000)]
AnswerText = Annotated[str, Meta(min_length=10, max_length=20000)]


class NewAppeal(CardFacts, frozen=True, kw_only=True):
    """What must be written down for a call to be an appeal.

    ``kind`` and ``topic`` are codes of the classifier. Source: Law 393/96-ВР, art. 5:
    surname, name, patronymic, place of residence, substance of the matter, and for one that
    comes electronically where to send the reply. ``is_urgent`` is a request for information
    that the law wants answered in hours, see ``choose_term``.
    """

    surname: Surname
    given_name: GivenName
    patronymic: Annotated[str, Meta(max_length=100)] = ""
    residence: Residence
    phone: str = ""
    email: str = ""
    kind: str
    topic: str = ""
    question: QuestionText
    needs_study: bool = True
    is_urgent: bool = False
    wants_written_reply: bool = True


class Appeal(CardFacts, frozen=True, kw_only=True):
    """An appeal in the register; ``legal_on`` is the last lawful day of the answer.

    ``first_received_on`` is the day on which another body got it that has forwarded it here.
    ``talk`` is common to appeals of one call outside the sessions. ``is_hidden``: the author is
    left out for who reads it, see ``hide_author``.
    """

    id: AppealId
    public_id: PublicId
    institution: InstitutionId
    session: SessionId | None
    call: CallId | None
    booking: BookingId | None = None
    register_index: str
    surname: str
    given_name: str
    patronymic: str
    residence: str
    phone: str
    email: str = ""
    form_of_receipt: str = BY_TELEPHONE
    kind: str
    topic: str
    question: str
    wants_written_reply: bool
    received_at: datetime
    received_on: date
    first_received_on: date | None = None
    talk: str = ""
    registered_on: date
    registered_at: datetime
    deadline: Deadline
    legal_on: date
    internal_on: date
    state: AppealState
    is_hidden: bool = False

    @property
    def author(self) -> str:
        """Full name in the order of official papers; empty for who may not see it."""
        return f"{self.surname} {self.given_name} {self.patronymic}".strip()


class Answer(Struct, frozen=True, kw_only=True):
    """An answer, as it was given; ``result`` is a code of the classifier (9.x)."""

    result: str
    text: str
    answered_at: datetime


def hide_author(appeal: Appeal) -> Appeal:
    """The appeal without what tells whose it is, if its author has asked for that.

    Source: Law 393/96-ВР, art. 10: surname, place of residence and of work are not disclosed.
    """
    if not appeal.asks_secrecy:
        return appeal
    return replace(
        appeal,
        surname="",
        given_name="",
        patronymic="",
        residence="",
        phone="",
        email="",
        sex="",
        social_status="",
        categories=(),
        is_hidden=True,
    )


def parse_reply_email(text: str) -> str:
    """The address to which a reply can be sent.

    Raises:
        BadReplyEmail: It is no e-mail address.
    """
    if len(text) > LONGEST_EMAIL or not _REPLY_EMAIL.fullmatch(text):
        raise BadReplyEmail
    return text
