"""Plan a session: a draft with its slots, laid out on the clocks of its day."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.conflicts import Candidate
from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.ids import InstitutionId, LineId, OfficialId, PostId
from hotline_sessions.domain.registration import Registration, RegistrationPlan, plan_registration
from hotline_sessions.domain.sessions import NewSession, Session
from hotline_sessions.domain.slots import PlannedSlot, plan_slots
from hotline_sessions.domain.times import Window, at_wall_time, check_wall_time
from hotline_sessions.services.conflicts import refuse_conflicts
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.lines import get_line
from hotline_sessions.store.officials import find_holder, get_official, get_post
from hotline_sessions.store.sessions import add_session, add_slots, is_start_taken
from hotline_sessions.store.transaction import transaction


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
