"""Test data: whole things with defaults taken from life, made through the product's own rules.

Everything is asked for by keyword. What is not named is made on the way: a session brings its
institution, its line, its post and the person who holds it. ``NOW`` is a Monday morning in
Kyiv; sessions are held two days later.
"""

from datetime import UTC, date, datetime, time
from itertools import count
from typing import Final

from msgspec.structs import asdict, replace

from hotline_sessions.domain.access import Role, Staff
from hotline_sessions.domain.appeals import NewAppeal
from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.bookings import Booking, Caller, Wish
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.domain.institutions import Institution, NewInstitution
from hotline_sessions.domain.lines import Line
from hotline_sessions.domain.officials import NewPost, Post
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.registration import RegistrationPlan, WallMoment
from hotline_sessions.domain.rules import RulesKind
from hotline_sessions.domain.sessions import BookingMode, Session
from hotline_sessions.domain.slots import Slot
from hotline_sessions.services.accounts import add_member
from hotline_sessions.services.appeals import Origin, Registered, register
from hotline_sessions.services.bookings import Taken, take_slot
from hotline_sessions.services.session_plans import Plan, plan_session
from hotline_sessions.services.sessions import publish
from hotline_sessions.services.tokens import build_token_mac, draw_token
from hotline_sessions.services.verification import PROOF_LIFE
from hotline_sessions.store.bookings import list_bookings
from hotline_sessions.store.institutions import (
    add_institution,
    get_institution,
    get_rules,
    mark_rules,
)
from hotline_sessions.store.lines import add_line, list_lines
from hotline_sessions.store.officials import (
    add_appointment,
    add_official,
    add_post,
    find_post,
    get_post,
)
from hotline_sessions.store.sessions import get_session, list_slots
from hotline_sessions.store.verification import add_proof


NOW: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""Monday, 10:00 in Kyiv."""
HELD_ON: Final = date(2026, 11, 25)
LONG_AGO: Final = date(2026, 1, 1)
SECRET: Final = b"a secret of tests, long enough to sign"
PHONE: Final = "+380501234567"
LINE: Final = "+380800502708"
ALWAYS_OPEN: Final = RegistrationPlan()
PASSWORD: Final = "correct horse battery"

NUMBERS: Final = count(1)
"""Numbers that make names and telephones differ from each other."""


def plan_registration_days(mode: BookingMode = BookingMode.DRAW) -> RegistrationPlan:
    """Registration from 11:00 on the day of ``NOW`` until 18:00 on the day after it."""
    return RegistrationPlan(
        opens=WallMoment(on=date(2026, 11, 23), clock=time(11)),
        closes=WallMoment(on=date(2026, 11, 24), clock=time(18)),
        mode=mode,
    )


def make_phone() -> str:
    """A Ukrainian mobile number that nobody has had yet; each in a range of its own."""
    number = next(NUMBERS)
    return f"+38050{number % 10_000:04}{number % 1000:03}"


async def make_institution(
    *, slug: str | None = None, name_uk: str = "Рівненська обласна державна адміністрація"
) -> Institution:
    number = next(NUMBERS)
    institution = await add_institution(
        NewInstitution(
            slug=slug or f"rivne-{number}",
            name_uk=name_uk if slug else f"{name_uk} {number}",
            name_en="Rivne Regional State Administration",
            kind="обласна державна адміністрація",
            region="Рівненська область",
            address="м. Рівне, майдан Просвіти, 1",
        )
    )
    return await get_institution(institution)


async def make_line(
    *,
    institution: InstitutionId,
    number: str = LINE,
    is_free: bool = True,
    valid_from: date = LONG_AGO,
) -> Line:
    line = await add_line(number, institution=institution, is_free=is_free, valid_from=valid_from)
    lines = await list_lines(institution=institution)
    return next(each for each in lines if each.id == line)


async def make_post(
    *,
    institution: InstitutionId,
    title_uk: str = "Директор департаменту соціальної політики",
    title_en: str = "Director of the Department of Social Policy",
    portfolio: str = "Субсидії, пільги, допомога переселенцям",
    holder: str | None = "Олена Петрівна Коваль",
    ring_number: str | None = "+380362220011",
    valid_from: date = LONG_AGO,
) -> Post:
    """The post with this title, held by ``holder`` if it is made here and there is one."""
    if known := await find_post(title_uk, institution=institution, on=HELD_ON):
        return known
    new = NewPost(title_uk=title_uk, title_en=title_en, portfolio=portfolio, valid_from=valid_from)
    post = await add_post(new, institution=institution)
    if holder:
        official = await add_official(
            holder, institution=institution, ring_number=ring_number, valid_from=valid_from
        )
        await add_appointment(official, post, valid_from=valid_from)
    return await get_post(post, institution=institution)


async def make_staff(
    *,
    institution: InstitutionId,
    login: str | None = None,
    full_name: str = "Ірина Бондар",
    password: str = PASSWORD,
    roles: frozenset[Role] = frozenset(Role),
    now: datetime = NOW,
) -> Staff:
    """A member of staff who may do everything; ``login`` and ``password`` sign in."""
    name = login or f"staff{next(NUMBERS)}"
    account: AccountId = await add_member(
        institution=institution,
        login=name,
        full_name=full_name,
        password=password,
        roles=roles,
        now=now,
    )
    return Staff(
        account=account, institution=institution, login=name, full_name=full_name, roles=roles
    )


async def make_session(
    *,
    institution: Institution | None = None,
    post: Post | None = None,
    line: Line | None = None,
    staff: Staff | None = None,
    topic: str = "Субсидії та пільги",
    community: str = "",
    held_on: date = HELD_ON,
    opens_clock: time = time(10),
    closes_clock: time = time(11),
    talk_minutes: int = 10,
    walk_in_percent: int | None = None,
    registration: RegistrationPlan = ALWAYS_OPEN,
    published: bool = True,
    now: datetime = NOW,
) -> Session:
    """A session with its slots: six talks of ten minutes, two of them kept for walk-ins."""
    home = institution or await make_institution()
    post = post or await make_post(institution=home.id)
    lines = await list_lines(institution=home.id)
    line = line or (lines[0] if lines else await make_line(institution=home.id))
    planned = await plan_session(
        Plan(
            post=post.id,
            line=line.id,
            topic=topic,
            community=community,
            held_on=held_on,
            opens_clock=opens_clock,
            closes_clock=closes_clock,
            talk_minutes=talk_minutes,
            walk_in_percent=walk_in_percent,
            registration=registration,
        ),
        institution=home.id,
        now=now,
    )
    if published:
        by = staff or await make_staff(institution=home.id, now=now)
        await publish(planned.public_id, staff=by, now=now)
    return await get_session(planned.id, institution=home.id)


async def make_slots(session: Session) -> list[Slot]:
    """Slots of the session that may be booked, in time's order."""
    return [slot for slot in await list_slots(session.id) if slot.is_bookable]


async def make_booking(
    *,
    session: Session,
    slot: Slot | None = None,
    phone: str | None = None,
    name: str = "Марія Іванівна",
    community: str = "Рівне",
    question: str = "Коли буде перерахунок субсидії?",
    now: datetime = NOW,
) -> Taken:
    """A booking with its code, of the first bookable slot if none is named."""
    chosen = slot or (await make_slots(session))[0]
    return await take_slot(
        session.public_id,
        Wish(starts_at=chosen.starts_at, community=community, question=question),
        Caller(phone=phone or make_phone(), name=name),
        secret=SECRET,
        now=now,
    )


async def choose_policy(institution: InstitutionId, policy: BookingPolicy | CallPolicy) -> None:
    """Let ``policy`` hold in the institution."""
    kind = RulesKind.BOOKING if isinstance(policy, BookingPolicy) else RulesKind.CALLS
    held = await get_rules(kind, institution)
    await mark_rules(kind, replace(held, **asdict(policy)), institution)


async def make_proof(
    *, phone: str = PHONE, name: str = "Марія Іванівна", now: datetime = NOW
) -> str:
    """Token of a device whose phone has been proven."""
    token = draw_token()
    await add_proof(
        Caller(phone=phone, name=name),
        token_mac=build_token_mac(SECRET, "phone-proof", token),
        now=now,
        until=now + PROOF_LIFE,
    )
    return token


async def make_appeal(
    *,
    staff: Staff,
    surname: str = "Коваленко",
    phone: str = PHONE,
    question: str = "Не надійшла субсидія за жовтень, прошу перевірити.",
    received_at: datetime = NOW,
    origin: Origin | None = None,
    now: datetime = NOW,
) -> Registered:
    """An appeal in the register, with its code."""
    return await register(
        NewAppeal(
            surname=surname,
            given_name="Марія",
            patronymic="Іванівна",
            residence="м. Рівне, вул. Соборна, 1, кв. 2",
            phone=phone,
            kind="3.2",
            question=question,
        ),
        origin or Origin(received_at=received_at),
        form_key=f"form-{next(NUMBERS)}",
        staff=staff,
        secret=SECRET,
        now=now,
    )


async def list_all_bookings(session: Session) -> list[Booking]:
    """Live bookings of the session."""
    return await list_bookings(session.id, institution=session.institution)
