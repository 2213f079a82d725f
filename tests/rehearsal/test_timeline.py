import asyncio
from collections.abc import Coroutine
from typing import Any

from hotline_sessions.rehearsal.timeline import START, Timeline, TimelineClock


def run(work: Coroutine[Any, Any, None]) -> Timeline:
    loop = Timeline()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(work)
    return loop


def test_an_hour_of_waiting_takes_no_time() -> None:
    loop = run(asyncio.sleep(3600))

    assert 3600 <= loop.time() < 3601


def test_the_clock_moves_to_each_moment_that_somebody_waits_for() -> None:
    seen: list[float] = []

    async def wait(seconds: float) -> None:
        await asyncio.sleep(seconds)
        seen.append(round(asyncio.get_running_loop().time(), 6))

    async def work() -> None:
        await asyncio.gather(wait(5), wait(0.25), wait(90))

    run(work())

    assert seen == [0.25, 5, 90]


def test_time_stands_still_while_something_is_held() -> None:
    moments: list[float] = []

    async def tick(loop: Timeline) -> None:
        await asyncio.sleep(1)
        moments.append(loop.time())

    async def work() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Timeline)
        task = asyncio.create_task(tick(loop))
        with loop.hold():
            await asyncio.to_thread(sum, range(10))  # something outside answers at last
            moments.append(loop.time())
        await task

    run(work())

    assert moments == [0.0, 1.0]


def test_product_and_network_read_the_same_clock() -> None:
    async def work() -> None:
        clock = TimelineClock(asyncio.get_running_loop())
        await clock.sleep(90)
        assert clock.elapsed() == 90
        assert (clock.now() - START).total_seconds() == 90

    run(work())


def test_when_all_is_quiet_others_are_asked_before_time_passes() -> None:
    order: list[str] = []

    async def work() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Timeline)
        waiting = [loop.create_future()]
        future = waiting[0]

        def stir() -> bool:
            if not waiting:
                return False
            waiting.pop().set_result(None)
            return True

        loop.on_quiet(stir)
        loop.call_later(1, order.append, "time")
        await future
        order.append("stirred")
        await asyncio.sleep(2)

    run(work())

    assert order == ["stirred", "time"]
