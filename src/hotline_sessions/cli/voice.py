"""``hotline voice``: what an announcer may record, what has been recorded, and the melody."""

import json
from pathlib import Path

import click

from hotline_sessions.cli.melody import build_melody
from hotline_sessions.i18n import LOCALES, Locale, load_catalogues
from hotline_sessions.settings import variable_of
from hotline_sessions.web.voice_files import MELODY, TYPES, find_voice_files, melody_folder
from hotline_sessions.web.webhooks.voice_texts import TEXTS


FOLDER = click.option(
    "--folder",
    envvar=variable_of("voice_files"),
    show_envvar=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the recordings.",
)


@click.group()
def voice() -> None:
    """Announcements on the telephone: recorded by an announcer, or spoken by a machine."""


@voice.command("list")
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.option("--lang", type=click.Choice(LOCALES), help="Only this language.")
def list_texts(folder: Path | None, *, as_json: bool, lang: Locale | None) -> None:
    """Print the script for the announcer: key, language, whether it is recorded, text."""
    found = find_voice_files(folder)
    rows = [
        {
            "key": key,
            "language": language,
            "file": f"{language}/{key}.mp3",
            "recorded": (language, key) in found,
            "text": load_catalogues().words(language).gettext(text),
        }
        for language in ([lang] if lang else LOCALES)
        for key, text in TEXTS.items()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        mark = "+" if row["recorded"] else "-"
        click.echo(f"{mark} {row['file']}\n    {row['text']}")


@voice.command("check")
@FOLDER
def check(folder: Path | None) -> None:
    """Say which texts a machine still speaks, and which files are used for nothing."""
    if folder is None:
        raise click.UsageError("No folder is named: set HOTLINE_VOICE_FILES, or give --folder.")
    found = find_voice_files(folder)
    for language in LOCALES:
        count = sum(1 for spoken, _ in found if spoken == language)
        click.echo(f"{language}: {count} of {len(TEXTS)} recorded.")
    strange = list_strange(folder)
    for path in strange:
        click.echo(f"{path}: belongs to no text.")
    if strange:
        raise SystemExit(1)


@voice.command("melody")
def write_melody() -> None:
    """Make the melody anew; needed only after changing how it is made."""
    path = melody_folder() / MELODY
    path.write_bytes(build_melody())
    click.echo(f"{path.name}: {path.stat().st_size} bytes.")


def list_strange(folder: Path) -> list[Path]:
    """Sound files in the folder that would never be played, by their names below it."""
    known = {
        Path(language) / f"{key}{suffix}"
        for language in LOCALES
        for key in TEXTS
        for suffix in TYPES
    }
    there = {
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in TYPES
    }
    return sorted(there - known)
