"""Applications served on free loopback ports inside the test's own loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any, cast

import uvicorn


def free_port() -> int:
    """A loopback port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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
