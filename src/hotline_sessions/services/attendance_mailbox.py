"""What officials answer from their calendars, read from a mailbox: each letter is done once.

A letter is taken only when two things agree: it names an entry whose uid was told to who was
invited alone, and it comes from the address that was invited. The address alone can be forged by
anybody, and the uid goes along when a letter is forwarded; an address with a secret in it (plus
addressing) would be as good as the uid, but many servers of councils know none, and Outlook
puts its own in the place. What does not agree is shown to staff, and changes nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.attendance import Answer
from hotline_sessions.domain.network import NetworkError
from hotline_sessions.domain.replies import (
    DONE,
    Bounce,
    CalendarReply,
    OddReply,
    Outcome,
    ReceivedMail,
    Unread,
)
from hotline_sessions.domain.schedule_dates import is_planned_year
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.attendance_answers import find_invited
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.together import OneByOne
from hotline_sessions.store.attendance import mark_answer
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.replies import (
    Named,
    claim_letter,
    find_answer_stamp,
    find_outcome,
    list_named,
    list_odd_replies,
    mark_answer_stamp,
    mark_bounced,
    mark_outcome,
    mark_seen_to,
)
from hotline_sessions.store.sessions import lock_session
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

BATCH: Final = 50


class Mailbox(Protocol):
    """Where answers arrive; raises a ``domain.network.NetworkError`` and nothing else."""

    async def take(self, *, limit: int) -> list[ReceivedMail]:
        """The oldest letters that have not been put away; they stay where they are."""
        ...

    async def put_away(self, places: Mapping[str, bool]) -> None:
        """Move letters, by their handles: to what is done, or (False) to what is to be read."""
        ...


async def read_answers(mailbox: Mailbox, *, clock: Clock) -> int:
    """Read the letters that are there and put them away; always 0.

    A letter is put away when what it says is stored. Who dies between the two finds it again,
    and finds that it was read.
    """
    try:
        letters = await mailbox.take(limit=BATCH)
    except NetworkError as error:
        log.warning("mailbox_not_read", reason=type(error).__name__)
        return 0
    places: dict[str, bool] = {}
    works = OneByOne()
    for letter in letters:
        with works.one():
            places[letter.handle] = await _settle(letter, now=clock.now()) in DONE
    if places:
        try:
            await mailbox.put_away(places)
        except NetworkError as error:
            log.warning("letters_not_put_away", reason=type(error).__name__)
    works.end()
    return 0


async def _settle(letter: ReceivedMail, *, now: datetime) -> Outcome:
    content = letter.content
    reply = content if isinstance(content, CalendarReply) else None
    async with transaction():
        claimed = await claim_letter(
            letter.key,
            sender=reply.sender if reply else "",
            answer=reply.answer if reply else None,
            now=now,
        )
        if not claimed:
            return await find_outcome(letter.key) or Outcome.UNREAD
        outcome, invitation = await _act(content, now=now)
        await mark_outcome(claimed, outcome, invitation)
    log.info("letter_read", outcome=outcome.value, invitation_id=invitation)
    return outcome


async def _act(
    content: CalendarReply | Bounce | Unread, *, now: datetime
) -> tuple[Outcome, int | None]:
    match content:
        case Unread():
            return Outcome.UNREAD, None
        case Bounce(message_id=name):
            bounced = await mark_bounced(name)
            return (Outcome.UNREAD if bounced is None else Outcome.BOUNCE), bounced
        case CalendarReply():
            return await _take(content, now=now)


async def _take(reply: CalendarReply, *, now: datetime) -> tuple[Outcome, int | None]:
    named = await list_named(reply.uid)
    if not named:
        return Outcome.UNKNOWN, None
    mine = next((each for each in named if _is_from(reply, each)), None)
    if mine is None:
        return Outcome.FORGED, named[0].id
    return await _answer(reply, mine, now=now), mine.id


def _is_from(reply: CalendarReply, invited: Named) -> bool:
    return reply.sender == reply.attendee == invited.recipient.lower()


async def _answer(reply: CalendarReply, mine: Named, *, now: datetime) -> Outcome:
    session = await lock_session(mine.session)
    invited = await find_invited(session)
    if invited is None or invited.id != mine.id or session.starts_at <= now:
        return Outcome.OUTDATED
    if reply.sequence < invited.sequence:
        return Outcome.OUTDATED
    stamp = await find_answer_stamp(mine.id)
    if stamp is not None and reply.stamped_at < stamp:
        return Outcome.OUTDATED
    if reply.answer is None or reply.sequence > invited.sequence:
        return Outcome.UNFIT
    if reply.answer is Answer.PROPOSED and not _is_proposal(reply.proposed_at, session, now=now):
        return Outcome.UNFIT
    await mark_answer(mine.id, reply.answer, proposed_at=reply.proposed_at, now=now)
    await mark_answer_stamp(mine.id, reply.stamped_at)
    await add_entry(
        "invitation_answered",
        "session",
        session.id,
        institution=session.institution,
        account=None,
        now=now,
        detail={"answer": reply.answer.value, "by": "mail"},
    )
    return Outcome.APPLIED


def _is_proposal(at: datetime | None, session: Session, *, now: datetime) -> bool:
    return (
        at is not None and at > now and at != session.starts_at and is_planned_year(local_date(at))
    )


async def list_odd(*, staff: Staff, now: datetime) -> list[OddReply]:
    """Answers that were not taken and wait for somebody to see to them."""
    return await list_odd_replies(institution=staff.institution, now=now)


async def see_to(letter: int, *, staff: Staff, now: datetime) -> None:
    """Say that an answer that was not taken has been seen to.

    Raises:
        NotFound: There is no such answer in the institution of ``staff``.
    """
    async with transaction():
        await mark_seen_to(letter, by=staff.account, institution=staff.institution, now=now)
        await add_entry(
            "odd_reply_seen",
            "reply_mail",
            letter,
            institution=staff.institution,
            account=staff.account,
            now=now,
        )
