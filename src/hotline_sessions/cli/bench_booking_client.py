"""The load generator of ``hotline bench booking``, in a process of its own.

It reads what to send from a file and writes what came back into another one, so that
neither its processor time nor its garbage is counted as that of what it measures.
"""

import asyncio
import gc
import time
from itertools import cycle
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
import uvloop
from msgspec import Struct

from hotline_sessions.cli.bench_http import Connections


PATIENCE: Final = 60.0
"""Seconds for which the last answers are waited for."""

Sample: TypeAlias = tuple[int, float]
"""Status of an answer (0: there was none), and the seconds it took."""


class Plan(Struct, frozen=True, kw_only=True):
    """What is sent, in this order, so many at a time; over and over where ``seconds`` are given."""

    host: str
    ports: tuple[int, ...]
    """The servers; requests go to them by turns."""
    clients: int
    """Requests under way at once, each on a connection of its own."""
    requests: list[bytes]
    seconds: float | None = None
    """After so long no further request is sent."""
    repeat: bool = False
    """Whether it begins anew at the end of ``requests``."""
    together: int | None = None
    """So many are all answered before the next ones are sent."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What came back."""

    samples: list[Sample]
    unanswered: int
    seconds: float
    """From the first request to the last answer."""
    cpu: float
    """Processor seconds of the generator meanwhile."""


class Rush:
    """Requests under way: whenever one is answered the next one is sent."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._servers = [Connections(plan.host, port) for port in plan.ports]
        self._turns = cycle(self._servers)
        self._samples: list[Sample] = []
        self._open = 0

    async def run(self) -> Outcome:
        """Send everything and wait for the answers.

        Raises:
            OSError: A server does not listen.
        """
        share = -(-self._plan.clients // len(self._servers))
        for server in self._servers:
            await server.open(share)
            await server.renew()
        gc.collect()
        gc.freeze()
        began, used = time.monotonic(), time.process_time()
        plan = self._plan
        step = plan.together or max(1, len(plan.requests))
        for first in range(0, len(plan.requests), step):
            part = plan.requests[first : first + step]
            await self._send_all(part, seconds=plan.seconds, repeat=plan.repeat)
        outcome = Outcome(
            samples=self._samples,
            unanswered=self._open,
            seconds=time.monotonic() - began,
            cpu=time.process_time() - used,
        )
        for server in self._servers:
            server.close()
        return outcome

    async def _send_all(
        self, requests: list[bytes], *, seconds: float | None, repeat: bool
    ) -> None:
        todo = cycle(requests) if repeat else iter(requests)
        until = None if seconds is None else time.monotonic() + seconds
        done = asyncio.Event()

        def send_next() -> None:
            request = None if until and time.monotonic() > until else next(todo, None)
            if request is None:
                if not self._open:
                    done.set()
                return
            self._open += 1
            sent = time.monotonic()

            def note(status: int, _body: bytes) -> None:
                self._open -= 1
                self._samples.append((status, time.monotonic() - sent))
                # A connection is free for another request only after this has returned.
                asyncio.get_running_loop().call_soon(send_next)

            next(self._turns).send(request, note)

        for _ in range(self._plan.clients):
            send_next()
        limit = None if seconds is None else seconds + PATIENCE
        try:
            await asyncio.wait_for(done.wait(), limit)
        except TimeoutError:
            return


def run_client(plan: Path, outcome: Path) -> None:
    """Do what ``plan`` says and write ``outcome``."""
    wanted = msgspec.msgpack.decode(plan.read_bytes(), type=Plan)
    found = uvloop.run(Rush(wanted).run())
    outcome.write_bytes(msgspec.msgpack.encode(found))


def build_post(path: str, body: bytes, *, cookie: str) -> bytes:
    """A form as a browser sends it from our own page."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
        f"Accept: text/html\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def build_get(path: str) -> bytes:
    """A page that is asked for."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n".encode()
