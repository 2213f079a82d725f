"""What staff see of their plan of sessions, and what they choose from when they plan one."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.conflicts import Candidate
from hotline_sessions.domain.errors import Conflict, NotFound
from hotline_sessions.domain.ids import LineId
from hotline_sessions.domain.lines import Line
from hotline_sessions.domain.officials import Official, Post
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.domain.plans import Part, PlannedSession, SlotLine
from hotline_sessions.domain.registration import plan_registration
from hotline_sessions.domain.sessions import BOOKABLE, SessionState
from hotline_sessions.domain.slots import PlannedSlot, plan_slots
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.conflicts import refuse_conflicts
from hotline_sessions.services.session_plans import NoSlotFits, Plan, plan_window
from hotline_sessions.store import plans
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.bookings import list_bookings, list_taken
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.lines import list_lines
from hotline_sessions.store.occurrences import mark_by_hand
from hotline_sessions.store.officials import list_officials, list_posts
from hotline_sessions.store.sessions import get_session_of, list_slots, lock_session
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

CHANGEABLE = BOOKABLE | {SessionState.DRAFT}
"""States in which the numbers of a session may still be put right."""


class LineAnnounced(Conflict):
    """Citizens have been told the number of the line: move the session instead."""

    code = "line-announced"


class SessionOver(Conflict):
    """The session is over or will not be held: nothing about it changes any more."""

    code = "session-over"


class Sheet(Struct, frozen=True, kw_only=True):
    """A session with its talks in time's order."""

    session: PlannedSession
    talks: list[SlotLine]


class Choices(Struct, frozen=True, kw_only=True):
    """What a plan can be made of on a day, and what it takes by default."""

    posts: list[Post]
    lines: list[Line]
    officials: list[Official]
    walk_in_percent: int
    today: date


async def list_planned(
    part: Part, *, staff: Staff, now: datetime, text: str = ""
) -> list[PlannedSession]:
    """Sessions of one part of the plan; ``text`` narrows them by topic, post or official."""
    return await plans.list_planned(part, institution=staff.institution, now=now, text=text)


async def get_planned(public_id: str, *, staff: Staff) -> PlannedSession:
    """The session, drafts included.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
    """
    return await plans.get_planned(public_id, institution=staff.institution)


async def get_sheet(public_id: str, *, staff: Staff) -> Sheet:
    """The session with its talks and who has booked them.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
    """
    session = await get_planned(public_id, staff=staff)
    bookings = await list_bookings(session.id, institution=staff.institution)
    by_slot = {booking.slot: booking for booking in bookings}
    slots, taken = await list_slots(session.id), await list_taken(session.id)
    return Sheet(
        session=session,
        talks=[
            SlotLine(
                slot=slot,
                booking=by_slot.get(slot.id),
                is_offered=slot.id in taken and slot.id not in by_slot,
            )
            for slot in slots
        ],
    )


async def list_choices(*, staff: Staff, now: datetime) -> Choices:
    """Posts, lines and officials of the institution that exist today or later."""
    home = await get_institution(staff.institution)
    today = local_date(now, ZoneInfo(home.time_zone))
    posts = await list_posts(institution=staff.institution)
    lines = await list_lines(institution=staff.institution)
    officials = await list_officials(institution=staff.institution)
    return Choices(
        posts=[post for post in posts if post.valid_to is None or today < post.valid_to],
        lines=[line for line in lines if line.valid_to is None or today < line.valid_to],
        officials=[each for each in officials if each.valid_to is None or today < each.valid_to],
        walk_in_percent=home.walk_in_percent,
        today=today,
    )


async def get_own_zone(*, staff: Staff) -> ZoneInfo:
    """The zone whose clocks the institution of ``staff`` means."""
    return ZoneInfo((await get_institution(staff.institution)).time_zone)


async def preview_plan(plan: Plan, *, staff: Staff) -> list[PlannedSlot]:
    """The talks that ``plan`` would make.

    Raises:
        EndsBeforeStart: The end is not after the start.
        NoSlotFits: The talk is longer than the session.
        ClosesBeforeOpening, ClosesAfterStart, DrawNeedsClosing: Registration cannot be so.
    """
    home = await get_institution(staff.institution)
    zone = ZoneInfo(home.time_zone)
    window = plan_window(plan, zone)
    plan_registration(plan.registration, zone=zone, starts_at=window.starts_at)
    share = home.walk_in_percent if plan.walk_in_percent is None else plan.walk_in_percent
    slots = plan_slots(
        window,
        talk=timedelta(minutes=plan.talk_minutes),
        rest=timedelta(minutes=plan.rest_minutes),
        walk_in_percent=share,
    )
    if not slots:
        raise NoSlotFits
    return slots


async def change_phones(
    public_id: str,
    *,
    line: LineId | None,
    ring_number: PhoneNumber | None,
    staff: Staff,
    now: datetime,
) -> None:
    """Say on which line citizens call and on which number the official is rung.

    Raises:
        NotFound: There is no such session, or no such line, in the institution.
        SessionOver: It is over or will not be held.
        LineAnnounced: The line of an announced session cannot be changed.
        LineBusy: The line serves another session then.
    """
    async with transaction():
        found = await get_session_of(public_id, institution=staff.institution)
        session = await lock_session(found.id)
        if session.state not in CHANGEABLE:
            raise SessionOver
        if session.state is not SessionState.DRAFT and line != session.line:
            raise LineAnnounced
        known = {each.id for each in await list_lines(institution=staff.institution)}
        if line is not None and line not in known:
            raise NotFound
        if line is not None:
            await refuse_conflicts(
                Candidate(window=session.window, post=session.post, line=line, session=session.id),
                institution=staff.institution,
                zone=ZoneInfo(session.time_zone),
            )
        await plans.mark_phones(session.id, line=line, ring_number=ring_number, now=now)
        await mark_by_hand(session.id)
        await add_entry(
            "session_phones_changed",
            "session",
            session.id,
            institution=staff.institution,
            account=staff.account,
            now=now,
        )
    log.info("session_phones_changed", session_id=session.id, account_id=staff.account)
