"""Applications served on free loopback ports inside the test's own loop."""

import asyncio
import contextlib
import itertools
import os
import socket
from collections.abc import AsyncIterator
from typing import Any, Final, cast

import uvicorn


EACH: Final = 4000
WORKER: Final = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS: Final = itertools.count(10_000 + WORKER % 2 * EACH + os.getpid() % (EACH // 2))
"""Neither the system gives these away nor another of the test processes.

A port that the system has chosen goes to somebody else between two processes that serve there.
"""


def free_port() -> int:
    """A loopback port nobody uses now, and that was not given before."""
    for port in PORTS:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("the count has an end")


@contextlib.asynccontextmanager
async def serve(app: object, port: int) -> AsyncIterator[str]:
    """Serve ``app`` on ``port``; its base URL."""
    config = uvicorn.Config(
        cast("Any", app),
        host="127.0.0.1",
        port=port,
        log_level="error",
        lifespan="auto",
        ws="websockets-sansio",
    )
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await running
