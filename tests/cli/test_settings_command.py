"""``hotline settings …`` shows and changes the rules of an institution."""

import json

import anyio.to_thread
import pytest
from click.testing import CliRunner, Result

from hotline_sessions.cli import hotline


pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _own_log_and_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands set up the log and the signals of their process, which here is that of the tests."""
    monkeypatch.setattr("hotline_sessions.cli.installation.set_up_log", lambda *_: None)
    monkeypatch.setattr("hotline_sessions.cli.installation.end_on_sigterm", lambda: None)


async def run(dsn: str, *arguments: str, status: int = 0) -> str:
    environ = {"HOTLINE_ENVIRONMENT": "test", "DATABASE_URL": dsn}
    # A thread of its own: the command runs an event loop of its own.
    done: Result = await anyio.to_thread.run_sync(
        lambda: CliRunner().invoke(hotline, arguments, env=environ)
    )
    assert done.exit_code == status, done.output
    return done.output


async def test_rules_are_shown_changed_and_shown_again(dsn: str) -> None:
    await run(dsn, "institutions", "add", "rivne-rada", "Рівненська обласна рада")
    assert "monthly_cap=4\n" in await run(dsn, "settings", "show")

    wanted = ("monthly_cap=6", "reminder_minutes=2d, 90m", "quiet_from=22:00")
    dry = await run(dsn, "settings", "set", *wanted, "--dry-run")
    assert "monthly_cap: 4 → 6" in dry
    assert "monthly_cap=4\n" in await run(dsn, "settings", "show")
    await run(dsn, "settings", "set", *wanted)

    shown = await run(dsn, "settings", "show", "--institution", "rivne-rada")
    assert "monthly_cap=6    # built-in: 4" in shown
    booking = json.loads(await run(dsn, "settings", "show", "--json"))["booking"]
    assert (booking["reminder_minutes"], booking["quiet_from"]) == ("2 d, 90 min", "22:00")
    assert "Nothing changes." in await run(dsn, "settings", "set", "monthly_cap=6")


async def test_what_is_wrong_is_said_in_words(dsn: str) -> None:
    assert "Name the institution" in await run(dsn, "settings", "show", status=2)
    for slug in ("one", "two"):
        await run(dsn, "institutions", "add", slug, f"Рада {slug}")

    assert "Name the institution" in await run(dsn, "settings", "show", status=2)
    for wrong, sentence, status in [
        ("monthly_cap=1001", "monthly_cap: a whole number from 0 to 1000.", 1),
        ("quiet_from=пізно", "quiet_from: write it as", 1),
        ("price=1", "There is no rule price", 1),
        ("monthly_cap", "Write NAME=VALUE", 2),
    ]:
        arguments = ("settings", "set", wrong, "--institution", "one")
        assert sentence in await run(dsn, *arguments, status=status)
    missing = await run(dsn, "settings", "show", "--institution", "three", status=1)
    assert "no institution with this SLUG" in missing
