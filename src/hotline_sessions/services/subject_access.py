"""A copy of the data of a person: all that is held in connection with one appeal.

Whoever opens it has proven number and code. No names of staff, no words of others.
Source: Law 2297-VI, art. 8(2), 16.
"""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.appeal_ratings import Rating
from hotline_sessions.services.appeal_steps import list_steps, note
from hotline_sessions.services.appeals import Followed, get_followed
from hotline_sessions.store.appeal_life import FurtherQuestion, list_questions
from hotline_sessions.store.appeal_ratings import find_rating
from hotline_sessions.store.appeals import lock_appeal
from hotline_sessions.store.subject_access import (
    HeldBooking,
    HeldCall,
    HeldMessage,
    HeldRecording,
    find_booking_of,
    find_call,
    list_messages_of,
    list_recordings_of,
)
from hotline_sessions.store.transaction import transaction


class HeldStep(Struct, frozen=True, kw_only=True):
    """Something that was done with the appeal, and when."""

    action: str
    done_at: datetime


class HeldAppeal(Struct, frozen=True, kw_only=True):
    """The card, with the words of the classifier's codes left to the classifier."""

    number: str
    surname: str
    given_name: str
    patronymic: str
    residence: str
    phone: str
    email: str
    kind: str
    topic: str
    form_of_receipt: str
    question: str
    received_at: datetime
    registered_at: datetime
    answer_due_on: date
    wants_written_reply: bool
    has_priority: bool
    state: str


class HeldData(Struct, frozen=True, kw_only=True):
    """All of it; moments are in UTC."""

    given_at: datetime
    institution: str
    appeal: HeldAppeal
    further_questions: list[FurtherQuestion]
    answer: str | None
    answered_at: datetime | None
    rating: Rating | None
    steps: list[HeldStep]
    call: HeldCall | None
    recordings: list[HeldRecording]
    booking: HeldBooking | None
    messages: list[HeldMessage]


async def collect_data(public_id: str, *, now: datetime) -> bytes:
    """The data as JSON; that they were given is a step of the appeal.

    Raises:
        NotFound: There is no such appeal.
    """
    followed = await get_followed(public_id)
    async with transaction():
        appeal = await lock_appeal(public_id, institution=followed.institution.id)
        note("appeal_data_given", appeal.id, institution=appeal.institution, account=None, now=now)
    return msgspec.json.format(msgspec.json.encode(await _collect(followed, now)), indent=2)


async def _collect(followed: Followed, now: datetime) -> HeldData:
    appeal, answer = followed.appeal, followed.answer
    return HeldData(
        given_at=now,
        institution=followed.institution.name("uk"),
        appeal=_describe(followed),
        further_questions=await list_questions(appeal.id),
        answer=answer.text if answer else None,
        answered_at=answer.answered_at if answer else None,
        rating=await find_rating(appeal.id),
        steps=[
            HeldStep(action=step.action, done_at=step.done_at) for step in await list_steps(appeal)
        ],
        call=await find_call(appeal.call) if appeal.call else None,
        recordings=await list_recordings_of(appeal.call) if appeal.call else [],
        booking=await find_booking_of(appeal.booking) if appeal.booking else None,
        messages=await list_messages_of(appeal.register_index, institution=appeal.institution),
    )


def _describe(followed: Followed) -> HeldAppeal:
    appeal = followed.appeal
    return HeldAppeal(
        number=appeal.register_index,
        surname=appeal.surname,
        given_name=appeal.given_name,
        patronymic=appeal.patronymic,
        residence=appeal.residence,
        phone=appeal.phone,
        email=appeal.email,
        kind=appeal.kind,
        topic=appeal.topic,
        form_of_receipt=appeal.form_of_receipt,
        question=appeal.question,
        received_at=appeal.received_at,
        registered_at=appeal.registered_at,
        answer_due_on=appeal.legal_on,
        wants_written_reply=appeal.wants_written_reply,
        has_priority=appeal.has_priority,
        state=appeal.state.value,
    )
