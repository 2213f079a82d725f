"""Bring a database to the state that this release expects.

Any number of processes may try at once: one works, the others wait and then find nothing
left to do. Waiting is by asking again, because a process that waits inside the server
would deadlock with ``create index concurrently``.
"""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, redirect_stdout
from typing import Final

import asyncpg
from piccolo.apps.migrations.commands.base import BaseMigrationManager
from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.apps.migrations.commands.new import AutoMigrationManager
from piccolo.apps.migrations.tables import Migration

from hotline_sessions.store.engine import CONNECT_TIMEOUT, fetch_value, open_database
from hotline_sessions.store.piccolo_app import APP_CONFIG, APP_NAME, MIGRATIONS
from hotline_sessions.store.transaction import transaction


LOCK_KEY: Final = 0x686F746C696E65
"""Key of the advisory lock: ``hotline`` in ASCII."""
LOCK_TRIED_EVERY: Final = 0.1
"""Seconds between two attempts to get the lock."""
LOCK_PATIENCE: Final = 300.0
"""Seconds to wait for a process that is migrating."""


class MigrationError(Exception):
    """The database could not be brought to the state of this release."""


async def migrate(dsn: str) -> list[str]:
    """Run what is pending, all or nothing; the answer names what was run, in order.

    The database must not be open in this process.

    Raises:
        MigrationError: Another process has been migrating for too long.
        OSError, asyncpg.PostgresError: The database cannot be reached, or a migration fails.
    """
    async with (
        hold_lock(dsn),
        open_database(
            dsn,
            application_name="hotline migrate",
            pool_size=1,
            statement_timeout_ms=0,
            lock_timeout_ms=0,
        ),
        transaction(),
    ):
        pending = await list_pending()
        if pending:
            with importable_migrations(), redirect_stdout(io.StringIO()):
                result = await run_forwards(APP_NAME)
            if not result.success:
                raise MigrationError(result.message or "migration failed")
        return pending


@asynccontextmanager
async def hold_lock(dsn: str) -> AsyncIterator[None]:
    """The block runs while no other process migrates.

    Raises:
        MigrationError: The lock was not free for ``LOCK_PATIENCE``.
    """
    connection = await asyncpg.connect(dsn, timeout=CONNECT_TIMEOUT)
    try:
        await take_lock(connection)
        yield
    finally:
        await connection.close()


async def take_lock(connection: "asyncpg.Connection") -> None:
    """Ask for the lock until ``connection`` has it.

    Raises:
        MigrationError: It was not free for ``LOCK_PATIENCE``.
    """
    for _ in range(round(LOCK_PATIENCE / LOCK_TRIED_EVERY)):
        if await connection.fetchval("select pg_try_advisory_lock($1)", LOCK_KEY):
            return
        await asyncio.sleep(LOCK_TRIED_EVERY)
    raise MigrationError("another process is migrating this database; try later")


async def list_pending() -> list[str]:
    """Migrations that the open database has not seen, in order."""
    known = list_migrations()
    if not await fetch_value("select to_regclass('migration') is not null"):
        return known
    seen = set(await Migration.get_migrations_which_ran(app_name=APP_NAME))
    return [name for name in known if name not in seen]


def list_migrations() -> list[str]:
    """Identifiers of the migrations of this release, in order."""
    with importable_migrations():
        return sorted(BaseMigrationManager().get_migration_modules(str(MIGRATIONS)))


async def find_drift() -> list[str]:
    """Changes of the tables that no migration makes yet, as Piccolo would write them."""
    with importable_migrations(), redirect_stdout(io.StringIO()):
        changes = await AutoMigrationManager(auto_input="n").get_alter_statements(APP_CONFIG)
    return [statement for change in changes for statement in change.statements]


@contextmanager
def importable_migrations() -> Iterator[None]:
    """Take back what Piccolo adds to the module path to import migrations."""
    before = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = before
