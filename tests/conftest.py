"""Fixtures that every test may use: a database of its own, and an event loop."""

import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import anyio
import asyncpg
import pytest
import structlog

from hotline_sessions.store.embedded.supervisor import run_embedded_server
from hotline_sessions.store.engine import open_database
from hotline_sessions.store.migrate import migrate


TEMPLATE = "hotline"
NAMES = count(1)


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """Commands under test set the log up for the whole process: here for one test only."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that the server can reach when the tests run as root, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def server(server_folder: Path) -> Iterator[str]:
    """Address of a running server for all tests; its database is empty."""
    with run_embedded_server(server_folder, durable=False) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """Address of a database that is migrated once and never written to."""
    anyio.run(migrate, server, backend="asyncio")
    return server


def address_of(server: str, name: str) -> str:
    """Address of the database ``name`` on the server that ``server`` leads to."""
    return server.replace(f"/{TEMPLATE}?", f"/{name}?")


@asynccontextmanager
async def new_database(server: str, template: str) -> AsyncIterator[str]:
    """Address of a copy of ``template`` that is dropped after the block."""
    name = f"test_{next(NAMES)}"
    admin = await asyncpg.connect(address_of(server, "postgres"))
    try:
        await admin.execute(f"create database {name} template {template}")
        yield address_of(server, name)
        await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()


@pytest.fixture
async def empty_dsn(server: str) -> AsyncIterator[str]:
    """Address of a new database without tables."""
    async with new_database(server, "template1") as dsn:
        yield dsn


@pytest.fixture
async def dsn(template: str) -> AsyncIterator[str]:
    """Address of a new, migrated database; not open."""
    async with new_database(template, TEMPLATE) as dsn:
        yield dsn


@pytest.fixture
async def database(dsn: str) -> AsyncIterator[str]:
    """A new, migrated database, open in the loop of the test; the value is its address."""
    async with open_database(dsn, pool_size=5):
        yield dsn
