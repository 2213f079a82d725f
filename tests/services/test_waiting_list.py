"""The waiting list: first come, first offered; an offer holds its slot; nobody is passed over."""

from datetime import timedelta

import msgspec
import pytest
from tests.factories import (
    HELD_ON,
    NOW,
    SECRET,
    choose_policy,
    list_all_bookings,
    make_booking,
    make_phone,
    make_session,
    make_slots,
    make_staff,
)
from tests.services.waiting import Full, a_citizen, fill, look, make_full, make_pair

from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.bookings import (
    AlreadyBooked,
    BookingState,
    SessionNotBookable,
    TooManyBookings,
    TooManyMissed,
)
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.registration import DrawSession, RegistrationClosed
from hotline_sessions.domain.slots import SlotTaken
from hotline_sessions.domain.waiting_list import (
    EntryOver,
    NothingToBetter,
    SlotsFree,
    WaitingState,
)
from hotline_sessions.domain.waiting_offers import OfferOver
from hotline_sessions.services.announcements import get_free_slots
from hotline_sessions.services.booking_choices import move_on
from hotline_sessions.services.bookings import cancel_booking, find_by_code
from hotline_sessions.services.offer_answers import accept_offer, decline_offer, get_offer
from hotline_sessions.services.sessions import cancel
from hotline_sessions.services.waiting_list import get_own_entry, join, leave
from hotline_sessions.services.waiting_offers import tell_offers
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.waiting_list import mark_places


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

SITE = "https://lines.example"


async def give_back(full: Full, number: int = 0) -> None:
    await cancel_booking(full.booked[number].public_id, now=full.now)


async def phones_offered(full: Full) -> list[str]:
    return [phone for _, phone, _ in await full.offers()]


async def test_a_slot_that_is_given_back_is_offered_to_who_waits_longest() -> None:
    full = await make_full()
    first, second = await full.join(), await full.join()

    await give_back(full)

    ((_, phone, starts_at),) = await full.offers()
    assert (phone, starts_at) == (first.phone, full.booked[0].starts_at)
    assert (await look(first.public_id)).state is WaitingState.OFFERED
    assert (await look(second.public_id)).state is WaitingState.WAITING


async def test_an_offered_slot_is_free_for_nobody_else() -> None:
    full = await make_full()
    await full.join()
    slot = (await make_slots(full.session))[0]

    await give_back(full)

    assert (await get_free_slots(full.session.public_id, now=full.now)).free == []
    with pytest.raises(SlotTaken):
        await make_booking(session=full.session, slot=slot)


async def test_who_accepts_has_a_booking_with_a_code_that_opens_it() -> None:
    full = await make_full()
    entry = await full.join()
    await give_back(full)

    accepted = await full.accept(entry.phone)

    assert accepted.code is not None
    booking = accepted.booking
    assert booking.state is BookingState.BOOKED
    assert (booking.phone, booking.caller_name) == (entry.phone, entry.caller_name)
    assert (booking.community, booking.question) == (entry.community, entry.question)
    assert booking.code_hint == accepted.code[-2:]
    found = await find_by_code(entry.phone, accepted.code, secret=SECRET, now=full.now)
    assert found == booking
    ended = await look(entry.public_id)
    assert (ended.state, ended.booking) == (WaitingState.BOOKED, booking.id)


async def test_who_accepts_gets_the_message_that_every_booking_gets() -> None:
    full = await make_full()
    entry = await full.join()
    await give_back(full)

    accepted = await full.accept(entry.phone)

    rows = await fetch_rows("select purpose, body from message where recipient = $1", entry.phone)
    assert [row["purpose"] for row in rows] == ["booking-confirmed"]
    assert accepted.code is not None
    assert accepted.code in rows[0]["body"]


async def test_an_offer_that_nobody_takes_goes_to_the_next_and_the_silent_one_is_out() -> None:
    full = await make_full()
    first, second = await full.join(), await full.join()
    await give_back(full)
    name = await full.offer_of(first.phone)

    full.pass_time(hours=2)
    assert await full.settle() == 2

    assert await phones_offered(full) == [second.phone]
    assert (await look(first.public_id)).state is WaitingState.EXPIRED
    with pytest.raises(OfferOver):
        await accept_offer(name, secret=SECRET, now=full.now)


async def test_an_offer_cannot_be_accepted_once_its_time_is_over_although_nobody_looked() -> None:
    full = await make_full()
    entry = await full.join()
    await give_back(full)
    name = await full.offer_of(entry.phone)

    full.pass_time(hours=2)

    with pytest.raises(OfferOver):
        await accept_offer(name, secret=SECRET, now=full.now)
    with pytest.raises(OfferOver):
        await decline_offer(name, now=full.now)


async def test_who_declines_stays_on_the_list_and_is_not_offered_the_same_time_again() -> None:
    full = await make_full()
    first, second = await full.join(), await full.join()
    await give_back(full)

    await decline_offer(await full.offer_of(first.phone), now=full.now)
    assert await phones_offered(full) == [second.phone]
    await decline_offer(await full.offer_of(second.phone), now=full.now)
    assert await phones_offered(full) == []
    await give_back(full, 1)

    ((_, phone, starts_at),) = await full.offers()
    assert (phone, starts_at) == (first.phone, full.booked[1].starts_at)


async def test_a_slot_that_nobody_on_the_list_wants_is_free_for_everybody() -> None:
    full = await make_full()
    entry = await full.join()
    await give_back(full)

    await decline_offer(await full.offer_of(entry.phone), now=full.now)

    free = (await get_free_slots(full.session.public_id, now=full.now)).free
    assert [slot.starts_at for slot in free] == [full.booked[0].starts_at]


async def test_who_leaves_with_an_offer_in_hand_hands_it_to_the_next() -> None:
    full = await make_full()
    first, second = await full.join(), await full.join()
    await give_back(full)

    await leave(first.public_id, now=full.now)

    assert await phones_offered(full) == [second.phone]
    assert (await look(first.public_id)).state is WaitingState.LEFT
    with pytest.raises(EntryOver):
        await leave(first.public_id, now=full.now)


async def test_a_move_to_another_time_offers_the_time_that_was_left() -> None:
    full = await make_full()
    entry = await full.join()
    await give_back(full, 3)
    await decline_offer(await full.offer_of(entry.phone), now=full.now)

    await move_on(
        full.booked[0].public_id,
        full.session.public_id,
        full.booked[3].starts_at,
        secret=SECRET,
        now=full.now,
    )

    ((_, phone, starts_at),) = await full.offers()
    assert (phone, starts_at) == (entry.phone, full.booked[0].starts_at)


async def test_a_move_to_another_session_offers_the_time_that_was_left() -> None:
    full, other = await make_pair()
    entry = await full.join()
    slot = (await make_slots(other))[0]

    await move_on(
        full.booked[0].public_id, other.public_id, slot.starts_at, secret=SECRET, now=full.now
    )

    assert await phones_offered(full) == [entry.phone]


async def test_nobody_need_wait_while_a_slot_is_free() -> None:
    session = await make_session()

    with pytest.raises(SlotsFree):
        await join(session.public_id, a_citizen(), now=NOW)


async def test_who_has_a_slot_does_not_wait_for_another_one() -> None:
    full = await make_full()

    with pytest.raises(AlreadyBooked):
        await full.join(phone=full.booked[0].phone)


async def test_who_joins_twice_keeps_the_first_place() -> None:
    full = await make_full()
    first = await full.join()
    await full.join()

    again = await full.join(phone=first.phone)

    assert again == first
    assert (await get_own_entry(first.public_id)).before == 0


async def test_the_page_of_an_entry_knows_how_many_are_served_before() -> None:
    full = await make_full()
    entries = [await full.join() for _ in range(3)]

    assert [(await get_own_entry(each.public_id)).before for each in entries] == [0, 1, 2]
    await mark_places(full.session.id, {entries[2].id: 1})
    assert [(await get_own_entry(each.public_id)).before for each in entries] == [1, 2, 0]


@pytest.mark.parametrize(
    ("column", "value", "refusal"),
    [
        ("registration_closes_at", NOW, RegistrationClosed),
        ("booking_mode", "draw", DrawSession),
        ("state", "cancelled", SessionNotBookable),
        ("ends_at", NOW, SessionNotBookable),
    ],
)
async def test_nobody_joins_the_list_of_a_session_whose_slots_are_not_given_now(
    column: str, value: object, refusal: type[Exception]
) -> None:
    full = await make_full()
    starts = ", starts_at = '2026-11-01'" if column == "ends_at" else ""
    await run_sql(f"update session set {column} = $1{starts}", value)  # noqa: S608 - our own names

    with pytest.raises(refusal):
        await full.join()


async def test_who_registered_for_a_draw_that_is_still_to_come_is_offered_nothing() -> None:
    full = await make_full()
    waiting = await full.join()
    await run_sql("update waiting_entry set is_draw = true")

    await give_back(full)
    assert await full.offers() == []
    await mark_places(full.session.id, {waiting.id: 1})
    await full.settle()

    assert await phones_offered(full) == [waiting.phone]


async def test_the_order_of_a_draw_goes_before_that_of_joining() -> None:
    full = await make_full()
    first, second, third = [await full.join() for _ in range(3)]
    await mark_places(full.session.id, {third.id: 1, second.id: 2})

    for number in range(3):
        await give_back(full, number)

    assert await phones_offered(full) == [third.phone, second.phone, first.phone]


async def test_who_asked_for_an_earlier_time_is_moved_there_and_the_later_one_is_offered_on() -> (
    None
):
    full = await make_full()
    late = full.booked[3]
    await full.join(phone=late.phone, earlier=True)
    waiting = await full.join()
    await give_back(full)

    accepted = await full.accept(late.phone)

    assert accepted.code is None
    moved = accepted.booking
    assert (moved.id, moved.starts_at) == (late.id, full.booked[0].starts_at)
    assert moved.code_hint == late.code_hint
    ((_, phone, starts_at),) = await full.offers()
    assert (phone, starts_at) == (waiting.phone, late.starts_at)
    assert len(await list_all_bookings(full.session)) == 3


async def test_a_later_time_is_not_offered_to_who_asked_for_an_earlier_one() -> None:
    full = await make_full()
    await full.join(phone=full.booked[0].phone, earlier=True)

    await give_back(full, 1)

    assert await full.offers() == []


async def test_an_earlier_time_is_offered_to_nobody_who_has_given_his_own_back() -> None:
    full = await make_full()
    late = full.booked[3]
    await full.join(phone=late.phone, earlier=True)
    waiting = await full.join()
    await give_back(full)
    assert await phones_offered(full) == [late.phone]

    await cancel_booking(late.public_id, now=full.now)

    assert (await full.offers())[0][1] == waiting.phone
    assert len(await full.offers()) == 1


async def test_only_who_has_a_slot_ahead_asks_for_an_earlier_one() -> None:
    full = await make_full()

    with pytest.raises(NothingToBetter):
        await full.join(earlier=True)
    await give_back(full)
    with pytest.raises(SlotsFree):
        await full.join(phone=full.booked[1].phone, earlier=True)


async def test_who_is_content_with_any_session_of_the_post_is_offered_a_slot_of_another() -> None:
    full, other = await make_pair()
    content, bound = await full.join(anywhere=True), await full.join()

    assert await full.settle() == 1

    (name, phone, starts_at) = (await full.offers())[0]
    assert (phone, starts_at) == (content.phone, (await make_slots(other))[0].starts_at)
    accepted = await accept_offer(name, secret=SECRET, now=full.now)
    assert accepted.booking.session == other.id
    assert (await look(content.public_id)).state is WaitingState.BOOKED
    assert (await look(bound.public_id)).state is WaitingState.WAITING


async def test_who_waits_for_the_very_session_comes_before_those_content_with_any() -> None:
    full, other = await make_pair()
    await full.join(anywhere=True)
    other_full = await fill(other)
    own = await other_full.join()

    await give_back(other_full)

    assert await phones_offered(other_full) == [own.phone]


async def test_who_leaves_with_an_offer_of_another_session_hands_it_to_the_next() -> None:
    full, _ = await make_pair()
    first, second = await full.join(anywhere=True), await full.join(anywhere=True)
    await full.settle()
    before = [(await get_offer(name)).booking.slot for name, *_ in await full.offers()]

    await leave(first.public_id, now=full.now)
    await leave(second.public_id, now=full.now)

    assert len(before) == 2
    assert await full.offers() == []
    assert {(await look(each.public_id)).state for each in (first, second)} == {WaitingState.LEFT}


async def test_who_has_all_the_talks_of_a_month_is_passed_over_until_staff_let_him() -> None:
    full = await make_full()
    home = full.session.institution
    await choose_policy(home, BookingPolicy(monthly_cap=1))
    greedy, modest = await full.join(), await full.join()
    await _give_another_talk(full, greedy.phone)

    await give_back(full)
    assert await phones_offered(full) == [modest.phone]
    staff = await make_staff(institution=home)
    await run_sql(
        """insert into booking_waiver (institution, phone, reason, account, given_at, expires_at)
           values ($1, $2, 'ill', $3, $4, $5)""",
        home,
        greedy.phone,
        staff.account,
        NOW,
        NOW + timedelta(days=30),
    )
    await give_back(full, 1)

    assert await phones_offered(full) == [modest.phone, greedy.phone]


async def test_an_offer_does_not_lead_beyond_the_limit_of_a_month() -> None:
    full = await make_full()
    home = full.session.institution
    await choose_policy(home, BookingPolicy(monthly_cap=1))
    entry = await full.join()
    await give_back(full)
    await _give_another_talk(full, entry.phone)

    with pytest.raises(TooManyBookings):
        await full.accept(entry.phone)


async def _give_another_talk(full: Full, phone: str) -> None:
    """A booking of the phone in another session of the institution, past all limits."""
    home = await get_institution(full.session.institution)
    other = await make_session(institution=home, held_on=HELD_ON + timedelta(days=1))
    await run_sql(
        """insert into booking (public_id, institution, session, slot, phone, caller_name,
                                code_mac, code_hint, booked_at)
           select 'booking001', $1, $2, id, $3, 'Марія', 'x', '12', $4
             from slot where session = $2 limit 1""",
        home.id,
        other.id,
        phone,
        NOW,
    )


async def test_who_has_missed_too_many_talks_does_not_join() -> None:
    full = await make_full()
    await choose_policy(full.session.institution, BookingPolicy(missed_cap=1))
    phone = make_phone()
    await _give_another_talk(full, phone)
    await run_sql("update booking set state = 'missed' where phone = $1", phone)

    with pytest.raises(TooManyMissed):
        await full.join(phone=phone)


async def test_nothing_is_offered_so_late_that_nobody_could_say_yes() -> None:
    full = await make_full()
    entry = await full.join()
    full.clock.set(full.booked[0].starts_at - timedelta(minutes=39))

    await give_back(full)
    assert await full.offers() == []
    await give_back(full, 1)

    assert await phones_offered(full) == [entry.phone]


async def test_the_lists_of_a_session_that_is_called_off_end() -> None:
    full = await make_full()
    offered, waiting = await full.join(), await full.join()
    await give_back(full)
    staff = await make_staff(institution=full.session.institution)
    await cancel(full.session.public_id, "хвороба", staff=staff, now=full.now)

    assert await full.settle() == 2

    assert await full.offers() == []
    for entry in (offered, waiting):
        assert (await look(entry.public_id)).state is WaitingState.EXPIRED
    assert await full.settle() == 0


async def test_who_books_a_free_slot_meanwhile_is_off_the_list() -> None:
    full = await make_full()
    entry = await full.join()
    await give_back(full)
    await decline_offer(await full.offer_of(entry.phone), now=full.now)
    slot = (await make_slots(full.session))[0]
    await make_booking(session=full.session, slot=slot, phone=entry.phone)

    await give_back(full, 1)

    assert await full.offers() == []
    assert (await look(entry.public_id)).state is WaitingState.BOOKED


async def test_the_list_is_read_to_its_end_for_somebody_who_wants_the_slot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hotline_sessions.services.waiting_offers.PAGE", 1)
    full = await make_full()
    for booking in full.booked[:3]:
        await full.join(phone=booking.phone, earlier=True)
    last = [await full.join() for _ in range(2)]

    await run_sql("update booking set state = 'cancelled' where slot = $1", full.booked[3].slot)
    await run_sql("update booking set state = 'cancelled' where slot = $1", full.booked[2].slot)
    await full.settle()

    assert sorted(await phones_offered(full)) == sorted(each.phone for each in last)


async def test_an_offer_is_told_once_with_its_time_and_its_address() -> None:
    full = await make_full()
    entry = await full.join()
    await give_back(full)

    assert await tell_offers(public_url=SITE, clock=full.clock) == 1
    assert await tell_offers(public_url=SITE, clock=full.clock) == 0

    body = await fetch_value("select body from message where purpose = 'slot-offered'")
    name = await full.offer_of(entry.phone)
    assert f"lines.example/o/{name}" in body
    assert "25.11 10:00" in body
    assert "12:00" in body
    assert await fetch_value("select recipient from message where body = $1", body) == entry.phone


async def test_an_offer_of_the_night_is_told_in_the_morning_and_counts_from_then() -> None:
    full = await make_full()
    await full.join()
    full.pass_time(hours=12)
    await give_back(full)

    assert await tell_offers(public_url=SITE, clock=full.clock) == 0
    full.pass_time(hours=10)
    assert await tell_offers(public_url=SITE, clock=full.clock) == 1
    assert await full.settle() == 0
    full.pass_time(hours=2)

    assert await full.settle() == 1


async def test_what_is_no_offer_is_not_opened_as_one() -> None:
    full = await make_full()

    for name in ("0000000000", full.booked[0].public_id):
        with pytest.raises(NotFound):
            await get_offer(name)


async def test_before_the_yes_no_code_opens_what_is_offered() -> None:
    full = await make_full()
    await full.join()
    await give_back(full)

    mac = await fetch_value("select code_mac from booking where state = 'offered'")

    assert not set(mac) <= set("0123456789abcdef")


async def test_a_policy_says_how_long_an_offer_stands() -> None:
    full = await make_full()
    policy = msgspec.structs.replace(BookingPolicy(), offer_minutes=20)
    await choose_policy(full.session.institution, policy)
    await full.join()
    await give_back(full)

    full.pass_time(minutes=19)
    assert await full.settle() == 0
    full.pass_time(minutes=1)
    assert await full.settle() == 1


async def test_an_offer_goes_to_the_mail_of_who_gave_an_address_and_so_does_the_booking() -> None:
    full = await make_full()
    new = msgspec.structs.replace(a_citizen(), email="stepan@example.org", language="en")
    await join(full.session.public_id, new, now=full.now)
    await give_back(full)

    assert await tell_offers(public_url=SITE, clock=full.clock) == 1
    assert await tell_offers(public_url=SITE, clock=full.clock) == 0
    await full.accept(new.phone)

    rows = await fetch_rows(
        "select channel, recipient, body from message where purpose = 'slot-offered' order by id"
    )
    assert [(row["channel"], row["recipient"]) for row in rows] == [
        ("sms", new.phone),
        ("email", "stepan@example.org"),
    ]
    assert rows[0]["body"].startswith("A time is free:")
    assert rows[1]["body"].endswith(f"\n\n{SITE}/o/" + rows[0]["body"][-10:])
    assert await fetch_value("select email from booking where origin = 'offer'") == new.email


async def test_who_wishes_an_earlier_time_is_told_by_the_mail_of_the_booking() -> None:
    full = await make_full()
    late = full.booked[-1]
    await run_sql("update booking set email = 'olha@example.org' where id = $1", late.id)
    await full.join(phone=late.phone, earlier=True)
    await give_back(full)

    await tell_offers(public_url=SITE, clock=full.clock)

    letter = "select recipient from message where purpose = 'slot-offered' and channel = 'email'"
    assert await fetch_value(letter) == "olha@example.org"
