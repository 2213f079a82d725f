"""Several server processes on one port: started, watched, started again, stopped."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.context import SpawnProcess
from typing import Final, TypeAlias

import structlog


log = structlog.get_logger()

GRACE: Final = 5
"""Seconds that requests and open streams have to finish when a server stops."""
LAST_GRACE: Final = 5.0
"""Seconds after that in which its process must have ended."""
SHORTEST_LIFE: Final = 5.0
"""A process that ends sooner cannot be helped by starting it again."""
LOOK_EVERY: Final = 0.1

Serve: TypeAlias = Callable[[], None]
"""What a process does until SIGTERM. Travels to new processes."""


class ServerEndedError(RuntimeError):
    """A server process ended as soon as it was started."""


def serve_together(team_work: Mapping[str, Serve]) -> None:
    """Run a process for each name until SIGINT or SIGTERM; one that dies is started again.

    New processes are spawned, not forked: this one has threads.

    Raises:
        ServerEndedError: One ends at once.
    """
    team = [Part(name, serve) for name, serve in team_work.items()]
    with _told_to_stop() as is_told:
        try:
            for part in team:
                part.start()
            while not is_told():
                for part in team:
                    part.keep_up()
                time.sleep(LOOK_EVERY)
        finally:
            for part in team:
                part.ask_to_stop()
            deadline = time.monotonic() + GRACE + LAST_GRACE
            for part in team:
                part.wait(deadline)


class Part:
    """One of the processes."""

    def __init__(self, name: str, serve: Serve) -> None:
        self._name = name
        self._serve = serve
        self._process: SpawnProcess | None = None
        self._since = 0.0

    def start(self) -> None:
        """Start it."""
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=self._serve, name=self._name)
        self._process.start()
        self._since = time.monotonic()

    def keep_up(self) -> None:
        """Start it again if it has died.

        Raises:
            ServerEndedError: It had only just been started.
        """
        if self._process is None or self._process.is_alive():
            return
        if time.monotonic() - self._since < SHORTEST_LIFE:
            raise ServerEndedError("The server ended as soon as it was started; see its log.")
        log.warning("server_process_restarted", process=self._name)
        self.start()

    def ask_to_stop(self) -> None:
        """Let it finish what it is doing."""
        if self._process is not None and self._process.is_alive():
            self._process.terminate()

    def wait(self, deadline: float) -> None:
        """Wait until it has ended; at ``deadline`` make it."""
        if self._process is None:
            return
        self._process.join(max(0.0, deadline - time.monotonic()))
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def is_orphan(parent: int) -> bool:
    """Whether the process ``parent``, which had started this one, is gone."""
    return os.getppid() != parent


@contextmanager
def _told_to_stop() -> Iterator[Callable[[], bool]]:
    """Whether SIGINT or SIGTERM has come since the block began; they do nothing else."""
    told: list[int] = []
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(each, lambda number, _frame: told.append(number)) for each in signals]
    try:
        yield lambda: bool(told)
    finally:
        for each, handler in zip(signals, before, strict=True):
            signal.signal(each, handler)
