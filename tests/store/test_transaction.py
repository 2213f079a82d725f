import asyncio
from contextlib import AbstractAsyncContextManager

import asyncpg
import pytest
from piccolo.apps.migrations.tables import Migration

from hotline_sessions.store.engine import (
    DatabaseAlreadyOpenError,
    fetch_value,
    get_pool,
    open_database,
    run_sql,
)
from hotline_sessions.store.piccolo_app import APP_NAME
from hotline_sessions.store.piccolo_conf import DB, DatabaseNotOpenError
from hotline_sessions.store.transaction import (
    ForeignTransactionError,
    NestedTransactionError,
    in_transaction,
    savepoint,
    transaction,
)


pytestmark = pytest.mark.anyio


async def make_notes() -> None:
    await run_sql("create table note (text text)")


async def write(text: str) -> None:
    await run_sql("insert into note values ($1)", text)


async def count_notes() -> int:
    count: int = await fetch_value("select count(*) from note")
    return count


async def write_and_fail(part: AbstractAsyncContextManager[object]) -> None:
    async with part:
        await write("gone")
        raise LookupError


async def nest() -> None:
    async with transaction():
        await write("outer")
        async with transaction():
            pass


async def add_migration_and_fail() -> None:
    async with transaction():
        await Migration.insert(Migration(name="gone", app_name=APP_NAME))
        assert await Migration.exists().where(Migration.name == "gone")
        raise LookupError


async def test_a_commit_that_fails_gives_its_connection_back(empty_dsn: str) -> None:
    async with open_database(empty_dsn, pool_size=3):
        await run_sql("create table note (n int unique deferrable initially deferred)")
        for _ in range(5):
            with pytest.raises(asyncpg.UniqueViolationError):
                async with transaction():
                    await run_sql("insert into note values (1), (1)")
        assert not in_transaction()
        assert await asyncio.wait_for(count_notes(), timeout=5) == 0
        assert get_pool().get_idle_size() == get_pool().get_size()


async def test_a_transaction_in_a_transaction_is_refused(empty_dsn: str) -> None:
    async with open_database(empty_dsn):
        await make_notes()
        with pytest.raises(NestedTransactionError):
            await nest()
        assert await count_notes() == 0


async def test_an_exception_leaves_no_trace(empty_dsn: str) -> None:
    async with open_database(empty_dsn):
        await make_notes()
        with pytest.raises(LookupError):
            await write_and_fail(transaction())
        assert await count_notes() == 0


async def test_queries_of_piccolo_run_in_it(database: str) -> None:
    with pytest.raises(LookupError):
        await add_migration_and_fail()
    assert not await Migration.exists().where(Migration.name == "gone")


async def test_a_savepoint_may_fail_without_the_rest(empty_dsn: str) -> None:
    async with open_database(empty_dsn):
        await make_notes()
        async with transaction():
            await write("kept")
            with pytest.raises(LookupError):
                await write_and_fail(savepoint())
        assert await count_notes() == 1


async def test_a_savepoint_needs_a_transaction(empty_dsn: str) -> None:
    async with open_database(empty_dsn):
        with pytest.raises(RuntimeError):
            async with savepoint():
                pass


async def test_another_task_may_not_use_an_open_transaction(empty_dsn: str) -> None:
    async with open_database(empty_dsn):
        await make_notes()
        async with transaction():
            with pytest.raises(ForeignTransactionError):
                await asyncio.create_task(write("smuggled"))


async def test_a_task_that_outlives_a_transaction_uses_the_pool(empty_dsn: str) -> None:
    async with open_database(empty_dsn):
        await make_notes()
        may_write = asyncio.Event()

        async def late() -> None:
            await may_write.wait()
            await write("late")
            async with transaction():
                await write("later")

        async with transaction():
            task = asyncio.create_task(late())
        may_write.set()
        await task
        assert await count_notes() == 2


async def test_without_an_open_database_a_query_is_refused_and_connects_to_nothing() -> None:
    with pytest.raises(DatabaseNotOpenError):
        await run_sql("select 1")
    with pytest.raises(DatabaseNotOpenError):
        await Migration.count()
    assert DB.pool is None


async def test_a_second_database_in_one_process_is_refused(empty_dsn: str) -> None:
    async with open_database(empty_dsn):
        with pytest.raises(DatabaseAlreadyOpenError):
            async with open_database(empty_dsn):
                pass
    with pytest.raises(DatabaseNotOpenError):
        get_pool()


async def test_a_statement_that_takes_too_long_is_ended(empty_dsn: str) -> None:
    async with open_database(empty_dsn, statement_timeout_ms=20):
        with pytest.raises(asyncpg.QueryCanceledError):
            await run_sql("select pg_sleep(5)")


async def test_the_clock_of_the_database_shows_utc(empty_dsn: str) -> None:
    async with open_database(empty_dsn):
        assert await fetch_value("show timezone") == "UTC"
