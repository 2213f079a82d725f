"""Sentences about a list of another body's appeals: what is wrong with a row, and what to do."""

from collections.abc import Mapping
from typing import Final

from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.schedule_rows import Mistake, Remark
from hotline_sessions.i18n import N_
from hotline_sessions.services.schedule_words import Gettext
from hotline_sessions.services.schedule_words import explain_sheet as explain_table


OUTER_NAMES: Final[Mapping[str, str]] = {
    "outer_number": N_("appeal number"),
    "outer_date": N_("date of receipt there"),
    "full_name": N_("full name"),
    "surname": N_("surname"),
    "given_name": N_("given name"),
    "patronymic": N_("patronymic"),
    "residence": N_("place of residence"),
    "phone": N_("phone"),
    "email": N_("e-mail"),
    "kind": N_("kind of appeal"),
    "topic": N_("topic"),
    "question": N_("substance of the appeal"),
    "written_reply": N_("written reply"),
    "priority": N_("priority"),
    "secrecy": N_("secrecy"),
}
"""Our name of a column → what it is called for people."""

NOTICED: Final[Mapping[str, str]] = {
    "missing-number": N_("there is no number; write the one that the other body gave."),
    "same-number": N_("row %(line)s has the same number; leave one of the two."),
    "missing-text": N_("nothing is written; the law asks for it in every appeal."),
    "too-short": N_("fewer than %(limit)s characters; write it in full."),
    "too-long": N_("the text is longer than %(limit)s characters; shorten it."),
    "unreadable-name": N_("surname and given name are not both there; write both."),
    "unreadable-day": N_("“%(text)s” is not a day; write 2026-11-20 or 20.11.2026."),
    "future-day": N_("“%(text)s” has not come yet; correct the day."),
    "unreadable-phone": N_(
        "this is not a phone number; write one number, such as 050 123 45 67, or leave it empty."
    ),
    "unreadable-email": N_("this is not an e-mail address; correct it or leave it empty."),
    "unreadable-yes": N_("“%(text)s” is neither yes nor no; write one of them."),
    "unknown-kind": N_(
        "“%(text)s” is no kind of appeal; write proposal, application or complaint."
    ),
    "unknown-topic": N_(
        "“%(text)s” is no topic of the classifier; write its code or leave it empty."
    ),
    "kind-assumed": N_("the kind is not named; it is taken as an application."),
}
"""What was noticed in a row, by its code."""


def explain(noticed: Mistake | Remark, gettext: Gettext) -> str:
    """One sentence: the column, what is wrong with it and what to do."""
    return (
        f"{gettext(OUTER_NAMES[noticed.column])}: {gettext(NOTICED[noticed.code]) % noticed.facts}"
    )


def explain_sheet(refusal: Refusal, gettext: Gettext) -> str:
    """Sentence about a file that could not be read at all."""
    return explain_table(refusal, gettext, OUTER_NAMES)
