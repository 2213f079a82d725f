"""Statutory terms, as dated rows: what the law gives, since when, and how it is read.

A row is never changed. When a law or its reading changes, the old row gets its last day and
a new row with the next version follows, so that every stored deadline stays explained.
"""

from datetime import date
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.errors import NotFound


APPEALS_LAW: Final = "393/96-ВР"
INFORMATION_LAW: Final = "2939-VI"


class Unit(StrEnum):
    """What a term is counted in."""

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


class UnknownTerm(NotFound):
    """There is no such term, or not on that day. Facts: ``code``."""

    code = "unknown-term"


class Term(Struct, frozen=True, kw_only=True):
    """One statutory term.

    ``carries_over`` tells whether an end on a day off moves to the next working day.
    ``valid_from`` and ``valid_to`` bound the days of receipt it applies to.
    """

    code: str
    unit: Unit
    amount: int
    act: str
    article: str
    valid_from: date
    valid_to: date | None = None
    carries_over: bool = True
    version: int = 1

    def applies(self, received_on: date) -> bool:
        """Whether it counts for what was received on ``received_on``."""
        until = self.valid_to or date.max
        return self.valid_from <= received_on <= until


class Provision(Struct, frozen=True, kw_only=True):
    """A rule of the law about terms that counts no days itself; bounds as those of a term."""

    code: str
    act: str
    article: str
    valid_from: date
    valid_to: date | None = None
    version: int = 1


# The Law on Appeals was adopted on that day.
_APPEALS_SINCE: Final = date(1996, 10, 2)
# Law 2073-IX on administrative procedure counts terms under ten days in working days.
_WORKING_DAY_READING_SINCE: Final = date(2023, 12, 15)
_INFORMATION_SINCE: Final = date(2011, 5, 9)

HOTLINE_SIMPLE_DAYS: Final = 5
"""Service standard of the government hotline for what needs no study, from registration."""
HOTLINE_STUDY_DAYS: Final = 15
"""The same for what has to be studied; a target among staff, never a term of the law."""

TERMS: Final = (
    # Source: Article 20(1): at once, at the latest fifteen days, when no study is needed.
    Term(
        code="ART20_15D",
        unit=Unit.CALENDAR_DAYS,
        amount=15,
        act=APPEALS_LAW,
        article="20",
        valid_from=_APPEALS_SINCE,
    ),
    # Source: Article 20(1): not more than one month from the day of receipt.
    Term(
        code="ART20_MONTH",
        unit=Unit.MONTHS,
        amount=1,
        act=APPEALS_LAW,
        article="20",
        valid_from=_APPEALS_SINCE,
    ),
    # Source: Article 20(1): extended by the head, never beyond forty-five days in all.
    # It is worded as an absolute limit, so it does not carry over a day off.
    Term(
        code="ART20_45D",
        unit=Unit.CALENDAR_DAYS,
        amount=45,
        act=APPEALS_LAW,
        article="20",
        valid_from=_APPEALS_SINCE,
        carries_over=False,
    ),
    # Source: Article 7: forwarded to the body in charge within five days.
    Term(
        code="ART7_5D",
        unit=Unit.CALENDAR_DAYS,
        amount=5,
        act=APPEALS_LAW,
        article="7",
        valid_from=_APPEALS_SINCE,
    ),
    # The same in working days, for institutions that read it by Law 2073-IX, Article 42.
    Term(
        code="ART7_5WD",
        unit=Unit.WORKING_DAYS,
        amount=5,
        act=APPEALS_LAW,
        article="7",
        valid_from=_WORKING_DAY_READING_SINCE,
    ),
    # Source: Article 5: returned with explanations within ten days.
    Term(
        code="ART5_10D",
        unit=Unit.CALENDAR_DAYS,
        amount=10,
        act=APPEALS_LAW,
        article="5",
        valid_from=_APPEALS_SINCE,
    ),
    # Source: Law 2939-VI, Article 20(1): five working days for public information.
    Term(
        code="INFO_5WD",
        unit=Unit.WORKING_DAYS,
        amount=5,
        act=INFORMATION_LAW,
        article="20",
        valid_from=_INFORMATION_SINCE,
    ),
    # Source: Law 2939-VI, Article 20(2): forty-eight hours where life or freedom of a person,
    # the environment, food, accidents or disasters are concerned. Hours do not wait for a
    # working day; as a date it is the day on which the clock shows the same time.
    Term(
        code="INFO_48H",
        unit=Unit.CALENDAR_DAYS,
        amount=2,
        act=INFORMATION_LAW,
        article="20",
        valid_from=_INFORMATION_SINCE,
        carries_over=False,
    ),
    # Source: Law 2939-VI, Article 20(4): extended to twenty working days where much is asked
    # for, or it has to be looked for; the author is told why within the first five.
    Term(
        code="INFO_20WD",
        unit=Unit.WORKING_DAYS,
        amount=20,
        act=INFORMATION_LAW,
        article="20",
        valid_from=_INFORMATION_SINCE,
    ),
)

TERM_CODES: Final = tuple(dict.fromkeys(term.code for term in TERMS))

COMPLAINT_TERMS: Final = (
    # Source: Article 17(1): within a year from the day on which the decision was taken.
    Term(
        code="ART17_YEAR",
        unit=Unit.MONTHS,
        amount=12,
        act=APPEALS_LAW,
        article="17",
        valid_from=_APPEALS_SINCE,
    ),
    # Source: Article 17(1): and within a month from the day on which the citizen learnt of it.
    Term(
        code="ART17_MONTH",
        unit=Unit.MONTHS,
        amount=1,
        act=APPEALS_LAW,
        article="17",
        valid_from=_APPEALS_SINCE,
    ),
)
"""Terms of the citizen, not of the body: until when a decision can be complained of."""

PROVISIONS: Final = (
    # Source: Article 20(2): the head may shorten at a reasoned written demand of the citizen.
    Provision(
        code="ART20_SHORT",
        act=APPEALS_LAW,
        article="20",
        valid_from=_APPEALS_SINCE,
    ),
    # Source: Article 20(3): those who have benefits set by law come first; no number of days.
    Provision(
        code="ART20_PRIORITY",
        act=APPEALS_LAW,
        article="20",
        valid_from=_APPEALS_SINCE,
    ),
)
"""Rules of terms that have no number of days of their own."""


def get_term(code: str, received_on: date, terms: tuple[Term, ...] = TERMS) -> Term:
    """The term ``code`` as it applies to what was received on ``received_on``.

    Raises:
        UnknownTerm: There is none.
    """
    for term in terms:
        if term.code == code and term.applies(received_on):
            return term
    raise UnknownTerm(code=code)


def get_version(code: str, version: int, terms: tuple[Term, ...] = TERMS) -> Term:
    """The term that a stored deadline was reckoned by.

    Raises:
        UnknownTerm: There is none.
    """
    for term in terms:
        if term.code == code and term.version == version:
            return term
    raise UnknownTerm(code=code)
