"""Where Piccolo finds the engine and the tables (``PICCOLO_CONF`` names this module)."""

from typing import Any, NoReturn, Self

from piccolo.conf.apps import AppRegistry
from piccolo.engine.postgres import PostgresEngine


class DatabaseNotOpenError(RuntimeError):
    """A query outside of ``open_database``."""


class PooledEngine(PostgresEngine):
    """Piccolo's engine on a pool that ``store.engine.open_database`` opens and closes.

    The original connects when it is imported, and without a pool it silently opens a
    connection for every query. This one never connects by itself.
    """

    urgent_pool: Any = None
    """Connections for what telephones wait for; None where all share ``pool``."""
    hints: Any = None
    """Sends hints after commits (``store.hints.HintPost``); None where each is sent by itself."""

    async def check_version(self: Self) -> None:
        """Nothing: importing must not connect."""

    async def prep_database(self: Self) -> None:
        """Nothing: extensions are made by migrations."""

    async def get_new_connection(self: Self) -> NoReturn:
        """Refuse: connections come from the pool.

        Raises:
            DatabaseNotOpenError: Always.
        """
        raise DatabaseNotOpenError("the database is not open: use open_database()")


DB = PooledEngine(config={})

APP_REGISTRY = AppRegistry(apps=["hotline_sessions.store.piccolo_app"])
