"""What the owner of a booking may change before the talk, besides giving it back."""

from datetime import datetime
from typing import Final

import structlog

from hotline_sessions.domain.announcements import Announcement, Filter
from hotline_sessions.domain.bookings import Question, check_may_reword
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.registration import Stage, choose_stage
from hotline_sessions.domain.sessions import BOOKABLE
from hotline_sessions.services.announcements import list_coming
from hotline_sessions.services.legs import tell_desk
from hotline_sessions.services.sent_forms import Facts, SentForm, answer_once
from hotline_sessions.store.announcements import find_announcement_of
from hotline_sessions.store.bookings import lock_booking, mark_question
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

MOST_OFFERED: Final = 10
"""Other sessions offered at once: who wants more of them looks through the list of all."""


async def change_question(
    public_id: str,
    question: Question,
    *,
    now: datetime,
    secret: bytes = b"",
    form: SentForm | None = None,
) -> None:
    """Ask something else than what was written at the booking; once for each ``form``.

    Raises:
        NotFound: There is no such booking.
        BookingOver: It was used, missed or cancelled, or its talk has begun.
        QuestionHandedOver: The session has begun.
    """

    async def work() -> Facts:
        await reword(public_id, question, now=now)
        return {}

    async with transaction():
        await answer_once(form, work, whose=public_id, secret=secret, now=now)


async def reword(public_id: str, question: Question, *, now: datetime) -> None:
    """The same within the transaction of whoever calls; refusals are those of the above."""
    booking = await lock_booking(public_id)
    session = await find_announcement_of(booking.session)
    if session is None:
        raise NotFound
    check_may_reword(booking, session_starts_at=session.starts_at, now=now)
    await mark_question(booking.id, question)
    await tell_desk(session.public_id)
    log.info("question_changed", booking_id=booking.id)


async def list_others_with_room(session: Announcement, *, now: datetime) -> list[Announcement]:
    """Other coming sessions of the same institution in which a slot may still be free now."""
    coming = await list_coming(Filter(institution=session.institution_slug), now=now)
    others = [
        each
        for each in coming
        if each.id != session.id
        and each.state in BOOKABLE
        and each.booked < each.bookable
        and choose_stage(each, now) is Stage.OPEN
    ]
    return others[:MOST_OFFERED]
