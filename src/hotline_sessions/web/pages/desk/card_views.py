"""What a card says beside author and question, in words, and what it said before."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.card_facts import COLLECTIVE, INITIAL, REPEATED, Procedure
from hotline_sessions.domain.classifier import find_row
from hotline_sessions.domain.corrections import TERM
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.appeal_corrections import Correction, list_corrections
from hotline_sessions.services.appeals import list_classifier
from hotline_sessions.services.call_appeals import list_of_same_call
from hotline_sessions.services.deadline_words import name_term


NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "surname": N_("Surname"),
        "given_name": N_("Given name"),
        "patronymic": N_("Patronymic"),
        "residence": N_("Place of residence"),
        "phone": N_("Phone"),
        "email": N_("E-mail for the reply"),
        "kind": N_("Kind"),
        "topic": N_("Topic"),
        "more_topics": N_("Further topics"),
        "question": N_("Question"),
        "procedure": N_("By which law"),
        "wants_written_reply": N_("Written reply"),
        "asks_secrecy": N_("Secrecy"),
        "has_priority": N_("Considered first"),
        "categories": N_("Benefits"),
        "social_status": N_("Social status"),
        "sex": N_("Sex"),
        "sign": N_("Sign of receipt"),
        "subject": N_("Whose it is"),
        "people": N_("How many have signed"),
        "medium": N_("Type"),
        TERM: N_("Term"),
    }
)
"""Fields of a card as it names them."""

PROCEDURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Procedure.APPEALS_LAW: N_("Law on citizens’ appeals"),
        Procedure.INFO_REQUEST: N_("Law on access to public information"),
        Procedure.ADMIN_PROCEDURE: N_("Law on administrative procedure"),
    }
)

_CODES: Final = frozenset(
    {"kind", "topic", "more_topics", "categories", "social_status", "sex", "sign", "subject"}
    | {"medium"}
)
_SWITCHES: Final = frozenset({"wants_written_reply", "asks_secrecy", "has_priority"})


class CorrectionView(Struct, frozen=True, kw_only=True):
    """One correction: who, when, why, and each field before and after."""

    by: str
    corrected_at: datetime
    reason: str
    fields: list[tuple[str, str, str]]


async def list_card_context(appeal: Appeal, staff: Staff, words: Words) -> dict[str, object]:
    """What the page of a card needs of the rest of it."""
    corrections = await list_corrections(appeal, staff=staff)
    return {
        "card_facts": list_card_facts(appeal, words),
        "marks": list_marks(appeal, words),
        "corrections": [_view_correction(each, appeal, words) for each in corrections],
        "same_call": await list_of_same_call(appeal, staff=staff),
    }


def list_card_facts(appeal: Appeal, words: Words) -> list[tuple[str, str]]:
    """Names and values of what the card says; what was not said is left out."""
    said = {
        "more_topics": appeal.more_topics,
        "procedure": appeal.procedure,
        "categories": appeal.categories,
        "social_status": appeal.social_status,
        "sex": appeal.sex,
        "sign": appeal.sign,
        "subject": appeal.subject,
        "people": appeal.people,
        "medium": appeal.medium,
    }
    written = {
        field: " ".join(value) if isinstance(value, tuple) else str(value)
        for field, value in said.items()
        if value
    }
    return [
        (words.gettext(NAMES[field]), tell_value(field, value, words, on=appeal.received_on))
        for field, value in written.items()
    ]


def tell_author(appeal: Appeal, words: Words) -> str:
    """Whose the appeal is, or that this is not shown."""
    return words.gettext("Author not disclosed") if appeal.is_hidden else appeal.author


def list_marks(appeal: Appeal, words: Words) -> list[tuple[str, str]]:
    """What must catch the eye in a list, each with its colour."""
    marks = []
    if appeal.has_priority:
        marks.append((words.gettext("first in line"), "purple"))
    if appeal.asks_secrecy:
        marks.append((words.gettext("asks for secrecy"), "red"))
    if appeal.procedure is Procedure.INFO_REQUEST:
        marks.append((words.gettext("request for information"), "blue"))
    if appeal.procedure is Procedure.ADMIN_PROCEDURE:
        marks.append((words.gettext("administrative procedure"), "blue"))
    if appeal.subject == COLLECTIVE:
        marks.append((words.gettext("collective"), "grey"))
    if appeal.sign and appeal.sign != INITIAL:
        if appeal.sign == REPEATED:
            marks.append((words.gettext("REPEATED"), "orange"))
        else:
            text = tell_value("sign", appeal.sign, words, on=appeal.received_on)
            marks.append((text.lower(), "grey"))
    return marks


def tell_value(field: str, value: str, words: Words, *, on: date) -> str:
    """A value of a card, as it is written down, in words."""
    if not value:
        return words.gettext("empty")
    if field in _SWITCHES:
        return words.gettext("yes") if value == "yes" else words.gettext("no")
    if field == "procedure":
        return words.gettext(PROCEDURES.get(value, value))
    if field == TERM:
        return name_term(value, words)
    if field in _CODES:
        return "; ".join(_name(code, words, on=on) for code in value.split())
    return value


def _name(code: str, words: Words, *, on: date) -> str:
    row = find_row(list_classifier(), code, on)
    return row.label(words.locale) if row else code


def _view_correction(correction: Correction, appeal: Appeal, words: Words) -> CorrectionView:
    first = correction.first
    return CorrectionView(
        by=first.by,
        corrected_at=first.corrected_at,
        reason=first.reason,
        fields=[
            (
                words.gettext(NAMES.get(each.field, each.field)),
                tell_value(each.field, each.before, words, on=appeal.received_on),
                tell_value(each.field, each.after, words, on=appeal.received_on),
            )
            for each in correction.fields
        ],
    )
