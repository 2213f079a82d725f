"""``hotline appeals recompute`` shows what would change and changes it when told to."""

import json
from datetime import date

import anyio.to_thread
import pytest
from click.testing import CliRunner, Result
from tests.factories import NOW, make_appeal, make_institution, make_staff

from hotline_sessions.cli import hotline
from hotline_sessions.domain.calendar_editions import build_edition
from hotline_sessions.domain.term_policies import TermPolicy
from hotline_sessions.domain.workdays import MARTIAL_LAW, DayOverride
from hotline_sessions.store.calendar_editions import add_edition
from hotline_sessions.store.engine import open_database
from hotline_sessions.store.transaction import transaction


pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _own_log_and_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands set up the log and the signals of their process, which here is that of the tests."""
    monkeypatch.setattr("hotline_sessions.cli.installation.set_up_log", lambda *_: None)
    monkeypatch.setattr("hotline_sessions.cli.installation.end_on_sigterm", lambda: None)


async def run(dsn: str, *arguments: str) -> Result:
    environ = {"HOTLINE_ENVIRONMENT": "test", "DATABASE_URL": dsn}
    command = ["appeals", "recompute", *arguments]
    return await anyio.to_thread.run_sync(lambda: CliRunner().invoke(hotline, command, env=environ))


async def people(dsn: str) -> str:
    """An open appeal, and a calendar that gives it another day; the number of the appeal."""
    async with open_database(dsn, pool_size=2):
        home = await make_institution(slug="rivne")
        made = await make_appeal(staff=await make_staff(institution=home.id))
        day_off = DayOverride(day=date(2026, 12, 23), works=False, reason="рішення")
        edition = build_edition(1, MARTIAL_LAW, (day_off,), TermPolicy())
        async with transaction():
            await add_edition(edition, institution=home.id, reason="17-р", account=None, now=NOW)
        return made.appeal.register_index


async def test_it_shows_first_and_changes_when_told(dsn: str) -> None:
    number = await people(dsn)

    shown = await run(dsn, "--institution", "rivne")
    applied = await run(dsn, "--apply", "--json")
    again = await run(dsn)

    assert f"rivne\t{number}\tART20_MONTH\t2026-12-23 -> 2026-12-24" in shown.stdout
    assert "Nothing was changed" in shown.stdout
    answer = json.loads(applied.stdout.splitlines()[-1])
    assert (answer["applied"], answer["count"]) == (True, 1)
    assert answer["changes"][0] == {
        "institution": "rivne",
        "number": number,
        "rule": "ART20_MONTH",
        "legal_before": "2026-12-23",
        "legal_after": "2026-12-24",
        "internal_before": "2026-12-23",
        "internal_after": "2026-12-22",
    }
    assert "has the days" in again.stdout


async def test_an_institution_that_is_not_there_is_named_in_plain_words(dsn: str) -> None:
    done = await run(dsn, "--institution", "nowhere")

    assert done.exit_code == 1
    assert "hotline institutions list" in done.output
