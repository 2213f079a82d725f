"""``hotline sessions import`` into a database: drafts, or nothing at all."""

from pathlib import Path

import anyio.to_thread
import pytest
from click.testing import CliRunner, Result

from hotline_sessions.cli import hotline
from hotline_sessions.store.engine import fetch_rows, fetch_value, open_database


pytestmark = pytest.mark.anyio

SLUG = "rivne-rada"
NAME = "Рівненська обласна рада"
HEAD = "Дата;Час;Телефон;Посада;Тема\n"
GOOD = "05.05.2027;10:00–11:00;0 800 502 708;Голова;тарифи\n"
NEXT = "06.05.2027;10:00–11:00;0 800 502 708;Голова;дороги\n"
BAD = "07.05.2027;;0 800 502 708;Голова;тарифи\n"


@pytest.fixture(autouse=True)
def _own_log_and_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands set up the log and the signals of their process, which here is that of the tests."""
    monkeypatch.setattr("hotline_sessions.cli.installation.set_up_log", lambda *_: None)
    monkeypatch.setattr("hotline_sessions.cli.installation.end_on_sigterm", lambda: None)


class Desk:
    """A database with one institution, and a file to import into it."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self.dsn = dsn
        self.file = folder / "графік.csv"

    async def run(self, *arguments: str) -> Result:
        environ = {"HOTLINE_ENVIRONMENT": "test", "DATABASE_URL": self.dsn}
        # A thread of its own: the command runs an event loop of its own.
        return await anyio.to_thread.run_sync(
            lambda: CliRunner().invoke(hotline, arguments, env=environ)
        )

    async def load(self, rows: str, *options: str, institution: str = SLUG) -> Result:
        self.file.write_text(rows)
        chosen = ("--institution", institution) if institution else ()
        return await self.run("sessions", "import", str(self.file), *chosen, *options)

    async def count_sessions(self) -> int:
        async with open_database(self.dsn):
            return int(await fetch_value("select count(*) from session"))


@pytest.fixture
async def desk(dsn: str, tmp_path: Path) -> Desk:
    desk = Desk(dsn, tmp_path)
    added = await desk.run("institutions", "add", SLUG, NAME)
    assert added.exit_code == 0, added.output
    return desk


async def test_good_rows_become_drafts_and_a_second_import_adds_nothing(desk: Desk) -> None:
    first = await desk.load(HEAD + GOOD + NEXT, "--lang", "en")
    second = await desk.load(HEAD + GOOD + NEXT, "--lang", "en")

    assert first.exit_code == 0, first.output
    assert first.stderr.splitlines()[-1] == "Sessions added: 2; there already: 0."
    assert second.stderr.splitlines()[-1] == "Sessions added: 0; there already: 2."
    async with open_database(desk.dsn):
        rows = await fetch_rows("select state, topic from session order by starts_at")
    assert [tuple(row) for row in rows] == [("draft", "тарифи"), ("draft", "дороги")]


async def test_one_bad_row_and_nothing_is_stored(desk: Desk) -> None:
    done = await desk.load(HEAD + GOOD + BAD, "--lang", "en")

    assert done.exit_code == 1
    assert "Nothing was imported: lines 3" in done.output
    assert await desk.count_sessions() == 0


async def test_of_chosen_lines_only_these_are_stored(desk: Desk) -> None:
    done = await desk.load(HEAD + GOOD + BAD + NEXT, "--lines", "2,4-4", "--lang", "en")

    assert done.exit_code == 0, done.output
    assert "Sessions added: 2; there already: 0." in done.stderr
    assert await desk.count_sessions() == 2


@pytest.mark.parametrize("lines", ["x", "-", "2;3", "99", "1", "2-", "4-2"])
async def test_lines_that_are_not_there_are_refused(desk: Desk, lines: str) -> None:
    done = await desk.load(HEAD + GOOD, f"--lines={lines}")

    assert done.exit_code == 2
    assert "--lines" in done.output
    assert await desk.count_sessions() == 0


async def test_an_institution_nobody_knows_is_named(desk: Desk) -> None:
    done = await desk.load(HEAD + GOOD, "--lang", "en", institution="nobody")

    assert done.exit_code == 1
    assert "There is no institution «nobody»." in done.output
    assert await desk.count_sessions() == 0


async def test_rows_that_name_their_institution_need_no_slug(desk: Desk) -> None:
    rows = f"Установа;{HEAD}{NAME};{GOOD}"

    done = await desk.load(rows, institution="")

    assert done.exit_code == 0, done.output
    async with open_database(desk.dsn):
        assert await fetch_value("select count(*) from institution") == 1
        assert await fetch_value("select count(*) from session") == 1


async def test_rows_of_another_institution_are_refused_in_words(desk: Desk) -> None:
    rows = f"Установа;{HEAD}Львівська ОДА;{GOOD}"

    done = await desk.load(rows, "--lang", "en")

    assert done.exit_code == 1
    assert "Some rows are of another institution: nothing was imported." in done.output
    assert await desk.count_sessions() == 0
