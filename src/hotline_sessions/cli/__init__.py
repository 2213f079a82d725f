"""Commands: ``hotline …``. Each is imported when it is run, so that ``--help`` is quick."""

import importlib
from collections.abc import Mapping
from typing import Final

import click
from msgspec import Struct


class Entry(Struct, frozen=True):
    """Where a command lives, and what it is for."""

    place: str
    """``module:attribute``, below this package."""
    purpose: str


COMMANDS: Final[Mapping[str, Entry]] = {
    "demo": Entry("demo:demo", "Run the whole product on this machine, with telephones."),
    "serve": Entry("serve:serve", "Run the web application, and the background work with it."),
    "work": Entry("work:work", "Run the background work alone."),
    "migrate": Entry("migrate:migrate", "Bring the database to the state of this release."),
    "phonesim": Entry("phonesim:phonesim", "Run the phone simulator alone."),
    "twilio": Entry("twilio:twilio", "Check the account at Twilio, and set it up."),
    "rehearse": Entry("rehearse:rehearse", "Play whole sessions on a virtual clock, with faults."),
    "doctor": Entry("doctor:doctor", "Say what is wrong with this installation, and what to do."),
    "bench": Entry("bench:bench", "Measure how much the product bears on this machine."),
    "assets": Entry("assets:assets", "Rebuild styles and scripts after changing them."),
    "voice": Entry("voice:voice", "Announcements on the telephone: texts and recordings."),
    "institutions": Entry(
        "institutions:institutions", "Set up institutions, lines, officials and staff."
    ),
    "settings": Entry("settings:settings", "Show and change the rules of an institution."),
    "sessions": Entry(
        "sessions_import:sessions", "Import published schedules; follow changed clocks."
    ),
    "appeals": Entry(
        "appeals_due:appeals", "Appeals: count their terms, take lists of other bodies."
    ),
    "verify": Entry("verify:verify_command", "Say whether the register is whole, row by row."),
    "draw": Entry("draw:draw", "Reckon a published draw of slots again."),
}


class LazyGroup(click.Group):
    """A group that imports a command only when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        del ctx
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.place.partition(":")
        command: click.Command = getattr(importlib.import_module(f"{__name__}.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.purpose) for name, entry in COMMANDS.items()])


@click.group(cls=LazyGroup)
@click.version_option(package_name="hotline-sessions")
def hotline() -> None:
    """Live phone sessions of officials: schedule, publish, book, call, talk, appeal, answer."""


def main() -> None:
    """Run the command that was asked for."""
    hotline(prog_name="hotline")
