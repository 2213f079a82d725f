"""What a test leaves behind must not reach the next one."""

import asyncpg
import pytest
from tests.databases import Stock, connect


pytestmark = pytest.mark.anyio

ADD = "insert into institution (slug, name_uk) values ('rivne', 'Рівненська ОДА')"


@pytest.fixture
def shelf(template: str) -> Stock:
    """A stock of its own: what is lent here is not lent elsewhere."""
    return Stock(template)


async def work(dsn: str, statement: str) -> None:
    async with connect(dsn) as connection:
        await connection.execute(statement)


async def test_a_database_is_lent_again_without_rows_and_counts_from_one(shelf: Stock) -> None:
    async with shelf.lend() as first:
        await work(first, ADD)
    async with shelf.lend() as second, connect(second) as connection:
        rows = await connection.fetchval("select count(*) from institution")
        drawn = await connection.fetchval("select nextval('institution_id_seq')")

    assert second == first
    assert (rows, drawn) == (0, 1)


@pytest.mark.parametrize(
    "change",
    [
        "drop index one_live_booking_per_slot",
        "alter table booking add column extra int",
        "create table extra (id int)",
        "create function extra() returns int language sql return 1",
        "delete from migration",
    ],
)
async def test_a_database_whose_form_was_changed_is_not_lent_again(
    shelf: Stock, change: str
) -> None:
    async with shelf.lend() as first:
        await work(first, change)
    async with shelf.lend() as second:
        pass

    assert second != first


async def test_a_database_that_somebody_locks_is_freed_from_him(shelf: Stock) -> None:
    async with shelf.lend() as first:
        forgotten = await asyncpg.connect(first)
        await forgotten.execute("begin; lock table institution")
    async with shelf.lend() as second:
        pass

    assert second == first
    assert forgotten.is_closed()
