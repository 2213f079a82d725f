"""One call, several questions: each is an appeal of its own, with its own number.

Source: CMU Resolution 348 of 14.04.1997: what is asked in each question is answered by itself.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import Appeal, NewAppeal, QuestionText
from hotline_sessions.domain.card_facts import find_call_time, give_priority
from hotline_sessions.domain.classifier import Section, check_code
from hotline_sessions.domain.times import at_wall_time, local_date
from hotline_sessions.services.appeals import Origin, Registered, check_card, register
from hotline_sessions.services.secrecy import show_to
from hotline_sessions.store.appeals import list_appeals_of_call, list_appeals_of_talk, lock_forms
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.classifier_data import load_classifier
from hotline_sessions.store.consultations import add_consultation, count_consultations
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

MOST: Final = 10
"""Questions of one call that one form takes."""


async def find_origin(day: date, clock: time, *, talk: str, staff: Staff, now: datetime) -> Origin:
    """Where appeals of an ordinary call come from: one outside the sessions, with no line of ours.

    ``day`` and ``clock`` are those of the institution; ``talk`` is common to all its appeals.

    Raises:
        BadCallTime: The call cannot have been then.
    """
    home = await get_institution(staff.institution)
    called_at = find_call_time(day, clock, ZoneInfo(home.time_zone), now=now)
    return Origin(received_at=called_at, talk=talk)


async def find_received_on(origin: Origin, *, staff: Staff) -> date:
    """The day on which the institution got the call: codes are those of that day."""
    home = await get_institution(staff.institution)
    return local_date(origin.received_at, ZoneInfo(home.time_zone))


async def register_questions(
    questions: Sequence[NewAppeal],
    origin: Origin,
    *,
    form_key: str,
    staff: Staff,
    secret: bytes,
    now: datetime,
    duplicate_of: str = "",
) -> list[Registered]:
    """Enter each question of a call in the register; the same form sent twice enters none.

    All are looked at before the first is entered. Each is entered by itself: what has its
    number keeps it, and a form that is sent once more goes on where it broke off. Only one
    question by itself is registered as a duplicate.

    Raises:
        NotFound, OtherAuthor, DecidedBefore: See ``register``.
        UnknownCode, NotCollective, NoAppeal, NoSuchProcedureYet: A card cannot say so.
    """
    received_on = await find_received_on(origin, staff=staff)
    for each in questions:
        check_card(each, on=received_on)
    rows = load_classifier()
    questions = [give_priority(each, rows, on=received_on) for each in questions]
    return [
        await register(
            each,
            origin,
            form_key=name_form(form_key, place),
            staff=staff,
            secret=secret,
            now=now,
            duplicate_of=duplicate_of if len(questions) == 1 else "",
        )
        for place, each in enumerate(questions, start=1)
    ]


async def note_consultation(
    question: QuestionText,
    topic: str,
    origin: Origin,
    *,
    form_key: str,
    staff: Staff,
    now: datetime,
) -> None:
    """Write down what was explained to somebody who did not say who they are, once per form.

    It is no appeal: it has no number, no term and no author.
    Source: Law 393/96-ВР, art. 5, 8.

    Raises:
        UnknownCode: ``topic`` could not be chosen on that day.
    """
    received_on = await find_received_on(origin, staff=staff)
    if topic:
        check_code(load_classifier(), topic, section=Section.TOPIC, on=received_on, field="topic")
    async with transaction():
        await lock_forms([form_key])
        added = await add_consultation(
            question,
            topic=topic,
            call=origin.call,
            asked_at=origin.received_at,
            form_key=form_key,
            institution=staff.institution,
            by=staff.account,
            now=now,
        )
        if added is not None:
            await add_entry(
                "consultation_noted",
                "consultation",
                added,
                institution=staff.institution,
                account=staff.account,
                now=now,
            )
    log.info("consultation_noted", consultation_id=added)


async def count_consultations_of(year: int, *, staff: Staff) -> int:
    """How many consultations the institution of ``staff`` gave in a year."""
    home = await get_institution(staff.institution)
    zone = ZoneInfo(home.time_zone)
    return await count_consultations(
        at_wall_time(date(year, 1, 1), time(0), zone),
        at_wall_time(date(year + 1, 1, 1), time(0), zone),
        institution=home.id,
    )


async def list_of_same_call(appeal: Appeal, *, staff: Staff) -> list[Appeal]:
    """The other appeals that came from the call of ``appeal``."""
    if appeal.call is not None:
        found = await list_appeals_of_call(appeal.call, institution=staff.institution)
    elif appeal.talk:
        found = await list_appeals_of_talk(appeal.talk, institution=staff.institution)
    else:
        return []
    return [show_to(staff, each) for each in found if each.id != appeal.id]


def name_form(form_key: str, place: int) -> str:
    """Key of the question in this place of a form; the first has that of the form."""
    return form_key if place == 1 else f"{form_key}-{place}"
