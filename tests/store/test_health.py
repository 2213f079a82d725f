import asyncpg
import pytest

from hotline_sessions.store.health import look_at_database, name_failure
from hotline_sessions.store.migrate import list_migrations


pytestmark = pytest.mark.anyio


async def test_a_new_database_says_what_it_lacks(empty_dsn: str) -> None:
    state = await look_at_database(empty_dsn)
    assert state.pending == list_migrations()
    assert state.version >= 18
    assert state.now.utcoffset() is not None


@pytest.mark.parametrize(
    ("dsn", "failure"),
    [
        ("postgresql://x@/x?host=/nonexistent", "unreachable"),
        ("mysql://x@127.0.0.1/x", "address"),
    ],
)
async def test_a_database_that_does_not_answer_is_told_from_a_wrong_address(
    dsn: str, failure: str
) -> None:
    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)) as caught:
        await look_at_database(dsn)
    assert name_failure(caught.value) == failure


async def test_a_database_that_does_not_exist_is_unknown(server: str) -> None:
    with pytest.raises(asyncpg.InvalidCatalogNameError) as caught:
        await look_at_database(server.replace("/hotline?", "/nothing?"))
    assert name_failure(caught.value) == "unknown"


async def test_other_errors_are_not_of_the_database() -> None:
    assert name_failure(asyncpg.InvalidPasswordError()) == "refused"
    assert name_failure(asyncpg.TooManyConnectionsError()) == "busy"
    assert name_failure(LookupError()) is None
