"""A form with questions of one call, taken: numbers, or what is wrong with it."""

import re
import secrets
from datetime import date, datetime
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_links import DecidedBefore, OtherAuthor, UnknownFirst
from hotline_sessions.domain.appeals import NewAppeal
from hotline_sessions.domain.card_facts import NoSuchProcedureYet, NotCollective, Procedure
from hotline_sessions.domain.classifier import UnknownCode
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.registers import BadIndex
from hotline_sessions.services.appeal_links import find_by_number
from hotline_sessions.services.appeals import Origin, Registered, check_card
from hotline_sessions.services.call_appeals import (
    find_received_on,
    name_form,
    note_consultation,
    register_questions,
)
from hotline_sessions.web.dependencies import Now, PageRequest
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import Form, FormView, Mistakes, with_mistakes
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.card_forms import (
    KEY_BYTES,
    AuthorForm,
    QuestionForm,
    build_card,
    list_sentences,
    read_author,
    read_questions,
)
from hotline_sessions.web.refusals import REFUSALS


_KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,60}")
_FIELDS: Final = {NotCollective.code: "people", NoSuchProcedureYet.code: "procedure"}
"""Fields at which refusals are told."""


class OneAlone(Invalid):
    """A duplicate is registered by itself, not among several questions."""

    code = "duplicate-alone"


class Entered(Struct, frozen=True, kw_only=True):
    """What a form has made: appeals with their numbers, and consultations without."""

    registered: list[Registered]
    consultations: int = 0


async def enter(
    request: PageRequest, form: Form, origin: Origin, *, staff: Staff, secret: bytes, now: Now
) -> Entered | FormView:
    """Register every question of the form; or the form again, with its mistakes."""
    on = await find_received_on(origin, staff=staff)
    asked = read_questions(form, on=on)
    consulted = [] if isinstance(asked, Mistakes) else list(filter(_is_consultation, asked))
    is_nameless = not isinstance(asked, Mistakes) and len(consulted) == len(asked)
    # Who is only given an explanation need not say who they are.
    author = None if is_nameless else read_author(form, on=on)
    wrong = _merge(author, asked)
    if wrong.by_field or isinstance(author, Mistakes) or isinstance(asked, Mistakes):
        return with_mistakes(request, form, wrong, list_sentences(form))
    cards = [build_card(author, each) for each in asked if author and each not in consulted]
    if refused := _find_refused(request, form, cards, on=on):
        return refused
    key = read_key(form)
    try:
        duplicate_of = await _find_first(form, cards, staff=staff, now=now)
        registered = await register_questions(
            cards,
            origin,
            form_key=key,
            staff=staff,
            secret=secret,
            now=now,
            duplicate_of=duplicate_of,
        )
    except (BadIndex, UnknownFirst, OneAlone, OtherAuthor, DecidedBefore) as refusal:
        return refuse_field(request, form, "duplicate_of", refusal)
    for place, each in enumerate(consulted, start=1):
        await note_consultation(
            each.question,
            each.topic[0] if each.topic else "",
            origin,
            form_key=name_form(key, place),
            staff=staff,
            now=now,
        )
    return Entered(registered=registered, consultations=len(consulted))


async def _find_first(form: Form, cards: list[NewAppeal], *, staff: Staff, now: datetime) -> str:
    """Name of the appeal of which the card is a duplicate; nothing if none is named.

    Raises:
        BadIndex, UnknownFirst: That is no number of the register.
        OneAlone: The form has several questions: which of them is the duplicate?
    """
    if not (number := form.get("duplicate_of")) or not cards:
        return ""
    if len(cards) > 1:
        raise OneAlone
    found = await find_by_number(number, staff=staff, now=now)
    if found is None:
        raise UnknownFirst
    return found


def read_key(form: Form) -> str:
    """The key of a form; whoever fills it in by a program need not send one."""
    key = form.get("form_key")
    return key if _KEY.fullmatch(key) else secrets.token_hex(KEY_BYTES)


def refuse(request: PageRequest, form: Form, refusal: Invalid, *, suffix: str = "") -> FormView:
    """The form as it was typed, with the sentence of ``refusal`` at the field it is about."""
    field = str(refusal.facts.get("field") or _FIELDS.get(refusal.code, "question"))
    named = field + suffix if field in QuestionForm.__struct_fields__ else field
    sentences = list_sentences(form)
    if isinstance(refusal, UnknownCode):
        kind = refusal.code if (named, refusal.code) in sentences else "not-a-choice"
        return with_mistakes(request, form, Mistakes(by_field={named: kind}), sentences)
    text = words_of(request).gettext(REFUSALS.get(refusal.code, REFUSALS["invalid"]))
    return FormView(values=form.fields, sentences={named: text})


def _find_refused(
    request: PageRequest, form: Form, cards: list[NewAppeal], *, on: date
) -> FormView | None:
    """The form with what the rules have against one of the cards."""
    for place, card in enumerate(cards, start=1):
        try:
            check_card(card, on=on)
        except Invalid as refusal:
            return refuse(request, form, refusal, suffix="" if place == 1 else f"_{place}")
    return None


def _merge(*read: AuthorForm | list[QuestionForm] | Mistakes | None) -> Mistakes:
    """All mistakes, those about the author first."""
    found: dict[str, str] = {}
    for each in read:
        if isinstance(each, Mistakes):
            found |= each.by_field
    return Mistakes(by_field=found)


def _is_consultation(asked: QuestionForm) -> bool:
    return asked.procedure is Procedure.CONSULTATION
