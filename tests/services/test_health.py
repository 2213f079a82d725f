"""Whether the installation can serve."""

import anyio
import pytest

from hotline_sessions.services import health
from hotline_sessions.services.health import is_database_ready
from hotline_sessions.store.engine import get_pool


pytestmark = pytest.mark.anyio


async def test_a_database_that_answers_is_ready(database: str) -> None:
    assert await is_database_ready()


async def test_a_database_that_has_closed_its_connections_is_not_ready(database: str) -> None:
    await get_pool().close()

    assert not await is_database_ready()


async def test_a_database_that_takes_too_long_is_not_ready(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def sleep(_: str) -> None:
        await anyio.sleep(1)

    monkeypatch.setattr(health, "PATIENCE", 0.01)
    monkeypatch.setattr(health, "fetch_value", sleep)

    assert not await is_database_ready()
