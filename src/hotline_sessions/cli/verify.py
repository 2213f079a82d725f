"""``hotline verify``: whether the register is whole, and which row is not."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import click
import msgspec

from hotline_sessions.cli.installation import use_installation
from hotline_sessions.domain.integrity import Check, SignedHead
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.services.integrity import SHOWN, Verdict, verify
from hotline_sessions.services.signed_heads import read_heads
from hotline_sessions.store.engine import open_database


NAMES: Final[dict[str, str]] = {
    Check.NUMBERS: "numbers without gap or repetition",
    Check.COUNTERS: "counters at the greatest number",
    Check.CHAIN: "every step follows from the one before",
    Check.CARDS: "cards as their last steps left them",
    Check.HEADS: "signed ends lie in their chains",
    Check.TALKS: "every talk registered, or closed for a reason",
    Check.DEADLINES: "every deadline follows from its inputs",
    Check.BOOKINGS: "no time booked twice",
    Check.GUARDS: "guards of the database in place",
}


@click.command("verify")
@click.option(
    "--heads",
    "places",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="File with signed ends of chains that was kept elsewhere, or a folder of such files.",
)
@click.option(
    "--key-file",
    "key_files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with an earlier HOTLINE_SECRET_KEY, by which older ends are signed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify_command(*, places: Sequence[Path], key_files: Sequence[Path], as_json: bool) -> None:
    """Look through the whole register; exit with 1 if anything is not as it was written.

    Reads only, at one moment, while the product is in use. Whoever owns the database can write
    history anew, but cannot sign it: keep copies of the files `heads/*.json` of the storage
    where the administrator of the database cannot change them, and give them with --heads.
    """
    heads = [head for place in places for head in _read(place)]
    with use_installation() as settings:
        secrets = [settings.secret_key.encode()]
        secrets += [path.read_bytes().strip() for path in key_files]
        verdict = asyncio.run(
            _verify(settings.database_url, heads, secrets, SystemClock().now(), quiet=as_json)
        )
    if as_json:
        click.echo(msgspec.json.encode(_as_object(verdict)).decode())
    else:
        _print(verdict)
    if not verdict.is_clean:
        raise SystemExit(1)


async def _verify(
    dsn: str,
    heads: Sequence[SignedHead],
    secrets: Sequence[bytes],
    now: datetime,
    *,
    quiet: bool,
) -> Verdict:
    def tell(check: Check) -> None:
        if not quiet and sys.stderr.isatty():
            click.echo(f"Looking at {check} …", err=True)

    async with open_database(
        dsn, application_name="hotline verify", pool_size=1, statement_timeout_ms=0
    ):
        return await verify(heads, secrets=secrets, now=now, tell=tell)


def _read(place: Path) -> list[SignedHead]:
    """Signed ends from a file, or from all files of a folder.

    Raises:
        click.ClickException: It holds something else.
    """
    files = sorted(place.rglob("*.json")) if place.is_dir() else [place]
    if not files:
        raise click.ClickException(f"{place}: no file with signed ends is there.")
    found = []
    for file in files:
        try:
            found += read_heads(file.read_bytes())
        except msgspec.MsgspecError:
            raise click.ClickException(f"{file}: not a file with signed ends.") from None
    return found


def _print(verdict: Verdict) -> None:
    looked_at = ", ".join(f"{count:,} {what}" for what, count in verdict.looked_at.items())
    click.echo(f"Looked at {looked_at}.")
    for check, count in verdict.found.items():
        click.echo(f"  {'ok  ' if not count else 'FAIL'}  {NAMES[check]}")
        for each in verdict.findings:
            if each.check == check:
                owner = f"{verdict.slugs[each.institution]}: " if each.institution else ""
                click.echo(f"        {owner}{each.where}: {each.what}")
        if count > SHOWN:
            click.echo(f"        and {count - SHOWN:,} more")
    click.echo(
        "The register is whole." if verdict.is_clean else "The register is NOT as it was written."
    )


def _as_object(verdict: Verdict) -> dict[str, object]:
    return {
        "clean": verdict.is_clean,
        "looked_at": verdict.looked_at,
        "found": verdict.found,
        "findings": [
            {
                "check": each.check,
                "institution": verdict.slugs[each.institution] if each.institution else None,
                "where": each.where,
                "what": each.what,
            }
            for each in verdict.findings
        ],
    }
