"""``hotline sessions rederive``: put sessions on their hours after clocks have changed."""

import asyncio
import json
from typing import Final

import click

from hotline_sessions.cli.installation import use_installation
from hotline_sessions.domain.zone_rules import Outcome
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.services.zone_rules import Derived, derive_again, list_differing
from hotline_sessions.store.engine import open_database
from hotline_sessions.store.zone_rules import list_zones


WHY: Final = {
    Outcome.MOVED: "",
    Outcome.CLASH: "something of it is taken then",
    Outcome.NO_SUCH_HOUR: "clocks never show this hour",
    Outcome.HOUR_TWICE: "clocks show this hour twice",
    Outcome.CUT: "a booked talk would fall away",
    Outcome.UNDER_WAY: "it is under way",
}


@click.command("rederive")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rederive_command(*, dry_run: bool, as_json: bool) -> None:
    """Derive the moments of sessions ahead from their hours of the clock by the installed rules.

    The server does that by itself at its start and every hour. By hand it also puts back rules
    that others have followed. Ends with 1 when sessions are left that staff must decide about.
    """
    with use_installation() as settings:
        found = asyncio.run(_rederive(settings.database_url, dry_run=dry_run))
    stuck = [each for each in found if each.outcome is not Outcome.MOVED]
    if as_json:
        click.echo(json.dumps({"applied": not dry_run, "sessions": [*map(_as_object, found)]}))
    else:
        for each in found:
            click.echo(_as_line(each))
        click.echo(
            f"{'Would move' if dry_run else 'Moved'}: {len(found) - len(stuck)};"
            f" left to staff: {len(stuck)}."
        )
    if stuck:
        raise SystemExit(1)


async def _rederive(dsn: str, *, dry_run: bool) -> list[Derived]:
    now = SystemClock().now()
    async with open_database(dsn, application_name="hotline sessions", pool_size=2):
        found: list[Derived] = []
        for zone in await list_zones(now):
            found += (
                await list_differing(zone, now=now)
                if dry_run
                else await derive_again(zone, now=now, by_hand=True)
            )
        return found


def _as_line(each: Derived) -> str:
    session = each.session
    hour = f"{session.held_on} {session.opens_clock:%H:%M}"
    moments = f"{session.starts_at:%H:%M}Z -> {each.window.starts_at:%H:%M}Z"
    return "\t".join(filter(None, (hour, moments, WHY[each.outcome])))


def _as_object(each: Derived) -> dict[str, object]:
    return {
        "session": each.session.id,
        "held_on": each.session.held_on.isoformat(),
        "opens_clock": f"{each.session.opens_clock:%H:%M}",
        "before": each.session.starts_at.isoformat(),
        "after": each.window.starts_at.isoformat(),
        "outcome": each.outcome.value,
    }
