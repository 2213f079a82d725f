"""``hotline work``: the background work alone, beside ``hotline serve --no-worker``."""

import asyncio
from contextlib import suppress
from typing import Final

import click

from hotline_sessions.cli.installation import end_on_sigterm, use_installation
from hotline_sessions.cli.serve_processes import is_orphan
from hotline_sessions.log import set_up_log
from hotline_sessions.settings import Settings


LOOK_SECONDS: Final = 0.5


@click.command()
def work() -> None:
    """Send what is due, ring whom it is time to ring, and tidy up, until told to stop."""
    from hotline_sessions.app import run_worker  # noqa: PLC0415 - as in ``_work_while``

    with use_installation() as settings, suppress(KeyboardInterrupt):
        asyncio.run(run_worker(settings))


def work_part(settings: Settings, parent: int) -> None:
    """Do the background work as one of several processes, for as long as ``parent`` lives."""
    set_up_log(settings.log_format, settings.log_level)
    end_on_sigterm()
    with suppress(KeyboardInterrupt):
        asyncio.run(_work_while(settings, parent))


async def _work_while(settings: Settings, parent: int) -> None:
    # Whoever only starts and watches this process does not load the application.
    from hotline_sessions.app import run_worker  # noqa: PLC0415

    working = asyncio.create_task(run_worker(settings))
    while not (working.done() or is_orphan(parent)):
        await asyncio.wait({working}, timeout=LOOK_SECONDS)
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
