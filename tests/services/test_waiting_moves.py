"""Who waits for a session that is moved waits for the new one, in the same order, and is told."""

from datetime import datetime, time, timedelta

import pytest
from tests.factories import (
    NOW,
    SECRET,
    make_session,
    make_slots,
    make_staff,
    plan_registration_days,
)
from tests.services.waiting import Full, look, make_full

from hotline_sessions.domain.bookings import Caller
from hotline_sessions.domain.registration import RegistrationPlan
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.waiting_list import WaitingState
from hotline_sessions.services.booking_choices import move_on
from hotline_sessions.services.bookings import cancel_booking
from hotline_sessions.services.draw_entries import DrawWish, find_own_entry, register_for_draw
from hotline_sessions.services.message_texts import write_message
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.services.sessions import cancel, reschedule
from hotline_sessions.store.engine import fetch_rows, fetch_value
from hotline_sessions.store.messages import find_message
from hotline_sessions.store.waiting_list import list_waiting


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

DURING_DRAW = NOW + timedelta(hours=4)
EVER = RegistrationPlan()


async def postpone(
    session: Session, *, registration: RegistrationPlan = EVER, now: datetime = NOW
) -> Session:
    """The same hours a week later."""
    plan = Plan(
        post=session.post,
        line=session.line,
        held_on=session.held_on + timedelta(days=7),
        opens_clock=time(10),
        closes_clock=time(11),
        talk_minutes=10,
        registration=registration,
    )
    staff = await make_staff(institution=session.institution)
    return await reschedule(session.public_id, plan, staff=staff, now=now)


async def list_told(purpose: str) -> list[tuple[str, str]]:
    """Who is told what."""
    rows = await fetch_rows("select id from message where purpose = $1 order by id", purpose)
    found = [await find_message(row["id"]) for row in rows]
    return [(each.recipient, await write_message(each, None)) for each in found if each]


async def wait_in_turn(full: Full, number: int) -> list[str]:
    return [(await full.join()).phone for _ in range(number)]


async def test_the_whole_list_goes_along_in_its_order_and_is_told_once() -> None:
    full = await make_full()
    phones = await wait_in_turn(full, 3)

    new = await postpone(full.session, now=full.now)

    assert await list_waiting(full.session.id) == []
    assert [each.phone for each in await list_waiting(new.id)] == phones
    told = await list_told("waiting-moved")
    assert [phone for phone, _ in told] == phones
    assert told[0][1] == "Лінію 25.11 перенесено на 02.12, 10:00. Ви лишаєтесь у списку."
    assert await list_told("session-cancelled") == []


async def test_new_times_are_kept_a_day_for_those_who_had_booked() -> None:
    full = await make_full()
    first, _, _ = await wait_in_turn(full, 3)
    new = await postpone(full.session, now=full.now)
    assert await full.offers() == []

    slots = await make_slots(new)
    kept, free = full.booked[0], slots[-1]
    await move_on(kept.public_id, new.public_id, slots[0].starts_at, secret=SECRET, now=full.now)
    await cancel_booking(full.booked[1].public_id, now=full.now)
    await full.settle()

    assert [(phone, starts) for _, phone, starts in await full.offers()] == [
        (first, free.starts_at)
    ]
    full.pass_time(days=1)
    await full.settle()
    assert len(await full.offers()) == 2


async def test_an_offer_of_a_time_that_will_not_be_ends_and_its_owner_keeps_the_place() -> None:
    full = await make_full()
    phones = await wait_in_turn(full, 2)
    await cancel_booking(full.booked[0].public_id, now=full.now)
    old = await full.offer_of(phones[0])

    new = await postpone(full.session, now=full.now)

    assert await fetch_value("select state from booking where public_id = $1", old) == "cancelled"
    # Three had booked, and four times are new: one of them is offered at once.
    (offer,) = await full.offers()
    assert offer[1] == phones[0]
    assert [each.phone for each in await list_waiting(new.id)] == phones


async def test_who_waits_takes_part_where_lots_fall_for_the_new_session() -> None:
    full = await make_full()
    (phone,) = await wait_in_turn(full, 1)

    new = await postpone(full.session, registration=plan_registration_days(), now=full.now)

    own = await find_own_entry(new.public_id, Caller(phone=phone, name="Степан"))
    assert own is not None
    assert own.wishes.any
    assert (own.entry.is_draw, own.entry.place) == (True, None)


async def test_wishes_of_a_draw_keep_their_distance_from_the_start() -> None:
    session = await make_session(registration=plan_registration_days())
    slots = await make_slots(session)
    caller = Caller(phone="+380501112233", name="Степан")
    wish = DrawWish(times=(slots[1].starts_at,), community="Рівне", question="Коли буде тепло?")
    await register_for_draw(session.public_id, wish, caller, language="uk", now=DURING_DRAW)

    again = await postpone(session, registration=plan_registration_days(), now=DURING_DRAW)
    own = await find_own_entry(again.public_id, caller)
    plain = await postpone(again, now=DURING_DRAW)

    assert own is not None
    assert own.wishes.times == (slots[1].starts_at + timedelta(days=7),)
    assert not own.wishes.any
    (entry,) = await list_waiting(plain.id)
    assert not entry.is_draw
    assert entry.state is WaitingState.OFFERED


async def test_who_wishes_for_an_earlier_time_takes_no_part_in_a_draw() -> None:
    full = await make_full()
    late = full.booked[-1]
    entry = await full.join(phone=late.phone, earlier=True)

    await postpone(full.session, registration=plan_registration_days(), now=full.now)

    assert not (await look(entry.public_id)).is_draw


async def test_the_list_of_a_session_that_is_called_off_is_told_that_it_is_over() -> None:
    full = await make_full()
    phones = await wait_in_turn(full, 2)
    staff = await make_staff(institution=full.session.institution)

    await cancel(full.session.public_id, "Лікарняний", staff=staff, now=full.now)

    told = await list_told("waiting-cancelled")
    assert [phone for phone, _ in told] == phones
    assert told[0][1] == "Лінію 25.11 о 10:00 скасовано, списку на неї більше немає."
    await full.settle()
    assert await list_waiting(full.session.id) == []
