"""``hotline migrate`` and ``hotline doctor`` on good and bad installations."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotline_sessions.app import build_mailbox
from hotline_sessions.cli import hotline
from hotline_sessions.cli.doctor import (
    examine_clock,
    examine_mailbox,
    examine_migrations,
    examine_version,
)
from hotline_sessions.i18n import load_catalogues
from hotline_sessions.settings import Settings
from hotline_sessions.store.health import DatabaseState


NOWHERE = "postgresql://hotline@/hotline?host=/nonexistent"
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_log_and_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands set up the log and the signals of their process, which here is that of the tests."""
    monkeypatch.setattr("hotline_sessions.cli.installation.set_up_log", lambda *_: None)
    monkeypatch.setattr("hotline_sessions.cli.installation.end_on_sigterm", lambda: None)


def run(*arguments: str, **environ: str) -> Result:
    clean = {"HOTLINE_ENVIRONMENT": "demo", "DATABASE_URL": ""}
    return CliRunner().invoke(hotline, arguments, env=clean | environ)


def test_an_embedded_database_is_migrated_once(server_folder: Path) -> None:
    folder = str(server_folder / "installation")
    first = run("migrate", HOTLINE_DATA_DIR=folder)
    assert first.exit_code == 0, first.output
    assert "Migrated" in first.output
    second = run("migrate", HOTLINE_DATA_DIR=folder)
    assert "Nothing to do" in second.output
    checked = run("doctor", HOTLINE_DATA_DIR=folder)
    assert checked.exit_code == 0, checked.output
    assert "Усе гаразд." in checked.output


def test_a_database_that_does_not_answer_is_told_in_plain_words(tmp_path: Path) -> None:
    done = run("migrate", DATABASE_URL=NOWHERE, HOTLINE_DATA_DIR=str(tmp_path))
    assert done.exit_code == 1
    assert done.output == (
        "Error: The database does not answer. Is it running, and is DATABASE_URL right?\n"
    )


def test_settings_that_cannot_be_used_are_listed() -> None:
    done = run("migrate", HOTLINE_ENVIRONMENT="production", HOTLINE_PORT="many")
    assert done.exit_code == 1
    assert "HOTLINE_PORT" in done.output
    assert "HOTLINE_SECRET_KEY" in done.output


@pytest.mark.parametrize(("lang", "words"), [("uk", "НЕГАРАЗД"), ("en", "PROBLEM")])
def test_the_doctor_names_every_problem_in_both_languages(
    lang: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    done = run(
        "doctor",
        "--lang",
        lang,
        HOTLINE_ENVIRONMENT="production",
        HOTLINE_DATA_DIR=str(tmp_path / "file"),
        HOTLINE_SECRET_KEY="short",
        HOTLINE_SMTP_HOST="127.0.0.1",
        HOTLINE_SMTP_PORT="1",
        HOTLINE_SMTP_SENDER="line@rivne.example",
        DATABASE_URL=NOWHERE,
    )
    assert done.exit_code == 1
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert done.output.count(words) == 9, done.output
    assert "HOTLINE_SMTP_HOST, HOTLINE_SMTP_PORT" in done.output


def test_the_doctor_says_what_is_wrong_with_the_mailbox_of_answers() -> None:
    settings = Settings(
        imap_host="127.0.0.1", imap_port=1, imap_user="x", imap_password="y", imap_tls="none"
    )
    mailbox = build_mailbox(settings)
    assert mailbox is not None
    words = load_catalogues().words("en")
    finding = examine_mailbox(mailbox, words)

    assert not finding.is_good
    assert "HOTLINE_IMAP_HOST" in finding.text
    assert build_mailbox(Settings()) is None


def test_the_doctor_says_when_the_embedded_database_cannot_be_run(tmp_path: Path) -> None:
    done = run(
        "doctor", "--lang", "en", HOTLINE_DATA_DIR=str(tmp_path), HOTLINE_PG_BIN=str(tmp_path)
    )
    assert done.exit_code == 1
    assert "PROBLEM: The embedded database cannot be run" in done.output


def test_a_database_that_is_old_or_behind_or_slow_is_found_out() -> None:
    words = load_catalogues().words("en")
    state = DatabaseState(version=12, pending=["1"], now=NOW)
    assert not examine_version(state, words).is_good
    assert not examine_migrations(state, words, is_embedded=False).is_good
    assert not examine_clock(NOW, NOW + timedelta(seconds=5), words).is_good


def test_every_line_of_the_doctor_has_its_ukrainian_words(tmp_path: Path) -> None:
    done = run("doctor", HOTLINE_ENVIRONMENT="production", HOTLINE_DATA_DIR=str(tmp_path))
    assert "The " not in done.output
    assert " is " not in done.output
