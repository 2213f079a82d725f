"""Slots are given once, given back at once, and their codes are nowhere to be read."""

import asyncio
from datetime import time, timedelta

import asyncpg
import msgspec
import pytest
from tests.factories import (
    NOW,
    PHONE,
    SECRET,
    list_all_bookings,
    make_booking,
    make_institution,
    make_phone,
    make_session,
    make_slots,
    make_staff,
)

from hotline_sessions.domain.bookings import (
    AlreadyBooked,
    BookingOver,
    BookingState,
    Caller,
    SessionNotBookable,
    Wish,
)
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.ids import SessionId, SlotId
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.domain.slots import Slot, SlotTaken, SlotTooSoon
from hotline_sessions.services import booking_orders, bookings
from hotline_sessions.services.announcements import get_free_slots
from hotline_sessions.services.booking_choices import move_on
from hotline_sessions.services.bookings import (
    KEPT,
    Moved,
    Taken,
    UnknownBooking,
    cancel_booking,
    find_booking_of,
    find_by_code,
    get_booking,
    get_own_booking,
    take_slot,
)
from hotline_sessions.services.sessions import cancel
from hotline_sessions.store.bookings import list_taken
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.sessions import list_slots, mark_state


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def race(session: Session, slot: Slot, phones: list[str]) -> list[Taken | BaseException]:
    """What becomes of callers who want the same slot at the same time."""
    wanted = (make_booking(session=session, slot=slot, phone=phone) for phone in phones)
    return await asyncio.gather(*wanted, return_exceptions=True)


async def look_away(_: SessionId) -> set[SlotId]:
    """A look that sees nothing: as if every caller had looked before any had written."""
    await asyncio.sleep(0.05)
    return set()


async def count_messages() -> int:
    return int(await fetch_value("select count(*) from message"))


async def test_a_booking_keeps_who_when_and_why() -> None:
    session = await make_session()
    slot = (await make_slots(session))[0]

    taken = await make_booking(session=session, slot=slot, phone=PHONE)

    booking = taken.booking
    assert (booking.session, booking.slot, booking.phone) == (session.id, slot.id, PHONE)
    assert (booking.caller_name, booking.community) == ("Марія Іванівна", "Рівне")
    assert booking.question == "Коли буде перерахунок субсидії?"
    assert booking.state is BookingState.BOOKED
    assert (booking.starts_at, booking.ends_at) == (slot.starts_at, slot.ends_at)
    assert booking.code_hint == taken.code[-2:]
    assert await get_booking(booking.public_id) == booking


async def test_of_many_callers_at_once_one_gets_the_slot() -> None:
    session = await make_session()
    slot = (await make_slots(session))[0]

    results = await race(session, slot, [make_phone() for _ in range(20)])

    assert sum(isinstance(result, Taken) for result in results) == 1
    assert sum(isinstance(result, SlotTaken) for result in results) == 19
    assert len(await list_all_bookings(session)) == 1
    assert await count_messages() == 1


async def test_a_slot_is_given_once_even_to_callers_who_did_not_see_each_other() -> None:
    session = await make_session()
    slot = (await make_slots(session))[0]

    results = await race(session, slot, [make_phone(), make_phone()])

    assert sum(isinstance(result, Taken) for result in results) == 1
    assert sum(isinstance(result, SlotTaken) for result in results) == 1


async def test_without_its_guard_a_slot_would_be_given_twice() -> None:
    session = await make_session()
    slot = (await make_slots(session))[0]
    await run_sql("drop index one_live_booking_per_slot")

    results = await race(session, slot, [make_phone(), make_phone()])

    assert all(isinstance(result, Taken) for result in results)
    assert [booking.slot for booking in await list_all_bookings(session)] == [slot.id, slot.id]


async def test_one_phone_books_one_slot_of_a_session_even_twice_at_once() -> None:
    session = await make_session()
    first, second, *_ = await make_slots(session)

    results = await asyncio.gather(
        make_booking(session=session, slot=first, phone=PHONE),
        make_booking(session=session, slot=second, phone=PHONE),
        return_exceptions=True,
    )

    assert sum(isinstance(result, Taken) for result in results) == 1
    assert sum(isinstance(result, AlreadyBooked) for result in results) == 1


async def test_without_its_guard_one_phone_would_book_two_slots() -> None:
    session = await make_session()
    first, second, *_ = await make_slots(session)
    await run_sql("drop index one_live_booking_per_phone_and_session")

    await make_booking(session=session, slot=first, phone=PHONE)
    await make_booking(session=session, slot=second, phone=PHONE)

    assert len(await list_all_bookings(session)) == 2


async def test_the_same_phone_may_book_in_another_session() -> None:
    home = await make_institution()
    one = await make_session(institution=home)
    other = await make_session(institution=home, opens_clock=time(14), closes_clock=time(15))

    await make_booking(session=one, phone=PHONE)
    await make_booking(session=other, phone=PHONE)

    assert len(await list_all_bookings(other)) == 1


async def test_a_slot_may_be_booked_until_half_an_hour_before_it() -> None:
    session = await make_session()
    first, second, *_ = await make_slots(session)
    last = first.starts_at - timedelta(minutes=30)

    with pytest.raises(SlotTooSoon) as refusal:
        await make_booking(session=session, slot=first, now=last + timedelta(seconds=1))
    assert refusal.value.facts == {"minutes": 30}
    await make_booking(session=session, slot=first, now=last)
    await make_booking(session=session, slot=second, now=last + timedelta(seconds=1))


async def test_a_slot_kept_for_walk_ins_cannot_be_booked() -> None:
    session = await make_session()
    kept = next(slot for slot in await list_slots(session.id) if not slot.is_bookable)

    with pytest.raises(NotFound):
        await make_booking(session=session, slot=kept)


async def test_a_draft_cannot_be_booked() -> None:
    session = await make_session(published=False)

    with pytest.raises(SessionNotBookable):
        await make_booking(session=session)


@pytest.mark.parametrize(
    "state", [SessionState.CANCELLED, SessionState.CLOSED, SessionState.RESCHEDULED]
)
async def test_a_session_that_is_over_or_off_cannot_be_booked(state: SessionState) -> None:
    session = await make_session()
    await mark_state(session.id, state, NOW)

    with pytest.raises(SessionNotBookable):
        await make_booking(session=session)
    assert await count_messages() == 0


@pytest.mark.parametrize("state", [SessionState.OPEN, SessionState.LIVE])
async def test_slots_still_ahead_may_be_booked_while_the_session_runs(
    state: SessionState,
) -> None:
    session = await make_session()
    await mark_state(session.id, state, NOW)

    last = (await make_slots(session))[-1]
    await make_booking(session=session, slot=last, now=last.starts_at - timedelta(minutes=31))


async def test_a_session_that_does_not_exist_is_not_found() -> None:
    session = await make_session()
    start = (await make_slots(session))[0].starts_at

    with pytest.raises(NotFound):
        await take_slot(
            "0000000000",
            Wish(starts_at=start, community="Рівне", question="Коли буде тепло?"),
            Caller(phone=PHONE, name="Марія"),
            secret=SECRET,
            now=NOW,
        )


async def test_a_cancelled_slot_is_free_at_once_for_anyone() -> None:
    session = await make_session()
    slot = (await make_slots(session))[0]
    taken = await make_booking(session=session, slot=slot, phone=PHONE)
    assert slot not in (await get_free_slots(session.public_id, now=NOW)).free

    await cancel_booking(taken.booking.public_id, now=NOW)

    assert slot in (await get_free_slots(session.public_id, now=NOW)).free
    await make_booking(session=session, slot=slot)
    await make_booking(session=session, phone=PHONE, slot=(await make_slots(session))[1])


async def test_a_booking_is_cancelled_once() -> None:
    taken = await make_booking(session=await make_session())
    name = taken.booking.public_id

    results = await asyncio.gather(
        cancel_booking(name, now=NOW), cancel_booking(name, now=NOW), return_exceptions=True
    )

    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, BookingOver) for result in results) == 1
    assert (await get_booking(name)).state is BookingState.CANCELLED


async def test_a_booking_cannot_be_cancelled_when_its_talk_has_begun() -> None:
    taken = await make_booking(session=await make_session())

    with pytest.raises(BookingOver):
        await cancel_booking(taken.booking.public_id, now=taken.booking.starts_at)


async def test_what_nobody_booked_cannot_be_cancelled_or_seen() -> None:
    with pytest.raises(NotFound):
        await cancel_booking("0000000000", now=NOW)
    with pytest.raises(NotFound):
        await get_booking("0000000000")


async def test_the_confirmation_is_noted_with_the_booking_and_knows_its_code() -> None:
    session = await make_session()

    taken = await make_booking(session=session, phone=PHONE)

    row = await fetch_row("select * from message")
    assert row is not None
    assert (row["recipient"], row["state"], row["body"]) == (PHONE, "ready", "")
    assert (row["institution"], row["booking"]) == (session.institution, taken.booking.id)
    assert msgspec.json.decode(row["facts"]) == {"code": taken.code}


async def test_no_sms_is_noted_when_the_booking_is_refused() -> None:
    session = await make_session()
    await make_booking(session=session, phone=PHONE)
    before = await count_messages()

    with pytest.raises(Refusal):
        await make_booking(session=session, phone=PHONE, slot=(await make_slots(session))[1])
    with pytest.raises(Refusal):
        await make_booking(session=session)

    assert await count_messages() == before


async def test_nothing_is_booked_when_the_sms_cannot_be_noted() -> None:
    session = await make_session()
    await run_sql("alter table message add constraint no_paper_left check (purpose = '')")

    with pytest.raises(asyncpg.CheckViolationError):
        await make_booking(session=session)

    assert await list_all_bookings(session) == []


async def test_a_code_is_never_stored_as_it_is() -> None:
    taken = await make_booking(session=await make_session())

    rows = await fetch_rows("select * from booking")

    assert not any(taken.code == str(value) for value in rows[0].values())
    assert taken.code not in rows[0]["code_mac"][:6]
    assert len(rows[0]["code_mac"]) == 64


async def test_a_code_is_drawn_again_until_it_is_new_in_its_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    codes = iter(["111111", "111111", "111111", "222222"])
    monkeypatch.setattr(booking_orders, "draw_code", lambda: next(codes))
    session = await make_session()
    first, second, *_ = await make_slots(session)

    assert (await make_booking(session=session, slot=first)).code == "111111"
    assert (await make_booking(session=session, slot=second)).code == "222222"


async def test_phone_and_code_open_a_booking() -> None:
    session = await make_session()
    taken = await make_booking(session=session, phone=PHONE)
    code = f"{taken.code[:3]} {taken.code[3:]}"

    found = await find_by_code("050 123 45 67", code, secret=SECRET, now=NOW)

    assert found == taken.booking


async def test_a_wrong_phone_and_a_wrong_code_get_the_same_answer() -> None:
    taken = await make_booking(session=await make_session(), phone=PHONE)
    other = f"{(int(taken.code) + 1) % 1_000_000:06}"

    answers = []
    for phone, code in (
        ("0509999999", taken.code),
        (PHONE, other),
        (PHONE, "1"),
        ("не номер", taken.code),
    ):
        with pytest.raises(UnknownBooking) as refusal:
            await find_by_code(phone, code, secret=SECRET, now=NOW)
        answers.append((refusal.value.code, refusal.value.facts))

    assert answers == [("unknown-booking", {})] * 4


async def test_a_code_opens_nothing_a_week_after_the_talk() -> None:
    taken = await make_booking(session=await make_session(), phone=PHONE)
    over = taken.booking.ends_at + KEPT

    await find_by_code(PHONE, taken.code, secret=SECRET, now=over - timedelta(seconds=1))
    with pytest.raises(UnknownBooking):
        await find_by_code(PHONE, taken.code, secret=SECRET, now=over)


async def test_a_proven_caller_finds_the_booking_of_a_session() -> None:
    session = await make_session()
    taken = await make_booking(session=session, phone=PHONE)
    caller = Caller(phone=PHONE, name="Марія")

    assert await find_booking_of(session.public_id, caller) == taken.booking
    assert await find_booking_of("0000000000", caller) is None
    assert await find_booking_of(session.public_id, Caller(phone=make_phone(), name="Ні")) is None


async def test_its_owner_sees_a_booking_with_what_became_of_the_session() -> None:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    session = await make_session(institution=home, staff=staff)
    taken = await make_booking(session=session)

    await cancel(session.public_id, "Лікарняний", staff=staff, now=NOW)
    own = await get_own_booking(taken.booking.public_id)

    assert own.announcement.public_id == session.public_id
    assert own.announcement.state is SessionState.CANCELLED
    assert own.announcement.cancel_reason == "Лікарняний"


async def move(taken: Taken, session: Session, slot: Slot) -> Moved:
    """Exchange the slot of a booking."""
    return await move_on(
        taken.booking.public_id, session.public_id, slot.starts_at, secret=SECRET, now=NOW
    )


async def test_a_move_within_a_session_keeps_the_booking_and_its_code() -> None:
    session = await make_session()
    slots = await make_slots(session)
    taken = await make_booking(session=session, slot=slots[0], phone=PHONE)

    moved = await move(taken, session, slots[2])

    assert moved.code is None
    assert moved.booking.public_id == taken.booking.public_id
    assert moved.booking.slot == slots[2].id
    found = await find_by_code(PHONE, taken.code, secret=SECRET, now=NOW)
    assert found.starts_at == slots[2].starts_at
    assert await list_taken(session.id) == {slots[2].id}
    body = await fetch_value("select body from message where purpose = 'booking-moved'")
    assert body.startswith("Перенесено: 25.11 о 10:30, код той самий.")
    assert len(body) <= 70


async def test_a_move_to_another_session_makes_a_new_code_and_frees_the_old_slot() -> None:
    home = await make_institution()
    session = await make_session(institution=home)
    later = await make_session(institution=home, held_on=session.held_on + timedelta(days=7))
    taken = await make_booking(session=session, phone=PHONE)

    moved = await move(taken, later, (await make_slots(later))[0])

    assert moved.code is not None
    assert moved.booking.session == later.id
    assert (moved.booking.phone, moved.booking.question) == (PHONE, taken.booking.question)
    assert (await get_booking(taken.booking.public_id)).state is BookingState.CANCELLED
    assert await list_taken(session.id) == set()


async def test_a_move_to_the_same_time_changes_nothing() -> None:
    session = await make_session()
    slots = await make_slots(session)
    taken = await make_booking(session=session, slot=slots[0])

    assert (await move(taken, session, slots[0])).booking == taken.booking


async def test_a_move_that_is_refused_leaves_the_booking_as_it_was() -> None:
    home = await make_institution()
    session = await make_session(institution=home)
    other = await make_session(institution=home, held_on=session.held_on + timedelta(days=7))
    slots = await make_slots(session)
    taken = await make_booking(session=session, slot=slots[0], phone=PHONE)
    await make_booking(session=session, slot=slots[1])
    await make_booking(session=other, phone=PHONE)
    foreign = await make_session(institution=await make_institution())
    draft = await make_session(
        institution=home, held_on=session.held_on + timedelta(days=14), published=False
    )

    for target, slot, refusal in (
        (session, slots[1], SlotTaken),
        (other, (await make_slots(other))[1], AlreadyBooked),
        (foreign, (await make_slots(foreign))[0], NotFound),
        (draft, slots[0], SessionNotBookable),
    ):
        with pytest.raises(refusal):
            await move(taken, target, slot)

    assert await get_booking(taken.booking.public_id) == taken.booking


async def test_a_booking_that_is_over_is_not_moved() -> None:
    session = await make_session()
    slots = await make_slots(session)
    taken = await make_booking(session=session, slot=slots[0])
    await cancel_booking(taken.booking.public_id, now=NOW)

    with pytest.raises(BookingOver):
        await move(taken, session, slots[1])


async def race_to_move(session: Session) -> list[Moved | BaseException]:
    """What becomes of two bookings that are moved to the same slot at the same time."""
    slots = await make_slots(session)
    bookings_ = [await make_booking(session=session, slot=slot) for slot in slots[:2]]
    moves = (move(taken, session, slots[2]) for taken in bookings_)
    return await asyncio.gather(*moves, return_exceptions=True)


async def test_a_slot_is_moved_to_once_even_by_callers_who_did_not_see_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = await make_session()
    monkeypatch.setattr(bookings, "list_taken", look_away)

    results = await race_to_move(session)

    assert sum(isinstance(result, Moved) for result in results) == 1
    assert sum(isinstance(result, SlotTaken) for result in results) == 1
    assert len(await list_taken(session.id)) == 2


async def test_without_its_guard_a_slot_would_be_moved_to_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = await make_session()
    monkeypatch.setattr(bookings, "list_taken", look_away)
    await run_sql("drop index one_live_booking_per_slot")

    results = await race_to_move(session)

    assert all(isinstance(result, Moved) for result in results)
