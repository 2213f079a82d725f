"""CP-SAT in a process of its own: it takes all the cores it is given, and may be ended."""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.quarter_plans import (
    Impossible,
    NoPlanFound,
    Place,
    Problem,
    Progress,
    Proposal,
)


MODULE: Final = "hotline_sessions.gateways.planner"
GRACE_SECONDS: Final = 15.0
"""How much longer than asked for it may take to end: a step of the solver looks up rarely."""
LONGEST_LINE: Final = 1 << 24
NICENESS: Final = 10
"""A live session goes before a plan for next quarter."""


class Order(Struct, frozen=True, kw_only=True):
    """What the process is asked for; ``until`` is by the monotonic clock, which all share."""

    problem: Problem
    until: float
    workers: int
    near: tuple[Place, ...] = ()


class Said(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of what it says."""

    progress: Progress | None = None
    proposal: Proposal | None = None
    impossible: Impossible | None = None


class ProcessSolver:
    """Lets CP-SAT plan with ``workers`` threads beside this process."""

    def __init__(self, *, workers: int = 2) -> None:
        self._workers = workers

    async def solve(
        self,
        problem: Problem,
        *,
        seconds: float,
        near: tuple[Place, ...] = (),
        tell: Callable[[Progress], None] = lambda _: None,
    ) -> Proposal | Impossible:
        """The best plan found in ``seconds``, or the rules that leave none.

        To start the process and to build the model are part of that time.

        Raises:
            NoPlanFound: Time was too short, or the process has died.
        """
        until = time.monotonic() + seconds
        order = Order(problem=problem, until=until, workers=self._workers, near=near)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            MODULE,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
        )
        try:
            async with asyncio.timeout(seconds + GRACE_SECONDS):
                return await _listen(process, msgspec.json.encode(order), tell)
        except TimeoutError:
            raise NoPlanFound from None
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _listen(
    process: asyncio.subprocess.Process, order: bytes, tell: Callable[[Progress], None]
) -> Proposal | Impossible:
    if process.stdin is None or process.stdout is None:
        raise NoPlanFound
    with suppress(ConnectionError):
        process.stdin.write(order)
        await process.stdin.drain()
        process.stdin.close()
    async for line in process.stdout:
        said = msgspec.json.decode(line, type=Said)
        if said.progress is not None:
            tell(said.progress)
        if (answer := said.proposal or said.impossible) is not None:
            return answer
    raise NoPlanFound


def answer_order() -> None:
    """Plan what standard input asks for; every line of standard output is a ``Said``."""
    # Only this process loads the solver.
    from hotline_sessions.gateways.planner.solve import solve  # noqa: PLC0415

    os.nice(NICENESS)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)

    def say(said: Said) -> None:
        sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
        sys.stdout.buffer.flush()

    with suppress(NoPlanFound):
        answer = solve(
            order.problem,
            seconds=order.until - time.monotonic(),
            workers=order.workers,
            near=order.near,
            tell=lambda progress: say(Said(progress=progress)),
        )
        match answer:
            case Proposal():
                say(Said(proposal=answer))
            case Impossible():
                say(Said(impossible=answer))
