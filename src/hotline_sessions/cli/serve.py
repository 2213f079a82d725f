"""``hotline serve``: the web application, and the background work with it."""

import gc
import socket
from typing import Final

import click
import msgspec
import uvicorn

from hotline_sessions.app import create_app
from hotline_sessions.cli.installation import use_installation
from hotline_sessions.settings import Settings


GRACE: Final = 5
"""Seconds that requests and open streams have to finish when the server stops."""


@click.command()
@click.option("--host", help="Address to listen on, instead of HOTLINE_HOST.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port, instead of HOTLINE_PORT.")
@click.option("--no-worker", is_flag=True, help="Leave the background work to `hotline work`.")
def serve(*, host: str | None, port: int | None, no_worker: bool) -> None:
    """Run the web application until it is told to stop.

    The embedded database is migrated by itself; a server of your own must have been
    migrated before (`hotline migrate`).
    """
    with use_installation() as installed:
        settings = msgspec.structs.replace(
            installed,
            host=host or installed.host,
            port=installed.port if port is None else port,
            worker=installed.worker and not no_worker,
        )
        run_server(settings)


def run_server(settings: Settings) -> None:
    """Serve the application until SIGINT or SIGTERM, then let requests finish."""
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    try:
        QuietServer(config).run()
    except KeyboardInterrupt:
        return


class QuietServer(uvicorn.Server):
    """Server that keeps the garbage collector away from what lives for ever.

    Without it the slowest requests of a rush take three times as long.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then set aside everything that has been made so far."""
        await super().startup(sockets=sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000, 50, 100)
