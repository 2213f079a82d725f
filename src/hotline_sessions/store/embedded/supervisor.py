"""Who starts the embedded server, who keeps it up, who stops it.

Who holds the lock file owns the server and stops it at the end. A process that finds the
lock taken is a guest: it uses the server and leaves it alone. The lock goes with its
process; so after a ``kill -9`` the server lives on, and the next process becomes its owner.
"""

import fcntl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from hotline_sessions.store.embedded.account import choose_account, prepare_home
from hotline_sessions.store.embedded.binaries import prepare_binaries
from hotline_sessions.store.embedded.errors import EmbeddedServerError
from hotline_sessions.store.embedded.places import Places, find_server
from hotline_sessions.store.embedded.process import (
    PATIENCE,
    PAUSE,
    is_alive,
    start_server,
    stop_adopted,
    stop_child,
)


LOOK_EVERY: Final = 0.2
"""Seconds between two looks whether the server still lives."""


@contextmanager
def run_embedded_server(
    data_dir: Path, *, programs: Path | None = None, durable: bool = True
) -> Iterator[str]:
    """A running server whose database is empty or as it was left; the block gets its address.

    Args:
        data_dir: Folder for everything the server keeps; made when missing.
        programs: Folder of ``postgres`` and ``initdb``; that of the wheel when None.
        durable: False skips waiting for the disk: for tests.

    Raises:
        EmbeddedServerError: It cannot be run; the text says what to do.
    """
    account = choose_account()
    data_dir = data_dir.absolute()
    home = prepare_home(data_dir, account)
    with (data_dir / "postgres.lock").open("a") as lock:
        places = Places(
            home=home,
            programs=home,
            log=data_dir / "postgres.log",
            account=account,
            durable=durable,
        )
        if not become_owner(places, lock):
            yield places.dsn
            return
        folder = prepare_binaries(programs, home, for_others=account is not None)
        owner = Owner(
            Places(home=home, programs=folder, log=places.log, account=account, durable=durable)
        )
        owner.begin()
        try:
            yield places.dsn
        finally:
            owner.end()


def become_owner(places: Places, lock: IO[str]) -> bool:
    """True with the lock taken; False when another process runs the server already.

    Raises:
        EmbeddedServerError: Another process holds the lock, but no server comes up.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if find_server(places) is not None:
                return False
            time.sleep(PAUSE)
        else:
            return True
    raise EmbeddedServerError(
        f"Another process holds {lock.name}, but its database does not answer. End that process."
    )


class Owner:
    """Starts the server or takes it over, starts it again when it dies, stops it."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._child: subprocess.Popen[bytes] | None = None
        self._adopted: int | None = None
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._keep_up, name="postgres-watch", daemon=True)

    def begin(self) -> None:
        """Have the server ready.

        Raises:
            EmbeddedServerError: It does not come up.
        """
        self._adopted = find_server(self._places)
        if self._adopted is None:
            self._child = start_server(self._places)
        self._watch.start()

    def end(self) -> None:
        """Stop the server, whoever started it, and wait until it is gone."""
        self._over.set()
        self._watch.join()
        if self._child is not None:
            stop_child(self._child)
        elif self._adopted is not None:
            stop_adopted(self._places, self._adopted)
        with suppress(OSError):  # a short folder for the socket must not be left in /tmp
            self._places.sockets.rmdir()

    def _keep_up(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            if not self._lives():
                with suppress(EmbeddedServerError, OSError):  # it is tried again at the next look
                    self._child = start_server(self._places)
                    self._adopted = None

    def _lives(self) -> bool:
        if self._child is not None:
            return self._child.poll() is None
        return self._adopted is not None and is_alive(self._places, self._adopted)
