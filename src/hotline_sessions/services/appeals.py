"""Register an appeal, follow it, answer it."""

import hmac
from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import Deed, check_answer_result, choose_state
from hotline_sessions.domain.appeal_links import (
    SIGNS,
    First,
    LinkKind,
    Newer,
    OtherAuthor,
    check_kind,
    is_same_author,
)
from hotline_sessions.domain.appeals import (
    Answer,
    AnswerText,
    Appeal,
    AppealState,
    NewAppeal,
)
from hotline_sessions.domain.classifier import ClassifierRow
from hotline_sessions.domain.codes import mac, pad, parse_code
from hotline_sessions.domain.deadlines import due
from hotline_sessions.domain.errors import Invalid, NotFound
from hotline_sessions.domain.ids import AppealId, PublicId
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.messages import Purpose
from hotline_sessions.domain.registers import (
    is_same,
    parse_index,
)
from hotline_sessions.domain.times import local_date
from hotline_sessions.domain.workdays import build_calendar
from hotline_sessions.services.appeal_steps import check_actor, check_others_answered, note_step
from hotline_sessions.services.appeal_tellings import tell_of_step
from hotline_sessions.services.registering import (
    PURPOSE,
    Origin,
    Registered,
    check_card,
    find_lane,
    prepare,
)
from hotline_sessions.services.secrecy import show_to
from hotline_sessions.store.appeal_links import find_decided_on
from hotline_sessions.store.appeals import (
    Numbered,
    add_answer,
    find_answer,
    find_appeal_to_follow,
    get_appeal,
    list_appeals,
    list_numbered,
    lock_appeal,
)
from hotline_sessions.store.classifier_data import load_classifier
from hotline_sessions.store.deadlines import PastDeadline, list_past_deadlines
from hotline_sessions.store.following import find_language
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.transaction import transaction


__all__ = ["Origin", "Registered", "check_card"]
"""What ``register`` takes and gives, for whoever calls it."""

log = structlog.get_logger()

NOBODYS: Final = Numbered(public_id=PublicId(""), register_index="А-1-2026", code_mac="")
"""Stands for an appeal with a number that nobody has: no code is that of it."""


class UnknownAppeal(NotFound):
    """No appeal has this number and this code; which of them is wrong is not said."""

    code = "unknown-appeal"


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
    duplicate_of: str = "",
) -> Registered:
    """Enter an appeal in the register; the same form sent twice makes one entry.

    The author is told number, code and last day by SMS, if a phone was given. Appeals that
    come at once are entered together. A duplicate stands under the number of the first, which
    ``duplicate_of`` names, and takes none of its own. Source: Law 393/96-ВР, art. 5, 20.

    Raises:
        UnknownCode: A code is not in the classifier. Facts: ``field``.
        NotCollective, NoAppeal, NoSuchProcedureYet: The card cannot say so.
        NotFound: The institution has no appeal of the name ``duplicate_of``.
        OtherAuthor, DecidedBefore, TooManyDuplicates: It is no duplicate of that.
        NestedTransactionError: The task is in a transaction already.
    """
    home = await get_institution(staff.institution)
    check_card(new, on=origin.received_at.astimezone(ZoneInfo(home.time_zone)).date())
    first = None
    if duplicate_of:
        first = await find_first(duplicate_of, new, origin, home=home)
        new = replace(new, sign=SIGNS[LinkKind.DUPLICATE])
    draft = prepare(
        new,
        origin,
        home,
        form_key=form_key,
        action="appeal_registered",
        by=staff.account,
        secret=secret,
        now=now,
        language=await find_language(origin.call),
    )
    return await find_lane(home.id).send(replace(draft, first=first))


async def find_first(
    public_id: str, new: NewAppeal, origin: Origin, *, home: Institution
) -> AppealId:
    """The appeal of which ``new`` can be registered as a duplicate.

    Raises:
        NotFound: The institution has no such appeal.
        OtherAuthor: It is of somebody else.
        DecidedBefore: It was decided, or its term was over: ``new`` is repeated.
    """
    other = await get_appeal(public_id, institution=home.id)
    if not is_same_author(other, new.surname, new.given_name, new.phone):
        raise OtherAuthor
    decided_on = await find_decided_on(other.id, time_zone=home.time_zone)
    received_on = origin.received_at.astimezone(ZoneInfo(home.time_zone)).date()
    check_kind(
        LinkKind.DUPLICATE,
        Newer(received_on=received_on, form_of_receipt=origin.form_of_receipt),
        First(appeal=other, decided_on=decided_on),
        same_author=True,
    )
    return other.id


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
        await tell_of_step(appeal, Purpose.APPEAL_ANSWERED, now=now)
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
    for each in pad(
        await list_numbered(asked.number, year=asked.year, duplicate=asked.duplicate), NOBODYS
    ):
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


def find_first_due(appeal: Appeal) -> date | None:
    """The last day for the body that got the appeal first and forwarded it, if one did.

    Each body counts from its own receipt; the author waits for both, and sees both.
    """
    if appeal.first_received_on is None:
        return None
    calendar = build_calendar()
    return due(appeal.deadline.rule, appeal.first_received_on, calendar).legal_on
