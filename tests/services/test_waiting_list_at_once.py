"""Many at once on one list: a slot goes to one citizen, and the order holds.

Each guard is tried by tasks that run at the same time; then it is taken away, and what it
stands against happens.
"""

import asyncio
import random
from collections.abc import Awaitable
from datetime import datetime

import pytest
from tests.factories import SECRET, make_booking, make_phone, make_slots
from tests.services.waiting import Full, a_citizen, make_full

from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.ids import SessionId, SlotId
from hotline_sessions.domain.waiting_offers import OfferOver
from hotline_sessions.services import waiting_list, waiting_offers
from hotline_sessions.services.bookings import Taken, cancel_booking
from hotline_sessions.services.offer_answers import accept_offer, decline_offer, get_offer
from hotline_sessions.services.waiting_list import join, leave
from hotline_sessions.services.waiting_offers import offer_freed
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


IDLE = "somebody waits while a slot is free that he would take"


async def at_once(*deeds: Awaitable[object]) -> list[object]:
    """What came of each of ``deeds``, done at the same time; a failure is no refusal."""
    outcomes = await asyncio.gather(*deeds, return_exceptions=True)
    for each in outcomes:
        if isinstance(each, BaseException) and not isinstance(each, Refusal):
            raise each
    return outcomes


async def count_holders() -> list[int]:
    """How many hold each slot that anybody holds."""
    rows = await fetch_rows(
        """select count(*) as n from booking where state in ('booked', 'heard', 'offered')
            group by slot"""
    )
    return [row["n"] for row in rows]


async def pass_by(_: SessionId) -> None:
    """In place of a lock."""


async def let_two_hands_reach_for_one_slot(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The list is settled twice at once by processes that see neither lock nor each other."""
    full = await make_full()
    await full.join()
    await full.join()
    booking = full.booked[0]
    await run_sql("update booking set state = 'cancelled' where id = $1", booking.id)
    others = {each.slot for each in full.booked[1:]}

    async def see_one_free(_: SessionId) -> set[SlotId]:
        await asyncio.sleep(0.05)
        return others

    monkeypatch.setattr(waiting_offers, "list_taken", see_one_free)
    monkeypatch.setattr(waiting_offers, "lock_list", pass_by)

    async def settle() -> None:
        async with transaction():
            await offer_freed(full.session.id, now=full.now)

    await at_once(settle(), settle())
    return await count_holders()


async def test_a_slot_is_offered_to_one_even_by_those_who_did_not_see_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    holders = await let_two_hands_reach_for_one_slot(monkeypatch)

    assert holders == [1, 1, 1, 1]


async def test_without_its_guard_a_slot_would_be_offered_to_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await run_sql("drop index one_live_booking_per_slot")

    holders = await let_two_hands_reach_for_one_slot(monkeypatch)

    assert sorted(holders) == [1, 1, 1, 2]


async def join_while_a_slot_falls_free(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Somebody looks, sees that all is taken, and joins; meanwhile a slot is given back."""
    full = await make_full()
    look = waiting_list.list_taken  # type: ignore[attr-defined]

    async def look_and_hesitate(session: SessionId) -> set[SlotId]:
        found = await look(session)
        await asyncio.sleep(0.3)
        return found

    async def give_back() -> None:
        await asyncio.sleep(0.1)
        await cancel_booking(full.booked[0].public_id, now=full.now)

    monkeypatch.setattr(waiting_list, "list_taken", look_and_hesitate)
    await at_once(full.join(), give_back())
    return await find_harm()


async def test_who_joins_while_a_slot_falls_free_is_offered_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert await join_while_a_slot_falls_free(monkeypatch) == []


async def test_without_the_lock_of_the_list_he_would_wait_beside_a_free_slot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting_list, "lock_list", pass_by)

    assert await join_while_a_slot_falls_free(monkeypatch) == [IDLE]


async def test_an_offer_is_accepted_once_even_twice_at_once() -> None:
    full = await make_full()
    entry = await full.join()
    await cancel_booking(full.booked[0].public_id, now=full.now)
    name = await full.offer_of(entry.phone)

    outcomes = await at_once(
        *(accept_offer(name, secret=SECRET, now=full.now) for _ in range(5)),
        decline_offer(name, now=full.now),
    )

    assert sum(not isinstance(each, Refusal) for each in outcomes) == 1


async def test_a_slot_that_falls_free_is_not_snatched_from_the_list() -> None:
    full = await make_full()
    entry = await full.join()
    slot = (await make_slots(full.session))[0]

    outcomes = await at_once(
        cancel_booking(full.booked[0].public_id, now=full.now),
        *(make_booking(session=full.session, slot=slot, phone=make_phone()) for _ in range(8)),
    )

    assert not any(isinstance(each, Taken) for each in outcomes)
    assert await full.offer_of(entry.phone)


async def draw_deeds(full: Full, rng: random.Random) -> list[Awaitable[object]]:
    """What several citizens, and the job, may do at the same moment."""
    now, session = full.now, full.session.public_id
    booked = await fetch_rows("select public_id from booking where state = 'booked'")
    standing = await fetch_rows("select public_id from waiting_entry where ended_at is null")
    deeds: list[Awaitable[object]] = [full.settle(), full.settle()]
    for name, phone, _ in await full.offers():
        deeds.append(accept_offer(name, secret=SECRET, now=now))
        declines = rng.choice([True, False])
        deeds.append(decline_offer(name, now=now) if declines else leave_by_offer(name, now=now))
        deeds.append(join(session, a_citizen(phone), now=now))
    deeds += [
        cancel_booking(row["public_id"], now=now) for row in rng.sample(booked, min(2, len(booked)))
    ]
    deeds += [
        leave(row["public_id"], now=now) for row in rng.sample(standing, min(1, len(standing)))
    ]
    deeds += [join(session, a_citizen(), now=now) for _ in range(3)]
    slots = await make_slots(full.session)
    deeds += [make_booking(session=full.session, slot=slot) for slot in slots]
    rng.shuffle(deeds)
    return deeds


async def leave_by_offer(name: str, *, now: datetime) -> None:
    offer = await get_offer(name)
    if offer.entry is None:
        raise OfferOver
    await leave(offer.entry.public_id, now=now)


async def find_harm() -> list[str]:
    """What must never be so, by name."""
    harms = {
        "a slot has two holders": """
            select 1 from booking where state in ('booked', 'offered')
             group by slot having count(*) > 1""",
        "a phone has two slots": """
            select 1 from booking where state = 'booked'
                or (state = 'offered' and instead_of is null)
             group by session, phone having count(*) > 1""",
        "an offer is nobody's": """
            select 1 from booking b where b.state = 'offered' and not exists (
                select from waiting_entry w where w.booking = b.id and w.state = 'offered')""",
        "an entry waits for an offer that is not": """
            select 1 from waiting_entry w join booking b on b.id = w.booking
             where w.state = 'offered' and b.state <> 'offered'""",
        IDLE: """
            select 1 from waiting_entry w join slot t on t.session = w.session
             where w.state = 'waiting' and not w.wants_earlier and t.is_bookable
               and not exists (select from booking b where b.slot = t.id
                                  and b.state in ('booked', 'offered'))
               and not exists (select from booking b where b.session = w.session
                                  and b.phone = w.phone
                                  and (b.state = 'booked' or b.slot = t.id))""",
    }
    return [name for name, sql in harms.items() if await fetch_rows(sql)]


async def test_whatever_is_done_at_once_no_slot_is_given_twice_and_none_lies_idle() -> None:
    full = await make_full()
    rng = random.Random(4)  # noqa: S311 - the same deeds each time
    for _ in range(4):
        await full.join()
    await full.join(phone=full.booked[3].phone, earlier=True)
    await cancel_booking(full.booked[0].public_id, now=full.now)

    for _ in range(5):
        await at_once(*await draw_deeds(full, rng))
        assert await find_harm() == []
        full.pass_time(minutes=rng.choice([1, 61]))
        await full.settle()
        assert await find_harm() == []
    assert await fetch_value("select count(*) from booking where origin = 'offer'") > 5
