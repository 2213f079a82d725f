"""As whom the server runs, and where it may keep its files.

PostgreSQL refuses to run as root. Started by root, the server runs as ``nobody``, and
its files must lie where ``nobody`` can reach them.
"""

import os
import pwd
import stat
import tempfile
from pathlib import Path
from typing import Final

from msgspec import Struct

from hotline_sessions.store.embedded.errors import EmbeddedServerError


FALLBACK: Final = Path("/var/lib/hotline-sessions")
"""Home of servers whose data directory is closed to ``nobody``."""


class Account(Struct, frozen=True, kw_only=True):
    """User and group of a process."""

    uid: int
    gid: int


def choose_account() -> Account | None:
    """Account to drop to, or None to stay who we are.

    Raises:
        EmbeddedServerError: We are root, and there is nobody to drop to.
    """
    if os.getuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedServerError(
            "PostgreSQL refuses to run as root, and there is no user `nobody` to run it. "
            "Start the product as an ordinary user, or set DATABASE_URL."
        ) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def is_reachable(path: Path) -> bool:
    """Whether every user may open ``path``, judged by the modes on the way to it."""
    resolved = path.resolve()
    return is_enterable(resolved.parent) and bool(resolved.stat().st_mode & stat.S_IROTH)


def is_enterable(folder: Path) -> bool:
    """Whether every user may enter ``folder``."""
    resolved = folder.resolve()
    return all(part.stat().st_mode & stat.S_IXOTH for part in (resolved, *resolved.parents))


def prepare_home(data_dir: Path, account: Account | None) -> Path:
    """Folder of the server, made when missing: ``data_dir/postgres``.

    When ``account`` cannot reach ``data_dir``, it is a link to a folder of its own below
    ``/var/lib/hotline-sessions``.

    Raises:
        EmbeddedServerError: The folder cannot be made.
    """
    home = data_dir / "postgres"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not home.exists():
            make_home(home, account)
    except OSError as error:
        raise EmbeddedServerError(
            f"The data directory {data_dir} cannot be written: {error.strerror}. "
            "Set HOTLINE_DATA_DIR to a folder of yours."
        ) from None
    return home.resolve()


def make_home(home: Path, account: Account | None) -> None:
    """Make ``home`` itself or, where ``account`` cannot come, as a link to elsewhere."""
    if account is None:
        home.mkdir(mode=0o700)
    elif is_enterable(home.parent):
        home.mkdir(mode=0o755)
    else:
        FALLBACK.mkdir(mode=0o755, parents=True, exist_ok=True)
        elsewhere = Path(tempfile.mkdtemp(dir=FALLBACK))
        elsewhere.chmod(0o755)
        home.unlink(missing_ok=True)
        home.symlink_to(elsewhere, target_is_directory=True)


def make_private_folder(folder: Path, account: Account | None) -> None:
    """Make ``folder`` for ``account`` alone, or for us; one that exists must be its.

    Raises:
        EmbeddedServerError: Somebody else made a folder of that name before.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (
        os.getuid(),
        account.uid if account else os.getuid(),
    ):
        raise EmbeddedServerError(f"{folder} belongs to somebody else; remove it.")
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.uid, account.gid)
