"""How a server is run: in this process, or as several on one port."""

import gc
import os
import socket
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

import uvicorn

from hotline_sessions.cli.ready_http import choose_protocol
from hotline_sessions.cli.serve_processes import GRACE, is_orphan, serve_together
from hotline_sessions.log import set_up_log


BACKLOG: Final = 2048
"""Connections that may wait to be accepted."""

Build: TypeAlias = Callable[[int], Any]
"""Makes the ASGI application of one of so many processes. Travels to new processes."""


def run_servers(
    build: Build,
    *,
    host: str,
    port: int,
    workers: int = 1,
    log: tuple[str, str] = ("auto", "info"),
    beside: Mapping[str, Callable[[int], None]] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, then let requests finish.

    Args:
        build: Makes the application; called in each process with how many there are.
        host: Address to listen on.
        port: Port to listen on.
        workers: Processes; a single one is this one itself.
        log: Format and level of the logs of further processes.
        beside: What else runs, each in a process of its own, where several serve; told
            the number of the process that started it.

    Raises:
        ServerEndedError: One of several processes ends as soon as it is started.
    """
    if workers == 1:
        try:
            QuietServer(build_config(build(1), host=host, port=port)).run()
        except KeyboardInterrupt:
            return
        return
    # Keeps the port while the processes come and go; it does not listen itself.
    with bind_together(host, port) as kept:
        place = (host, kept.getsockname()[1])
        web = partial(serve_part, build, log, os.getpid(), place, workers)
        work = {f"web {number}": web for number in range(workers)}
        others = {name: partial(each, os.getpid()) for name, each in (beside or {}).items()}
        serve_together(work | others)


def serve_part(
    build: Build, log: tuple[str, str], parent: int, place: tuple[str, int], workers: int
) -> None:
    """Serve as one of several processes, for as long as ``parent`` lives."""
    set_up_log(*log)
    with bind_together(*place) as mine:
        try:
            QuietServer(build_config(build(workers)), parent=parent).run(sockets=[mine])
        except KeyboardInterrupt:
            return


def bind_together(host: str, port: int) -> socket.socket:
    """A socket on a port that several processes listen on, each with a socket of its own.

    On one socket for all, whichever process is quickest takes nearly every connection, and
    keeps it: one is overworked while the others rest. So the system deals them out.

    Raises:
        OSError: The port is taken by somebody else.
    """
    mine = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        mine.bind((host, port))
    except BaseException:
        mine.close()
        raise
    return mine


def build_config(app: Any, *, host: str = "", port: int = 0) -> uvicorn.Config:  # noqa: ANN401 - an ASGI application
    """How the server is run, whatever it serves."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http=choose_protocol(app),
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE,
    )


class QuietServer(uvicorn.Server):
    """Server that keeps the garbage collector away from what lives for ever.

    Without it the slowest requests of a rush take three times as long. One of several
    stops when ``parent``, which would have stopped it, is gone.
    """

    def __init__(self, config: uvicorn.Config, *, parent: int | None = None) -> None:
        super().__init__(config)
        self._parent = parent

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then set aside everything that has been made so far."""
        await super().startup(sockets=sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000, 50, 100)

    async def on_tick(self, counter: int) -> bool:
        """Whether to stop."""
        if self._parent is not None and is_orphan(self._parent):
            return True
        return await super().on_tick(counter)
