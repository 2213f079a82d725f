"""Processes of the demo: a port, a start, a death, an end."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hotline_sessions.cli import demo_processes
from hotline_sessions.cli.demo_processes import (
    PORTS,
    Child,
    NotReadyError,
    choose_port,
    end_leftovers,
    is_running,
    throw_away,
)


STUBBORN = "trap '' TERM; echo ready; while :; do sleep 0.05; done"
PATIENT = "echo ready; exec sleep 60"


@contextmanager
def child(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    """A process of the demo that runs ``script`` in the place of our program."""
    program = folder / "program"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    made = Child("web", ["serve"], env={"COLOUR": "blue"}, log=folder / "web.log")
    try:
        yield made
    finally:
        made.kill()
        made.stop()


@contextmanager
def stranger(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that nobody here has started as a part of the demo."""
    program = [sys.executable, "-c", "input()", *arguments]
    with subprocess.Popen(program, stdin=subprocess.PIPE) as process:  # noqa: S603 - our own
        try:
            yield process
        finally:
            process.kill()


def wait_for(log: Path, text: str) -> None:
    for _ in range(200):
        if log.exists() and text in log.read_text():
            return
        time.sleep(0.02)
    pytest.fail("it has not come up")


def test_a_port_that_is_taken_gives_way_to_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = taken.getsockname()[1]

        assert choose_port(wanted) in PORTS
    assert choose_port(wanted) == wanted


def test_the_system_gives_a_chosen_port_to_nobody_else() -> None:
    lowest_of_linux, lowest_of_macos = 32_768, 49_152

    assert all(choose_port(0) in PORTS for _ in range(20))
    assert PORTS.stop <= min(lowest_of_linux, lowest_of_macos)


def test_a_process_is_started_with_its_environment_and_asked_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with child(tmp_path, 'echo "$COLOUR $*"; ' + PATIENT, monkeypatch) as web:
        assert (web.pid, web.is_alive()) == (0, False)
        web.stop()
        web.start()
        wait_for(tmp_path / "web.log", "ready")

        assert web.is_alive()
        assert "blue -m hotline_sessions serve" in (tmp_path / "web.log").read_text()
        web.stop()
        assert (web.pid, web.is_alive()) == (0, False)


def test_a_process_that_has_died_is_started_again_and_one_that_lives_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with child(tmp_path, PATIENT, monkeypatch) as web:
        web.start()
        first = web.pid
        assert not web.keep_up()

        os.kill(first, 9)
        os.waitpid(first, 0)

        assert web.keep_up()
        assert web.is_alive()
        assert web.pid != first


def test_a_process_that_does_not_end_when_asked_is_made_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_processes, "GRACE", 0.2)
    with child(tmp_path, STUBBORN, monkeypatch) as web:
        web.start()
        pid = web.pid
        wait_for(tmp_path / "web.log", "ready")

        web.stop()

        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_process_that_ends_at_once_or_never_answers_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = f"http://127.0.0.1:{choose_port(0)}/"
    with child(tmp_path, "echo no room; exit 3", monkeypatch) as web:
        web.start()
        with pytest.raises(NotReadyError, match=r"ended at once.*no room"):
            web.wait_until_answers(nowhere, seconds=10)
    with child(tmp_path, PATIENT, monkeypatch) as web:
        web.start()
        with pytest.raises(NotReadyError, match="does not answer"):
            web.wait_until_answers(nowhere, seconds=0.3)


def test_leftovers_of_a_killed_demo_are_ended_and_strangers_are_not() -> None:
    with stranger("hotline") as ours, stranger("other") as other:
        assert is_running(ours.pid)
        assert not is_running(other.pid)

        end_leftovers([ours.pid, other.pid, 0, -1, 2**22 + 1])

        assert ours.wait(5) == -15
        assert other.poll() is None


def test_a_number_that_is_nobodys_is_not_a_running_demo() -> None:
    with stranger("hotline") as ours:
        pass

    assert not is_running(ours.pid)
    assert not is_running(0)


def test_the_data_of_a_demo_is_thrown_away_with_its_database_elsewhere(tmp_path: Path) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "demo"
    elsewhere.mkdir()
    folder.mkdir()
    (elsewhere / "data").write_text("x")
    (folder / "postgres").symlink_to(elsewhere)

    throw_away(folder)

    assert not elsewhere.exists()
    assert list(folder.iterdir()) == []
