"""Databases of rehearsals: one migrated once, a fresh copy of it for every script played."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from hotline_sessions.store.embedded.supervisor import run_embedded_server
from hotline_sessions.store.migrate import migrate


@contextmanager
def run_throwaway_server(dsn: str = "") -> Iterator[str]:
    """Address of a migrated database to be copied: on the server at ``dsn``, or on one of its own.

    The server of its own skips waiting for the disk and is deleted afterwards. On a server
    that is given the database is made beside the others, and dropped at the end.
    """
    if dsn:
        name = f"rehearsal_{os.getpid()}"
        asyncio.run(_run(dsn, f"create database {name}"))
        try:
            template = at_database(dsn, name)
            asyncio.run(migrate(template))
            yield template
        finally:
            asyncio.run(_run(dsn, f"drop database if exists {name} with (force)"))
        return
    folder = Path(tempfile.mkdtemp(prefix="hotline-rehearsal-"))
    folder.chmod(0o755)  # The server may run as another user.
    try:
        with run_embedded_server(folder, durable=False) as address:
            asyncio.run(migrate(address))
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def copy_database(template: str, name: str) -> Iterator[str]:
    """Address of a copy, called ``name``, of the database at ``template``; dropped afterwards."""
    origin = urlsplit(template).path.lstrip("/")
    server = at_database(template, "postgres")
    asyncio.run(_run(server, f"create database {name} template {origin}"))
    try:
        yield at_database(template, name)
    finally:
        asyncio.run(_run(server, f"drop database if exists {name} with (force)"))


def at_database(dsn: str, name: str) -> str:
    """The same address with another database."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))


async def _run(dsn: str, sql: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
