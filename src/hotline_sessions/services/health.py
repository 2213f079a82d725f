"""Whether the installation can serve."""

import asyncio
from typing import Final

import asyncpg

from hotline_sessions.store.engine import fetch_value


PATIENCE: Final = 2.0
"""Seconds in which the database must answer a trivial question."""


async def is_database_ready() -> bool:
    """Whether the database answers."""
    try:
        async with asyncio.timeout(PATIENCE):
            return bool(await fetch_value("select true"))
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
