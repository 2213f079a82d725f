"""``hotline appeals import``: take a list of appeals that another body has sent."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Final

import click
from msgspec import Struct

from hotline_sessions.cli.installation import use_installation
from hotline_sessions.domain.errors import Invalid, NotFound
from hotline_sessions.domain.term_policies import Channel
from hotline_sessions.domain.times import local_date
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.gateways.lists import read_list
from hotline_sessions.gateways.sheets import MOST_BYTES
from hotline_sessions.i18n import LOCALES, Words, load_catalogues
from hotline_sessions.services.institutions import get_by_slug
from hotline_sessions.services.outer_appeals import (
    BadReceipt,
    Batch,
    Looked,
    Taken,
    check_receipt,
    look,
    name_source,
    take,
)
from hotline_sessions.services.outer_words import explain, explain_sheet
from hotline_sessions.store.engine import open_database
from hotline_sessions.store.outer_appeals import find_source


UNKNOWN: Final = "There is no institution with this SLUG; see `hotline institutions list`."


class Asked(Struct, frozen=True, kw_only=True):
    """What the command was told."""

    file: Path
    slug: str
    source: str
    received: datetime | None
    hotline: bool
    tells: bool
    dry_run: bool


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--institution", "slug", required=True, help="Whose register takes them.")
@click.option("--source", required=True, help="Name of the body that has sent the list.")
@click.option(
    "--received",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day on which the list came, if not today; terms count from it.",
)
@click.option("--hotline-standard", "hotline", is_flag=True, help="Targets of the 15-45 line.")
@click.option("--tell", "tells", is_flag=True, help="Send each author an SMS with the number.")
@click.option("--dry-run", is_flag=True, help="Only show what would be taken.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--lang", type=click.Choice(LOCALES), default="uk", help="Language of reasons.")
def import_command(
    *,
    file: Path,
    slug: str,
    source: str,
    received: datetime | None,
    hotline: bool,
    tells: bool,
    dry_run: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Take the appeals in FILE (CSV, XLSX, ODS or JSON); bad rows are named and left out.

    Taking the same file again adds nothing.
    """
    words = load_catalogues().words("en" if lang == "en" else "uk")
    asked = Asked(
        file=file,
        slug=slug,
        source=source.strip(),
        received=received,
        hotline=hotline,
        tells=tells,
        dry_run=dry_run,
    )
    if not asked.source:
        raise click.UsageError("--source is empty")
    with use_installation() as settings:
        try:
            looked, taken = asyncio.run(
                _run(asked, settings.database_url, secret=settings.secret_key.encode())
            )
        except NotFound:
            raise click.ClickException(UNKNOWN) from None
        except BadReceipt:
            raise click.UsageError("--received: a day of the last month") from None
        except Invalid as refusal:
            raise click.UsageError(explain_sheet(refusal, words.gettext)) from None
    if as_json:
        click.echo(json.dumps(_as_object(looked, taken, words), ensure_ascii=False))
    else:
        _print(looked, taken, words)


async def _run(asked: Asked, dsn: str, *, secret: bytes) -> tuple[Looked, Taken | None]:
    now = SystemClock().now()
    with asked.file.open("rb") as stream:
        rows = read_list(stream.read(MOST_BYTES + 1), asked.file.name)
    async with open_database(dsn, application_name="hotline appeals"):
        home = await get_by_slug(asked.slug)
        source = await find_source(asked.source, institution=home.id)
        looked = await look(rows, source=source or 0, institution=home.id, now=now)
        if asked.dry_run:
            return looked, None
        received_on = asked.received.date() if asked.received else local_date(now)
        check_receipt(received_on, home, now=now)
        if source is None:
            source = await name_source(asked.source, institution=home.id, account=None, now=now)
        batch = Batch(
            institution=home.id,
            source=source,
            received_on=received_on,
            by=None,
            channel=Channel.GOVERNMENT_HOTLINE if asked.hotline else "",
            tells_authors=asked.tells,
        )
        return looked, await take(looked, batch, secret=secret, now=now)


def _print(looked: Looked, taken: Taken | None, words: Words) -> None:
    for row in looked.bad:
        reasons = " ".join(explain(each, words.gettext) for each in row.mistakes)
        click.echo(f"{row.line}\t{row.number or '-'}\t{reasons}")
    if taken is None:
        line = words.gettext(
            "Can be registered: %(good)s; in the register already: %(present)s; "
            "cannot be taken: %(bad)s. Nothing was written.",
            good=len(looked.good), present=len(looked.present), bad=len(looked.bad),
        )  # fmt: skip
    else:
        line = words.gettext(
            "Registered: %(made)s; in the register before: %(present)s; refused: %(refused)s.",
            made=taken.made, present=taken.present, refused=taken.refused,
        )  # fmt: skip
    click.echo(line)


def _as_object(looked: Looked, taken: Taken | None, words: Words) -> dict[str, object]:
    return {
        "taken": None if taken is None else taken.made,
        "good": len(looked.good),
        "present": [{"row": each.line, "number": each.number} for each in looked.present],
        "bad": [
            {
                "row": each.line,
                "number": each.number,
                "reasons": [
                    {"column": one.column, "code": one.code, "text": explain(one, words.gettext)}
                    for one in each.mistakes
                ],
            }
            for each in looked.bad
        ],
    }
