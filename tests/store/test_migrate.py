import asyncio

import asyncpg
import pytest
from tests.store.migrating import migrate_in_another_process

from hotline_sessions.store.engine import open_database
from hotline_sessions.store.migrate import LOCK_KEY, list_migrations, list_pending, migrate


pytestmark = pytest.mark.anyio


async def test_a_new_database_gets_everything_and_the_second_time_nothing(empty_dsn: str) -> None:
    async with open_database(empty_dsn):
        assert await list_pending() == list_migrations()
    assert await migrate(empty_dsn) == list_migrations()
    assert await migrate(empty_dsn) == []
    async with open_database(empty_dsn):
        assert await list_pending() == []


async def test_three_processes_at_once_migrate_once(empty_dsn: str) -> None:
    runs = await asyncio.gather(*(migrate_in_another_process(empty_dsn) for _ in range(3)))
    assert sorted(runs) == [[], [], list_migrations()]


async def test_who_comes_second_waits_for_the_first(empty_dsn: str) -> None:
    first = await asyncpg.connect(empty_dsn)
    await first.execute("select pg_advisory_lock($1)", LOCK_KEY)
    second = asyncio.create_task(migrate(empty_dsn))
    await asyncio.sleep(0.3)
    assert not second.done()
    await first.close()
    assert await second == list_migrations()
