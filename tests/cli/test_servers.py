"""Several server processes on one port: all answer, one that dies is replaced, all end."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from hotline_sessions.cli.bench_constant import DOCUMENT
from hotline_sessions.cli.demo_processes import choose_port
from hotline_sessions.cli.serve_processes import SHORTEST_LIFE
from hotline_sessions.cli.servers import bind_together


PATIENCE = 60.0
CHILDREN = Path("/proc/self").exists()
needs_proc = pytest.mark.skipif(not CHILDREN, reason="processes are looked at in /proc")


class Server:
    """``hotline bench constant`` on a port of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}/"

    def answers(self) -> bool:
        try:
            with httpx.Client(trust_env=False, timeout=2) as client:
                return client.post(self.url, content=b"x").content == DOCUMENT
        except httpx.TransportError:
            return False

    def is_well(self) -> bool:
        try:
            with httpx.Client(trust_env=False, timeout=2) as client:
                return client.get(f"{self.url}healthz").is_success
        except httpx.TransportError:
            return False

    def list_parts(self) -> set[int]:
        """Processes that serve: those that were spawned with a socket."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {
            pid
            for pid in map(int, tasks.read_text().split())
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
        }


def wait_until(what: object) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if callable(what) and what():
            return
        time.sleep(0.05)
    raise AssertionError(what)


@contextmanager
def run_server(workers: int) -> Iterator[Server]:
    port = choose_port(0)
    process = subprocess.Popen(  # noqa: S603 - our own program
        [
            sys.executable, "-m", "hotline_sessions", "bench", "constant",
            "--port", str(port), "--workers", str(workers),
        ],
        env=os.environ | {"PYTHONPATH": "src"},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        server = Server(process, port)
        wait_until(server.answers)
        yield server
    finally:
        process.kill()
        process.wait()


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_one_process_ends_when_it_is_told_to() -> None:
    with run_server(1) as server:
        server.process.send_signal(signal.SIGTERM)

        assert server.process.wait(PATIENCE) in {0, -signal.SIGTERM}


@needs_proc
def test_a_process_that_dies_is_replaced_and_all_end_together() -> None:
    with run_server(2) as server:
        wait_until(lambda: len(server.list_parts()) == 2)
        time.sleep(SHORTEST_LIFE)
        first = server.list_parts()
        os.kill(min(first), signal.SIGKILL)

        wait_until(lambda: len(server.list_parts() - first) == 1)
        wait_until(server.answers)
        parts = server.list_parts()
        server.process.send_signal(signal.SIGTERM)

        assert server.process.wait(PATIENCE) == 0
        wait_until(lambda: all(is_gone(pid) for pid in parts))


@needs_proc
def test_processes_end_by_themselves_when_who_started_them_is_gone() -> None:
    with run_server(2) as server:
        wait_until(lambda: len(server.list_parts()) == 2)
        parts = server.list_parts()
        server.process.kill()
        server.process.wait()

        wait_until(lambda: all(is_gone(pid) for pid in parts))


def test_several_processes_share_a_port_and_a_stranger_does_not_get_it() -> None:
    with bind_together("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with bind_together("127.0.0.1", port) as second:
            assert second.getsockname()[1] == port
        with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
            stranger.bind(("127.0.0.1", port))


@needs_proc
def test_beside_several_web_processes_the_background_work_has_one_that_ends_with_them(
    tmp_path: Path,
) -> None:
    port = choose_port(0)
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "hotline_sessions", "serve", "--port", str(port), "--workers", "2"],
        env=os.environ
        | {
            "PYTHONPATH": "src",
            "HOTLINE_ENVIRONMENT": "test",
            "HOTLINE_DATA_DIR": str(tmp_path),
            "DATABASE_URL": "",
        },
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        server = Server(process, port)
        wait_until(lambda: len(server.list_parts()) == 3)
        wait_until(server.is_well)
        parts = server.list_parts()
        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE) == 0
        wait_until(lambda: all(is_gone(pid) for pid in parts))
    finally:
        process.kill()
        process.wait()
