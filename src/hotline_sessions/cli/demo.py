"""``hotline demo``: the whole product with the phone simulator, on one machine."""

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from hotline_sessions.cli.demo_processes import NotReadyError, throw_away
from hotline_sessions.cli.demo_setup import (
    Prepared,
    import_schedules,
    publish_drafts,
    put_on_air,
    set_up_institutions,
)
from hotline_sessions.cli.demo_stack import Addresses, Stack, find_running, recorded, run_stack
from hotline_sessions.cli.demo_world import HOTLINE, PASSWORD, STAFF
from hotline_sessions.cli.installation import end_on_sigterm
from hotline_sessions.cli.play import play_story
from hotline_sessions.cli.play_steps import StoryFailed
from hotline_sessions.domain.phones import PhoneNumber, display
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.log import set_up_log
from hotline_sessions.settings import default_data_dir, make_up_secret, read_settings
from hotline_sessions.store.embedded.errors import EmbeddedServerError
from hotline_sessions.store.embedded.supervisor import run_embedded_server
from hotline_sessions.store.engine import open_database
from hotline_sessions.store.migrate import migrate


LOOK_EVERY: Final = 0.5
"""Seconds between two looks whether everything still runs."""
PLAY_SPEED: Final = 8.0
"""The story is told by people who talk eight times as fast as others."""
STEPS: Final = 6
HOW_TO_STOP: Final = "Ctrl+C stops everything."


@click.command()
@click.option("--play", is_flag=True, help="Play the whole story unattended, then stop.")
@click.option(
    "--kill-web", is_flag=True, help="With --play: kill the web process in the middle of a talk."
)
@click.option("--fresh", is_flag=True, help="Throw away what earlier runs have left.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the pages.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the demo's database; kept between runs.",
)
def demo(
    *, play: bool, kill_web: bool, fresh: bool, port: int | None, data_dir: Path | None
) -> None:
    """Run everything: database, pages, jobs, telephones. Ctrl+C stops it cleanly.

    With --play simulated people book, call, talk and get an answer, against the demo
    that is running, or else against one that is started for it.
    """
    folder = (data_dir or default_data_dir() / "demo").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    console = Console(highlight=False)
    set_up_log("json", "warning")
    end_on_sigterm()
    try:
        running = find_running(folder)
        if running and play:
            asyncio.run(play_story(running, console))
        elif running:
            console.print(f"The demo runs already: {running.web}")
        else:
            if fresh:
                throw_away(folder)
            _run(folder, console, play=play or kill_web, kill_web=kill_web, port=port)
    except (NotReadyError, EmbeddedServerError, StoryFailed) as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        console.print("The demo has stopped.")


def _run(folder: Path, console: Console, *, play: bool, kill_web: bool, port: int | None) -> None:
    settings = read_settings({"HOTLINE_ENVIRONMENT": "demo", "HOTLINE_DATA_DIR": str(folder)})
    began = time.monotonic()
    with _progress(console) as progress:
        task = progress.add_task("", total=STEPS)

        def step(words: str) -> None:
            progress.update(task, description=words, advance=1)

        step("Starting the database")
        with run_embedded_server(folder) as dsn:
            prepared = asyncio.run(_prepare(dsn, step))
            step("Starting pages, jobs and telephones")
            secret = settings.secret_key or make_up_secret(settings)
            speed = PLAY_SPEED if play else 1.0
            with run_stack(dsn, folder, secret=secret, web_port=port, speed=speed) as stack:
                progress.update(task, completed=STEPS)
                progress.stop()
                addresses = _addresses(stack, prepared)
                with recorded(addresses, folder):
                    if play:
                        asyncio.run(_play(stack, addresses, console, kill_web=kill_web))
                    else:
                        console.print(_invitation(addresses, prepared))
                        console.print(f"Ready in {time.monotonic() - began:.1f} s. {HOW_TO_STOP}")
                        _stay(stack, console)


async def _prepare(dsn: str, step: Callable[[str], None]) -> Prepared:
    step("Bringing the database up to date")
    await migrate(dsn)
    now: datetime = SystemClock().now()
    async with open_database(dsn, application_name="hotline demo"):
        step("Setting up two institutions and their staff")
        await set_up_institutions(now)
        step("Importing and announcing a month of sessions")
        await import_schedules(now)
        await publish_drafts(now)
        return await put_on_air(now)


def _stay(stack: Stack, console: Console) -> None:
    """Keep everything running until told to stop."""
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(LOOK_EVERY)
            _keep_up(stack, console)
    console.print("Stopping …")


def _keep_up(stack: Stack, console: Console) -> None:
    for name in stack.keep_up():
        console.print(f"[yellow]![/yellow] The process «{name}» had ended; it was started again.")


async def _play(stack: Stack, addresses: Addresses, console: Console, *, kill_web: bool) -> None:
    """Play the story, while dead processes are started again."""

    async def keep_up() -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            _keep_up(stack, console)

    async def disturb() -> None:
        stack.web.kill()
        console.print("[yellow]![/yellow] The web process is killed in the middle of the talk.")

    keeper = asyncio.create_task(keep_up())
    try:
        await play_story(addresses, console, disturb=disturb if kill_web else None)
    finally:
        keeper.cancel()


def _addresses(stack: Stack, prepared: Prepared) -> Addresses:
    return Addresses(
        web=stack.web_url,
        phones=stack.phones_url,
        on_air=prepared.on_air,
        owner=os.getpid(),
        children=[stack.web.pid, stack.phones.pid],
    )


def _invitation(addresses: Addresses, prepared: Prepared) -> Panel:
    table = Table.grid(padding=(0, 2))
    for name, place in (
        ("Citizens", f"{addresses.web}/"),
        ("Telephones", f"{addresses.phones}/phone   (dial {display(PhoneNumber(HOTLINE))})"),
        ("Live desk", f"{addresses.web}/staff/desk/{addresses.on_air}"),
        ("Appeals", f"{addresses.web}/staff/appeals"),
        ("Calendar", f"{addresses.web}/calendar.ics"),
        ("Sign in as", ", ".join(member.login for member in STAFF)),
        ("Password", PASSWORD),
    ):
        table.add_row(f"[bold]{name}[/bold]", place)
    title = f"Live phone sessions: {prepared.coming} coming, one on air now"
    return Panel(table, title=title, expand=False)


def _progress(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(), BarColumn(bar_width=24), TextColumn("{task.description}"),
        console=console, transient=True,
    )  # fmt: skip
