"""Fixtures that every test may use: a database of its own, and an event loop."""

import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import anyio
import pytest
import structlog
from tests.databases import Stock, new_database

from hotline_sessions.store.embedded.supervisor import run_embedded_server
from hotline_sessions.store.engine import open_database
from hotline_sessions.store.migrate import migrate


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


@pytest.fixture
async def empty_dsn(server: str) -> AsyncIterator[str]:
    """Address of a new database without tables."""
    async with new_database(server, "template1") as dsn:
        yield dsn


@pytest.fixture(scope="session")
def stock(template: str) -> Stock:
    """Migrated databases for one test after the other."""
    return Stock(template)


@pytest.fixture
async def dsn(stock: Stock) -> AsyncIterator[str]:
    """Address of a migrated database without rows; not open."""
    async with stock.lend() as dsn:
        yield dsn


@pytest.fixture
async def database(dsn: str) -> AsyncIterator[str]:
    """A migrated database without rows, open in the loop of the test; the value is its address."""
    async with open_database(dsn, pool_size=5):
        yield dsn
