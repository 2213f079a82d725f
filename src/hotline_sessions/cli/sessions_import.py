"""``hotline sessions import``: read a published schedule and make sessions of it."""

import asyncio
import json
import re
from datetime import datetime
from pathlib import Path

import click

from hotline_sessions.cli.installation import use_installation
from hotline_sessions.cli.sessions_rederive import rederive_command
from hotline_sessions.domain.errors import Invalid, NotFound
from hotline_sessions.domain.schedule_columns import choose_columns
from hotline_sessions.domain.schedules import RowReading, read_rows
from hotline_sessions.domain.times import KYIV, Window
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.gateways.sheets import MOST_BYTES, read_sheet
from hotline_sessions.i18n import LOCALES, Words, load_catalogues
from hotline_sessions.services.schedule_words import explain, explain_sheet
from hotline_sessions.services.schedules import ForeignRows, Imported, import_rows
from hotline_sessions.store.engine import open_database
from hotline_sessions.store.institutions import find_institution_by_slug


LINES = re.compile(r"(?P<first>[0-9]{1,6})(-(?P<last>[0-9]{1,6}))?")
MOST_SHOWN = 3
"""Sessions of one row that are written out; of more, the first, the last and the count."""


@click.group()
def sessions() -> None:
    """Sessions: import of published schedules, and changed clocks."""


sessions.add_command(rederive_command)


@sessions.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--year", type=click.IntRange(1991, 2100), help="Year of dates that show none.")
@click.option("--institution", default="", help="Slug of the institution the schedule is of.")
@click.option("--lines", default="", help="Only these lines of the file, such as 2-5,9.")
@click.option("--dry-run", is_flag=True, help="Only show what would be imported.")
@click.option("--json", "as_json", is_flag=True, help="Print a list with one object per row.")
@click.option("--lang", type=click.Choice(LOCALES), default="uk", help="Language of reasons.")
def import_command(
    *,
    file: Path,
    year: int | None,
    institution: str,
    lines: str,
    dry_run: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Read the schedule in FILE (CSV, XLSX, XLS or ODS) and make drafts of its rows.

    Nothing is imported unless all chosen rows are good.
    """
    words = load_catalogues().words("en" if lang == "en" else "uk")
    try:
        with file.open("rb") as stream:
            rows = read_sheet(stream.read(MOST_BYTES + 1), file.name)
        readings = read_rows(rows, year=year, institution=institution)
        headers = choose_columns(rows[0].cells, has_institution=bool(institution))
    except Invalid as refusal:
        raise click.UsageError(explain_sheet(refusal, words.gettext)) from None
    except OSError:
        raise click.UsageError(words.gettext("The file cannot be read.")) from None
    readings = choose_lines(readings, lines)
    if as_json:
        listed = [_as_json(reading, words, headers) for reading in readings]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        for reading in readings:
            click.echo(_as_line(reading, words, headers))
        click.echo(_summary(readings, words, dry_run=dry_run))
    if not dry_run:
        _store(readings, institution, file.name, words)


def choose_lines(readings: list[RowReading], lines: str) -> list[RowReading]:
    """Those of the rows whose lines are named, as ``2-5,9``; all of them if none is.

    Raises:
        click.UsageError: ``lines`` cannot be read, or names a line that is not there.
    """
    if not lines:
        return readings
    chosen: set[int] = set()
    for part in lines.split(","):
        span = LINES.fullmatch(part.strip())
        if span is None or int(span["last"] or span["first"]) < int(span["first"]):
            raise click.UsageError(f"--lines: {part!r}; write 2-5,9")
        chosen.update(range(int(span["first"]), int(span["last"] or span["first"]) + 1))
    known = {reading.line for reading in readings}
    if unknown := sorted(chosen - known):
        raise click.UsageError(f"--lines: {unknown[0]}")
    return [reading for reading in readings if reading.line in chosen]


def _store(readings: list[RowReading], slug: str, source: str, words: Words) -> None:
    bad = [reading.line for reading in readings if not reading.accepted]
    if bad:
        raise click.ClickException(
            words.gettext(
                "Nothing was imported: lines %(lines)s must be put right or left out (--lines).",
                lines=", ".join(map(str, bad)),
            )
        )
    with use_installation() as settings:
        try:
            imported = asyncio.run(store_rows(readings, slug, source, settings.database_url))
        except NotFound:
            raise click.ClickException(
                words.gettext("There is no institution «%(slug)s».", slug=slug)
            ) from None
        except ForeignRows:
            raise click.ClickException(
                words.gettext("Some rows are of another institution: nothing was imported.")
            ) from None
    click.echo(
        words.gettext(
            "Sessions added: %(made)s; there already: %(present)s.",
            made=imported.made,
            present=imported.present,
        ),
        err=True,  # so that what --json prints stays JSON
    )


async def store_rows(readings: list[RowReading], slug: str, source: str, dsn: str) -> Imported:
    """Make drafts of the rows, for the institution ``slug`` or for those that they name.

    Raises:
        NotFound: There is no such institution.
        ForeignRows: A row is of another institution than ``slug``.
    """
    async with open_database(dsn, application_name="hotline import"):
        home = await find_institution_by_slug(slug) if slug else None
        if slug and home is None:
            raise NotFound
        return await import_rows(
            readings,
            institution=home.id if home else None,
            source=source,
            now=SystemClock().now(),
        )


def _as_json(reading: RowReading, words: Words, headers: dict[str, str]) -> dict[str, object]:
    return {
        "line": reading.line,
        "accepted": reading.accepted,
        "sessions": [
            {
                "start": _local(window.starts_at).isoformat(),
                "end": _local(window.ends_at).isoformat(),
            }
            for window in reading.windows
        ],
        "reason": None if reading.accepted else _reasons(reading, words, headers),
    }


def _as_line(reading: RowReading, words: Words, headers: dict[str, str]) -> str:
    if not reading.accepted:
        refused = words.gettext("line %(line)s: refused", line=reading.line)
        return f"{refused}: {_reasons(reading, words, headers)}"
    taken = words.gettext("line %(line)s: accepted", line=reading.line)
    remarks = " ".join(explain(one, words.gettext, headers=headers) for one in reading.remarks)
    return f"{taken}: {_shown(reading.windows, words)}" + (f" [{remarks}]" if remarks else "")


def _shown(windows: tuple[Window, ...], words: Words) -> str:
    if len(windows) <= MOST_SHOWN:
        return ", ".join(_span(window) for window in windows)
    count = words.ngettext("%(num)s session", "%(num)s sessions", len(windows))
    return f"{_span(windows[0])} … {_span(windows[-1])} ({count})"


def _span(window: Window) -> str:
    start, end = _local(window.starts_at), _local(window.ends_at)
    return f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}"


def _local(moment: datetime) -> datetime:
    return moment.astimezone(KYIV)


def _reasons(reading: RowReading, words: Words, headers: dict[str, str]) -> str:
    return " ".join(explain(one, words.gettext, headers=headers) for one in reading.mistakes)


def _summary(readings: list[RowReading], words: Words, *, dry_run: bool) -> str:
    accepted = sum(1 for reading in readings if reading.accepted)
    count = sum(len(reading.windows) for reading in readings)
    made = words.ngettext("%(num)s session", "%(num)s sessions", count)
    line = words.gettext(
        "Rows: %(rows)s; accepted: %(accepted)s (%(made)s); refused: %(refused)s.",
        rows=len(readings), accepted=accepted, made=made, refused=len(readings) - accepted,
    )  # fmt: skip
    return f"{line} {words.gettext('Nothing was written.')}" if dry_run else line
