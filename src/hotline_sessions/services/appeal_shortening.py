"""A shorter term: set by the head at the reasoned written demand of the author.

Source: Law 393/96-ВР, art. 20(2).
"""

from datetime import date, datetime

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import Deed, ShortenedAfterExtension
from hotline_sessions.domain.deadlines import NotShorter, shorten
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.appeal_steps import lock_for, note_step
from hotline_sessions.services.recounting import Cause, DayChange, replace_deadline
from hotline_sessions.store.appeal_comments import add_comment
from hotline_sessions.store.calendar_editions import find_edition
from hotline_sessions.store.deadlines import lock_open_term
from hotline_sessions.store.transaction import transaction


async def shorten_term(
    public_id: str, until: date, demand: str, *, staff: Staff, now: datetime
) -> None:
    """Move the last lawful day of the answer forward to ``until``.

    ``demand`` says which demand of the author it follows; it is kept as a comment for staff.

    Raises:
        NotFound, ImpossibleStep, OnlyHead, ComplainedOf: See ``appeal_steps.lock_for``.
        NotShorter: ``until`` has passed, or is not before the present last day.
        ShortenedAfterExtension: The head has extended the term before.
    """
    async with transaction():
        appeal, _ = await lock_for(public_id, Deed.SHORTEN, staff=staff)
        term = await lock_open_term(appeal.id, institution=staff.institution)
        if term is None:
            raise ShortenedAfterExtension
        if until < local_date(now):
            raise NotShorter
        calendar = (await find_edition(institution=staff.institution)).calendar
        change = DayChange(term=term, after=shorten(term.deadline, until, calendar))
        await replace_deadline(
            change, Cause.DEMAND, institution=staff.institution, account=staff.account, now=now
        )
        added = await add_comment(appeal.id, demand, author=staff.account, now=now)
        facts: dict[str, object] = {"comment": added}
        await note_step("appeal_commented", appeal.id, staff=staff, now=now, facts=facts)
