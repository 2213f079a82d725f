"""``hotline work``: the background work alone, beside ``hotline serve --no-worker``."""

import asyncio
from contextlib import suppress

import click

from hotline_sessions.app import run_worker
from hotline_sessions.cli.installation import use_installation


@click.command()
def work() -> None:
    """Send what is due, ring whom it is time to ring, and tidy up, until told to stop."""
    with use_installation() as settings, suppress(KeyboardInterrupt):
        asyncio.run(run_worker(settings))
