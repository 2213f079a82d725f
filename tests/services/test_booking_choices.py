"""When plans change, who has booked is asked, and what is chosen is carried out once."""

import asyncio
from datetime import date, time, timedelta

import pytest
from msgspec import Struct
from tests.factories import (
    HELD_ON,
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
from tests.fakes import FrozenClock
from tests.services.desk import list_audited

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.booking_choices import Asked, Cause, Choice, NothingToChoose
from hotline_sessions.domain.bookings import Booking, BookingOver, BookingState
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import BookingId
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.slots import SlotTaken
from hotline_sessions.services import booking_choices
from hotline_sessions.services.booking_appeals import WrittenAppeal, file_appeal, find_filed
from hotline_sessions.services.booking_choices import (
    OpenChoice,
    choose,
    file_instead,
    find_choice,
    move_on,
    settle_filed,
)
from hotline_sessions.services.bookings import (
    Moved,
    Taken,
    cancel_booking,
    get_booking,
    get_own_booking,
)
from hotline_sessions.services.session_plans import Plan, SessionExists
from hotline_sessions.services.sessions import cancel, reschedule
from hotline_sessions.services.substitution import substitute_official
from hotline_sessions.store.booking_choices import ask_owners, find_asked
from hotline_sessions.store.bookings import mark_booking
from hotline_sessions.store.engine import fetch_rows, fetch_value
from hotline_sessions.store.officials import add_official
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

WRITTEN = WrittenAppeal(
    surname="Коваленко",
    given_name="Марія",
    residence="м. Рівне, вул. Соборна, 1",
    question="Коли буде перерахунок субсидії?",
)
LATER = date(2026, 12, 2)


class House(Struct, frozen=True, kw_only=True):
    """An institution with a session, and who may change it."""

    home: Institution
    session: Session
    staff: Staff


async def make_house() -> House:
    home = await make_institution()
    session = await make_session(institution=home)
    return House(home=home, session=session, staff=await make_staff(institution=home.id))


async def call_off(house: House) -> None:
    await cancel(house.session.public_id, "Посадова особа захворіла", staff=house.staff, now=NOW)


async def shift(
    house: House, session: Session | None = None, *, held_on: date = LATER, opens: int = 10
) -> Session:
    plan = Plan(
        post=house.session.post,
        line=house.session.line,
        held_on=held_on,
        opens_clock=time(opens),
        closes_clock=time(opens + 1),
        talk_minutes=10,
    )
    moved = session or house.session
    return await reschedule(moved.public_id, plan, staff=house.staff, now=NOW)


async def substitute(house: House, name: str = "Петро Мельник") -> None:
    deputy = await add_official(
        name, institution=house.home.id, ring_number=None, valid_from=HELD_ON
    )
    await substitute_official(
        house.session.public_id, deputy, staff=house.staff, clock=FrozenClock(NOW)
    )


async def look(taken: Taken, *, after: timedelta = timedelta()) -> OpenChoice | None:
    return await find_choice(await get_own_booking(taken.booking.public_id), now=NOW + after)


async def asked_of(taken: Taken) -> Asked:
    asked = await find_asked(taken.booking.id)
    assert asked is not None
    return asked


async def state_of(taken: Taken) -> BookingState:
    return (await get_booking(taken.booking.public_id)).state


async def go(taken: Taken, session: Session, *, number: int = 0) -> Moved:
    slots = await make_slots(session)
    return await move_on(
        taken.booking.public_id,
        session.public_id,
        slots[number].starts_at,
        secret=SECRET,
        now=NOW,
    )


async def list_told(purpose: str) -> list[str]:
    rows = await fetch_rows("select recipient from message where purpose = $1", purpose)
    return [row["recipient"] for row in rows]


async def test_everyone_who_has_booked_a_session_that_is_called_off_is_asked() -> None:
    house = await make_house()
    slots = await make_slots(house.session)
    stays = await make_booking(session=house.session, slot=slots[0])
    gone = await make_booking(session=house.session, slot=slots[1])
    await cancel_booking(gone.booking.public_id, now=NOW)

    await call_off(house)
    choice = await look(stays)

    assert choice is not None
    assert choice.asked.cause is Cause.CANCELLED
    assert choice.asked.version == house.session.sequence + 1
    assert choice.offered == (Choice.OTHER, Choice.APPEAL, Choice.GIVE_UP)
    assert await find_asked(gone.booking.id) is None


async def test_a_change_that_is_refused_asks_nobody() -> None:
    house = await make_house()
    taken = await make_booking(session=house.session)
    await make_session(institution=house.home, held_on=LATER, topic="Дороги")

    with pytest.raises(SessionExists):
        await shift(house)

    assert await find_asked(taken.booking.id) is None


async def test_who_has_booked_is_told_of_a_substitute_and_asked() -> None:
    house = await make_house()
    slots = await make_slots(house.session)
    taken = await make_booking(session=house.session, slot=slots[0], phone=PHONE)
    heard = await make_booking(session=house.session, slot=slots[1])
    await mark_booking(heard.booking.id, BookingState.HEARD, NOW)

    await substitute(house)
    choice = await look(taken)

    assert choice is not None
    assert choice.asked.cause is Cause.SUBSTITUTED
    assert choice.offered[0] is Choice.KEEP
    assert await list_told("official-substituted") == [PHONE]
    assert await find_asked(heard.booking.id) is None


async def test_a_change_asks_each_owner_once() -> None:
    house = await make_house()
    await make_booking(session=house.session)

    async with transaction():
        first = await ask_owners(house.session.id, Cause.SUBSTITUTED, version=5, now=NOW)
        again = await ask_owners(house.session.id, Cause.SUBSTITUTED, version=5, now=NOW)

    assert (len(first), len(again)) == (1, 0)


async def test_who_has_kept_a_time_keeps_it_and_is_asked_no_more() -> None:
    house = await make_house()
    taken = await make_booking(session=house.session)
    await substitute(house)

    await choose(taken.booking.public_id, Choice.KEEP, now=NOW)

    assert (await asked_of(taken)).choice is Choice.KEEP
    assert await state_of(taken) is BookingState.BOOKED
    assert await look(taken) is None
    with pytest.raises(NothingToChoose):
        await choose(taken.booking.public_id, Choice.GIVE_UP, now=NOW)


async def test_another_change_asks_anew_whatever_was_chosen_before() -> None:
    house = await make_house()
    taken = await make_booking(session=house.session)
    await substitute(house)
    await choose(taken.booking.public_id, Choice.KEEP, now=NOW)

    await substitute(house, "Ганна Шевчук")

    assert await look(taken) is not None


async def test_who_gives_up_sets_the_time_free_at_once() -> None:
    house = await make_house()
    slot = (await make_slots(house.session))[0]
    taken = await make_booking(session=house.session, slot=slot)
    await substitute(house)

    await choose(taken.booking.public_id, Choice.GIVE_UP, now=NOW)
    other = await make_booking(session=house.session, slot=slot)

    assert (await asked_of(taken)).choice is Choice.GIVE_UP
    assert other.booking.slot == slot.id


async def test_a_choice_that_was_not_offered_is_refused() -> None:
    house = await make_house()
    taken = await make_booking(session=house.session)
    await call_off(house)

    with pytest.raises(NothingToChoose):
        await choose(taken.booking.public_id, Choice.KEEP, now=NOW)


async def test_once_the_talk_has_begun_nothing_is_asked_any_more() -> None:
    house = await make_house()
    taken = await make_booking(session=house.session)
    await substitute(house)
    begun = taken.booking.starts_at

    assert await look(taken, after=begun - NOW) is None
    with pytest.raises(BookingOver):
        await choose(taken.booking.public_id, Choice.KEEP, now=begun)


async def test_of_a_moved_session_the_same_time_is_offered_and_taken_with_a_new_code() -> None:
    house = await make_house()
    slots = await make_slots(house.session)
    taken = await make_booking(session=house.session, slot=slots[2], phone=PHONE)
    new = await shift(house)

    choice = await look(taken)
    assert choice is not None
    assert choice.successor is not None
    assert choice.same is not None
    moved = await move_on(
        taken.booking.public_id,
        choice.successor.public_id,
        choice.same.starts_at,
        secret=SECRET,
        now=NOW,
    )

    assert moved.code
    assert moved.booking.session == new.id
    assert moved.booking.starts_at - new.starts_at == slots[2].starts_at - house.session.starts_at
    assert moved.booking.question == taken.booking.question
    assert (await asked_of(taken)).choice is Choice.MOVE
    assert await state_of(taken) is BookingState.CANCELLED


async def test_a_claim_outlives_the_hour_for_which_it_was_booked() -> None:
    house = await make_house()
    taken = await make_booking(session=house.session)
    new = await shift(house)
    later = taken.booking.ends_at + timedelta(days=1)

    choice = await find_choice(await get_own_booking(taken.booking.public_id), now=later)
    assert choice is not None
    assert choice.same is not None
    moved = await move_on(
        taken.booking.public_id, new.public_id, choice.same.starts_at, secret=SECRET, now=later
    )

    assert moved.booking.session == new.id


async def test_whose_time_is_taken_in_the_new_session_chooses_another_and_loses_nothing() -> None:
    house = await make_house()
    taken = await make_booking(session=house.session)
    new = await shift(house)
    slots = await make_slots(new)
    await make_booking(session=new, slot=slots[0])

    choice = await look(taken)
    with pytest.raises(SlotTaken):
        await go(taken, new)
    stands = (await state_of(taken), (await asked_of(taken)).choice)
    moved = await go(taken, new, number=1)

    assert choice is not None
    assert choice.same is None
    assert stands == (BookingState.BOOKED, None)
    assert moved.booking.slot == slots[1].id


async def test_a_session_that_was_moved_twice_is_followed() -> None:
    house = await make_house()
    taken = await make_booking(session=house.session)
    between = await shift(house)
    last = await shift(house, between, held_on=date(2026, 12, 9))

    choice = await look(taken)
    moved = await go(taken, last)

    assert choice is not None
    assert choice.successor is not None
    assert choice.successor.id == last.id
    assert moved.booking.session == last.id
    assert (await asked_of(taken)).choice is Choice.MOVE


async def test_where_the_new_session_is_called_off_too_it_is_not_offered() -> None:
    house = await make_house()
    taken = await make_booking(session=house.session)
    new = await shift(house)
    await cancel(new.public_id, "Посадова особа захворіла", staff=house.staff, now=NOW)

    choice = await look(taken)

    assert choice is not None
    assert choice.successor is None
    assert Choice.MOVE not in choice.offered


async def test_another_session_and_another_time_answer_the_question_too() -> None:
    house = await make_house()
    slots = await make_slots(house.session)
    goes = await make_booking(session=house.session, slot=slots[0])
    stays = await make_booking(session=house.session, slot=slots[1])
    other = await make_session(institution=house.home, held_on=LATER, topic="Дороги")
    await substitute(house)

    await go(goes, other)
    await go(stays, house.session, number=2)

    assert (await asked_of(goes)).choice is Choice.OTHER
    assert (await asked_of(stays)).choice is Choice.KEEP


async def test_a_claim_is_good_in_its_own_institution_only() -> None:
    house = await make_house()
    taken = await make_booking(session=house.session)
    await call_off(house)
    strange = await make_session()

    with pytest.raises(NotFound):
        await go(taken, strange)

    assert await state_of(taken) is BookingState.BOOKED


async def race(taken: Taken, sessions: list[Session]) -> list[Moved | BaseException]:
    return await asyncio.gather(*(go(taken, each) for each in sessions), return_exceptions=True)


async def make_two_ways() -> tuple[Taken, list[Session]]:
    """A claim, and two sessions into which it could be carried at once."""
    house = await make_house()
    taken = await make_booking(session=house.session)
    await call_off(house)
    ways = [
        await make_session(
            institution=house.home,
            held_on=LATER,
            topic=topic,
            opens_clock=opens,
            closes_clock=closes,
        )
        for topic, opens, closes in (
            ("Дороги", time(10), time(11)),
            ("Школи", time(14), time(15)),
        )
    ]
    return taken, ways


async def test_a_claim_is_exchanged_once_even_for_two_times_at_once() -> None:
    taken, ways = await make_two_ways()

    results = await race(taken, ways)

    assert sum(isinstance(each, Moved) for each in results) == 1
    assert sum(isinstance(each, BookingOver) for each in results) == 1
    assert sum([len(await list_all_bookings(each)) for each in ways]) == 1


async def test_without_its_guard_a_claim_would_be_exchanged_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken, ways = await make_two_ways()
    meeting = asyncio.Barrier(2)

    async def only_look(name: str) -> Booking:
        booking = await get_booking(name)
        await meeting.wait()
        return booking

    monkeypatch.setattr(booking_choices, "lock_booking", only_look)

    results = await race(taken, ways)

    assert all(isinstance(each, Moved) for each in results), results
    assert sum([len(await list_all_bookings(each)) for each in ways]) == 2


async def choose_both(taken: Taken) -> tuple[BaseException | None, BaseException | None]:
    name = taken.booking.public_id
    return await asyncio.gather(
        choose(name, Choice.KEEP, now=NOW),
        choose(name, Choice.GIVE_UP, now=NOW),
        return_exceptions=True,
    )


async def test_of_two_choices_at_once_one_counts() -> None:
    house = await make_house()
    taken = await make_booking(session=house.session)
    await substitute(house)

    results = await choose_both(taken)

    assert sum(isinstance(each, NothingToChoose) for each in results) == 1
    choice, state = (await asked_of(taken)).choice, await state_of(taken)
    assert (choice, state) in {
        (Choice.KEEP, BookingState.BOOKED),
        (Choice.GIVE_UP, BookingState.CANCELLED),
    }


async def test_without_its_guard_two_choices_would_be_carried_out_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = await make_house()
    taken = await make_booking(session=house.session)
    await substitute(house)
    meeting = asyncio.Barrier(2)

    async def find_together(booking: BookingId) -> Asked | None:
        asked = await find_asked(booking)
        await meeting.wait()
        return asked

    monkeypatch.setattr(booking_choices, "lock_booking", get_booking)
    monkeypatch.setattr(booking_choices, "find_asked", find_together)

    results = await choose_both(taken)

    assert tuple(results) == (None, None)


async def test_of_two_claims_to_one_time_the_first_gets_it_and_the_other_keeps_its_claim() -> None:
    house = await make_house()
    slots = await make_slots(house.session)
    claims = [await make_booking(session=house.session, slot=slot) for slot in slots[:2]]
    new = await shift(house)

    results = await asyncio.gather(*(go(each, new) for each in claims), return_exceptions=True)

    assert sum(isinstance(each, Moved) for each in results) == 1
    assert sum(isinstance(each, SlotTaken) for each in results) == 1
    states = sorted([(await state_of(each)).value for each in claims])
    assert states == ["booked", "cancelled"]


async def test_an_appeal_in_place_of_the_talk_sets_the_time_free() -> None:
    house = await make_house()
    slot = (await make_slots(house.session))[0]
    taken = await make_booking(session=house.session, slot=slot)
    await substitute(house)

    done = await file_instead(taken.booking.public_id, WRITTEN, secret=SECRET, now=NOW)
    await make_booking(session=house.session, slot=slot)

    assert done.code
    assert (await find_filed(taken.booking)) == done.appeal
    assert (await asked_of(taken)).choice is Choice.APPEAL
    assert await state_of(taken) is BookingState.CANCELLED


async def test_an_appeal_that_was_filed_before_can_be_chosen_without_another_form() -> None:
    house = await make_house()
    taken = await make_booking(session=house.session)
    await call_off(house)

    none = await settle_filed(taken.booking.public_id, now=NOW)
    await file_appeal(taken.booking.public_id, WRITTEN, secret=SECRET, now=NOW)
    settled = await settle_filed(taken.booking.public_id, now=NOW)

    assert (none, settled) == (False, True)
    assert (await asked_of(taken)).choice is Choice.APPEAL
    assert await fetch_value("select count(*) from appeal") == 1


async def test_an_appeal_where_nothing_is_asked_leaves_the_booking_alone() -> None:
    house = await make_house()
    taken = await make_booking(session=house.session)

    await file_instead(taken.booking.public_id, WRITTEN, secret=SECRET, now=NOW)

    assert await state_of(taken) is BookingState.BOOKED


async def test_what_staff_choose_for_a_citizen_is_in_the_audit_with_their_name() -> None:
    house = await make_house()
    taken = await make_booking(session=house.session, phone=make_phone())
    await substitute(house)

    await choose(taken.booking.public_id, Choice.KEEP, now=NOW, by=house.staff)

    assert await list_audited("booking_choice_made") == [{"cause": "substituted", "choice": "keep"}]
    assert await fetch_value("select chosen_by from booking_choice") == house.staff.account
