"""Whether the database can be used, in words that others can translate."""

from datetime import datetime
from typing import Final, Literal

import asyncpg
from msgspec import Struct

from hotline_sessions.store.engine import fetch_row, open_database
from hotline_sessions.store.migrate import list_pending
from hotline_sessions.store.zone_rules import count_waiting, list_digests


OLDEST_VERSION: Final = 15
"""Oldest release of PostgreSQL that will do."""

Failure = Literal["address", "unreachable", "refused", "unknown", "busy"]
"""Why a database cannot be used.

``address``: DATABASE_URL is not an address; ``unreachable``: nothing answers there;
``refused``: user or password; ``unknown``: no such database; ``busy``: it is starting,
stopping or full.
"""


class DatabaseState(Struct, frozen=True, kw_only=True):
    """What a database says about itself."""

    version: int
    """Release, such as 18."""
    pending: list[str]
    """Migrations that it has not seen."""
    now: datetime
    """Its clock, in UTC."""
    zones: dict[str, str] = {}
    """Digest of the rules by which sessions were put at their moments, by zone."""
    left_to_staff: int = 0
    """Sessions that could not be put at the moment of their hour."""


def name_failure(error: BaseException) -> Failure | None:
    """Why the database cannot be used, or None when ``error`` has another cause."""
    match error:
        case asyncpg.InvalidAuthorizationSpecificationError():
            return "refused"
        case asyncpg.InvalidCatalogNameError():
            return "unknown"
        case asyncpg.CannotConnectNowError() | asyncpg.TooManyConnectionsError():
            return "busy"
        case asyncpg.exceptions.ClientConfigurationError():
            return "address"
        case OSError() | asyncpg.PostgresConnectionError():
            return "unreachable"
        case _:
            return None


async def look_at_database(dsn: str) -> DatabaseState:
    """State of the database at ``dsn``; it must not be open in this process.

    Raises:
        OSError, asyncpg.PostgresError, asyncpg.InterfaceError: See ``name_failure``.
    """
    async with open_database(dsn, application_name="hotline doctor", pool_size=1):
        row = await fetch_row(
            "select current_setting('server_version_num')::int / 10000 as version,"
            " clock_timestamp() as now"
        )
        if row is None:
            raise ConnectionResetError
        pending = await list_pending()
        return DatabaseState(
            version=row["version"],
            now=row["now"],
            pending=pending,
            zones={} if pending else await list_digests(),
            left_to_staff=0 if pending else await count_waiting(row["now"]),
        )
