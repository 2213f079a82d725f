"""Lots fall once, after the closing, and the database holds what the published file says."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.factories import (
    NOW,
    PHONE,
    SECRET,
    choose_policy,
    list_all_bookings,
    make_booking,
    make_phone,
    make_session,
    make_staff,
    plan_registration_days,
)
from tests.fakes import FrozenClock

from hotline_sessions.cli.draw import draw as draw_command
from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.bookings import (
    Booking,
    Caller,
    Origin,
    SessionNotBookable,
    TooManyBookings,
    Wish,
)
from hotline_sessions.domain.draw_files import find_flaws
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.registration import (
    DrawSession,
    RegistrationClosed,
    RegistrationNotOpen,
)
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.slots import SlotTaken
from hotline_sessions.domain.waiting_list import WaitingState
from hotline_sessions.services import draws
from hotline_sessions.services.bookings import cancel_booking, take_slot
from hotline_sessions.services.draw_entries import (
    DrawWish,
    NotByLot,
    NoTimeNamed,
    OwnEntry,
    RegisteredAlready,
    find_own_entry,
    register_for_draw,
    withdraw_from_draw,
)
from hotline_sessions.services.draws import get_draw, run_due_draws
from hotline_sessions.services.sessions import cancel
from hotline_sessions.store.draws import StoredDraw, find_draw
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.sessions import list_slots
from hotline_sessions.store.waiting_list import list_waiting


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

OPENS = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CLOSES = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
DURING = OPENS + timedelta(hours=2)
TICK = timedelta(microseconds=1)


async def make_drawn_session() -> Session:
    """Registration from 11:00 on NOW's day to 18:00 on the next, then the lots fall."""
    return await make_session(registration=plan_registration_days())


async def enter(
    session: Session,
    *,
    phone: str | None = None,
    times: tuple[datetime, ...] = (),
    any_time: bool = True,
    now: datetime = DURING,
) -> Caller:
    caller = Caller(phone=phone or make_phone(), name="Марія Іванівна")
    wish = DrawWish(
        times=times, any_time=any_time, community="Рівне", question="Коли буде перерахунок?"
    )
    await register_for_draw(session.public_id, wish, caller, language="uk", now=now)
    return caller


async def get_entry(session: Session, caller: Caller) -> OwnEntry:
    own = await find_own_entry(session.public_id, caller)
    assert own is not None
    return own


async def let_fall(now: datetime = CLOSES) -> int:
    return await run_due_draws(secret=SECRET, clock=FrozenClock(now))


async def book_first(
    session: Session, *, now: datetime, slot: int = 0, phone: str | None = None
) -> Booking:
    wish = Wish(
        starts_at=(await list_starts(session))[slot], community="Рівне", question="Коли тепло?"
    )
    caller = Caller(phone=phone or make_phone(), name="Петро")
    taken = await take_slot(session.public_id, wish, caller, secret=SECRET, now=now)
    return taken.booking


async def list_starts(session: Session) -> list[datetime]:
    return [slot.starts_at for slot in await list_slots(session.id) if slot.is_bookable]


async def test_a_session_by_lot_commits_itself_when_it_is_announced() -> None:
    session = await make_drawn_session()

    published = await get_draw(session.public_id)

    assert len(published.commitment) == 64
    assert published.file is None
    kept = await find_draw(session.id)
    assert kept is not None
    assert kept.nonce not in repr(published)


async def test_nobody_registers_before_the_opening_or_after_the_closing() -> None:
    session = await make_drawn_session()

    with pytest.raises(RegistrationNotOpen):
        await enter(session, now=OPENS - TICK)
    with pytest.raises(RegistrationClosed):
        await enter(session, now=CLOSES)
    await enter(session, now=OPENS)
    await enter(session, now=CLOSES - TICK)

    assert (await get_draw(session.public_id)).entries == 2


async def test_one_phone_takes_part_once_even_twice_at_once() -> None:
    session = await make_drawn_session()

    results = await asyncio.gather(
        enter(session, phone=PHONE), enter(session, phone=PHONE), return_exceptions=True
    )

    assert sum(isinstance(result, Caller) for result in results) == 1
    assert sum(isinstance(result, RegisteredAlready) for result in results) == 1


async def test_a_wish_names_times_of_the_session_or_any() -> None:
    session = await make_drawn_session()

    with pytest.raises(NoTimeNamed):
        await enter(session, any_time=False)
    with pytest.raises(NotFound):
        await enter(session, times=(NOW,))


async def test_a_slot_drawn_by_lot_cannot_be_booked_by_who_comes_first() -> None:
    session = await make_drawn_session()

    with pytest.raises(DrawSession):
        await book_first(session, now=DURING)
    with pytest.raises(RegistrationNotOpen):
        await book_first(session, now=OPENS - TICK)


async def test_an_entry_may_be_withdrawn_until_the_closing_and_made_anew() -> None:
    session = await make_drawn_session()
    caller = await enter(session)
    before = await get_entry(session, caller)

    await withdraw_from_draw(session.public_id, caller, now=DURING)
    await withdraw_from_draw(session.public_id, caller, now=DURING)
    assert await find_own_entry(session.public_id, caller) is None
    await enter(session, phone=caller.phone)

    assert (await get_entry(session, caller)).pseudonym != before.pseudonym
    with pytest.raises(RegistrationClosed):
        await withdraw_from_draw(session.public_id, caller, now=CLOSES)


async def test_the_lots_fall_at_the_closing_and_not_a_moment_before() -> None:
    session = await make_drawn_session()
    caller = await enter(session)

    assert await let_fall(CLOSES - TICK) == 0
    assert await let_fall(CLOSES) == 1
    assert await let_fall(CLOSES) == 0

    (booking,) = await list_all_bookings(session)
    assert (booking.phone, booking.origin) == (caller.phone, Origin.DRAW)
    assert booking.starts_at == (await list_starts(session))[0]


async def test_who_gets_no_lot_stands_on_the_waiting_list_in_the_drawn_order() -> None:
    session = await make_drawn_session()
    callers = [await enter(session) for _ in range(10)]
    names = {(await get_entry(session, each)).pseudonym: each.phone for each in callers}

    await let_fall()

    published = await get_draw(session.public_id)
    assert published.file is not None
    assert find_flaws(published.text) == []
    booked = {booking.starts_at: booking.phone for booking in await list_all_bookings(session)}
    assert booked == {
        datetime.fromisoformat(lot.slot): names[lot.name] for lot in published.file.result
    }
    waiting = await list_waiting(session.id)
    assert [entry.place for entry in waiting] == [1, 2, 3, 4, 5, 6]
    assert [entry.phone for entry in waiting] == [names[name] for name in published.file.waiting]
    told = await fetch_rows(
        """select recipient, facts ->> 'place' as place, facts ->> 'day' as day
             from message where purpose = 'draw-lost'"""
    )
    assert {(row["recipient"], row["place"]) for row in told} == {
        (entry.phone, str(entry.place)) for entry in waiting
    }
    assert {row["day"] for row in told} == {"25.11"}


async def test_winners_get_the_sms_of_a_booking_and_their_entry_is_done() -> None:
    session = await make_drawn_session()
    caller = await enter(session)

    await let_fall()

    told = await fetch_rows("select recipient from message where purpose = 'booking-confirmed'")
    assert [row["recipient"] for row in told] == [caller.phone]
    assert await find_own_entry(session.public_id, caller) is None
    state = await fetch_value("select state from waiting_entry")
    assert state == WaitingState.BOOKED


async def test_what_nobody_has_drawn_goes_to_whoever_comes_first() -> None:
    session = await make_drawn_session()
    await enter(session)
    await let_fall()

    booking = await book_first(session, now=CLOSES + timedelta(hours=1), slot=1)

    assert booking.phone not in {entry.phone for entry in await list_waiting(session.id)}
    with pytest.raises(NotByLot):
        await enter(session, now=CLOSES + timedelta(hours=1))


async def test_what_is_left_is_offered_to_the_waiting_list_before_all_others() -> None:
    session = await make_drawn_session()
    first, *others = await list_starts(session)
    for _ in range(2):
        await enter(session, times=(first,), any_time=False)

    await let_fall()

    (loser,) = await list_waiting(session.id)
    assert (loser.place, loser.state) == (1, WaitingState.OFFERED)
    with pytest.raises(SlotTaken):
        await book_first(session, now=CLOSES + timedelta(minutes=1), slot=1)
    assert len(others) == 3


async def test_who_has_got_a_slot_in_another_way_takes_no_part() -> None:
    session = await make_drawn_session()
    caller = await enter(session)
    await run_sql("update session set booking_mode = 'first-come' where id = $1", session.id)
    await book_first(session, now=DURING, phone=caller.phone)
    await run_sql("update session set booking_mode = 'draw' where id = $1", session.id)

    await let_fall()

    published = await get_draw(session.public_id)
    assert published.entries == 0
    assert len(await list_all_bookings(session)) == 1


async def test_a_session_that_is_not_held_has_no_draw() -> None:
    session = await make_drawn_session()
    await enter(session)
    staff = await make_staff(institution=session.institution)
    await cancel(session.public_id, "Посадова особа хворіє.", staff=staff, now=DURING)

    assert await let_fall() == 0
    with pytest.raises(SessionNotBookable):
        await enter(session)


async def test_two_processes_at_once_make_one_draw() -> None:
    session = await make_drawn_session()
    for _ in range(6):
        await enter(session)

    made = await asyncio.gather(let_fall(), let_fall())

    assert sorted(made) == [0, 1]
    assert len(await list_all_bookings(session)) == 4
    assert await fetch_value("select count(*) from message where purpose = 'draw-lost'") == 2


async def test_without_its_guard_the_lots_would_fall_again(monkeypatch: pytest.MonkeyPatch) -> None:
    session = await make_drawn_session()
    for _ in range(6):
        await enter(session)
    await let_fall()
    first = (await get_draw(session.public_id)).text

    async def find_unguarded(session_id: int) -> StoredDraw | None:
        del session_id
        return await find_draw(session.id)

    async def list_again(_: datetime) -> list[int]:
        return [session.id]

    monkeypatch.setattr(draws, "lock_open_draw", find_unguarded)
    monkeypatch.setattr(draws, "list_due_draws", list_again)
    await cancel_booking((await list_all_bookings(session))[0].public_id, now=CLOSES)
    await let_fall()

    assert (await get_draw(session.public_id)).text != first


async def test_who_registers_while_the_lots_fall_takes_part_or_is_told_that_it_is_too_late() -> (
    None
):
    session = await make_drawn_session()
    await enter(session)

    *late, made = await asyncio.gather(
        *(enter(session, now=CLOSES - TICK) for _ in range(4)), let_fall(), return_exceptions=True
    )

    registered = 1 + sum(isinstance(each, Caller) for each in late)
    assert made == 1
    assert all(isinstance(each, Caller | NotByLot) for each in late)
    assert (await get_draw(session.public_id)).entries == registered


async def test_a_lot_that_falls_on_somebody_beyond_a_limit_leaves_its_slot_free() -> None:
    session = await make_drawn_session()
    caller = await enter(session)
    await enter(session)
    home = await get_institution(session.institution)
    other = await make_session(institution=home, opens_clock=time(14), closes_clock=time(15))
    await make_booking(session=other, phone=caller.phone)
    await choose_policy(home.id, BookingPolicy(monthly_cap=1))

    assert await let_fall() == 1

    (booking,) = await list_all_bookings(session)
    assert booking.phone != caller.phone
    assert await list_waiting(session.id) == []
    told = await fetch_rows("select recipient, facts from message where purpose = 'draw-refused'")
    assert [(row["recipient"], row["facts"]) for row in told] == [
        (caller.phone, '{"day": "25.11"}')
    ]
    refusal = await fetch_value(
        "select refusal from waiting_entry where phone = $1 and session = $2",
        caller.phone,
        session.id,
    )
    assert refusal == "too-many-bookings"
    draw = await get_draw(session.public_id)
    assert find_flaws(draw.text) == []


async def test_a_draw_that_fails_leaves_no_trace_and_is_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = await make_drawn_session()
    for _ in range(6):
        await enter(session)

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no paper left")

    with monkeypatch.context() as patch:
        patch.setattr(draws, "tell_of_lost_draw", fail)
        with pytest.raises(RuntimeError):
            await let_fall()
    assert await list_all_bookings(session) == []
    assert (await get_draw(session.public_id)).file is None

    assert await let_fall() == 1
    assert len(await list_all_bookings(session)) == 4


async def test_ten_thousand_registrations_for_forty_slots_are_reckoned_again_from_the_file(
    tmp_path: Path,
) -> None:
    session = await make_session(
        registration=plan_registration_days(),
        closes_clock=time(13, 20),
        talk_minutes=5,
        walk_in_percent=0,
    )
    await run_sql(
        """insert into waiting_entry (public_id, institution, session, phone, caller_name,
                                      community, question, is_draw, state, joined_at, wishes)
           select 'entry' || n, $1, $2, '+38067' || lpad(n::text, 7, '0'), 'Марія', 'Рівне',
                  'Коли буде тепло?', true, 'waiting', $3, '{"any": true}'
             from generate_series(1, 10000) n""",
        session.institution,
        session.id,
        DURING,
    )

    assert await let_fall() == 1

    path = tmp_path / "draw.json"
    path.write_text((await get_draw(session.public_id)).text)
    right = CliRunner().invoke(draw_command, ["verify", str(path)])
    assert right.exit_code == 0, right.output
    assert "10000 entries, 40 slots, 40 given, 9960 on the waiting list" in right.output
    assert len(await list_all_bookings(session)) == 40
    last = await fetch_value("select max(place) from waiting_entry where state = 'waiting'")
    assert last == 9_960
    path.write_text(path.read_text().replace('"any":true', '"any":false', 1))
    assert CliRunner().invoke(draw_command, ["verify", str(path)]).exit_code == 1


async def test_who_could_not_have_a_slot_is_told_so_before_the_lots_fall() -> None:
    session = await make_drawn_session()
    await choose_policy(session.institution, BookingPolicy(monthly_cap=1))
    home = await get_institution(session.institution)
    other = await make_session(institution=home, held_on=session.held_on + timedelta(days=1))
    await make_booking(session=other, phone=PHONE)

    with pytest.raises(TooManyBookings):
        await enter(session, phone=PHONE)


async def test_who_takes_part_is_told_when_the_session_is_called_off() -> None:
    session = await make_drawn_session()
    caller = await enter(session)
    staff = await make_staff(institution=session.institution)

    await cancel(session.public_id, "Лікарняний", staff=staff, now=DURING)

    rows = await fetch_rows("select recipient, purpose, body from message")
    assert [(row["recipient"], row["purpose"]) for row in rows] == [
        (caller.phone, "waiting-cancelled")
    ]
