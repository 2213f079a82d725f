import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from msgspec import Struct

from hotline_sessions.jobs import runner
from hotline_sessions.jobs.job import Job
from hotline_sessions.jobs.runner import run_jobs


pytestmark = pytest.mark.anyio


class Hint(Struct):
    topic: str


class Bell:
    """Hints that a test gives."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def next_within(self, seconds: float) -> Hint | None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), seconds)
            self._rung.clear()
            return Hint("outbox")
        return None

    @contextmanager
    def watch(self, topic: str) -> Iterator["Bell"]:
        del topic
        yield self


async def run_for(jobs: list[Job], bell: Bell, seconds: float = 0.1) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(run_jobs(jobs, bell.watch), seconds)


async def test_a_job_works_until_nothing_is_left() -> None:
    left = [3]

    async def work() -> int:
        left[0] -= 1
        return max(left[0], 0)

    await run_for([Job(name="drain", work=work, every=60)], Bell())

    assert left == [0]


async def test_a_hint_wakes_a_job_before_its_time() -> None:
    bell, done = Bell(), list[int]()

    async def work() -> int:
        done.append(1)
        return 0

    asyncio.get_running_loop().call_later(0.02, bell.ring)
    await run_for([Job(name="woken", work=work, every=60, topic="outbox")], bell)

    assert len(done) == 2


async def test_a_job_that_fails_is_tried_again_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "FAILURE_SECONDS", 0.0)
    done: dict[str, int] = {"bad": 0, "good": 0}

    async def bad() -> int:
        done["bad"] += 1
        raise LookupError

    async def good() -> int:
        done["good"] += 1
        return 0

    await run_for(
        [Job(name="bad", work=bad, every=0.01), Job(name="good", work=good, every=0.01)], Bell()
    )

    assert min(done.values()) > 1
