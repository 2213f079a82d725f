"""The form in which an appeal is registered during a talk."""

import secrets
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.appeals import GivenName, NewAppeal, QuestionText, Residence, Surname
from hotline_sessions.domain.classifier import UnknownCode, list_kinds, list_topics
from hotline_sessions.domain.names import split_name
from hotline_sessions.domain.phones import PhoneNumber, display, parse_phone
from hotline_sessions.domain.times import local_date
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.appeals import list_classifier
from hotline_sessions.services.talks import Talk
from hotline_sessions.web.forms import Form, FormView, Mistakes, Sentences, parse_form


FORM_KEY_BYTES: Final = 16
LONGEST_KEY: Final = 64

_NAMES: Final = N_("Enter at least two letters")

SENTENCES: Final[Sentences] = {
    ("surname", "missing"): N_("Enter the surname"),
    ("surname", "too-short"): _NAMES,
    ("given_name", "missing"): N_("Enter the given name"),
    ("given_name", "too-short"): _NAMES,
    ("residence", "missing"): N_("Enter where the citizen lives: the law requires it"),
    ("residence", "too-short"): N_("Enter where the citizen lives: the law requires it"),
    ("kind", "missing"): N_("Choose the kind of the appeal"),
    ("kind", UnknownCode.code): N_("Choose the kind of the appeal"),
    ("question", "missing"): N_("Write down the question"),
    ("question", "too-short"): N_("Write down the question in a few words more"),
    ("question", "too-long"): N_("Shorten the question: up to 5,000 characters"),
}


class AppealForm(Struct, frozen=True, kw_only=True):
    """What is entered to register an appeal."""

    form_key: Annotated[str, Meta(min_length=16, max_length=LONGEST_KEY)]
    surname: Surname
    given_name: GivenName
    patronymic: Annotated[str, Meta(max_length=100)] = ""
    residence: Residence
    phone: str = ""
    kind: str
    topic: str = ""
    question: QuestionText
    needs_study: bool = False
    wants_written_reply: bool = False


class AppealChoices(Struct, frozen=True, kw_only=True):
    """Codes and labels to choose from."""

    kinds: list[tuple[str, str]]
    topics: list[tuple[str, str]]


def list_choices_of(talk: Talk, words: Words) -> AppealChoices:
    """What may be chosen for an appeal that was received with ``talk``."""
    rows, on = list_classifier(), local_date(talk.called_at)
    return AppealChoices(
        kinds=[(row.code, row.label(words.locale)) for row in list_kinds(rows, on)],
        topics=[(row.code, row.label(words.locale)) for row in list_topics(rows, on)],
    )


def fill_appeal(talk: Talk, *, machine: str = "") -> FormView:
    """The form as it is first shown: what the booking tells is filled in.

    A second appeal of the same call starts with the author of the first one; without a
    question of the booking's, what a machine has heard is what there is to start with.
    """
    values: dict[str, str] = {
        "form_key": secrets.token_hex(FORM_KEY_BYTES),
        "phone": display(PhoneNumber(talk.caller.phone)) if talk.caller.phone else "",
        "kind": "3.2",
        "needs_study": "on",
        "wants_written_reply": "on",
    }
    if talk.appeals:
        first = talk.appeals[0]
        values |= {
            "surname": first.surname,
            "given_name": first.given_name,
            "patronymic": first.patronymic,
            "residence": first.residence,
            "phone": first.phone,
        }
    else:
        values |= split_name(talk.caller.name) | {
            "residence": talk.caller.community,
            "question": talk.caller.question or machine,
        }
    return FormView(values={name: (value,) for name, value in values.items() if value})


def read_appeal(form: Form) -> AppealForm | Mistakes:
    """What was entered, or what is wrong with it."""
    return parse_form(AppealForm, form, {"phone": parse_phone})


def build_appeal(entered: AppealForm) -> NewAppeal:
    """The appeal to be registered."""
    return NewAppeal(
        surname=entered.surname,
        given_name=entered.given_name,
        patronymic=entered.patronymic,
        residence=entered.residence,
        phone=entered.phone,
        kind=entered.kind,
        topic=entered.topic,
        question=entered.question,
        needs_study=entered.needs_study,
        wants_written_reply=entered.wants_written_reply,
    )
