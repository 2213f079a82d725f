"""``hotline verify`` says whether the register is whole, and fails if it is not."""

import json
from pathlib import Path

import anyio.to_thread
import pytest
from click.testing import CliRunner, Result
from tests.factories import NOW, SECRET, make_appeal, make_institution, make_staff
from tests.fakes import FrozenClock
from tests.services.recorded import FakeStorage, Fuse

from hotline_sessions.cli import hotline
from hotline_sessions.services.signed_heads import sign_heads
from hotline_sessions.store.engine import open_database, run_sql


pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _own_log_and_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands set up the log and the signals of their process, which here is that of the tests."""
    monkeypatch.setattr("hotline_sessions.cli.installation.set_up_log", lambda *_: None)
    monkeypatch.setattr("hotline_sessions.cli.installation.end_on_sigterm", lambda: None)


async def run(dsn: str, *arguments: str) -> Result:
    environ = {
        "HOTLINE_ENVIRONMENT": "test",
        "DATABASE_URL": dsn,
        "HOTLINE_SECRET_KEY": SECRET.decode(),
    }
    command = ["verify", *arguments]
    return await anyio.to_thread.run_sync(lambda: CliRunner().invoke(hotline, command, env=environ))


async def keep_register(dsn: str, folder: Path) -> None:
    """Three cards, and the signed end of their chain in a file."""
    storage = FakeStorage(Fuse())
    async with open_database(dsn, pool_size=2):
        staff = await make_staff(institution=(await make_institution(slug="rivne")).id)
        for _ in range(3):
            await make_appeal(staff=staff)
        await sign_heads(SECRET, storage, clock=FrozenClock(NOW))
    (folder / "heads").mkdir()
    for key, content in storage.kept.items():
        (folder / key).write_bytes(content)


async def test_it_tells_what_it_has_looked_at_and_which_row_is_bad(
    dsn: str, tmp_path: Path
) -> None:
    await keep_register(dsn, tmp_path)

    clean = await run(dsn, "--heads", str(tmp_path))
    async with open_database(dsn, pool_size=1):
        await run_sql("update appeal set surname = 'Інша' where number = 2")
    bad = await run(dsn)
    as_json = await run(dsn, "--json")

    assert clean.exit_code == 0, clean.output
    assert "Looked at 3 cards, 3 steps" in clean.stdout
    assert "The register is whole." in clean.stdout
    assert bad.exit_code == as_json.exit_code == 1
    assert "rivne: К-2-2026: the card is not as step 2 has left it" in bad.stdout
    assert "Інша" not in bad.output
    answer = json.loads(as_json.stdout)
    assert (answer["clean"], answer["found"]["cards"], answer["found"]["chain"]) == (False, 1, 0)
    assert answer["findings"][0]["where"] == "К-2-2026"


async def test_ends_that_were_kept_elsewhere_are_held_against_the_chain(
    dsn: str, tmp_path: Path
) -> None:
    await keep_register(dsn, tmp_path)
    async with open_database(dsn, pool_size=1):
        await run_sql(
            """set local session_replication_role = replica;
               delete from appeal_step where place = 3; delete from appeal_words where appeal = 3;
               delete from appeal where id = 3; update register set last_number = 2;
               delete from signed_head; update chain_head set place = 2, hash =
                   (select hash from appeal_step where place = 2)"""
        )

    alone = await run(dsn)
    held = await run(dsn, "--heads", str(tmp_path / "heads" / "2026-11-23.json"))

    assert alone.exit_code == 0
    assert held.exit_code == 1
    assert "head of 2026-11-23: the chain does not reach step 3 any more" in held.stdout


async def test_a_file_that_holds_something_else_is_named(dsn: str, tmp_path: Path) -> None:
    empty, other = tmp_path / "empty", tmp_path / "other.json"
    empty.mkdir()
    other.write_text("[]")

    for place in (empty, other):
        done = await run(dsn, "--heads", str(place))
        assert done.exit_code == 1
        assert str(place) in done.output
