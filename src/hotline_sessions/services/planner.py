"""The plan as a calendar: what is held when, and a draft put at another time."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.plans import PlannedSession
from hotline_sessions.domain.registration import RegistrationPlan, WallMoment
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.times import Window, at_wall_time, local_date
from hotline_sessions.services.drafts import NotADraft, change_draft
from hotline_sessions.services.plans import get_planned
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.store import plans


LONGEST_SPAN: Final = timedelta(days=400)
"""Longer than a year seen from a week before to a week after."""


class SpanTooLong(Invalid):
    """More is asked for than one page shows."""

    code = "span-too-long"


class MovedMeanwhile(Conflict):
    """The session stands elsewhere than where it was seen: somebody else has moved it."""

    code = "moved-meanwhile"


class DayPassed(Invalid):
    """Nothing is planned for a day that has passed."""

    code = "day-passed"


async def list_span(
    first: date, last: date, *, staff: Staff, text: str = ""
) -> list[PlannedSession]:
    """Sessions from ``first`` to ``last``, drafts included, in time's order.

    Raises:
        SpanTooLong: They are more than ``LONGEST_SPAN`` apart.
    """
    if not timedelta() <= last - first <= LONGEST_SPAN:
        raise SpanTooLong
    span = Window(
        starts_at=at_wall_time(first, time()),
        ends_at=at_wall_time(last + timedelta(days=1), time()),
    )
    return await plans.list_span(span, institution=staff.institution, text=text)


async def move_draft(
    public_id: str,
    held_on: date,
    opens_clock: time,
    *,
    seen: datetime,
    staff: Staff,
    now: datetime,
) -> datetime:
    """Put a draft at another time, as long as it was; nobody outside knows of it yet.

    Where it stands now.

    ``seen`` is where it stood when that was decided. When registration opens and closes moves
    along by as many days.

    Raises:
        NotFound: The institution of ``staff`` has no such session.
        NotADraft: It is announced: who has booked must be asked.
        MovedMeanwhile: It does not stand where it was seen.
        DayPassed: The day is over.
        NoSuchHour, HourTwice: Clocks change at that hour.
        EndsBeforeStart, ClosesAfterStart: The hours cannot be so.
        Clashing: Official, post, line or place are taken then, or the official is away.
    """
    session = await get_planned(public_id, staff=staff)
    if session.state is not SessionState.DRAFT:
        raise NotADraft
    if session.starts_at != seen:
        raise MovedMeanwhile
    if held_on < local_date(now):
        raise DayPassed
    await change_draft(public_id, shift_plan(session, held_on, opens_clock), staff=staff, now=now)
    return at_wall_time(held_on, opens_clock, ZoneInfo(session.time_zone))


def shift_plan(session: PlannedSession, held_on: date, opens_clock: time) -> Plan:
    """The plan of the session at another time, as long as it was."""
    zone = ZoneInfo(session.time_zone)
    opens, closes = (each.astimezone(zone) for each in (session.starts_at, session.ends_at))
    length = closes.replace(tzinfo=None) - opens.replace(tzinfo=None)
    later = held_on - session.held_on
    return Plan(
        post=session.post,
        line=session.line,
        ring_number=session.ring_number,
        topic=session.topic,
        place=session.place,
        community=session.community,
        held_on=held_on,
        opens_clock=opens_clock,
        closes_clock=(datetime.combine(held_on, opens_clock) + length).time(),
        talk_minutes=session.talk_minutes,
        rest_minutes=session.rest_minutes,
        walk_in_percent=session.walk_in_percent,
        is_automatic=session.is_automatic,
        is_recorded=session.is_recorded,
        is_transcribed=session.is_transcribed,
        registration=RegistrationPlan(
            opens=_shift_moment(session.registration_opens_at, later, zone),
            closes=_shift_moment(session.registration_closes_at, later, zone),
            mode=session.booking_mode,
        ),
    )


def _shift_moment(moment: datetime | None, later: timedelta, zone: ZoneInfo) -> WallMoment | None:
    if moment is None:
        return None
    shown = moment.astimezone(zone)
    return WallMoment(on=shown.date() + later, clock=shown.time())
