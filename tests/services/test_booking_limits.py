"""What a phone may book, when, and how often; and what lifts the limits."""

import asyncio
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.factories import (
    NOW,
    PHONE,
    SECRET,
    choose_policy,
    list_all_bookings,
    make_booking,
    make_institution,
    make_post,
    make_proof,
    make_session,
    make_slots,
    make_staff,
)

from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.bookings import (
    BookingState,
    Origin,
    OtherForm,
    TooManyBookings,
    TooManyMissed,
    Wish,
)
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.domain.registration import (
    DrawSession,
    RegistrationClosed,
    RegistrationNotOpen,
)
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.services.booking_choices import move_on
from hotline_sessions.services.booking_limits import view_limits
from hotline_sessions.services.booking_orders import PhoneNotProven, Proof, Way
from hotline_sessions.services.bookings import Taken, book, cancel_booking, take_slot
from hotline_sessions.services.sent_forms import SentForm
from hotline_sessions.services.sessions import cancel
from hotline_sessions.services.shortening import Cut, preview_shortening, shorten_session
from hotline_sessions.store.bookings import mark_booking
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.store.institutions import get_booking_policy
from hotline_sessions.store.offer_limits import is_at_limit
from hotline_sessions.store.sessions import mark_state
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def make_series(count: int) -> tuple[Institution, list[Session]]:
    """Sessions of one institution on following days of one month."""
    home = await make_institution()
    post = await make_post(institution=home.id)
    first = date(2026, 12, 1)
    sessions = [
        await make_session(institution=home, post=post, held_on=first + timedelta(days=day))
        for day in range(count)
    ]
    return home, sessions


async def take(session: Session, who: Proof, form: SentForm | None = None) -> Taken:
    """The first slot of ``session`` for a device."""
    slot = (await make_slots(session))[0]
    wish = Wish(starts_at=slot.starts_at, community="Рівне", question="Коли буде тепло?")
    return await take_slot(session.public_id, wish, who, secret=SECRET, now=NOW, way=Way(form=form))


async def set_times(session: Session, column: str, moment: datetime) -> None:
    statement = f"update session set {column} = $2 where id = $1"  # noqa: S608 - a name of ours
    await run_sql(statement, session.id, moment)


async def test_a_phone_has_at_most_four_talks_a_month() -> None:
    _, sessions = await make_series(5)
    for session in sessions[:4]:
        await make_booking(session=session, phone=PHONE)

    with pytest.raises(TooManyBookings) as refusal:
        await make_booking(session=sessions[4], phone=PHONE)

    assert refusal.value.facts == {"cap": 4}


async def test_a_talk_given_back_makes_room_for_another() -> None:
    _, sessions = await make_series(5)
    taken = [await make_booking(session=each, phone=PHONE) for each in sessions[:4]]
    await cancel_booking(taken[0].booking.public_id, now=NOW)

    await make_booking(session=sessions[4], phone=PHONE)


async def test_a_talk_that_is_moved_does_not_count_against_itself() -> None:
    _, sessions = await make_series(5)
    taken = [await make_booking(session=each, phone=PHONE) for each in sessions[:4]]
    slot = (await make_slots(sessions[4]))[0]

    moved = await move_on(
        taken[0].booking.public_id, sessions[4].public_id, slot.starts_at, secret=SECRET, now=NOW
    )

    assert moved.booking.session == sessions[4].id


async def test_the_next_month_counts_by_itself_on_the_clocks_of_the_institution() -> None:
    home, sessions = await make_series(4)
    for session in sessions:
        await make_booking(session=session, phone=PHONE)

    later = await make_session(institution=home, held_on=date(2027, 1, 1))

    await make_booking(session=later, phone=PHONE)


async def test_another_institution_counts_by_itself_and_chooses_its_own_cap() -> None:
    _, sessions = await make_series(4)
    for session in sessions:
        await make_booking(session=session, phone=PHONE)
    other, (one, two) = await make_series(2)
    await choose_policy(other.id, BookingPolicy(monthly_cap=1))

    await make_booking(session=one, phone=PHONE)
    with pytest.raises(TooManyBookings):
        await make_booking(session=two, phone=PHONE)


async def test_a_lost_time_is_no_talk_of_the_month_whether_its_owner_answers_or_not() -> None:
    home, (cut, broken, called_off, wanted) = await make_series(4)
    await choose_policy(home.id, BookingPolicy(monthly_cap=3))
    staff = await make_staff(institution=home.id)
    last = (await make_slots(cut))[-1]
    await make_booking(session=cut, slot=last, phone=PHONE)
    for session in (broken, called_off):
        await make_booking(session=session, phone=PHONE)
    policy = await get_booking_policy(home.id)
    assert await is_at_limit(PHONE, wanted, policy, now=NOW, but=None)

    half = Cut(opens_clock=time(10), closes_clock=time(10, 30))
    seen = await preview_shortening(cut.public_id, half, staff=staff, now=NOW)
    await shorten_session(cut.public_id, half, seen=seen.names, staff=staff, now=NOW)
    await mark_state(broken.id, SessionState.CLOSED, NOW)
    await cancel(called_off.public_id, "Відрядження", staff=staff, now=NOW)

    limits = await view_limits(PhoneNumber(PHONE), staff=staff, now=NOW)
    assert [each.booked for each in limits.months] == []
    assert not await is_at_limit(PHONE, wanted, policy, now=NOW, but=None)
    await choose_policy(home.id, BookingPolicy(monthly_cap=1))
    await make_booking(session=wanted, phone=PHONE)
    limits = await view_limits(PhoneNumber(PHONE), staff=staff, now=NOW)
    assert [each.booked for each in limits.months] == [1]


async def test_wishes_at_the_same_time_do_not_pass_the_cap_together() -> None:
    home, sessions = await make_series(6)
    await choose_policy(home.id, BookingPolicy(monthly_cap=2))

    results = await asyncio.gather(
        *(make_booking(session=each, phone=PHONE) for each in sessions), return_exceptions=True
    )

    assert sum(isinstance(result, Taken) for result in results) == 2
    assert sum(isinstance(result, TooManyBookings) for result in results) == 4


async def test_without_the_lock_of_the_phone_they_would_pass_it_together() -> None:
    home, sessions = await make_series(6)
    await choose_policy(home.id, BookingPolicy(monthly_cap=2))
    source = await fetch_value("select pg_get_functiondef('book_many'::regproc)")
    slow = source.replace("hashtextextended('booking:' || p, 0)", "(random() * 1e15)::bigint")
    slow = slow.replace(
        "        insert into booking as b",
        "        perform pg_sleep(0.2);\n        insert into booking as b",
    )
    assert slow.count("random()") == slow.count("pg_sleep") == 1
    await run_sql(slow)

    results = await asyncio.gather(
        *(make_booking(session=each, phone=PHONE) for each in sessions), return_exceptions=True
    )

    assert sum(isinstance(result, Taken) for result in results) > 2


async def miss(session: Session) -> None:
    """A booking that was missed."""
    taken = await make_booking(session=session, phone=PHONE)
    await mark_booking(taken.booking.id, BookingState.MISSED, NOW)


async def test_after_three_missed_talks_only_an_operator_books() -> None:
    home, sessions = await make_series(5)
    await choose_policy(home.id, BookingPolicy(monthly_cap=0))
    for session in sessions[:3]:
        await miss(session)

    with pytest.raises(TooManyMissed) as refusal:
        await make_booking(session=sessions[3], phone=PHONE)
    assert refusal.value.facts == {"missed": 3}

    proof = Proof(await make_proof(phone=PHONE))
    slot = (await make_slots(sessions[3]))[0]
    wish = Wish(starts_at=slot.starts_at, community="Рівне", question="Коли буде тепло?")
    async with transaction():
        taken = await book(
            sessions[3].public_id, wish, proof, secret=SECRET, now=NOW, way=Way(origin=Origin.DESK)
        )
    assert taken.booking.phone == PHONE


async def test_missed_talks_are_forgotten_in_time() -> None:
    home, sessions = await make_series(4)
    await choose_policy(home.id, BookingPolicy(monthly_cap=0, missed_days=1))
    for session in sessions[:3]:
        await miss(session)

    slot = (await make_slots(sessions[3]))[0]
    await make_booking(session=sessions[3], phone=PHONE, now=slot.starts_at - timedelta(hours=1))


async def test_a_waiver_lifts_all_limits_of_one_phone_until_it_ends() -> None:
    home, sessions = await make_series(4)
    await choose_policy(home.id, BookingPolicy(monthly_cap=1, missed_cap=1))
    await miss(sessions[0])
    staff = await make_staff(institution=home.id)
    until = NOW + timedelta(hours=1)
    await run_sql(
        """insert into booking_waiver (institution, phone, reason, account, given_at, expires_at)
           values ($1, $2, 'Була в лікарні', $3, $4, $5)""",
        home.id,
        PHONE,
        staff.account,
        NOW,
        until,
    )

    await make_booking(session=sessions[1], phone=PHONE)
    with pytest.raises(TooManyBookings):
        await make_booking(session=sessions[2], phone=PHONE, now=until)


async def test_registration_opens_not_one_millisecond_early() -> None:
    session = await make_session()
    opens_at = NOW + timedelta(hours=1)
    await set_times(session, "registration_opens_at", opens_at)

    with pytest.raises(RegistrationNotOpen) as refusal:
        await make_booking(session=session, now=opens_at - timedelta(milliseconds=1))
    local = opens_at.astimezone(ZoneInfo(session.time_zone))
    assert refusal.value.facts["opens_at"] == f"{local:%d.%m.%Y, %H:%M}"
    await make_booking(session=session, now=opens_at)


async def test_registration_is_closed_from_its_closing_time_on() -> None:
    session = await make_session()
    closes_at = NOW + timedelta(hours=1)
    await set_times(session, "registration_closes_at", closes_at)

    await make_booking(session=session, now=closes_at - timedelta(milliseconds=1))
    with pytest.raises(RegistrationClosed):
        await make_booking(session=session, now=closes_at)


async def test_slots_that_are_drawn_by_lot_cannot_be_taken() -> None:
    session = await make_session()
    await run_sql("update session set booking_mode = 'draw' where id = $1", session.id)

    with pytest.raises(DrawSession):
        await make_booking(session=session)


async def test_a_proof_of_a_phone_books_while_it_is_good() -> None:
    session = await make_session()

    with pytest.raises(PhoneNotProven):
        await take(session, Proof("nobody gave me this"))
    taken = await take(session, Proof(await make_proof(phone=PHONE)))

    assert taken.booking.phone == PHONE


async def test_a_form_sent_twice_books_once_and_both_get_the_same_answer() -> None:
    session = await make_session()
    proof = Proof(await make_proof(phone=PHONE))
    form = SentForm(mark="a mark of sixteen", digest="what stood in it")

    first, second = await asyncio.gather(take(session, proof, form), take(session, proof, form))

    assert first == second
    assert len(first.code) == 6
    assert len(await list_all_bookings(session)) == 1
    assert await fetch_value("select count(*) from message") == 1


async def test_the_same_form_with_something_else_in_it_is_refused() -> None:
    session = await make_session()
    proof = Proof(await make_proof(phone=PHONE))
    await take(session, proof, SentForm(mark="a mark of sixteen", digest="what stood in it"))

    with pytest.raises(OtherForm):
        await take(session, proof, SentForm(mark="a mark of sixteen", digest="something else"))


async def test_the_mark_of_one_reader_means_nothing_for_another() -> None:
    _, (one, two) = await make_series(2)
    form = SentForm(mark="a mark of sixteen", digest="what stood in it")

    first = await take(one, Proof(await make_proof(phone=PHONE)), form)
    second = await take(two, Proof(await make_proof(phone="+380671112233")), form)

    assert first.booking.public_id != second.booking.public_id


async def test_a_move_that_is_sent_twice_moves_once() -> None:
    _, (one, two) = await make_series(2)
    taken = await make_booking(session=one, phone=PHONE)
    starts_at = (await make_slots(two))[0].starts_at
    form = SentForm(mark="a mark of sixteen", digest="what stood in it")

    first, second = [
        await move_on(
            taken.booking.public_id, two.public_id, starts_at, secret=SECRET, now=NOW, form=form
        )
        for _ in range(2)
    ]

    assert first.booking == second.booking
    assert first.code is not None
    assert second.code is None


async def test_a_booking_given_back_by_a_form_sent_twice_is_given_back_once() -> None:
    taken = await make_booking(session=await make_session())
    form = SentForm(mark="a mark of sixteen", digest="nothing")

    await asyncio.gather(
        *(
            cancel_booking(taken.booking.public_id, now=NOW, secret=SECRET, form=form)
            for _ in range(2)
        )
    )


async def test_a_claim_on_a_session_that_was_called_off_counts_no_more() -> None:
    home, sessions = await make_series(2)
    await choose_policy(home.id, BookingPolicy(monthly_cap=1))
    await make_booking(session=sessions[0], phone=PHONE)
    staff = await make_staff(institution=home.id)
    await cancel(sessions[0].public_id, "Лікарняний", staff=staff, now=NOW)

    await make_booking(session=sessions[1], phone=PHONE)
