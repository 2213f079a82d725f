"""The installation that a command works on: its settings, its log, its database."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

import click
import msgspec

from hotline_sessions.i18n import N_
from hotline_sessions.log import set_up_log
from hotline_sessions.settings import Settings, SettingsError, read_settings
from hotline_sessions.store.embedded.errors import EmbeddedServerError
from hotline_sessions.store.embedded.supervisor import run_embedded_server
from hotline_sessions.store.health import Failure, look_at_database, name_failure
from hotline_sessions.store.migrate import MigrationError, migrate


FAILURES: Final[dict[Failure, str]] = {
    "address": N_("DATABASE_URL is not an address: write postgresql://user:secret@host/name."),
    "unreachable": N_("The database does not answer. Is it running, and is DATABASE_URL right?"),
    "refused": N_("The database refuses this user or password: check DATABASE_URL."),
    "unknown": N_("There is no such database on that server: create it, or check DATABASE_URL."),
    "busy": N_("The database is starting, stopping or full: try again in a moment."),
}


@contextmanager
def use_installation(settings: Settings | None = None, *, ready: bool = True) -> Iterator[Settings]:
    """Settings with a database that runs; what goes wrong is said in plain words.

    Where ``DATABASE_URL`` is empty, the embedded server is started and belongs to this
    process until the block ends, unless another process of the installation has it
    already: then it is used and left running.

    Args:
        settings: Those to use; by default they are read from the environment.
        ready: The embedded database is migrated, and another must have been.

    Raises:
        click.ClickException: Settings or database cannot be used.
    """
    if sys.platform == "win32":
        raise click.ClickException("Windows is not supported; use WSL or a container.")
    try:
        settings = settings or read_settings()
        set_up_log(settings.log_format, settings.log_level)
        end_on_sigterm()
        if settings.database_url:
            if ready:
                asyncio.run(check_migrated(settings.database_url))
            yield settings
            return
        with run_embedded_server(settings.data_dir, programs=settings.pg_bin) as dsn:
            if ready:
                asyncio.run(migrate(dsn))
            yield msgspec.structs.replace(settings, database_url=dsn)
    except (SettingsError, EmbeddedServerError, MigrationError) as error:
        raise click.ClickException(str(error)) from None
    except Exception as error:
        failure = name_failure(error)
        if failure is None:
            raise
        raise click.ClickException(FAILURES[failure]) from None


async def check_migrated(dsn: str) -> None:
    """Look whether a database is as this release expects it.

    Raises:
        click.ClickException: It is not.
    """
    state = await look_at_database(dsn)
    if state.pending:
        raise click.ClickException("The database is behind this release: run `hotline migrate`.")


def end_on_sigterm() -> None:
    """Let SIGTERM end the process through its ``finally`` blocks, as Ctrl+C does."""

    def leave(_number: int, _frame: object) -> NoReturn:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
