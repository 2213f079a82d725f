"""The form of a registration card: one author, one question or several, codes typed short."""

import secrets
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Final

from msgspec import Meta, Struct
from msgspec.structs import asdict

from hotline_sessions.domain.appeals import (
    Appeal,
    GivenName,
    NewAppeal,
    QuestionText,
    Residence,
    Surname,
    parse_reply_email,
)
from hotline_sessions.domain.card_facts import (
    INDIVIDUAL,
    INITIAL,
    ORAL,
    URGENT_INFORMATION_TERM,
    Procedure,
    needs_study,
)
from hotline_sessions.domain.classifier import Section, UnknownCode, list_section, read_codes
from hotline_sessions.domain.phones import PhoneNumber, display, parse_phone
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.appeals import list_classifier
from hotline_sessions.services.call_appeals import MOST
from hotline_sessions.web.forms import Form, FormView, Mistakes, Sentences, parse_form


KEY_BYTES: Final = 16
APPLICATION: Final = "3.2"
"""Chosen beforehand: most calls are applications. Source: CMU Resolution 858/2008, 3.2."""

_NAMES: Final = N_("Enter at least two letters")
_RESIDENCE: Final = N_("Enter where the citizen lives: the law requires it")

SENTENCES: Final[Sentences] = MappingProxyType(
    {
        ("surname", "missing"): N_("Enter the surname"),
        ("surname", "too-short"): _NAMES,
        ("given_name", "missing"): N_("Enter the given name"),
        ("given_name", "too-short"): _NAMES,
        ("residence", "missing"): _RESIDENCE,
        ("residence", "too-short"): _RESIDENCE,
        ("kind", "missing"): N_("Choose the kind of the appeal"),
        ("kind", UnknownCode.code): N_("Choose the kind of the appeal"),
        ("topic", UnknownCode.code): N_("Choose topics from the list: type a code or a name"),
        ("categories", UnknownCode.code): N_(
            "Choose categories from the list: type a code or a name"
        ),
        ("question", "missing"): N_("Write down the question"),
        ("question", "too-short"): N_("Write down the question in a few words more"),
        ("question", "too-long"): N_("Shorten the question: up to 5,000 characters"),
        ("email", "bad-reply-email"): N_("Enter an e-mail address, for example name@example.com"),
        ("called_on", "missing"): N_("Enter the day of the call"),
        ("called_on", "wrong"): N_("Enter the day of the call"),
        ("called_clock", "missing"): N_("Enter the time of the call"),
        ("called_clock", "wrong"): N_("Enter the time of the call"),
        ("reason", "missing"): N_("Write why the card is corrected"),
        ("reason", "too-short"): N_("Write why the card is corrected"),
        ("reason", "too-long"): N_("Shorten the reason: up to 500 characters"),
    }
)

PROCEDURES: Final[Mapping[Procedure, str]] = MappingProxyType(
    {
        Procedure.APPEALS_LAW: N_("Appeal: Law on appeals, a month or 15 days"),
        Procedure.INFO_REQUEST: N_("Request for public information: 5 working days"),
        Procedure.ADMIN_PROCEDURE: N_("Administrative procedure: an act, a permit, a benefit"),
        Procedure.CONSULTATION: N_("Consultation: no number, no term"),
    }
)
"""By which law a question is dealt with, with what follows for its term."""


class AuthorForm(Struct, frozen=True, kw_only=True):
    """What is entered about the author, and once for all questions of a call."""

    surname: Surname
    given_name: GivenName
    patronymic: Annotated[str, Meta(max_length=100)] = ""
    residence: Residence
    phone: str = ""
    email: str = ""
    categories: tuple[str, ...] = ()
    wants_written_reply: bool = False
    asks_secrecy: bool = False
    has_priority: bool = False
    sign: Annotated[str, Meta(max_length=10)] = ""
    subject: Annotated[str, Meta(max_length=10)] = ""
    people: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    medium: Annotated[str, Meta(max_length=10)] = ""
    sex: Annotated[str, Meta(max_length=10)] = ""
    social_status: Annotated[str, Meta(max_length=10)] = ""


class QuestionForm(Struct, frozen=True, kw_only=True):
    """What is entered about one question; the first topic is the main one."""

    question: QuestionText
    kind: Annotated[str, Meta(max_length=10)]
    topic: tuple[str, ...] = ()
    procedure: Procedure = Procedure.APPEALS_LAW
    needs_study: bool = False
    is_urgent: bool = False


class Choices(Struct, frozen=True, kw_only=True):
    """Codes and labels to choose from."""

    kinds: list[tuple[str, str]]
    topics: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    signs: list[tuple[str, str]]
    subjects: list[tuple[str, str]]
    mediums: list[tuple[str, str]]
    sexes: list[tuple[str, str]]
    statuses: list[tuple[str, str]]
    procedures: list[tuple[str, str]]


def list_choices(on: date, words: Words, *, with_consultation: bool = True) -> Choices:
    """What may be chosen for an appeal received ``on`` that day."""

    def of(section: Section) -> list[tuple[str, str]]:
        rows = list_section(list_classifier(), section, on)
        return [(row.code, row.label(words.locale)) for row in rows]

    return Choices(
        kinds=of(Section.KIND),
        topics=of(Section.TOPIC),
        categories=of(Section.CATEGORY),
        signs=of(Section.SIGN),
        subjects=of(Section.SUBJECT),
        mediums=of(Section.TYPE),
        sexes=of(Section.SEX),
        statuses=of(Section.STATUS),
        procedures=[
            (procedure, words.gettext(text))
            for procedure, text in PROCEDURES.items()
            if with_consultation or procedure is not Procedure.CONSULTATION
        ],
    )


def list_first_values() -> dict[str, str]:
    """The form as it is first shown: what nearly every call has."""
    return {
        "form_key": secrets.token_hex(KEY_BYTES),
        "kind": APPLICATION,
        "needs_study": "on",
        "wants_written_reply": "on",
        "sign": INITIAL,
        "subject": INDIVIDUAL,
        "medium": ORAL,
        "questions": "1",
    }


def list_author_values(appeal: Appeal) -> dict[str, str]:
    """What one card says of its author, for the form of another one of the same call."""
    return {
        "surname": appeal.surname,
        "given_name": appeal.given_name,
        "patronymic": appeal.patronymic,
        "residence": appeal.residence,
        "phone": display(PhoneNumber(appeal.phone)) if appeal.phone else "",
        "email": appeal.email,
        "categories": "; ".join(appeal.categories),
        "asks_secrecy": "on" if appeal.asks_secrecy else "",
        "has_priority": "on" if appeal.has_priority else "",
        "wants_written_reply": "on" if appeal.wants_written_reply else "",
        "sex": appeal.sex,
        "social_status": appeal.social_status,
    }


def list_values(appeal: Appeal) -> dict[str, str]:
    """The form filled in as the card is."""
    studied = needs_study(appeal.deadline.rule, appeal.received_on)
    return list_author_values(appeal) | {
        "sign": appeal.sign,
        "subject": appeal.subject,
        "people": str(appeal.people) if appeal.people else "",
        "medium": appeal.medium,
        "question": appeal.question,
        "kind": appeal.kind,
        "topic": "; ".join(code for code in (appeal.topic, *appeal.more_topics) if code),
        "procedure": appeal.procedure,
        "needs_study": "on" if studied else "",
        "is_urgent": "on" if appeal.deadline.rule == URGENT_INFORMATION_TERM else "",
    }


def fill(values: Mapping[str, str]) -> FormView:
    """A form with these values."""
    return FormView(values={name: (value,) for name, value in values.items() if value})


def add_place(form: Form) -> FormView:
    """The form as it was typed, with room for one more question."""
    values = dict(form.fields)
    places = min(count_places(form) + 1, MOST)
    values["questions"] = (str(places),)
    if not form.get(f"kind{_suffix(places)}"):
        values[f"kind{_suffix(places)}"] = (APPLICATION,)
        values[f"needs_study{_suffix(places)}"] = ("on",)
    return FormView(values=values)


def count_places(form: Form | FormView) -> int:
    """How many questions a form has room for."""
    typed = form.get("questions") if isinstance(form, Form) else form.value("questions")
    digits = typed.lstrip("0")
    # A program may send any number: what is longer than these is too many in any case.
    return min(int(digits[:3]), MOST) if digits.isascii() and digits.isdecimal() else 1


def read_author(form: Form, *, on: date) -> AuthorForm | Mistakes:
    """Who asks, or what is wrong with it."""
    return parse_form(
        AuthorForm,
        form,
        {
            "phone": parse_phone,
            "email": parse_reply_email,
            "categories": _reader(Section.CATEGORY, on),
        },
    )


def read_questions(form: Form, *, on: date) -> list[QuestionForm] | Mistakes:
    """What is asked, or what is wrong with it; further places left blank are no questions."""
    found: list[QuestionForm] = []
    mistakes: dict[str, str] = {}
    for place in range(1, count_places(form) + 1):
        suffix = _suffix(place)
        if suffix and not form.get(f"question{suffix}"):
            continue
        names = QuestionForm.__struct_fields__
        own = Form(fields={name: form.list_values(name + suffix) for name in names})
        read = parse_form(QuestionForm, own, {"topic": _reader(Section.TOPIC, on)})
        if isinstance(read, Mistakes):
            mistakes |= {name + suffix: kind for name, kind in read.by_field.items()}
        else:
            found.append(read)
    return Mistakes(by_field=mistakes) if mistakes else found


def list_sentences(form: Form) -> Sentences:
    """The sentences about mistakes, also for the fields of further questions."""
    places = range(2, count_places(form) + 1)
    return dict(SENTENCES) | {
        (name + _suffix(place), kind): text
        for place in places
        for (name, kind), text in SENTENCES.items()
        if name in QuestionForm.__struct_fields__
    }


def build_card(author: AuthorForm, asked: QuestionForm) -> NewAppeal:
    """The appeal to be registered."""
    facts = asdict(author) | asdict(asked)
    topics = facts.pop("topic")
    return NewAppeal(
        **facts,
        topic=topics[0] if topics else "",
        more_topics=topics[1:],
    )


def _suffix(place: int) -> str:
    """What the fields of a question end in; those of the first in nothing."""
    return "" if place == 1 else f"_{place}"


def _reader(section: Section, on: date) -> Callable[[str], tuple[str, ...]]:
    return lambda text: read_codes(list_classifier(), text, section=section, on=on)
