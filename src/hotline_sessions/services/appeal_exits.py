"""Appeals that are not answered here: returned, forwarded, or not considered."""

from datetime import datetime

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import (
    Deed,
    NoRepetition,
    Party,
    PartyKind,
    ReturnGround,
    StopGround,
    check_forwarding,
    check_parties,
    check_procedure,
    check_return,
)
from hotline_sessions.domain.appeals import Appeal, AppealState
from hotline_sessions.domain.complaints import DecisionDays, check_out_of_time
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.messages import Purpose
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.appeal_steps import lock_for, note_step
from hotline_sessions.services.appeal_tellings import tell_of_step
from hotline_sessions.store.appeal_life import add_exit
from hotline_sessions.store.appeal_links import repeats_decided
from hotline_sessions.store.appeal_parties import is_offered, list_barred
from hotline_sessions.store.appeals import mark_state
from hotline_sessions.store.calendar_editions import find_edition
from hotline_sessions.store.transaction import transaction


async def give_back_to_author(
    public_id: str, ground: ReturnGround, explanation: str, *, staff: Staff, now: datetime
) -> None:
    """Return an appeal with explanations. Source: Law 393/96-ВР, art. 5, 7.

    Raises:
        NotFound, ImpossibleStep, ComplainedOf: See ``appeal_steps.lock_for``.
        NoAppealsLaw: It is a request for information.
        ReturnedTooLate: The ten days (art. 5) or five days (art. 7) have passed.
    """
    async with transaction():
        appeal, after = await lock_for(public_id, Deed.RETURN, staff=staff)
        check_procedure(Deed.RETURN, appeal.procedure)
        edition = await find_edition(institution=staff.institution)
        check_return(
            ground,
            appeal.received_on,
            today=local_date(now),
            calendar=edition.calendar,
            policy=edition.policy,
        )
        await _leave(appeal, after, ground, explanation, staff=staff, now=now)
        await tell_of_step(appeal, Purpose.APPEAL_RETURNED, explanation, now=now)


async def forward(
    public_id: str, body: int, explanation: str, *, staff: Staff, now: datetime
) -> None:
    """Send an appeal on to the competent body. Source: Law 393/96-ВР, art. 7(3), 7(4).

    Raises:
        NotFound: There is no such appeal or body in the institution of ``staff``.
        ImpossibleStep: It is not possible now.
        ForwardedTooLate: The five days have passed.
        ComplainedOf: The body, or ``staff``, is complained of.
    """
    to = Party(kind=PartyKind.BODY, id=body)
    async with transaction():
        appeal, after = await lock_for(public_id, Deed.FORWARD, staff=staff)
        if not await is_offered(to, institution=staff.institution):
            raise NotFound
        check_parties([to], await list_barred(appeal.id))
        edition = await find_edition(institution=staff.institution)
        check_forwarding(
            appeal.received_on,
            today=local_date(now),
            calendar=edition.calendar,
            policy=edition.policy,
            procedure=appeal.procedure,
        )
        await _leave(appeal, after, "", explanation, staff=staff, now=now, body=body)
        await tell_of_step(appeal, Purpose.APPEAL_FORWARDED, explanation, now=now)


async def stop(
    public_id: str,
    ground: StopGround,
    explanation: str,
    *,
    staff: Staff,
    now: datetime,
    days: DecisionDays | None = None,
) -> None:
    """The head decides not to consider an appeal. Source: Law 393/96-ВР, art. 8.

    A complaint is out of time by the ``days`` of the decision that it is about; one that
    another body has forwarded came when that body got it.

    Raises:
        NotFound, ImpossibleStep, OnlyHead, ComplainedOf: See ``appeal_steps.lock_for``.
        NoAppealsLaw: It is a request for information.
        NoRepetition: No confirmed link leads to an appeal that was decided before.
        NotComplaint, NoDecisionDays, ComplaintInTime: It is not out of time (art. 17).
    """
    async with transaction():
        appeal, after = await lock_for(public_id, Deed.STOP, staff=staff)
        check_procedure(Deed.STOP, appeal.procedure)
        if ground is StopGround.REPEATED and not await repeats_decided(appeal.id):
            raise NoRepetition
        if ground is StopGround.OUT_OF_TIME:
            came_on = min(appeal.received_on, appeal.first_received_on or appeal.received_on)
            calendar = (await find_edition(institution=staff.institution)).calendar
            check_out_of_time(appeal.kind, came_on, days, calendar)
        await _leave(appeal, after, ground, explanation, staff=staff, now=now, days=days)
        await tell_of_step(appeal, Purpose.APPEAL_STOPPED, explanation, now=now)


async def _leave(
    appeal: Appeal,
    after: AppealState,
    ground: str,
    explanation: str,
    *,
    staff: Staff,
    now: datetime,
    body: int | None = None,
    days: DecisionDays | None = None,
) -> None:
    await add_exit(
        appeal.id,
        after,
        ground=ground,
        explanation=explanation,
        body=body,
        by=staff.account,
        now=now,
    )
    await mark_state(appeal.id, after)
    facts: dict[str, object] = {"ground": str(ground), "body": body}
    if ground == StopGround.OUT_OF_TIME and days is not None:
        facts |= {"decided_on": str(days.decided_on), "learnt_on": str(days.learnt_on)}
    await note_step(f"appeal_{after.value}", appeal.id, staff=staff, now=now, facts=facts)
