"""``hotline institutions …`` sets up an institution from nothing."""

import anyio.to_thread
import pytest
from click.testing import CliRunner, Result

from hotline_sessions.cli import hotline


pytestmark = pytest.mark.anyio

SLUG = "rivne-rada"
NAME = "Рівненська обласна рада"


@pytest.fixture(autouse=True)
def _own_log_and_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands set up the log and the signals of their process, which here is that of the tests."""
    monkeypatch.setattr("hotline_sessions.cli.installation.set_up_log", lambda *_: None)
    monkeypatch.setattr("hotline_sessions.cli.installation.end_on_sigterm", lambda: None)


class Shell:
    """Runs commands on one database."""

    def __init__(self, dsn: str) -> None:
        self._environ = {"HOTLINE_ENVIRONMENT": "test", "DATABASE_URL": dsn}

    async def run(self, *arguments: str) -> Result:
        command = ["institutions", *arguments]
        # A thread of its own: the command runs an event loop of its own.
        return await anyio.to_thread.run_sync(
            lambda: CliRunner().invoke(hotline, command, env=self._environ)
        )

    async def succeed(self, *arguments: str) -> str:
        done = await self.run(*arguments)
        assert done.exit_code == 0, done.output
        return done.stdout.strip()

    async def fail(self, *arguments: str) -> str:
        done = await self.run(*arguments)
        assert done.exit_code == 1, done.output
        return done.output


@pytest.fixture
def shell(dsn: str) -> Shell:
    return Shell(dsn)


async def test_an_institution_is_set_up_with_line_official_and_staff(shell: Shell) -> None:
    assert await shell.succeed("list") == ""
    assert await shell.succeed("add", SLUG, NAME, "--name-en", "Rivne Council") == SLUG
    assert await shell.succeed("line", SLUG, "0 800 502 708", "--free") == "0 800 502 708"
    await shell.succeed("official", SLUG, "Голова", "Гук Андрій", "--ring", "+380362220011")
    password = await shell.succeed(
        "member", SLUG, "ivanna", "Іванна Гук", "--role", "operator", "--ring", "050 111 22 33"
    )

    assert len(password) >= 16
    assert await shell.succeed("list") == f"{SLUG}\t{NAME}"


async def test_every_refusal_is_told_in_words(shell: Shell) -> None:
    await shell.succeed("add", SLUG, NAME)
    await shell.succeed("line", SLUG, "101")
    await shell.succeed("member", SLUG, "ivanna", "Іванна", "--role", "clerk")

    assert "small Latin letters" in await shell.fail("add", "Рада", NAME)
    assert "There is an institution" in await shell.fail("add", SLUG, NAME)
    assert "has this number already" in await shell.fail("line", SLUG, "101")
    assert "not a telephone number" in await shell.fail("line", SLUG, "немає")
    assert "no institution with this SLUG" in await shell.fail("line", "lutsk", "101")
    assert "login is taken" in await shell.fail("member", SLUG, "IVANNA", "Інша", "--role", "clerk")


async def test_a_member_needs_a_role_that_exists(shell: Shell) -> None:
    await shell.succeed("add", SLUG, NAME)

    assert (await shell.run("member", SLUG, "ivanna", "Іванна")).exit_code == 2
    assert (await shell.run("member", SLUG, "ivanna", "Іванна", "--role", "tsar")).exit_code == 2
