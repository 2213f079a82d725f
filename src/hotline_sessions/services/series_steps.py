"""What is done about one day of a series, by the same use cases as for a session alone."""

from datetime import datetime, timedelta

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.series import Series
from hotline_sessions.domain.series_plans import Deed, Held, Occurrence, Step
from hotline_sessions.domain.slots import plan_slots
from hotline_sessions.services.session_plans import Plan, write_plan
from hotline_sessions.services.sessions import write_cancellation, write_move
from hotline_sessions.store.series import add_occurrence, remove_draft, retell, rewrite_draft
from hotline_sessions.store.sessions import add_slots


class ReasonMissing(Invalid):
    """A session would be called off without a word to citizens."""

    code = "reason-missing"


async def carry_out(
    step: Step, series: Series, *, reason: str, staff: Staff, now: datetime
) -> None:
    """Do what ``step`` says, inside a transaction that is already open.

    Raises:
        ReasonMissing: A session is to be called off, and there is no ``reason``.
        Clashing, ImpossibleStep: The session has become another meanwhile.
    """
    held, present = step.held, step.present
    match step.deed:
        case Deed.MAKE if held is not None:
            plan = _plan(step, held, source=f"series:{series.id}")
            session = await write_plan(plan, institution=staff.institution, now=now)
            await add_occurrence(series.id, step.on, session.id, institution=staff.institution)
        case Deed.CHANGE if held is not None and present is not None:
            await _rewrite(step, held, present, staff=staff, now=now)
        case Deed.REMOVE if present is not None:
            await remove_draft(present.session, institution=staff.institution)
        case Deed.MOVE if held is not None and present is not None:
            plan = _plan(step, held, source=f"series:{series.id}")
            await write_move(present.public_id, plan, staff=staff, now=now)
        case Deed.RETELL if held is not None and present is not None:
            await retell(present.session, held, institution=staff.institution, now=now)
        case Deed.CALL_OFF if present is not None:
            if not reason:
                raise ReasonMissing
            await write_cancellation(present.public_id, reason, staff=staff, now=now)
        case _:
            return


async def _rewrite(
    step: Step, held: Held, present: Occurrence, *, staff: Staff, now: datetime
) -> None:
    await rewrite_draft(present.session, step.on, held, institution=staff.institution, now=now)
    slots = plan_slots(
        held.window,
        talk=timedelta(minutes=held.talk_minutes),
        rest=timedelta(minutes=held.rest_minutes),
        walk_in_percent=held.walk_in_percent,
    )
    await add_slots(present.session, slots)


def _plan(step: Step, held: Held, *, source: str) -> Plan:
    return Plan(
        post=held.post,
        official=held.official,
        line=held.line,
        ring_number=held.ring_number,
        topic=held.topic,
        place=held.place,
        community=held.community,
        held_on=step.on,
        opens_clock=held.opens_clock,
        closes_clock=held.closes_clock,
        talk_minutes=held.talk_minutes,
        rest_minutes=held.rest_minutes,
        walk_in_percent=held.walk_in_percent,
        is_automatic=held.is_automatic,
        is_recorded=held.is_recorded,
        is_transcribed=held.is_transcribed,
        source=source,
    )
