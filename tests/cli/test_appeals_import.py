"""``hotline appeals import`` shows a list first, and takes it once."""

import json
from pathlib import Path

import anyio.to_thread
import pytest
from click.testing import CliRunner, Result
from tests.factories import make_institution

from hotline_sessions.cli import hotline
from hotline_sessions.store.engine import fetch_value, open_database


pytestmark = pytest.mark.anyio

LIST = (
    "№;Прізвище;Ім’я;Адреса;Зміст\n"
    "УГЛ-1;Коваленко;Марія;м. Рівне, вул. Соборна, 1;Немає води з понеділка.\n"
    "УГЛ-2;Бойко;Петро;;Не світять ліхтарі.\n"
)


@pytest.fixture(autouse=True)
def _own_log_and_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands set up the log and the signals of their process, which here is that of the tests."""
    monkeypatch.setattr("hotline_sessions.cli.installation.set_up_log", lambda *_: None)
    monkeypatch.setattr("hotline_sessions.cli.installation.end_on_sigterm", lambda: None)


async def run(dsn: str, file: Path, *arguments: str, slug: str = "rivne") -> Result:
    environ = {"HOTLINE_ENVIRONMENT": "test", "DATABASE_URL": dsn}
    command = ["appeals", "import", str(file), "--institution", slug, "--source", "15-45"]
    return await anyio.to_thread.run_sync(
        lambda: CliRunner().invoke(hotline, [*command, *arguments], env=environ)
    )


async def test_a_list_is_shown_then_taken_once(dsn: str, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST)
    async with open_database(dsn, pool_size=2):
        await make_institution(slug="rivne")

    shown = await run(dsn, file, "--dry-run", "--json")
    early = await run(dsn, file, "--received", "2020-01-01")
    async with open_database(dsn, pool_size=2):
        bodies = await fetch_value("select count(*) from outside_body")
    first = await run(dsn, file)
    second = await run(dsn, file)
    unknown = await run(dsn, file, slug="nowhere")

    found = json.loads(shown.stdout.splitlines()[-1])
    assert (found["taken"], found["good"], found["bad"][0]["row"]) == (None, 1, 3)
    assert "3\tУГЛ-2\tмісце проживання: нічого не написано" in first.stdout
    assert "Зареєстровано: 1; уже були в реєстрі: 0; відхилено: 1." in first.stdout
    assert "Зареєстровано: 0; уже були в реєстрі: 1; відхилено: 1." in second.stdout
    assert (early.exit_code, bodies) == (2, 0)
    assert unknown.exit_code == 1
