"""``hotline appeals recompute``: which open appeals the present rules would give other days."""

import asyncio
import json
from collections.abc import Sequence
from typing import Final

import click
from msgspec import Struct

from hotline_sessions.cli.installation import use_installation
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.services.institutions import get_by_slug, list_all
from hotline_sessions.services.recounting import DayChange, recompute
from hotline_sessions.store.engine import open_database


UNKNOWN: Final = "There is no institution with this SLUG; see `hotline institutions list`."


class Recomputed(Struct, frozen=True, kw_only=True):
    """What changes in one institution."""

    institution: Institution
    changes: tuple[DayChange, ...]


@click.command("recompute")
@click.option("--institution", "slug", default="", help="Only this one, by its name in addresses.")
@click.option("--apply", is_flag=True, help="Change them; each card gets a visible step.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def recompute_command(*, slug: str, apply: bool, as_json: bool) -> None:
    """List open appeals whose last day is another by the rules and calendars of today."""
    with use_installation() as settings:
        try:
            found = asyncio.run(_recompute(settings.database_url, slug, apply=apply))
        except NotFound:
            raise click.ClickException(UNKNOWN) from None
    if as_json:
        click.echo(json.dumps(_as_object(found, applied=apply), ensure_ascii=False))
        return
    _print(found, applied=apply)


async def _recompute(dsn: str, slug: str, *, apply: bool) -> list[Recomputed]:
    now = SystemClock().now()
    async with open_database(dsn, application_name="hotline appeals"):
        homes = [await get_by_slug(slug)] if slug else await list_all()
        return [
            Recomputed(
                institution=home,
                changes=await recompute(institution=home.id, apply=apply, now=now),
            )
            for home in homes
        ]


def _print(found: Sequence[Recomputed], *, applied: bool) -> None:
    count = sum(len(each.changes) for each in found)
    for each in found:
        for change in each.changes:
            click.echo(
                f"{each.institution.slug}\t{change.term.register_index}\t{change.after.rule}"
                f"\t{change.before.legal_on} -> {change.after.legal_on}"
            )
    if not count:
        click.echo("Every open appeal has the days that the present rules give.")
    elif applied:
        click.echo(f"Changed: {count}.")
    else:
        click.echo(f"Would change: {count}. Nothing was changed; --apply changes them.")


def _as_object(found: Sequence[Recomputed], *, applied: bool) -> dict[str, object]:
    return {
        "applied": applied,
        "count": sum(len(each.changes) for each in found),
        "changes": [
            {
                "institution": each.institution.slug,
                "number": change.term.register_index,
                "rule": change.after.rule,
                "legal_before": change.before.legal_on.isoformat(),
                "legal_after": change.after.legal_on.isoformat(),
                "internal_before": change.before.internal_on.isoformat(),
                "internal_after": change.after.internal_on.isoformat(),
            }
            for each in found
            for change in each.changes
        ],
    }
