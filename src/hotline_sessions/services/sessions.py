"""Plan, publish, cancel and move sessions."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.announcements import Announcement, Filter
from hotline_sessions.domain.approvals import Embargoed
from hotline_sessions.domain.booking_choices import Cause
from hotline_sessions.domain.conflicts import Candidate
from hotline_sessions.domain.errors import Conflict, Invalid, NotFound
from hotline_sessions.domain.ids import AccountId, InstitutionId, LineId, OfficialId, PostId
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.domain.registration import Registration, RegistrationPlan, plan_registration
from hotline_sessions.domain.sessions import (
    IncompleteSession,
    NewSession,
    Session,
    SessionEvent,
    advance,
)
from hotline_sessions.domain.slots import PlannedSlot, Slot, list_free, plan_slots
from hotline_sessions.domain.times import Window, at_wall_time, check_wall_time
from hotline_sessions.services.closing import see_everyone_off
from hotline_sessions.services.conflicts import refuse_conflicts
from hotline_sessions.services.draw_seeds import commit_to_draw
from hotline_sessions.services.tellings import tell_of_cancellation
from hotline_sessions.services.waiting_moves import move_waiting
from hotline_sessions.store.announcements import find_announcement, list_announcements
from hotline_sessions.store.approvals import is_held_back
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.booking_choices import ask_owners
from hotline_sessions.store.bookings import list_taken
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.lines import get_line
from hotline_sessions.store.occurrences import hand_over_day, mark_by_hand
from hotline_sessions.store.officials import find_holder, get_official, get_post
from hotline_sessions.store.sessions import (
    add_session,
    add_slots,
    get_session_of,
    is_start_taken,
    list_slots,
    lock_session,
    mark_moved_to,
    mark_state,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

LONGEST_NIGHT: Final = timedelta(hours=6)
"""A session over midnight at most; a longer one is two times in the wrong order."""


class SessionExists(Conflict):
    """The post already has a session that starts at this moment."""

    code = "session-exists"


class EndsBeforeStart(Invalid):
    """The end is not after the start."""

    code = "ends-before-start"


class NoSlotFits(Invalid):
    """The talk is longer than the whole session."""

    code = "no-slot-fits"


class Plan(Struct, frozen=True, kw_only=True):
    """What staff choose for a session; times are wall times of the institution's zone.

    What is None is taken from the institution's settings, or from who holds the post.
    """

    post: PostId
    line: LineId | None = None
    official: OfficialId | None = None
    ring_number: str | None = None
    topic: str = ""
    place: str = ""
    community: str = ""
    held_on: date
    opens_clock: time
    closes_clock: time
    talk_minutes: int = 5
    rest_minutes: int = 0
    walk_in_percent: int | None = None
    is_automatic: bool = False
    is_recorded: bool = False
    is_transcribed: bool = False
    registration: RegistrationPlan = RegistrationPlan()
    source: str = ""


class Layout(Struct, frozen=True, kw_only=True):
    """What a plan comes to on its day: moments, talks, and who answers unless somebody is named."""

    zone: ZoneInfo
    window: Window
    registration: Registration
    slots: Sequence[PlannedSlot]
    walk_in_percent: int
    official: OfficialId | None
    ring_number: str | None


class FreeSlots(Struct, frozen=True, kw_only=True):
    """A session as announced, with the slots that may be booked now."""

    announcement: Announcement
    free: list[Slot]


async def plan_session(plan: Plan, *, institution: InstitutionId, now: datetime) -> Session:
    """Add a draft with its slots.

    Raises:
        EndsBeforeStart: The end is not after the start.
        NoSuchHour, HourTwice: Clocks change at that hour.
        NoSlotFits: The talk is longer than the session.
        ClosesBeforeOpening, ClosesAfterStart, DrawNeedsClosing: Registration cannot be so.
        NotFound: There is no such post, line or official in the institution.
        SessionExists: The post has a session at this start already.
        Clashing: Official, post, line or place are taken then, or the official is away.
    """
    check_clocks(plan)
    async with transaction():
        return await write_plan(plan, institution=institution, now=now)


async def write_plan(plan: Plan, *, institution: InstitutionId, now: datetime) -> Session:
    """The same inside a transaction that is already open."""
    layout = await lay_out(plan, institution)
    if await is_start_taken(plan.post, layout.window.starts_at, institution=institution):
        raise SessionExists
    await refuse_conflicts(
        Candidate(
            window=layout.window,
            post=plan.post,
            official=layout.official,
            line=plan.line,
            place=plan.place,
        ),
        institution=institution,
        zone=layout.zone,
    )
    session = await add_session(
        NewSession(
            post=plan.post,
            official=layout.official,
            line=plan.line,
            ring_number=layout.ring_number,
            topic=plan.topic,
            place=plan.place,
            community=plan.community,
            held_on=plan.held_on,
            opens_clock=plan.opens_clock,
            closes_clock=plan.closes_clock,
            time_zone=layout.zone.key,
            starts_at=layout.window.starts_at,
            ends_at=layout.window.ends_at,
            talk_minutes=plan.talk_minutes,
            rest_minutes=plan.rest_minutes,
            walk_in_percent=layout.walk_in_percent,
            is_automatic=plan.is_automatic,
            is_recorded=plan.is_recorded,
            is_transcribed=plan.is_transcribed,
            registration_opens_at=layout.registration.opens_at,
            registration_closes_at=layout.registration.closes_at,
            booking_mode=layout.registration.mode,
            source=plan.source,
        ),
        institution=institution,
        now=now,
    )
    await add_slots(session.id, layout.slots)
    return session


async def lay_out(plan: Plan, institution: InstitutionId) -> Layout:
    """What a plan comes to on its day.

    Raises:
        EndsBeforeStart, NoSlotFits: The hours cannot be so.
        ClosesBeforeOpening, ClosesAfterStart, DrawNeedsClosing: Registration cannot be so.
        NotFound: There is no such post, line or official in the institution.
    """
    home = await get_institution(institution)
    await check_own(plan, institution)
    zone = ZoneInfo(home.time_zone)
    window = plan_window(plan, zone)
    registration = plan_registration(plan.registration, zone=zone, starts_at=window.starts_at)
    holder = await find_holder(plan.post, institution=institution, on=plan.held_on)
    share = home.walk_in_percent if plan.walk_in_percent is None else plan.walk_in_percent
    slots = plan_slots(
        window,
        talk=timedelta(minutes=plan.talk_minutes),
        rest=timedelta(minutes=plan.rest_minutes),
        walk_in_percent=share,
    )
    if not slots:
        raise NoSlotFits
    return Layout(
        zone=zone,
        window=window,
        registration=registration,
        slots=slots,
        walk_in_percent=share,
        official=plan.official or (holder.id if holder else None),
        ring_number=plan.ring_number or (holder.ring_number if holder else None),
    )


async def publish(public_id: str, *, staff: Staff, now: datetime) -> None:
    """Announce a draft.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        ImpossibleStep: It is not a draft.
        IncompleteSession: It has no line, or no slots.
        Embargoed: A later moment was agreed for it.
    """
    async with transaction():
        await write_publication(
            public_id, institution=staff.institution, account=staff.account, now=now
        )


async def write_publication(
    public_id: str, *, institution: InstitutionId, account: AccountId, now: datetime
) -> None:
    """The same inside a transaction that is already open."""
    session = await _lock_own(public_id, institution)
    state = advance(session.state, SessionEvent.PUBLISH)
    if await is_held_back(session.id, now=now, institution=institution):
        raise Embargoed
    if session.line is None:
        raise IncompleteSession(missing="line")
    await mark_state(session.id, state, now)
    await commit_to_draw(session, now=now)
    await _note(session, "session_published", account=account, now=now)


async def cancel(public_id: str, reason: str, *, staff: Staff, now: datetime) -> None:
    """Call a session off: who is on the line is told, who has booked gets an SMS and chooses.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        ImpossibleStep: It is over, or was called off before.
    """
    async with transaction():
        await write_cancellation(public_id, reason, staff=staff, now=now)


async def write_cancellation(public_id: str, reason: str, *, staff: Staff, now: datetime) -> None:
    """The same inside a transaction that is already open."""
    session = await _lock_own(public_id, staff.institution)
    state = advance(session.state, SessionEvent.CANCEL)
    await mark_state(session.id, state, now, reason=reason)
    await see_everyone_off(session, Parting.CANCELLED, now)
    await ask_owners(session.id, Cause.CANCELLED, version=session.sequence + 1, now=now)
    await tell_of_cancellation(session, now=now)
    await _note(session, "session_cancelled", account=staff.account, now=now)


async def reschedule(public_id: str, plan: Plan, *, staff: Staff, now: datetime) -> Session:
    """Hold a published session at another time: the old one stays and points to the new.

    Everyone who has booked is told by SMS and chooses; until then the booking is a claim. Who
    waits for a slot is told too, and waits for one of the new session.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        ImpossibleStep: It is not published, or has already begun.
        NoSuchHour, HourTwice: Clocks change at that hour.
        SessionExists: The post has a session at the new start already.
        Clashing: Official, post, line or place are taken then, or the official is away.
    """
    check_clocks(plan)
    async with transaction():
        new = await write_move(public_id, plan, staff=staff, now=now)
        await mark_by_hand(new.id)
        return new


async def write_move(public_id: str, plan: Plan, *, staff: Staff, now: datetime) -> Session:
    """The same inside a transaction that is already open.

    The old session gives its time up first: a move by half an hour lies over it. The day of a
    series goes over to the new one.
    """
    session = await _lock_own(public_id, staff.institution)
    state = advance(session.state, SessionEvent.RESCHEDULE)
    await mark_state(session.id, state, now)
    new = await write_plan(plan, institution=staff.institution, now=now)
    await mark_state(new.id, advance(new.state, SessionEvent.PUBLISH), now)
    await commit_to_draw(new, now=now)
    await mark_moved_to(session.id, new.id)
    await hand_over_day(session.id, new.id)
    await ask_owners(session.id, Cause.MOVED, version=session.sequence + 1, now=now)
    await tell_of_cancellation(session, now=now, new=new)
    await move_waiting(session, new, now=now)
    await _note(session, "session_rescheduled", account=staff.account, now=now)
    return new


async def list_coming(wanted: Filter, *, now: datetime) -> list[Announcement]:
    """Announced sessions that are not over, in time's order."""
    return await list_announcements(wanted, since=now)


async def get_free_slots(public_id: str, *, now: datetime) -> FreeSlots:
    """The session as announced, with the slots that may be booked now.

    Raises:
        NotFound: No such session is announced.
    """
    announcement = await get_announcement(public_id)
    home = await get_institution(announcement.institution)
    free = list_free(
        await list_slots(announcement.id),
        taken=await list_taken(announcement.id),
        now=now,
        cutoff=timedelta(minutes=home.booking_cutoff_minutes),
    )
    return FreeSlots(announcement=announcement, free=free)


async def get_announcement(public_id: str) -> Announcement:
    """The session as announced.

    Raises:
        NotFound: No such session is announced.
    """
    announcement = await find_announcement(public_id)
    if announcement is None:
        raise NotFound
    return announcement


def check_clocks(plan: Plan) -> None:
    """Whether clocks show the hours of ``plan`` once on its day.

    Raises:
        NoSuchHour, HourTwice: They do not.
    """
    ends_on = plan.held_on + timedelta(days=int(plan.closes_clock <= plan.opens_clock))
    check_wall_time(plan.held_on, plan.opens_clock)
    check_wall_time(ends_on, plan.closes_clock)


def plan_window(plan: Plan, zone: ZoneInfo) -> Window:
    """From start to end; an end "before" the start is after midnight, if that makes a night.

    Raises:
        EndsBeforeStart: Such a session would be longer than ``LONGEST_NIGHT``.
    """
    return find_window(plan.held_on, plan.opens_clock, plan.closes_clock, zone)


def find_window(held_on: date, opens: time, closes: time, zone: ZoneInfo) -> Window:
    """The same from a day and the clocks of its start and its end.

    Raises:
        EndsBeforeStart: Such a session would be longer than ``LONGEST_NIGHT``.
    """
    starts_at = at_wall_time(held_on, opens, zone)
    ends_at = at_wall_time(held_on, closes, zone)
    if closes <= opens:
        ends_at = at_wall_time(held_on + timedelta(days=1), closes, zone)
        if ends_at - starts_at > LONGEST_NIGHT:
            raise EndsBeforeStart
    return Window(starts_at=starts_at, ends_at=ends_at)


class Named(Protocol):
    """What names a post, and maybe a line and an official."""

    @property
    def post(self) -> PostId:
        """Whose session it is."""
        ...

    @property
    def line(self) -> LineId | None:
        """What citizens call."""
        ...

    @property
    def official(self) -> OfficialId | None:
        """Who answers."""
        ...


async def check_own(plan: Named, institution: InstitutionId) -> None:
    """Refuse post, line or official of another institution as if there were none.

    Raises:
        NotFound: One of them is not the institution's.
    """
    await get_post(plan.post, institution=institution)
    if plan.line is not None:
        await get_line(plan.line, institution=institution)
    if plan.official is not None:
        await get_official(plan.official, institution=institution)


async def _lock_own(public_id: str, institution: InstitutionId) -> Session:
    session = await get_session_of(public_id, institution=institution)
    return await lock_session(session.id)


async def _note(session: Session, action: str, *, account: AccountId, now: datetime) -> None:
    await add_entry(
        action,
        "session",
        session.id,
        institution=session.institution,
        account=account,
        now=now,
    )
    log.info(action, session_id=session.id, account_id=account)
