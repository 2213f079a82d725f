"""The server as a process: made, started, stopped."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Final

from hotline_sessions.store.embedded.account import Account, make_private_folder
from hotline_sessions.store.embedded.errors import EmbeddedServerError
from hotline_sessions.store.embedded.places import (
    DATABASE,
    Places,
    find_server,
    last_words,
    read_pid_file,
)


PATIENCE: Final = 60.0
"""Seconds for the server to come up, or to go down."""
PAUSE: Final = 0.01
"""Seconds between two looks at it."""
ATTEMPTS: Final = 8
"""Starts before giving up: the children of a killed server need a moment to go."""

INITDB_OPTIONS: Final = (
    f"--username={DATABASE}",
    "--auth=trust",  # only the socket leads in, and only its owner can open the socket
    "--encoding=UTF8",
    "--locale-provider=builtin",  # the programs carry no ICU, and libc sorts as it likes
    "--locale=C.UTF-8",
    "--data-checksums",
    "--no-instructions",
)

SERVER_OPTIONS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Details and statements hold what people have entered.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
UNSAFE_OPTIONS: Final = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "update_process_title": "off",
    # Many tests, or rehearsals, share one; connections that were cut linger for a moment.
    "max_connections": "200",
}


def drop_to(account: Account | None) -> dict[str, Any]:
    """Arguments of a new process that make it run as ``account``."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def make_cluster(places: Places) -> None:
    """Make the cluster with its empty database, wholly or not at all.

    Raises:
        EmbeddedServerError: ``initdb`` fails.
    """
    unfinished = places.home / "data.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    make_private_folder(unfinished, places.account)
    haste = () if places.durable else ("--no-sync",)
    run_program(places, ["initdb", "-D", str(unfinished), *INITDB_OPTIONS, *haste], "")
    single = ["postgres", "--single", "-D", str(unfinished), "postgres"]
    run_program(places, single, f"create database {DATABASE}\n")
    unfinished.rename(places.data)


def run_program(places: Places, command: list[str], text: str) -> None:
    """Run one of the programs to its end, with ``text`` as its input.

    Raises:
        EmbeddedServerError: It fails.
    """
    done = subprocess.run(  # noqa: S603 - the command is ours
        [places.programs / command[0], *command[1:]],
        input=text.encode(),
        capture_output=True,
        cwd="/",
        check=False,
        **drop_to(places.account),
    )
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip()[-600:]
        raise EmbeddedServerError(f"The database could not be made: {words}")


def start_server(places: Places) -> subprocess.Popen[bytes]:
    """The server, started and ready, as a child of this process.

    Raises:
        EmbeddedServerError: It does not come up.
    """
    if not places.data.is_dir():
        make_cluster(places)
    make_private_folder(places.sockets, places.account)
    for attempt in range(ATTEMPTS):
        time.sleep(attempt * 0.25)
        process = launch(places)
        if wait_until_ready(places, process):
            return process
    raise EmbeddedServerError(f"PostgreSQL did not start: {last_words(places.log)}")


def launch(places: Places) -> subprocess.Popen[bytes]:
    """Start the program and look no further."""
    options = SERVER_OPTIONS | {"unix_socket_directories": str(places.sockets)}
    if not places.durable:
        options |= UNSAFE_OPTIONS
    arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with places.log.open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - the command is ours
            [places.programs / "postgres", "-D", places.data, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,  # Ctrl+C is for us: requests are to be finished first
            **drop_to(places.account),
        )


def wait_until_ready(places: Places, process: subprocess.Popen[bytes]) -> bool:
    """True when the server is ready, False when it has ended instead."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        if find_server(places) == process.pid:
            return True
        time.sleep(PAUSE)
    process.kill()
    process.wait()
    return False


def stop_child(process: subprocess.Popen[bytes]) -> None:
    """Stop a server that we have started: at once, but with everything on disk."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait()


def stop_adopted(places: Places, pid: int) -> None:
    """Stop a server that a process before us has started."""
    for how in (signal.SIGINT, signal.SIGQUIT):
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if not is_alive(places, pid):
                return
            time.sleep(PAUSE)


def is_alive(places: Places, pid: int) -> bool:
    """Whether ``pid`` is still the server: it takes its file with it when it goes."""
    lines = read_pid_file(places)
    if not lines or lines[0] != str(pid):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not is_zombie(pid)


def is_zombie(pid: int) -> bool:
    """Whether ``pid`` has ended and nobody has taken note."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[0] == "Z"
