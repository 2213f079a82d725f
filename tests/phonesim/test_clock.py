"""Virtual time: it moves only when nothing is left to do."""

import asyncio

import pytest

from hotline_sessions.phonesim.clock import ScaledClock, Tasks, VirtualClock, wait_at_most


pytestmark = pytest.mark.anyio


async def test_sleepers_of_one_moment_wake_together_and_in_order() -> None:
    clock, woken = VirtualClock(), []

    async def sleep(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.elapsed()))

    tasks = [asyncio.create_task(sleep(*one)) for one in (("a", 2), ("b", 1), ("c", 2))]
    await clock.advance(1.5)
    assert woken == [("b", 1)]
    await clock.advance(10)
    assert woken == [("b", 1), ("a", 2), ("c", 2)]
    assert clock.elapsed() == 11.5
    await asyncio.gather(*tasks)


async def test_time_stands_still_while_somebody_holds_it() -> None:
    clock, seen = VirtualClock(), []

    async def work() -> None:
        with clock.hold():
            await asyncio.sleep(0.05)  # Something the loop cannot see, such as a database.
            seen.append(clock.elapsed())

    task = asyncio.create_task(work())
    await clock.advance(100)
    await task
    assert seen == [0.0]


async def test_who_sleeps_while_he_holds_the_clock_wakes_all_the_same() -> None:
    clock, seen = VirtualClock(), []

    async def work() -> None:
        with clock.hold():
            await clock.sleep(5)
            seen.append(clock.elapsed())
            await asyncio.sleep(0.02)
            seen.append(clock.elapsed())

    task = asyncio.create_task(work())
    await clock.advance(60)
    await task
    assert seen == [5.0, 5.0]


async def test_a_hold_that_ended_while_a_child_slept_does_not_come_back() -> None:
    clock = VirtualClock()
    with clock.hold():
        child = asyncio.create_task(clock.sleep(5))
        await asyncio.sleep(0)
    async with asyncio.timeout(2):
        await clock.advance(10)
        await clock.advance(10)
    assert child.done()


async def test_a_step_goes_to_the_next_moment_at_which_anything_happens() -> None:
    clock, rung = VirtualClock(), []
    clock.call_later(7, lambda: rung.append("late"))
    taken_back = clock.call_later(3, lambda: rung.append("early"))
    taken_back.cancel()
    assert await clock.step()
    assert (clock.elapsed(), rung) == (7.0, ["late"])
    assert not await clock.step()


async def test_waiting_has_its_limit_and_what_comes_in_time_its_result() -> None:
    clock = VirtualClock()
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    waiting = asyncio.create_task(wait_at_most(clock, future, 5))
    await clock.advance(4)
    future.set_result("so")
    await clock.advance(4)
    assert waiting.result() == "so"
    forever: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    waiting = asyncio.create_task(wait_at_most(clock, forever, 5))
    await clock.advance(6)
    assert waiting.done()
    assert forever.cancelled()


async def test_a_fast_clock_calls_early() -> None:
    rung = asyncio.Event()
    ScaledClock(1000.0).call_later(10, rung.set)
    async with asyncio.timeout(5):
        await rung.wait()


async def test_what_is_stopped_begins_nothing_more() -> None:
    tasks, begun = Tasks(), []

    async def follow() -> None:
        begun.append("follow")

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            tasks.spawn(follow())

    tasks.spawn(work())
    await asyncio.sleep(0)

    await tasks.stop()
    await asyncio.sleep(0)

    assert begun == []
    with pytest.raises(asyncio.CancelledError):
        _ = tasks.start(follow())
