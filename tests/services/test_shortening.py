"""A session is shortened: who keeps a time keeps it, who loses one is told and chooses."""

import asyncio
from contextvars import Context
from datetime import date, datetime, time, timedelta

import pytest
from msgspec import Struct
from tests.factories import (
    NOW,
    SECRET,
    make_booking,
    make_institution,
    make_session,
    make_slots,
    make_staff,
)
from tests.services.desk import list_audited

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.booking_choices import Cause, Choice
from hotline_sessions.domain.bookings import BookingState, Caller, Wish
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.slots import Slot
from hotline_sessions.domain.waiting_list import NewEntry
from hotline_sessions.services import bookings, shortening
from hotline_sessions.services.announcements import get_free_slots
from hotline_sessions.services.booking_answers import get_answers
from hotline_sessions.services.booking_choices import choose, find_choice, move_on
from hotline_sessions.services.bookings import Taken, cancel_booking, get_booking, get_own_booking
from hotline_sessions.services.plans import get_sheet
from hotline_sessions.services.session_plans import SessionExists
from hotline_sessions.services.sessions import cancel
from hotline_sessions.services.shortening import (
    BegunAlready,
    ConcernedChanged,
    Cut,
    NoTalkLeft,
    NotShorter,
    Shortening,
    preview_shortening,
    shorten_session,
)
from hotline_sessions.services.tellings import tell_of_missing_official
from hotline_sessions.services.waiting_list import join
from hotline_sessions.store.booking_choices import find_asked
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.live import mark_bookings_missed
from hotline_sessions.store.officials import list_posts
from hotline_sessions.store.sessions import get_session
from hotline_sessions.store.waiting_offers import read_session


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

HALF = Cut(opens_clock=time(10), closes_clock=time(10, 30))


class House(Struct, frozen=True, kw_only=True):
    """A session from ten to eleven with six talks, and who may change it."""

    home: Institution
    session: Session
    slots: list[Slot]
    staff: Staff

    async def book(self, number: int) -> Taken:
        return await make_booking(session=self.session, slot=self.slots[number])

    async def cut(self, cut: Cut = HALF) -> Shortening:
        name = self.session.public_id
        planned = await preview_shortening(name, cut, staff=self.staff, now=NOW)
        return await shorten_session(name, cut, seen=planned.names, staff=self.staff, now=NOW)


@pytest.fixture
async def house() -> House:
    home = await make_institution()
    session = await make_session(institution=home, talk_minutes=10, walk_in_percent=0)
    slots = await make_slots(session)
    return House(
        home=home, session=session, slots=slots, staff=await make_staff(institution=home.id)
    )


async def list_told() -> list[tuple[str, str]]:
    rows = await fetch_rows(
        "select recipient, body from message where purpose = 'session-shortened' order by id"
    )
    return [(row["recipient"], row["body"]) for row in rows]


async def test_who_loses_a_time_is_told_and_asked_and_who_keeps_one_is_not(house: House) -> None:
    stays, goes = await house.book(1), await house.book(4)

    await house.cut()
    choice = await find_choice(await get_own_booking(goes.booking.public_id), now=NOW)

    assert choice is not None
    assert choice.asked.cause is Cause.SHORTENED
    assert choice.offered == (Choice.OTHER, Choice.APPEAL, Choice.GIVE_UP)
    assert await find_asked(stays.booking.id) is None
    told = await list_told()
    assert [phone for phone, _ in told] == [goes.booking.phone]
    assert "25.11" in told[0][1]
    assert "10:40" in told[0][1]


async def test_the_preview_shows_who_is_concerned_and_changes_nothing(house: House) -> None:
    await house.book(1)
    goes = await house.book(3)

    planned = await preview_shortening(house.session.public_id, HALF, staff=house.staff, now=NOW)

    assert planned.names == (goes.booking.public_id,)
    assert (planned.staying, planned.slots_left) == (1, 3)
    assert await read_session(house.session.id) == house.session
    assert await list_told() == []


async def test_nothing_is_changed_where_others_are_concerned_than_were_shown(
    house: House,
) -> None:
    planned = await preview_shortening(house.session.public_id, HALF, staff=house.staff, now=NOW)
    await house.book(4)

    with pytest.raises(ConcernedChanged):
        await shorten_session(
            house.session.public_id, HALF, seen=planned.names, staff=house.staff, now=NOW
        )

    assert await read_session(house.session.id) == house.session


async def test_times_that_fall_away_are_neither_shown_nor_given(house: House) -> None:
    goes = await house.book(4)
    await house.cut()

    free = await get_free_slots(house.session.public_id, now=NOW)
    sheet = await get_sheet(house.session.public_id, staff=house.staff)

    assert [slot.id for slot in free.free] == [slot.id for slot in house.slots[:3]]
    assert (free.announcement.bookable, free.announcement.booked) == (3, 0)
    assert len(sheet.talks) == 3
    with pytest.raises(NotFound):
        await house.book(5)
    await choose(goes.booking.public_id, Choice.GIVE_UP, now=NOW)
    with pytest.raises(NotFound):
        await house.book(4)


async def test_a_lost_time_is_exchanged_for_another_of_the_same_session(house: House) -> None:
    goes = await house.book(4)
    await house.cut()

    moved = await move_on(
        goes.booking.public_id,
        house.session.public_id,
        house.slots[2].starts_at,
        secret=SECRET,
        now=NOW,
    )

    asked = await find_asked(goes.booking.id)
    assert moved.code
    assert moved.booking.slot == house.slots[2].id
    assert asked is not None
    assert asked.choice is Choice.OTHER


async def test_a_lost_time_is_exchanged_even_after_its_hour(house: House) -> None:
    goes = await house.book(0)
    await house.cut(Cut(opens_clock=time(10, 30), closes_clock=time(11)))
    other = await make_session(institution=house.home, held_on=date(2026, 12, 3), topic="Дороги")
    later = goes.booking.ends_at + timedelta(minutes=5)

    moved = await move_on(
        goes.booking.public_id,
        other.public_id,
        (await make_slots(other))[0].starts_at,
        secret=SECRET,
        now=later,
    )

    assert moved.booking.session == other.id


async def test_who_lost_a_time_has_not_missed_a_talk(house: House) -> None:
    stays, goes = await house.book(1), await house.book(4)
    await house.cut()

    await mark_bookings_missed(house.session.id, NOW)

    assert (await get_booking(stays.booking.public_id)).state is BookingState.MISSED
    assert (await get_booking(goes.booking.public_id)).state is BookingState.BOOKED


async def test_who_lost_a_time_is_not_told_that_the_official_has_not_come(house: House) -> None:
    stays, _ = await house.book(1), await house.book(4)
    await house.cut()

    await tell_of_missing_official(await read_session(house.session.id), now=NOW)

    rows = await fetch_rows("select recipient from message where purpose = 'official-missing'")
    assert [row["recipient"] for row in rows] == [stays.booking.phone]


async def test_who_was_asked_at_one_shortening_is_not_asked_again_at_the_next(
    house: House,
) -> None:
    first, second = await house.book(4), await house.book(2)
    await house.cut()
    planned = await house.cut(Cut(opens_clock=time(10), closes_clock=time(10, 20)))

    told = [phone for phone, _ in await list_told()]
    answers = await get_answers(house.session.public_id, staff=house.staff, now=NOW)

    assert planned.names == (second.booking.public_id,)
    assert told == [first.booking.phone, second.booking.phone]
    assert len(answers.still_open) == 2


async def test_a_shortened_session_that_is_called_off_asks_everybody(house: House) -> None:
    goes = await house.book(4)
    await house.cut()
    await cancel(house.session.public_id, "Посадова особа захворіла", staff=house.staff, now=NOW)

    asked = await find_asked(goes.booking.id)

    assert asked is not None
    assert asked.cause is Cause.CANCELLED


async def test_whoever_was_offered_a_time_that_falls_away_waits_on(house: House) -> None:
    taken = [await house.book(number) for number in range(6)]
    entry = NewEntry(
        phone="+380501110001", caller_name="Степан", community="Дубно", question="Коли ремонт?"
    )
    await join(house.session.public_id, entry, now=NOW)
    await cancel_booking(taken[5].booking.public_id, now=NOW)
    before = await fetch_value("select state from waiting_entry")

    await house.cut()

    assert before == "offered"
    assert await fetch_value("select state from waiting_entry") == "waiting"
    assert await fetch_value("select count(*) from booking where state = 'offered'") == 0


async def test_calendars_and_the_telephone_go_by_the_new_times(house: House) -> None:
    await house.cut()

    session = await get_session(house.session.id, institution=house.home.id)

    assert session.closes_at == house.session.starts_at + timedelta(minutes=30)
    assert (session.opens_clock, session.closes_clock) == (time(10), time(10, 30))
    assert session.sequence == house.session.sequence + 1
    assert await list_audited("session_shortened") == [{"asked": 0}]


@pytest.mark.parametrize(
    ("cut", "refusal"),
    [
        (Cut(opens_clock=time(10), closes_clock=time(11)), NotShorter),
        (Cut(opens_clock=time(9), closes_clock=time(10, 30)), NotShorter),
        (Cut(opens_clock=time(10), closes_clock=time(11, 30)), NotShorter),
        (Cut(opens_clock=time(10, 1), closes_clock=time(10, 9)), NoTalkLeft),
    ],
)
async def test_what_is_no_shortening_is_refused(
    house: House, cut: Cut, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        await house.cut(cut)


async def test_a_session_under_way_can_only_end_earlier(house: House) -> None:
    await run_sql("update session set state = 'live' where id = $1", house.session.id)

    with pytest.raises(BegunAlready):
        await house.cut(Cut(opens_clock=time(10, 20), closes_clock=time(11)))
    await house.cut()

    assert (await read_session(house.session.id)).look_at is None


async def test_the_new_start_must_be_free_in_the_plan_of_the_post(house: House) -> None:
    (post,) = await list_posts(institution=house.home.id)
    other = await make_session(
        institution=house.home, post=post, opens_clock=time(11), closes_clock=time(12)
    )
    # As it was planned before sessions of one post were kept apart.
    await run_sql(
        """update session set is_clash_known = true, starts_at = starts_at - interval '30 minutes'
            where id = $1""",
        other.id,
    )

    with pytest.raises(SessionExists):
        await house.cut(Cut(opens_clock=time(10, 30), closes_clock=time(11)))


async def test_only_the_own_staff_shortens(house: House) -> None:
    strange = await make_staff(institution=(await make_institution()).id)

    with pytest.raises(NotFound):
        await preview_shortening(house.session.public_id, HALF, staff=strange, now=NOW)


async def book_and_cut(house: House) -> tuple[object, object]:
    """A citizen books a time while staff, who have seen nobody concerned, cut it off."""
    wish = Wish(starts_at=house.slots[4].starts_at, community="Дубно", question="Коли буде тепло?")
    caller = Caller(phone="+380501110009", name="Марія")
    name = house.session.public_id
    return await asyncio.gather(
        bookings.take_slot(name, wish, caller, secret=SECRET, now=NOW),
        shorten_session(name, HALF, seen=(), staff=house.staff, now=NOW),
        return_exceptions=True,
    )


async def count_asked() -> int:
    count: int = await fetch_value("select count(*) from booking_choice")
    return count


async def test_nobody_loses_a_time_whom_staff_have_not_seen(house: House) -> None:
    booked, cut = await book_and_cut(house)

    assert await count_asked() == 0
    assert isinstance(booked, NotFound) or isinstance(cut, ConcernedChanged)


async def test_without_the_lock_of_the_session_somebody_unseen_would_lose_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = shortening._plan  # noqa: SLF001 - between the look and the deed somebody books

    async def only_look(_: SessionId) -> Session:
        return house.session

    async def plan_then_book(session: Session, cut: Cut, *, now: datetime) -> Shortening:
        found = await plan(session, cut, now=now)
        await asyncio.create_task(house.book(4), context=Context())
        return found

    monkeypatch.setattr(shortening, "lock_session", only_look)
    monkeypatch.setattr(shortening, "_plan", plan_then_book)

    await shorten_session(house.session.public_id, HALF, seen=(), staff=house.staff, now=NOW)

    assert await count_asked() == 1
