"""``hotline draw``: reckon a published draw again, without the database and without the site."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import click

from hotline_sessions.domain.draw_files import Flaw, find_flaws, read_file


SENTENCES: Final[Mapping[Flaw, str]] = MappingProxyType(
    {
        Flaw.UNREADABLE: "This is not the file of a draw, or not all of it.",
        Flaw.REWRITTEN: "The file is not written as it was published: a line was added or changed.",
        Flaw.NAMES: "Entries or slots are not in order, or one of them is there twice.",
        Flaw.COMMITMENT: "The nonce is not the one that was committed to before the draw.",
        Flaw.DIGEST: "The digest is not that of the inputs: slots or entries were changed.",
        Flaw.SEED: "The seed does not follow from nonce and inputs.",
        Flaw.RESULT: "The slots were not given as the lots fell.",
        Flaw.WAITING: "The waiting list is not in the order in which the lots fell.",
    }
)


@click.group()
def draw() -> None:
    """Draws: slots given by lot."""


@draw.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--commitment",
    help="Commitment as you noted it from the page of the session before the draw.",
)
def verify(file: Path, *, commitment: str | None) -> None:
    """Reckon the draw in FILE again and say what is wrong with it."""
    text = file.read_bytes().decode("utf-8", errors="replace")
    sentences = [SENTENCES[flaw] for flaw in find_flaws(text)]
    if not sentences and commitment and read_file(text).commitment != commitment.strip().lower():
        sentences = ["The commitment in the file is not the one that you noted before the draw."]
    for sentence in sentences:
        click.echo(sentence)
    if sentences:
        raise SystemExit(1)
    drawn = read_file(text)
    click.echo(
        f"The draw is right: {len(drawn.entries)} entries, {len(drawn.slots)} slots,"
        f" {len(drawn.result)} given, {len(drawn.waiting)} on the waiting list."
    )
    click.echo(f"Commitment, to be compared with the one before the draw: {drawn.commitment}")
