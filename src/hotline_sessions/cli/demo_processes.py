"""Processes of the demo: started, watched, started again when they die, stopped in the end."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import httpx


GRACE: Final = 8.0
"""Seconds in which a process must end after it was asked to."""
PAUSE: Final = 0.05
LOOPBACK: Final = "127.0.0.1"
PORTS: Final = range(20_000, 32_000)
"""Those that no system hands out by itself: a process that was killed finds its own again."""
ATTEMPTS: Final = 100
"""Ports that are tried before giving up."""
LAST_WORDS: Final = 600
"""Characters of a process's log that are told when it has ended at once."""


class NotReadyError(RuntimeError):
    """A process of the demo did not come up."""


def choose_port(wanted: int) -> int:
    """``wanted`` if nobody listens there, else any free port of loopback, from ``PORTS``.

    Raises:
        NotReadyError: No port is free.
    """
    others = random.sample(PORTS, ATTEMPTS)
    for port in [wanted, *others] if wanted else others:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind((LOOPBACK, port))
                return port
    raise NotReadyError("There is no free port.")


class Child:
    """One ``hotline …`` process with a log of its own.

    It gets a session of its own, so that Ctrl+C reaches only the demo, which then stops
    everything in order.
    """

    def __init__(
        self, name: str, arguments: list[str], *, env: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self._arguments = [sys.executable, "-m", "hotline_sessions", *arguments]
        self._env = {**os.environ, **env}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Number of the process that runs now; 0 if none does."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start it."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._arguments,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it at once, without a chance to finish anything: what a power cut does."""
        if self._process is not None:
            self._process.kill()

    def keep_up(self) -> bool:
        """Start it again if it has died; whether it had."""
        if self.is_alive():
            return False
        self.start()
        return True

    def stop(self) -> None:
        """Ask it to end; after ``GRACE`` make it."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def wait_until_answers(self, url: str, *, seconds: float) -> None:
        """Wait until ``url`` answers well.

        Raises:
            NotReadyError: The process has died, or does not answer in time.
        """
        deadline = time.monotonic() + seconds
        with httpx.Client(trust_env=False, timeout=2.0) as client:
            while time.monotonic() < deadline:
                if not self.is_alive():
                    words = self._read_last_words()
                    raise NotReadyError(f"{self.name} has ended at once; see {self._log}: {words}")
                try:
                    if client.get(url).is_success:
                        return
                except httpx.TransportError:
                    pass
                time.sleep(PAUSE)
        raise NotReadyError(f"{self.name} does not answer; see {self._log}.")

    def _read_last_words(self) -> str:
        return self._log.read_text(errors="replace")[-LAST_WORDS:].strip()


def throw_away(folder: Path) -> None:
    """Remove the data of a demo that does not run; the folder stays, empty."""
    database = folder / "postgres"
    if database.is_symlink():
        shutil.rmtree(database.readlink(), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def end_leftovers(pids: list[int]) -> None:
    """End processes of a demo that was killed and could not stop them itself."""
    for pid in pids:
        if _is_ours(pid):
            os.kill(pid, signal.SIGTERM)


def is_running(pid: int) -> bool:
    """Whether a process with this number lives and is a demo of ours."""
    return _is_ours(pid)


def _is_ours(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
        command = Path(f"/proc/{pid}/cmdline")
        return not command.parent.parent.joinpath("self").exists() or (
            b"hotline" in command.read_bytes()
        )
    except (OSError, ValueError):
        return False
