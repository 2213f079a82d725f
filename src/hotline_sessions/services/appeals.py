"""Register an appeal, follow it, answer it."""

import hmac
from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import Deed, check_answer_result, choose_state
from hotline_sessions.domain.appeals import (
    BY_TELEPHONE,
    Answer,
    AnswerText,
    Appeal,
    AppealState,
    NewAppeal,
)
from hotline_sessions.domain.calendar_editions import CalendarEdition
from hotline_sessions.domain.card_facts import check_facts, choose_term
from hotline_sessions.domain.classifier import ClassifierRow, Section, check_code
from hotline_sessions.domain.codes import mac, pad, parse_code
from hotline_sessions.domain.deadlines import Deadline, due
from hotline_sessions.domain.errors import Invalid, NotFound
from hotline_sessions.domain.ids import AccountId, BookingId, CallId, PublicId, SessionId
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.registers import (
    RegisterIndex,
    build_index,
    choose_letter,
    is_same,
    parse_index,
)
from hotline_sessions.domain.times import local_date
from hotline_sessions.domain.workdays import build_calendar, registered_on
from hotline_sessions.services.appeal_search import note_words
from hotline_sessions.services.appeal_steps import check_actor, check_others_answered, note_step
from hotline_sessions.services.secrecy import show_to
from hotline_sessions.services.tellings import tell_of_answer, tell_of_appeal
from hotline_sessions.services.tokens import draw_code
from hotline_sessions.store.appeals import (
    Entry,
    Numbered,
    add_answer,
    add_appeal,
    find_answer,
    find_appeal_of_form,
    find_appeal_to_follow,
    get_appeal,
    list_appeals,
    list_numbered,
    lock_appeal,
    lock_form,
    take_number,
)
from hotline_sessions.store.calendar_editions import hold_edition
from hotline_sessions.store.classifier_data import load_classifier
from hotline_sessions.store.deadlines import PastDeadline, list_past_deadlines
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.questions import close_questions_of_talk
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

PURPOSE: Final = "appeal"
NOBODYS: Final = Numbered(public_id=PublicId(""), register_index="А-1-2026", code_mac="")
"""Stands for an appeal with a number that nobody has: no code is that of it."""


class UnknownAppeal(NotFound):
    """No appeal has this number and this code; which of them is wrong is not said."""

    code = "unknown-appeal"


class Origin(Struct, frozen=True, kw_only=True):
    """Where an appeal comes from; ``received_at`` is when the citizen called, or sent it.

    ``form_of_receipt`` is a code of the classifier; ``booking`` is that from whose page the
    appeal was filed; ``first_received_on`` is the day on which another body got it that has
    forwarded it here; ``channel`` is one of ``domain.term_policies.Channel``, if any; ``talk``
    is a name common to appeals of one call outside the sessions.
    """

    received_at: datetime
    session: SessionId | None = None
    call: CallId | None = None
    booking: BookingId | None = None
    form_of_receipt: str = BY_TELEPHONE
    first_received_on: date | None = None
    channel: str = ""
    talk: str = ""


class Registered(Struct, frozen=True, kw_only=True):
    """An appeal that was just registered. ``code`` is empty if the form had come before."""

    appeal: Appeal
    code: str


class Followed(Struct, frozen=True, kw_only=True):
    """An appeal as its author sees it; ``past`` are the deadlines that it has had before."""

    appeal: Appeal
    institution: Institution
    answer: Answer | None
    past: list[PastDeadline] = []


async def register(
    new: NewAppeal,
    origin: Origin,
    *,
    form_key: str,
    staff: Staff,
    secret: bytes,
    now: datetime,
) -> Registered:
    """Enter an appeal in the register; the same form sent twice makes one entry.

    The author is told number, code and last day by SMS, if a phone was given.
    Source: Law 393/96-ВР, art. 5, 20.

    Raises:
        UnknownCode: A code is not in the classifier. Facts: ``field``.
        NotCollective, NoAppeal, NoSuchProcedureYet: The card cannot say so.
    """
    async with transaction():
        await lock_form(form_key)
        home = await get_institution(staff.institution)
        received_on = origin.received_at.astimezone(ZoneInfo(home.time_zone)).date()
        check_card(new, on=received_on)
        if known := await find_appeal_of_form(form_key, institution=home.id):
            return Registered(appeal=known, code="")
        code = draw_code()
        entry = await build_entry(
            new,
            origin,
            home,
            form_key=form_key,
            code=code,
            by=staff.account,
            secret=secret,
            now=now,
        )
        appeal_id = await add_appeal(new, entry)
        await note_words(appeal_id, new, entry.register_index, institution=home.id)
        if origin.call is not None:
            await close_questions_of_talk(origin.call, appeal_id, now, by=staff.account)
        if new.phone:
            await tell_of_appeal(
                entry.register_index,
                code,
                entry.deadline.legal_on.strftime("%d.%m.%Y"),
                phone=new.phone,
                institution=home.id,
                now=now,
            )
        await note_step("appeal_registered", appeal_id, staff=staff, now=now)
        appeal = await find_appeal_of_form(form_key, institution=home.id)
    if appeal is None:
        raise NotFound
    log.info("appeal_registered", appeal_id=appeal.id, received_on=str(received_on))
    return Registered(appeal=appeal, code=code)


async def answer(
    public_id: str, text: AnswerText, *, result: str, staff: Staff, now: datetime
) -> None:
    """Answer an appeal; its author is told by SMS.

    Raises:
        NotFound: There is no such appeal in the institution of ``staff``.
        AlreadyAnswered: It has its answer.
        ImpossibleStep: A reply to it is on its way, or it is not considered any more.
        Unanswered: It has further questions: they are answered by a reply.
        UnknownCode: ``result`` is not one of an answer.
    """
    check_answer_result(load_classifier(), result, local_date(now))
    async with transaction():
        appeal = await lock_appeal(public_id, institution=staff.institution)
        choose_state(appeal.state, Deed.ANSWER_AT_ONCE, is_head=False)
        await check_actor(appeal.id, staff=staff)
        await check_others_answered(appeal.id)
        await add_answer(appeal.id, result=result, text=text, by=staff.account, now=now)
        if appeal.phone:
            await tell_of_answer(appeal, now=now)
        await note_step("appeal_answered", appeal.id, staff=staff, now=now)
    log.info("appeal_answered", appeal_id=appeal.id)


async def get_for_staff(public_id: str, *, staff: Staff) -> Followed:
    """An appeal of the institution of ``staff``.

    Raises:
        NotFound: There is no such appeal there.
    """
    appeal = await get_appeal(public_id, institution=staff.institution)
    return await _follow(show_to(staff, appeal))


async def list_for_staff(
    *, staff: Staff, states: Collection[AppealState] | None = None, limit: int = 200
) -> list[Appeal]:
    """Appeals of the institution; those to be answered first, by their last lawful day."""
    found = await list_appeals(institution=staff.institution, states=states, limit=limit)
    return [show_to(staff, appeal) for appeal in found]


async def find_by_code(number: str, code: str, *, secret: bytes, now: datetime) -> PublicId:
    """Name of the appeal with this number and code; numbers repeat between institutions.

    Raises:
        UnknownAppeal: There is none; the answer is the same for either being wrong.
    """
    try:
        asked = parse_index(number, this_year=local_date(now).year)
        digits = parse_code(code)
    except Invalid:
        raise UnknownAppeal from None
    found = None
    for each in pad(await list_numbered(asked.number, year=asked.year), NOBODYS):
        # Letters of two alphabets that look alike are one letter to who reads a number out.
        is_meant = is_same(parse_index(each.register_index, this_year=local_date(now).year), asked)
        given = mac(secret, PURPOSE, each.register_index, digits)
        if hmac.compare_digest(given, each.code_mac) and is_meant:
            found = each.public_id
    if found is None:
        raise UnknownAppeal
    return found


async def get_followed(public_id: str) -> Followed:
    """An appeal that a signed link opens.

    Raises:
        NotFound: There is none.
    """
    appeal = await find_appeal_to_follow(public_id)
    if appeal is None:
        raise NotFound
    return await _follow(appeal)


def list_classifier() -> tuple[ClassifierRow, ...]:
    """Rows of the classifier, to choose from."""
    return load_classifier()


async def _follow(appeal: Appeal) -> Followed:
    return Followed(
        appeal=appeal,
        institution=await get_institution(appeal.institution),
        answer=await find_answer(appeal.id),
        past=await list_past_deadlines(appeal.id, institution=appeal.institution),
    )


def check_card(new: NewAppeal, *, on: date) -> None:
    """Whether what was received ``on`` that day can be registered as it is filled in.

    Raises:
        UnknownCode: A code could not be chosen then. Facts: ``field``.
        NotCollective, NoAppeal, NoSuchProcedureYet: The card cannot say so.
    """
    rows = load_classifier()
    for field, section in (("kind", Section.KIND), ("topic", Section.TOPIC)):
        if (code := getattr(new, field)) or field == "kind":
            check_code(rows, code, section=section, on=on, field=field)
    check_facts(new, rows, on=on)


async def build_entry(
    new: NewAppeal,
    origin: Origin,
    home: Institution,
    *,
    form_key: str,
    code: str,
    by: AccountId | None,
    secret: bytes,
    now: datetime,
) -> Entry:
    """What the register adds to ``new``; its number is taken in the transaction that runs."""
    zone = ZoneInfo(home.time_zone)
    edition = await hold_edition(institution=home.id)
    entered_on = registered_on(now, edition.calendar, zone=zone)
    deadline = plan_deadline(new, origin, edition, entered_on=entered_on, zone=zone)
    number = await take_number(institution=home.id, year=entered_on.year)
    index = build_index(
        RegisterIndex(letter=choose_letter(new.surname), number=number, year=entered_on.year)
    )
    return Entry(
        institution=home.id,
        session=origin.session,
        call=origin.call,
        booking=origin.booking,
        form_of_receipt=origin.form_of_receipt,
        received_at=origin.received_at,
        received_on=deadline.received_on,
        first_received_on=origin.first_received_on,
        talk=origin.talk,
        registered_at=now,
        registered_on=entered_on,
        year=entered_on.year,
        number=number,
        register_index=index,
        deadline=deadline,
        code_mac=mac(secret, PURPOSE, index, code),
        form_key=form_key,
        registered_by=by,
    )


def plan_deadline(
    new: NewAppeal,
    origin: Origin,
    edition: CalendarEdition,
    *,
    entered_on: date,
    zone: ZoneInfo,
) -> Deadline:
    """Until when the appeal must be answered: a month, or fifteen days without study.

    What is asked under another law has the term of that, see ``choose_term``.
    ``entered_on`` is the day on which it is entered in the register.
    Source: Law 393/96-ВР, art. 20(1).
    """
    rule = choose_term(new.procedure, needs_study=new.needs_study)
    return due(
        rule,
        origin.received_at.astimezone(zone).date(),
        edition.calendar,
        edition.policy.reading,
        registered_on=entered_on,
        target=edition.policy.find_target(origin.channel, rule),
    )


def find_first_due(appeal: Appeal) -> date | None:
    """The last day for the body that got the appeal first and forwarded it, if one did.

    Each body counts from its own receipt; the author waits for both, and sees both.
    """
    if appeal.first_received_on is None:
        return None
    calendar = build_calendar()
    return due(appeal.deadline.rule, appeal.first_received_on, calendar).legal_on
