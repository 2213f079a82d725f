"""``hotline migrate``: bring the database to the state of this release."""

import asyncio

import click

from hotline_sessions.cli.installation import use_installation
from hotline_sessions.store import migrate as migrations


@click.command()
def migrate() -> None:
    """Run the migrations that the database has not seen: all of them, or none."""
    with use_installation(ready=False) as settings:
        done = asyncio.run(migrations.migrate(settings.database_url))
    for name in done:
        click.echo(f"Migrated: {name}")
    if not done:
        click.echo("Nothing to do: the database is up to date.")
