"""Places of one embedded server, and what they tell about it."""

import os
import socket
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from hotline_sessions.store.embedded.account import Account


DATABASE: Final = "hotline"
"""Name of the database and of its user."""
SOCKET_NAME: Final = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH: Final = 103
"""Bytes in the path of a unix socket: 103 on macOS, 107 on Linux."""
STATUS_LINE: Final = 7
"""Line of ``postmaster.pid``, counted from 0, that says ``ready``."""


class Places(Struct, frozen=True, kw_only=True):
    """Where the parts of a server are, and as whom it runs."""

    home: Path
    programs: Path
    log: Path
    account: Account | None
    durable: bool
    """False gives up safety for speed: for tests."""

    @property
    def data(self) -> Path:
        """The cluster."""
        return self.home / "data"

    @property
    def sockets(self) -> Path:
        """Folder of the socket: in the home, or a short one when the path would be too long."""
        near = self.home / "run"
        if len(os.fsencode(near / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return near
        runtime = None if self.account else os.environ.get("XDG_RUNTIME_DIR")
        name = sha256(os.fsencode(self.home)).hexdigest()[:12]
        return Path(runtime or tempfile.gettempdir()) / f"hotline-{name}"

    @property
    def dsn(self) -> str:
        """Address of the database."""
        return f"postgresql://{DATABASE}@/{DATABASE}?host={quote(str(self.sockets), safe='')}"


def read_pid_file(places: Places) -> list[str]:
    """Lines of ``postmaster.pid``; none when no server runs."""
    try:
        return (places.data / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def find_server(places: Places) -> int | None:
    """Process id of the server when it accepts connections."""
    lines = read_pid_file(places)
    if len(lines) <= STATUS_LINE or lines[STATUS_LINE].strip() != "ready":
        return None
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(places.sockets / SOCKET_NAME))
        except OSError:
            return None
    return int(lines[0])


def last_words(log: Path) -> str:
    """End of what the server has written to its log."""
    try:
        return log.read_text(errors="replace").strip()[-600:]
    except OSError:
        return "it wrote no log"
