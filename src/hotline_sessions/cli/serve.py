"""``hotline serve``: the web application, and the background work with it."""

from functools import partial
from typing import Any

import click
import msgspec

from hotline_sessions.cli.installation import use_installation
from hotline_sessions.cli.serve_processes import ServerEndedError
from hotline_sessions.cli.servers import run_servers
from hotline_sessions.cli.work import work_part
from hotline_sessions.settings import Settings


@click.command()
@click.option("--host", help="Address to listen on, instead of HOTLINE_HOST.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port, instead of HOTLINE_PORT.")
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Processes, instead of HOTLINE_WORKERS."
)
@click.option("--no-worker", is_flag=True, help="Leave the background work to `hotline work`.")
def serve(*, host: str | None, port: int | None, workers: int | None, no_worker: bool) -> None:
    """Run the web application until it is told to stop.

    The embedded database is migrated by itself; a server of your own must have been
    migrated before (`hotline migrate`). One process does the background work too; beside
    several it has a process of its own.
    """
    with use_installation() as installed:
        settings = msgspec.structs.replace(
            installed,
            host=host or installed.host,
            port=installed.port if port is None else port,
            workers=workers or installed.workers,
            worker=installed.worker and not no_worker,
        )
        try:
            run_servers(
                partial(build_part, settings),
                host=settings.host,
                port=settings.port,
                workers=settings.workers,
                log=(settings.log_format, settings.log_level),
                beside={"work": partial(work_part, settings)} if settings.worker else {},
            )
        except ServerEndedError as error:
            raise click.ClickException(str(error)) from None


def build_part(settings: Settings, workers: int) -> Any:  # noqa: ANN401 - an ASGI application
    """The application of one of so many processes: a single one does the background work."""
    # Whoever only starts and watches several processes does not load the application.
    from hotline_sessions.app import create_app  # noqa: PLC0415

    return create_app(msgspec.structs.replace(settings, worker=settings.worker and workers == 1))
