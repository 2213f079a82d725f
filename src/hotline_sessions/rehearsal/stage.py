"""The stage of a rehearsal: institutions, lines, officials, sessions and bookings."""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.access import Role, Staff
from hotline_sessions.domain.bookings import Caller, Wish
from hotline_sessions.domain.institutions import Institution, NewInstitution
from hotline_sessions.domain.officials import NewPost
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.times import KYIV
from hotline_sessions.rehearsal.scripts import SessionScript
from hotline_sessions.services.bookings import take_slot
from hotline_sessions.services.session_plans import Plan, plan_session
from hotline_sessions.services.sessions import publish
from hotline_sessions.store.accounts import add_account
from hotline_sessions.store.institutions import add_institution, get_institution
from hotline_sessions.store.lines import add_line
from hotline_sessions.store.officials import add_appointment, add_official, add_post
from hotline_sessions.store.sessions import get_session, list_slots


BEFORE: Final = timedelta(days=1)
"""Sessions are published and booked the day before."""
SESSIONS_PER_INSTITUTION: Final = 8


class Prepared(Struct, frozen=True, kw_only=True):
    """A session as it stands in the database, with its script."""

    script: SessionScript
    session: Session
    staff: Staff
    codes: dict[str, str]
    """Code of each citizen's booking, by name."""
    slots: dict[str, datetime]
    """When each booked talk begins, by name."""


async def set_stage(
    sessions: tuple[SessionScript, ...], *, now: datetime, secret: bytes
) -> list[Prepared]:
    """Publish all sessions and book what is booked; ``now`` is when the timeline starts."""
    prepared: list[Prepared] = []
    home: Institution | None = None
    staff: Staff | None = None
    for script in sessions:
        if home is None or staff is None or script.number % SESSIONS_PER_INSTITUTION == 0:
            home = await _add_home(script.number)
            staff = await _add_staff(home)
        prepared.append(await _prepare(script, home, staff, now, secret))
    return prepared


async def _add_home(number: int) -> Institution:
    name = f"Rehearsal {number}"
    new = NewInstitution(slug=f"rehearsal-{number}", name_uk=f"Установа {number}", name_en=name)
    return await get_institution(await add_institution(new))


async def _add_staff(home: Institution) -> Staff:
    login, roles = f"operator-{home.id}", frozenset(Role)
    account = await add_account(
        institution=home.id,
        login=login,
        full_name="Operator",
        password_hash="-",  # noqa: S106 - nobody signs in here
        roles=roles,
    )
    return Staff(
        account=account, institution=home.id, login=login, full_name="Operator", roles=roles
    )


async def _prepare(
    script: SessionScript, home: Institution, staff: Staff, now: datetime, secret: bytes
) -> Prepared:
    starts = (now + timedelta(seconds=script.starts_after)).astimezone(KYIV)
    day = starts.date()
    before = now - BEFORE
    line = await add_line(script.line, institution=home.id, is_free=True, valid_from=before.date())
    post = await add_post(
        NewPost(title_uk=f"Посада {script.number}", title_en="Post", valid_from=before.date()),
        institution=home.id,
    )
    official = await add_official(
        script.official.name,
        institution=home.id,
        ring_number=script.official.number,
        valid_from=before.date(),
    )
    await add_appointment(official, post, valid_from=before.date())
    planned = await plan_session(
        Plan(
            post=post,
            line=line,
            topic="Rehearsal",
            held_on=day,
            opens_clock=starts.time(),
            closes_clock=(starts + timedelta(minutes=script.minutes)).time(),
            talk_minutes=script.talk_minutes,
            is_automatic=script.operator.is_automatic,
            is_recorded=script.is_recorded,
        ),
        institution=home.id,
        now=before,
    )
    await publish(planned.public_id, staff=staff, now=before)
    session = await get_session(planned.id, institution=home.id)
    slots = [slot for slot in await list_slots(session.id) if slot.is_bookable]
    codes: dict[str, str] = {}
    times: dict[str, datetime] = {}
    for citizen in script.citizens:
        if citizen.slot is None or citizen.slot >= len(slots):
            continue
        taken = await take_slot(
            session.public_id,
            Wish(starts_at=slots[citizen.slot].starts_at, community="", question="?"),
            Caller(phone=citizen.number, name=citizen.name),
            secret=secret,
            now=before,
        )
        codes[citizen.name] = taken.code
        times[citizen.name] = taken.booking.starts_at
    return Prepared(script=script, session=session, staff=staff, codes=codes, slots=times)
