"""The guards that the product expects are those that the migrations make."""

import pytest

from hotline_sessions.store.guards import list_expected, list_guards


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def test_every_guard_of_the_migrations_is_expected_and_no_other() -> None:
    present = await list_guards()

    missing = [each for each in present if each not in list_expected()]
    gone = [each for each in list_expected() if each not in present]
    assert missing == [], "add these lines to store/expected_guards.txt"
    assert gone == [], "take these lines out of store/expected_guards.txt"
    assert list(list_expected()) == present
