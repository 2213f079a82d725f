"""A longer term: set by the head, up to forty-five days, and told to the citizen.

Source: Law 393/96-ВР, art. 20(1). A request for information has twenty working days, and its
author is told within the first five. Source: Law 2939-VI, art. 20(4).
"""

from datetime import date, datetime

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import Deed, check_extension, check_request_extension
from hotline_sessions.domain.card_facts import Procedure
from hotline_sessions.domain.messages import Purpose
from hotline_sessions.domain.times import local_date
from hotline_sessions.domain.workdays import previous_working_day
from hotline_sessions.services.appeal_steps import lock_for, note_step
from hotline_sessions.services.appeal_tellings import tell_of_step
from hotline_sessions.store.appeal_life import Extension, add_extension
from hotline_sessions.store.appeals import mark_last_day
from hotline_sessions.store.calendar_editions import find_edition
from hotline_sessions.store.transaction import transaction


async def extend(public_id: str, until: date, reason: str, *, staff: Staff, now: datetime) -> None:
    """Move the last lawful day of the answer to ``until``.

    Raises:
        NotFound, ImpossibleStep, OnlyHead, ComplainedOf: See ``appeal_steps.lock_for``.
        ExtendedTooLate: The term has passed.
        NotLater: ``until`` is not after the present last day.
        PastCap: ``until`` is later than forty-five days from receipt.
        RequestExtendedTooLate, RequestNotLater, RequestPastCap: The same of a request for
            information, by its own law.
    """
    async with transaction():
        appeal, _ = await lock_for(public_id, Deed.EXTEND, staff=staff)
        calendar = (await find_edition(institution=staff.institution)).calendar
        is_request = appeal.procedure is Procedure.INFO_REQUEST
        check_it = check_request_extension if is_request else check_extension
        check_it(
            appeal.received_on, appeal.legal_on, until, today=local_date(now), calendar=calendar
        )
        extension = Extension(from_on=appeal.legal_on, until_on=until, reason=reason)
        await add_extension(appeal.id, extension, by=staff.account, now=now)
        # Staff aim at the working day before, yet never at one sooner than before the extension.
        internal_on = max(previous_working_day(until, calendar), appeal.internal_on)
        await mark_last_day(appeal.id, legal_on=until, internal_on=internal_on)
        await tell_of_step(
            appeal,
            Purpose.APPEAL_EXTENDED,
            reason,
            now=now,
            facts={"due": until.strftime("%d.%m.%Y")},
        )
        facts: dict[str, object] = {"from": str(appeal.legal_on), "until": str(until)}
        await note_step("appeal_extended", appeal.id, staff=staff, now=now, facts=facts)
