"""The rest of a registration card: codes of the classifier, and by which law it is dealt with.

Source: CMU Resolution 348 of 14.04.1997 (the card); CMU Resolution 858 of 24.09.2008 (codes).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct
from msgspec.structs import replace

from hotline_sessions.domain.classifier import ClassifierRow, Section, check_code, find_row
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.terms import Unit, get_term
from hotline_sessions.domain.times import at_wall_time, local_date


class Procedure(StrEnum):
    """By which law a question is dealt with, and so which term it has."""

    APPEALS_LAW = "appeals_law"
    ADMIN_PROCEDURE = "admin_procedure"
    """An administrative act is asked for. Source: Law 2073-IX, since 15.12.2023."""
    INFO_REQUEST = "info_request"
    """Public information is asked for. Source: Law 2939-VI, art. 20."""
    CONSULTATION = "consultation"
    """Explained at once to somebody who does not say who they are: no appeal, no number."""


PLAIN_TERM: Final = "ART20_15D"
STUDY_TERM: Final = "ART20_MONTH"
INFORMATION_TERM: Final = "INFO_5WD"
URGENT_INFORMATION_TERM: Final = "INFO_48H"

INITIAL: Final = "2.1"
REPEATED: Final = "2.2"
INDIVIDUAL: Final = "5.1"
COLLECTIVE: Final = "5.2"
ORAL: Final = "6.3"
FEWEST: Final = 2
"""People who make an appeal a collective one. Source: Law 393/96-ВР, art. 5."""

NO_BENEFITS: Final = frozenset({"CHILD", "INTERNALLY_DISPLACED", "OTHER"})
"""Categories of section 7 that are counted in reports, and give no first place in line.

All others name those whom a law of their own gives benefits. Source: Law 393/96-ВР, art. 20(3).
"""


class NotCollective(Invalid):
    """A collective appeal is made by two people at least. Source: Law 393/96-ВР, art. 5."""

    code = "not-collective"


class NoAppeal(Invalid):
    """A consultation is not entered in the register of appeals."""

    code = "consultation-is-no-appeal"


class NoSuchProcedureYet(Invalid):
    """The law of this procedure was not in force on the day of receipt."""

    code = "procedure-not-in-force"


class BadCallTime(Invalid):
    """A call is written down after it was made, and not years later."""

    code = "bad-call-time"


OLDEST_CALL: Final = timedelta(days=366)
"""How long ago a call may have been; an older day is a slip of the pen."""

Code = Annotated[str, Meta(max_length=10)]


class CardFacts(Struct, frozen=True, kw_only=True):
    """What a card says beside author, question and days; codes are those of the classifier.

    An empty code was not said: such a card counts as a first one, of one person. ``people`` is
    how many have made a collective appeal; ``medium`` is its type (6.x); ``more_topics`` are the
    topics of its further questions. ``asks_secrecy``: the author is not disclosed (Law
    393/96-ВР, art. 10). ``has_priority``: the author has benefits set by law and comes first
    (art. 20(3)).
    """

    sign: Code = ""
    subject: Code = ""
    people: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    medium: Code = ""
    sex: Code = ""
    social_status: Code = ""
    categories: Annotated[tuple[Code, ...], Meta(max_length=30)] = ()
    more_topics: Annotated[tuple[Code, ...], Meta(max_length=30)] = ()
    procedure: Procedure = Procedure.APPEALS_LAW
    asks_secrecy: bool = False
    has_priority: bool = False


Card = TypeVar("Card", bound=CardFacts)


SECTIONS: Final[Mapping[str, Section]] = MappingProxyType(
    {
        "sign": Section.SIGN,
        "subject": Section.SUBJECT,
        "medium": Section.TYPE,
        "sex": Section.SEX,
        "social_status": Section.STATUS,
        "categories": Section.CATEGORY,
        "more_topics": Section.TOPIC,
    }
)
"""Field of a card → the section of the classifier from which its codes are."""


# Source: Law 2073-IX, final provisions; Law 2939-VI, final provisions.
IN_FORCE_SINCE: Final[Mapping[Procedure, date]] = MappingProxyType(
    {
        Procedure.ADMIN_PROCEDURE: date(2023, 12, 15),
        Procedure.INFO_REQUEST: date(2011, 5, 9),
    }
)
"""First day on which something could be received under a law."""


def check_facts(facts: CardFacts, rows: Collection[ClassifierRow], *, on: date) -> None:
    """Whether a card received ``on`` that day may say so.

    Raises:
        UnknownCode: A code could not be chosen then. Facts: ``field``.
        NotCollective: It is collective, and of fewer than two.
        NoAppeal: It is a consultation.
        NoSuchProcedureYet: Its procedure came into force later.
    """
    for field, section in SECTIONS.items():
        said = getattr(facts, field)
        for code in (said,) if isinstance(said, str) else said:
            if code:
                check_code(rows, code, section=section, on=on, field=field)
    if facts.subject == COLLECTIVE and facts.people < FEWEST:
        raise NotCollective
    if facts.procedure is Procedure.CONSULTATION:
        raise NoAppeal
    if on < IN_FORCE_SINCE.get(facts.procedure, date.min):
        raise NoSuchProcedureYet


def choose_term(procedure: Procedure, *, needs_study: bool, is_urgent: bool = False) -> str:
    """Code of the term within which it is answered.

    What is asked under the law on administrative procedure keeps the term of appeals, as long
    as no shorter one of a law of its own is known: that is the cautious reading.
    ``is_urgent``: information is asked for that concerns life, freedom, health or a disaster.
    Source: Law 393/96-ВР, art. 20(1); Law 2939-VI, art. 20(1), 20(2).
    """
    if procedure is Procedure.INFO_REQUEST:
        return URGENT_INFORMATION_TERM if is_urgent else INFORMATION_TERM
    return STUDY_TERM if needs_study else PLAIN_TERM


def needs_study(rule: str, on: date) -> bool:
    """Whether what has the term ``rule`` is studied: it was given a month."""
    return get_term(rule, on).unit is Unit.MONTHS


def has_benefits(categories: Iterable[str], rows: Collection[ClassifierRow], *, on: date) -> bool:
    """Whether one of these categories comes first in line. Source: Law 393/96-ВР, art. 20(3)."""
    found = (find_row(rows, code, on) for code in categories)
    return any(row is not None and row.identifier not in NO_BENEFITS for row in found)


def give_priority(card: Card, rows: Collection[ClassifierRow], *, on: date) -> Card:
    """The card that was received ``on`` that day; whoever names a benefit comes first in line."""
    if card.has_priority or not has_benefits(card.categories, rows, on=on):
        return card
    return replace(card, has_priority=True)


def find_call_time(day: date, clock: time, zone: ZoneInfo, *, now: datetime) -> datetime:
    """When a call was made that is written down ``now``, by the day and clock of ``zone``.

    Raises:
        BadCallTime: It lies ahead, or too far back.
    """
    if abs(day - local_date(now, zone)) > OLDEST_CALL:
        raise BadCallTime
    called_at = at_wall_time(day, clock, zone)
    if called_at > now:
        raise BadCallTime
    return called_at
