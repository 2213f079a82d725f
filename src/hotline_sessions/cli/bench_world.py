"""What the bench puts into its database: one institution, and sessions that are under way."""

from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct

from hotline_sessions.cli.bench_network import OFFICIAL_NUMBERS
from hotline_sessions.domain.access import Role, Staff
from hotline_sessions.domain.bookings import Caller, Wish
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.ids import AccountId, InstitutionId, SessionId
from hotline_sessions.domain.institutions import NewInstitution
from hotline_sessions.domain.officials import NewPost
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.times import KYIV
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.services import accounts, dispatch, session_plans, sessions
from hotline_sessions.services.booking_orders import build_booking_mac
from hotline_sessions.store.accounts import find_member
from hotline_sessions.store.bookings import add_booking
from hotline_sessions.store.institutions import add_institution
from hotline_sessions.store.lines import add_line
from hotline_sessions.store.officials import add_appointment, add_official, add_post
from hotline_sessions.store.sessions import list_slots


SINCE: Final = date(2025, 1, 1)
BEGAN: Final = timedelta(minutes=3)
LASTS: Final = timedelta(hours=2)
LOGIN: Final = "bench"
HOME: Final = NewInstitution(
    slug="bench",
    name_uk="Рада для вимірювань",
    name_en="Council for measurements",
    kind="рада",
    region="",
    address="",
    email="bench@council.example",
    contact_phone="+380800000000",
)


class World(Struct, frozen=True, kw_only=True):
    """Who is called on which line, and who may put callers through."""

    institution: InstitutionId
    account: AccountId
    sessions: tuple[SessionId, ...]
    lines: tuple[str, ...]


async def make_world(count: int, *, secret: bytes) -> World:
    """``count`` sessions that began a little while ago, each on a line of its own."""
    now = SystemClock().now()
    home = await add_institution(HOME)
    await accounts.add_member(
        institution=home,
        login=LOGIN,
        full_name="Вимірювач",
        password=secret.hex(),
        roles=frozenset({Role.COMMUNICATIONS, Role.OPERATOR}),
        now=now,
    )
    staff = await find_member(LOGIN)
    if staff is None:
        raise LookupError(LOGIN)
    held = [await _hold_session(number, staff, now, secret) for number in range(count)]
    return World(
        institution=home,
        account=staff.account,
        sessions=tuple(session.id for session, _ in held),
        lines=tuple(line for _, line in held),
    )


async def put_through(world: World, session: SessionId) -> bool:
    """The operator of one session presses "next"; whether somebody could come."""
    try:
        await dispatch.put_next_through(
            session, institution=world.institution, by=world.account, clock=SystemClock()
        )
    except Refusal:
        return False
    return True


async def _hold_session(
    number: int, staff: Staff, now: datetime, secret: bytes
) -> tuple[Session, str]:
    home = staff.institution
    line_number = f"+3808005{number:05d}"
    line = await add_line(line_number, institution=home, is_free=True, valid_from=SINCE)
    post = await add_post(
        NewPost(title_uk=f"Посадовець {number}", valid_from=SINCE), institution=home
    )
    official = await add_official(
        f"Особа {number}",
        institution=home,
        ring_number=f"{OFFICIAL_NUMBERS}{number:07d}",
        valid_from=SINCE,
    )
    await add_appointment(official, post, valid_from=SINCE)
    starts = (now - BEGAN).astimezone(KYIV).replace(second=0, microsecond=0)
    plan = session_plans.Plan(
        post=post,
        line=line,
        held_on=starts.date(),
        opens_clock=starts.time(),
        closes_clock=(starts + LASTS).time(),
    )
    session = await session_plans.plan_session(plan, institution=home, now=now)
    await sessions.publish(session.public_id, staff=staff, now=now)
    await _book(session, secret, now)
    return session, line_number


async def _book(session: Session, secret: bytes, now: datetime) -> None:
    """One booking of somebody who never calls: because of it everybody is asked for a code."""
    slot = (await list_slots(session.id))[-1]
    await add_booking(
        session,
        slot.id,
        Wish(starts_at=slot.starts_at, community="Громада", question="Запитання"),
        Caller(phone=f"+38063{session.id:07d}", name="Людина"),
        code_mac=build_booking_mac(secret, session.public_id, "123456"),
        code_hint="56",
        now=now,
    )
