"""The data held on an author, in words: parts, and in each its facts with their names."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import asdict

from hotline_sessions.domain.classifier import find_row
from hotline_sessions.i18n import N_, Words, format_date_only, format_moment
from hotline_sessions.services.appeals import list_classifier
from hotline_sessions.services.message_kinds import KINDS
from hotline_sessions.services.own_data import OwnData
from hotline_sessions.web.pages.appeal_messages import MATTERS, WAYS
from hotline_sessions.web.pages.desk.appeal_life_words import (
    RETURN_GROUNDS,
    STATES,
    STEPS,
    STOP_GROUNDS,
)


class Part(Struct, frozen=True, kw_only=True):
    """One part of the data; each of ``records`` is a list of names and values."""

    title: str
    records: list[list[tuple[str, str]]]


TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "institution": N_("Who holds the data"),
        "card": N_("Card of the appeal"),
        "further_questions": N_("Further questions"),
        "answer": N_("Answer"),
        "extensions": N_("Extensions of the term"),
        "earlier_last_days": N_("Last days before"),
        "left": N_("Why it is not answered here"),
        "repeats": N_("Earlier appeals that it repeats"),
        "steps": N_("Steps"),
        "following": N_("What you are told of"),
        "rating": N_("Your rating"),
        "booking": N_("Booking of the talk"),
        "call": N_("Call"),
        "recordings": N_("Recordings"),
        "corrections": N_("What the card said before"),
        "papers": N_("Files that you have sent in"),
        "messages": N_("Messages sent"),
    }
)

NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "action": N_("What was done"),
        "address": N_("Address"),
        "after": N_("What it says now"),
        "answer": N_("Answer"),
        "answered_at": N_("Answered"),
        "attached_at": N_("When attached"),
        "asks_secrecy": N_("Asks for secrecy"),
        "before": N_("What it said before"),
        "body": N_("To whom"),
        "booked_at": N_("Booked"),
        "caller_name": N_("Who booked"),
        "categories": N_("Benefit categories"),
        "cause": N_("Reason"),
        "changed_at": N_("When changed"),
        "channel": N_("By which way"),
        "choices": N_("Choices"),
        "community": N_("Community"),
        "consented_at": N_("Consent given"),
        "corrected_at": N_("When corrected"),
        "done_at": N_("When"),
        "email": N_("E-mail"),
        "ended_at": N_("When it ended"),
        "erased_at": N_("Erased"),
        "explanation": N_("Explanation"),
        "field": N_("What was corrected"),
        "first_received_on": N_("Received by the body before"),
        "form_of_receipt": N_("How it came"),
        "from_on": N_("Last day before"),
        "given_name": N_("Given name"),
        "ground": N_("Ground"),
        "has_priority": N_("First in line"),
        "kept_until": N_("Kept until"),
        "kind": N_("Kind"),
        "language": N_("Language"),
        "legal_on": N_("Last day of the answer"),
        "medium": N_("How it was handed over"),
        "more_topics": N_("Further topics"),
        "name": N_("Name"),
        "noted_at": N_("When noted"),
        "patronymic": N_("Patronymic"),
        "people": N_("How many people"),
        "phone": N_("Phone"),
        "place": N_("Number of the question"),
        "procedure": N_("Procedure"),
        "purpose": N_("About what"),
        "question": N_("Question"),
        "rated_at": N_("Rated"),
        "reason": N_("Reason"),
        "received_at": N_("Received"),
        "received_on": N_("Day of receipt"),
        "recipient": N_("To which address"),
        "recording_consent": N_("Consent to recording"),
        "register_index": N_("Number"),
        "registered_at": N_("Registered"),
        "registered_on": N_("Day of registration"),
        "removed_at": N_("When removed"),
        "replaced_at": N_("When changed"),
        "residence": N_("Residence"),
        "result": N_("Result"),
        "seconds": N_("Seconds"),
        "sex": N_("Sex"),
        "sign": N_("Sign of receipt"),
        "social_status": N_("Social status"),
        "score": N_("Stars"),
        "started_at": N_("When it began"),
        "starts_at": N_("Time of the talk"),
        "state": N_("State"),
        "subject": N_("Who appeals"),
        "surname": N_("Surname"),
        "talk_began_at": N_("Talk began"),
        "talk_ended_at": N_("Talk ended"),
        "term": N_("Rule of the term"),
        "text": N_("Text"),
        "topic": N_("Topic"),
        "until_on": N_("New last day"),
        "wants_written_reply": N_("Wants a written reply"),
        "words": N_("Comment in words"),
    }
)
"""What facts are called; one that is new goes by its own name until it has one here."""

VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **STATES,
        **{each.value: text for each, text in MATTERS.items()},
        **{each.value: text for each, text in WAYS.items()},
        **{purpose: kind.title for purpose, kind in KINDS.items()},
        **STEPS,
        **RETURN_GROUNDS,
        **STOP_GROUNDS,
        "uk": N_("Ukrainian"),
        "en": N_("English"),
        "ready": N_("on its way"),
        "sending": N_("on its way"),
        "sent": N_("the message was sent"),
        "failed": N_("could not be sent"),
        "expired": N_("came too late"),
        "unknown": N_("not known"),
        "booked": N_("booked"),
        "cancelled": N_("cancelled"),
        "heard": N_("the talk was held"),
        "missed": N_("missed"),
        "none": N_("none"),
        "yes": N_("yes"),
        "no": N_("no"),
        "talk": N_("a talk"),
        "question": N_("a question left on the line"),
        "calendar": N_("the calendar of working days has changed"),
        "rules": N_("the rules of counting have changed"),
    }
)
"""Words for values that are names of ours."""

_CODED: Final = frozenset(
    {
        *("action", "channel", "state", "purpose", "language", "cause", "recording_consent"),
        *("kind", "topic", "form_of_receipt", "result", "sign", "subject", "medium", "sex"),
        *("social_status", "categories", "more_topics", "procedure", "ground"),
    }
)
"""Facts whose values are names of ours, or codes of the classifier; all others are words."""


_FIRST: Final = (
    *("register_index", "action", "purpose", "surname", "given_name", "patronymic"),
    *("residence", "phone", "email", "question", "kind", "topic", "received_on", "received_at"),
    *("registered_on", "registered_at", "legal_on", "state", "channel", "recipient"),
)
"""Facts that stand before the others, in this order."""


def list_parts(data: OwnData, words: Words) -> list[Part]:
    """All parts in which something is held."""
    held = asdict(data)
    day = date.fromisoformat(data.card["received_on"])
    parts = []
    for name, title in TITLES.items():
        part = held[name]
        if not part:
            continue
        records = part if isinstance(part, list) else [part]
        shown = [_tell(each, words, day) for each in records]
        parts.append(Part(title=words.gettext(title), records=[each for each in shown if each]))
    return [part for part in parts if part.records]


def _tell(record: Any, words: Words, day: date) -> list[tuple[str, str]]:  # noqa: ANN401 - JSON
    if not isinstance(record, Mapping):
        return [(words.gettext(N_("Number")), str(record))]
    return [
        (words.gettext(NAMES.get(name, name)), text)
        for name, value in sorted(record.items(), key=_place)
        if (text := _tell_value(name, value, words, day))
    ]


def _place(fact: tuple[str, object]) -> int:
    return _FIRST.index(fact[0]) if fact[0] in _FIRST else len(_FIRST)


def _tell_value(name: str, value: Any, words: Words, day: date) -> str:  # noqa: ANN401 - JSON
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return words.gettext(N_("yes") if value else N_("no"))
    if isinstance(value, Mapping):
        return "; ".join(
            f"{_translate(str(key), words, day)}: {_translate(str(way), words, day)}"
            for key, way in value.items()
        )
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(_translate(str(each), words, day) for each in value)
    if name.endswith(("_at", "_until")):
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return format_moment(moment, words.locale)
    if name.endswith("_on"):
        on = value if isinstance(value, date) else date.fromisoformat(value)
        return format_date_only(on, words.locale)
    if name == "field":
        return words.gettext(NAMES.get(str(value), str(value)))
    return _translate(str(value), words, day) if name in _CODED else str(value)


def _translate(value: str, words: Words, day: date) -> str:
    if value in VALUES:
        return words.gettext(VALUES[value])
    row = find_row(list_classifier(), value, day)
    return row.label(words.locale) if row else value
