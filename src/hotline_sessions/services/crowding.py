"""What the database says when too many want the same at once."""

from typing import Final

import asyncpg


CROWDED: Final = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
)
"""What the server says when too many want the same at once: nothing was done, try again."""
