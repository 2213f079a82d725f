"""An absence changes no session by itself: each one is decided about, and everyone is told."""

import asyncio
from datetime import date, time

import pytest
from tests.factories import (
    HELD_ON,
    NOW,
    make_booking,
    make_institution,
    make_session,
    make_staff,
)
from tests.fakes import FrozenClock

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.official_absences import (
    AbsenceKind,
    AwayAlready,
    AwayEndsFirst,
    AwayTooEarly,
    OfficialAbsence,
)
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.services.official_absences import (
    DecidedAlready,
    call_off,
    count_undecided,
    end_official_absence,
    list_decisions,
    load_official_absences,
    move,
    note_official_absence,
    substitute,
)
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.officials import add_official
from hotline_sessions.store.sessions import get_session


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

CLOCK = FrozenClock(NOW)


@pytest.fixture
async def session() -> Session:
    """Announced and booked by one citizen."""
    session = await make_session()
    await make_booking(session=session)
    return session


@pytest.fixture
async def staff(session: Session) -> Staff:
    return await make_staff(institution=session.institution)


async def go_away(
    session: Session, staff: Staff, until_on: date = date(2026, 12, 4)
) -> OfficialAbsence:
    assert session.official is not None
    return await note_official_absence(
        session.official, AbsenceKind.LEAVE, HELD_ON, until_on, staff=staff, now=NOW
    )


async def read(session: Session) -> Session:
    return await get_session(session.id, institution=session.institution)


async def list_told() -> list[str]:
    """What the messages after the confirmation are about."""
    rows = await fetch_rows("select purpose from message order by id")
    return [row["purpose"] for row in rows][1:]


async def test_an_absence_alone_changes_nothing_and_waits_for_a_decision(
    session: Session, staff: Staff
) -> None:
    absence = await go_away(session, staff)

    decisions = await list_decisions(absence.public_id, staff=staff, now=NOW)

    assert await read(session) == session
    assert await list_told() == []
    (pending,) = decisions.pending
    assert pending.session.public_id == session.public_id
    assert len(pending.bookings) == 1
    assert pending.substitutes == []
    assert await count_undecided(staff=staff, now=NOW) == 1


async def test_a_substitute_answers_and_the_decision_is_made(
    session: Session, staff: Staff
) -> None:
    absence = await go_away(session, staff)
    other = await add_official(
        "Марко Гук", institution=staff.institution, ring_number=None, valid_from=HELD_ON
    )
    (pending,) = (await list_decisions(absence.public_id, staff=staff, now=NOW)).pending
    assert [each.id for each in pending.substitutes] == [other]

    await substitute(absence.public_id, session.public_id, other, staff=staff, clock=CLOCK)

    assert (await read(session)).substitute == other
    assert await list_told() == ["official-substituted"]
    assert await count_undecided(staff=staff, now=NOW) == 0
    with pytest.raises(DecidedAlready):
        await call_off(absence.public_id, session.public_id, "Причина", staff=staff, now=NOW)


async def test_a_session_is_moved_behind_the_absence(session: Session, staff: Staff) -> None:
    absence = await go_away(session, staff)
    plan = Plan(
        post=session.post,
        line=session.line,
        held_on=date(2026, 12, 7),
        opens_clock=time(10),
        closes_clock=time(11),
    )

    await move(absence.public_id, session.public_id, plan, staff=staff, now=NOW)

    assert (await read(session)).state is SessionState.RESCHEDULED
    assert await list_told() == ["session-moved"]
    assert await count_undecided(staff=staff, now=NOW) == 0


async def test_a_session_is_called_off_and_everyone_is_told(session: Session, staff: Staff) -> None:
    absence = await go_away(session, staff)

    await call_off(absence.public_id, session.public_id, "Відпустка", staff=staff, now=NOW)

    assert (await read(session)).state is SessionState.CANCELLED
    assert await list_told() == ["session-cancelled"]
    assert await fetch_value("select count(*) from booking_choice") == 1
    assert await count_undecided(staff=staff, now=NOW) == 0


async def test_an_absence_taken_back_asks_for_nothing_more(session: Session, staff: Staff) -> None:
    absence = await go_away(session, staff)

    await end_official_absence(absence.public_id, staff=staff, now=NOW)

    assert await count_undecided(staff=staff, now=NOW) == 0
    assert (await load_official_absences(staff=staff, now=NOW)).noted == []
    with pytest.raises(NotFound):
        await list_decisions(absence.public_id, staff=staff, now=NOW)


async def test_days_that_cannot_be_are_refused(session: Session, staff: Staff) -> None:
    assert session.official is not None
    with pytest.raises(AwayEndsFirst):
        await go_away(session, staff, date(2026, 11, 24))
    with pytest.raises(AwayTooEarly):
        await note_official_absence(
            session.official,
            AbsenceKind.TRIP,
            date(2026, 11, 20),
            date(2026, 11, 22),
            staff=staff,
            now=NOW,
        )


async def test_an_official_is_away_once_a_day_even_for_two_who_note_it_at_once(
    session: Session, staff: Staff
) -> None:
    outcomes = await asyncio.gather(
        *(go_away(session, staff) for _ in range(2)), return_exceptions=True
    )

    assert sum(isinstance(each, AwayAlready) for each in outcomes) == 1
    assert await fetch_value("select count(*) from official_absence") == 1


async def test_without_its_guard_an_official_would_be_away_twice(
    session: Session, staff: Staff
) -> None:
    await run_sql("alter table official_absence drop constraint official_away_once_a_day")

    await asyncio.gather(*(go_away(session, staff) for _ in range(2)))

    assert await fetch_value("select count(*) from official_absence") == 2


async def test_another_institution_knows_nothing_of_it(session: Session, staff: Staff) -> None:
    absence = await go_away(session, staff)
    stranger = await make_staff(institution=(await make_institution()).id)

    assert await count_undecided(staff=stranger, now=NOW) == 0
    with pytest.raises(NotFound):
        await list_decisions(absence.public_id, staff=stranger, now=NOW)
    with pytest.raises(NotFound):
        await end_official_absence(absence.public_id, staff=stranger, now=NOW)
    with pytest.raises(NotFound):
        await go_away(session, stranger)
