"""The whole product with all its processes, as a newcomer starts it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.gateways.judges.expansions import expand_with_ical_js, expand_with_python_ical


pytestmark = pytest.mark.story

STORY_SECONDS = 240
READY_SECONDS = 120


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "demo"
    yield place
    assert not _processes_of(place), "something was left running"


def test_the_story_ends_well_although_the_web_process_is_killed_in_the_middle_of_a_talk(
    folder: Path,
) -> None:
    told = _run("--play", "--kill-web", folder=folder)

    assert told.returncode == 0, told.stdout + told.stderr
    assert "The web process is killed" in told.stdout
    assert "was started again" in told.stdout
    registered = re.findall(r"Registered as (\S+-\d+-\d{4}); the answer is due by", told.stdout)
    assert [int(number.split("-")[1]) for number in registered] == [1, 2, 3]
    assert "ст. 20 Закону" in told.stdout
    assert "asked again, it answers 304" in told.stdout


def test_the_demo_is_stopped_by_ctrl_c_and_leaves_nothing_running(
    folder: Path, tmp_path: Path
) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        _start(f"--port={taken.getsockname()[1]}", folder=folder) as demo,
    ):
        address = _wait_until_ready(demo)
        assert not address.endswith(f":{taken.getsockname()[1]}"), "a taken port is avoided"
        feed = httpx.get(f"{address}/calendar.ics", trust_env=False)
        demo.send_signal(signal.SIGINT)

        assert demo.wait(30) == 0
        assert feed.status_code == 200
        assert len(expand_with_python_ical(feed.content)) > 10
        assert expand_with_ical_js(feed.content, tmp_path) == expand_with_python_ical(feed.content)


def _arguments(*options: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "hotline_sessions", "demo", "--data-dir", str(folder), *options]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": "src", "COLUMNS": "200", "PYTHONWARNINGS": "default"}


def _run(*options: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own program
        _arguments(*options, folder=folder),
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=STORY_SECONDS,
        check=False,
    )


def _start(*options: str, folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 - our own program
        _arguments(*options, folder=folder),
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _wait_until_ready(demo: "subprocess.Popen[str]") -> str:
    """Address of the citizens' pages."""
    address = ""
    deadline = time.monotonic() + READY_SECONDS
    assert demo.stdout is not None
    for line in demo.stdout:
        if "Citizens" in line:
            address = line.split("Citizens")[1].strip(" │\n").rstrip("/")
        if "Ready in" in line:
            return address
        assert time.monotonic() < deadline, "the demo is not ready"
    raise AssertionError("the demo has ended")


def _processes_of(folder: Path) -> list[str]:
    found = subprocess.run(  # noqa: S603 - our own words
        ["/usr/bin/pgrep", "-af", str(folder)], capture_output=True, text=True, check=False
    )
    return [line for line in found.stdout.splitlines() if "pytest" not in line]
