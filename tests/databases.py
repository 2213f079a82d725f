"""Databases for tests: as good as new, and most of them used before.

To make one takes many times as long as to empty one. One whose form has been changed, by a
test that takes a guard away, is not used again.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import asyncpg


TEMPLATE = "hotline"
NAMES = count(1)

FORM = """
with ours as (select * from pg_class where relnamespace = 'public'::regnamespace),
     parts as (
         select 'table', oid, 0, relfilenode::text from ours
         union all select 'column', attrelid, attnum, a.xmin::text
           from pg_attribute a join ours on ours.oid = attrelid
         union all select 'constraint', oid, 0, xmin::text from pg_constraint
         union all select 'index', indexrelid, 0, xmin::text from pg_index
         union all select 'trigger', oid, 0, xmin::text from pg_trigger
         union all select 'function', oid, 0, xmin::text
           from pg_proc where pronamespace = 'public'::regnamespace
         union all select 'migration', 0, 0, m::text from migration m)
select md5(string_agg(parts::text, ';' order by parts::text)) from parts"""
"""What all copies of a template have in common until somebody changes the form of one."""

CLEAR = """
do $$
declare name regclass;
begin
    perform pg_terminate_backend(pid, 2000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid();
    set local session_replication_role = replica;
    set local lock_timeout = '2s';
    for name in select oid from pg_class
                 where relnamespace = 'public'::regnamespace and relkind = 'r'
                   and relname <> 'migration' loop
        execute 'delete from ' || name;
    end loop;
    perform setval(seqrelid, seqstart, false)
       from pg_sequence
      where pg_sequence_last_value(seqrelid) is not null
        and seqrelid <> 'migration_id_seq'::regclass;
end $$"""
"""Leave no row, no number drawn and nobody connected."""


def address_of(server: str, name: str) -> str:
    """Address of the database ``name`` on the server that ``server`` leads to."""
    return server.replace(f"/{TEMPLATE}?", f"/{name}?")


@asynccontextmanager
async def new_database(server: str, template: str) -> AsyncIterator[str]:
    """Address of a copy of ``template`` that is dropped after the block."""
    name = await make_database(server, template)
    try:
        yield address_of(server, name)
    finally:
        await drop_database(server, name)


async def make_database(server: str, template: str) -> str:
    """Name of a new copy of ``template``."""
    name = f"test_{next(NAMES)}"
    await _order(server, f"create database {name} template {template}")
    return name


async def drop_database(server: str, name: str) -> None:
    """Away with it, whoever is connected."""
    await _order(server, f"drop database {name} with (force)")


async def _order(server: str, statement: str) -> None:
    async with connect(address_of(server, "postgres")) as admin:
        await admin.execute(statement)


@asynccontextmanager
async def connect(address: str) -> "AsyncIterator[asyncpg.Connection]":
    """A connection, closed after the block."""
    connection = await asyncpg.connect(address)
    try:
        yield connection
    finally:
        await connection.close()


class Stock:
    """Migrated databases on one server, lent to one test after the other."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._ready: list[str] = []
        self._form = ""

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[str]:
        """Address of a database without rows."""
        if not self._form:
            async with connect(self._server) as connection:
                self._form = await connection.fetchval(FORM)
        name = self._ready.pop() if self._ready else await make_database(self._server, TEMPLATE)
        yield address_of(self._server, name)
        if await self._clear(name):
            self._ready.append(name)
        else:
            await drop_database(self._server, name)

    async def _clear(self, name: str) -> bool:
        """Whether the database can be lent again."""
        try:
            async with connect(address_of(self._server, name)) as connection:
                if await connection.fetchval(FORM) != self._form:
                    return False
                await connection.execute(CLEAR)
        except asyncpg.PostgresError:
            return False  # Somebody does not let go of a lock.
        return True
