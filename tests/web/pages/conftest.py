"""The pages of citizens on a database of their own."""

from collections.abc import AsyncIterator

import httpx
import pytest
from tests.factories import NOW
from tests.fakes import FrozenClock
from tests.web.site import create_site, open_client


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
async def client(database: str, clock: FrozenClock) -> AsyncIterator[httpx.AsyncClient]:
    """A citizen's browser."""
    async with open_client(create_site(clock)) as client:
        yield client
