"""``hotline sessions rederive`` shows first what it would move, then moves it once."""

import json
from datetime import date, timedelta
from pathlib import Path

import anyio.to_thread
import pytest
from click.testing import CliRunner, Result
from tests.factories import make_session
from tests.fakes import FrozenClock
from tests.zones import give_zone_rules_of

from hotline_sessions.cli import hotline
from hotline_sessions.cli.doctor import examine_zones
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.i18n import load_catalogues
from hotline_sessions.services.zone_rules import follow_zone_rules
from hotline_sessions.store.engine import open_database
from hotline_sessions.store.health import look_at_database


pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _own_log_and_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands set up the log and the signals of their process, which here is that of the tests."""
    monkeypatch.setattr("hotline_sessions.cli.installation.set_up_log", lambda *_: None)
    monkeypatch.setattr("hotline_sessions.cli.installation.end_on_sigterm", lambda: None)


async def run(dsn: str, *arguments: str) -> Result:
    environ = {"HOTLINE_ENVIRONMENT": "test", "DATABASE_URL": dsn}
    command = ["sessions", "rederive", *arguments]
    return await anyio.to_thread.run_sync(lambda: CliRunner().invoke(hotline, command, env=environ))


async def test_it_shows_first_moves_once_and_the_doctor_knows(dsn: str, tmp_path: Path) -> None:
    now = SystemClock().now()  # as the command reads it
    summer = date(now.year + (now.month > 5), 7, 1)
    async with open_database(dsn, pool_size=2):
        await make_session(held_on=summer, now=now - timedelta(days=1))
        await follow_zone_rules(clock=FrozenClock(now))
    words = load_catalogues().words("en")

    with give_zone_rules_of("Africa/Tripoli", "Europe/Kyiv", tmp_path):
        ill = examine_zones(await look_at_database(dsn), words)
        shown = await run(dsn, "--dry-run")
        moved = await run(dsn, "--json")
        again = await run(dsn)
        well = examine_zones(await look_at_database(dsn), words)

    assert not ill.is_good
    assert "hotline sessions rederive" in ill.text
    assert f"{summer} 10:00\t07:00Z -> 08:00Z" in shown.stdout
    assert "Would move: 1; left to staff: 0." in shown.stdout
    found = json.loads(moved.stdout.splitlines()[-1])
    assert [each["outcome"] for each in found["sessions"]] == ["moved"]
    assert "Moved: 0; left to staff: 0." in again.stdout
    assert well.is_good
