"""Wishes that come together are written together, and each gets its own answer."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import asyncpg
import pytest
from tests.factories import NOW, PHONE, SECRET

from hotline_sessions.domain.bookings import BookingBusy, Caller, Wish
from hotline_sessions.services.booking_lane import ATTEMPTS, BookingLane, write_alone
from hotline_sessions.services.booking_orders import ON_THE_WEB, build_order
from hotline_sessions.services.lanes import MOST
from hotline_sessions.store.book_many import BookingOrder, BookingResult


pytestmark = pytest.mark.anyio


def build(session: str) -> BookingOrder:
    wish = Wish(starts_at=NOW + timedelta(days=3), community="Рівне", question="Коли тепло?")
    caller = Caller(phone=PHONE, name="Марія")
    return build_order(session, wish, caller, ON_THE_WEB, secret=SECRET, now=NOW, attempt=0)


class Desk:
    """Writes bookings in memory, one batch at a time, and fails where it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.failures: dict[str, Exception] = {}
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def write(self, orders: Sequence[BookingOrder]) -> list[BookingResult]:
        self.batches.append([order.session for order in orders])
        await self.is_open.wait()
        for order in orders:
            if order.session in self.failures:
                raise self.failures[order.session]
        return [
            BookingResult(number=number, outcome="booked", public_id=order.session)
            for number, order in enumerate(orders, 1)
        ]


async def test_the_first_goes_at_once_and_who_comes_meanwhile_goes_together() -> None:
    desk = Desk()
    desk.is_open.clear()
    lane = BookingLane(desk.write)

    first = asyncio.create_task(lane.book(build("a")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.create_task(lane.book(build(name))) for name in "bcd"]
    await asyncio.sleep(0)
    desk.is_open.set()
    results = await asyncio.gather(first, *others)

    assert desk.batches == [["a"], ["b", "c", "d"]]
    assert [result.public_id for result in results] == ["a", "b", "c", "d"]


async def test_no_batch_is_longer_than_the_longest() -> None:
    desk = Desk()
    lane = BookingLane(desk.write)

    await asyncio.gather(*(lane.book(build(str(n))) for n in range(2 * MOST + 3)))

    assert max(len(batch) for batch in desk.batches) == MOST
    assert sum(len(batch) for batch in desk.batches) == 2 * MOST + 3


async def test_one_that_fails_takes_nobody_with_it() -> None:
    desk = Desk()
    desk.failures["bad"] = RuntimeError("cannot be written")
    lane = BookingLane(desk.write)

    results = await asyncio.gather(
        *(lane.book(build(name)) for name in ("one", "bad", "two")), return_exceptions=True
    )

    assert [isinstance(result, RuntimeError) for result in results] == [False, True, False]


async def test_who_gives_up_waiting_does_not_stop_the_others() -> None:
    desk = Desk()
    desk.is_open.clear()
    lane = BookingLane(desk.write)

    impatient = asyncio.create_task(lane.book(build("a")))
    patient = asyncio.create_task(lane.book(build("b")))
    await asyncio.sleep(0)
    impatient.cancel()
    desk.is_open.set()

    assert (await patient).outcome == "booked"


async def test_the_lane_serves_again_after_it_has_stood_still() -> None:
    desk = Desk()
    lane = BookingLane(desk.write)

    for name in "abc":
        assert (await lane.book(build(name))).public_id == name

    assert desk.batches == [["a"], ["b"], ["c"]]


async def test_a_circle_of_waiting_is_tried_again_and_given_up_in_the_end() -> None:
    desk = Desk()
    desk.failures["a"] = asyncpg.DeadlockDetectedError("circle")

    with pytest.raises(BookingBusy) as refusal:
        await write_alone(build("a"), desk.write)

    assert refusal.value.facts == {"retry_after": 1}
    assert len(desk.batches) == ATTEMPTS


async def test_a_lock_that_is_not_had_in_time_is_not_waited_for_again() -> None:
    desk = Desk()
    desk.failures["a"] = asyncpg.LockNotAvailableError("too long")

    with pytest.raises(BookingBusy):
        await write_alone(build("a"), desk.write)

    assert len(desk.batches) == 1
