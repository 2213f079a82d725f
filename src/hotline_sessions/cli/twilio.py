"""``hotline twilio …``: is the account as the product needs it, and make it so."""

import asyncio
import sys
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from hotline_sessions.cli.installation import use_installation
from hotline_sessions.cli.twilio_account import open_account, read_needs
from hotline_sessions.cli.twilio_fallback import write_fallback
from hotline_sessions.cli.twilio_words import BY_HAND, tell, tell_change
from hotline_sessions.domain.console import Console, Needs
from hotline_sessions.domain.console_changes import Change, plan_changes
from hotline_sessions.domain.console_findings import Finding, Level, list_findings
from hotline_sessions.domain.strays import Collected
from hotline_sessions.domain.times import KYIV
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.gateways.reach import Reach, find_reach
from hotline_sessions.gateways.twilio.account import TwilioConsole
from hotline_sessions.gateways.twilio.strays import TwilioStrays
from hotline_sessions.i18n import LOCALES, N_, Words, load_catalogues
from hotline_sessions.services.console import make_changes, read_console
from hotline_sessions.services.strays import collect_strays
from hotline_sessions.settings import Settings, SettingsError, read_settings
from hotline_sessions.store.engine import open_database


LABELS: Final = {
    Level.GOOD: N_("OK"),
    Level.ADVICE: N_("NOTE"),
    Level.PROBLEM: N_("PROBLEM"),
}

language = click.option(
    "--lang", type=click.Choice(LOCALES), default="uk", help="Language of the report."
)


@click.group()
def twilio() -> None:
    """The account at Twilio: check it, set it up, prepare for our own absence."""


@twilio.command()
@language
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(*, lang: str, as_json: bool) -> None:
    """Compare the account with what the product needs; end with 1 when something is wrong."""
    words = choose_words(lang)
    with use_installation() as settings:
        findings = asyncio.run(examine(settings, words))
    is_good = all(finding.level is not Level.PROBLEM for finding in findings)
    if as_json:
        click.echo(msgspec.json.encode(build_report(findings, words)).decode())
    else:
        print_findings(findings, words)
        if is_good:
            click.echo(words.gettext("Calls can come and go."))
    sys.exit(0 if is_good else 1)


@twilio.command()
@language
@click.option("--yes", is_flag=True, help="Change it without asking.")
def setup(*, lang: str, yes: bool) -> None:
    """Let the calls of our numbers come here; a second time it changes nothing."""
    words = choose_words(lang)
    with use_installation() as settings:
        _, changes = asyncio.run(plan(settings, words))
        if changes:
            for change in changes:
                for line in tell_change(change, words):
                    click.echo(line)
            if not yes:
                click.confirm(words.gettext("Change this at Twilio?"), abort=True)
            made = asyncio.run(carry_out(settings, changes, words))
            click.echo(words.gettext("It is changed."))
            if made:
                click.echo(words.gettext("Set %(wanted)s.", wanted=f"TWILIO_APP_SID={made}"))
        else:
            click.echo(words.gettext("Nothing has to be changed."))
    click.echo(words.gettext("Only a person can do the following in the console:"))
    for deed in BY_HAND:
        click.echo(f"- {words.gettext(deed)}")


@twilio.command()
@language
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to fill."
)
@click.option("--url", help="Address of the first document, instead of TWILIO_FALLBACK_URL.")
def fallback(*, lang: str, out: Path, url: str | None) -> None:
    """Write what Twilio plays when we do not answer, to be put on another host."""
    words = choose_words(lang)
    try:
        address = url or read_settings().twilio_fallback_url
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    if not address:
        raise click.ClickException(
            words.gettext(
                "Say with --url or TWILIO_FALLBACK_URL where the documents will be found, such as"
                " https://backup.example.gov.ua/fallback.xml."
            )
        )
    for path in write_fallback(out, address):
        click.echo(path)
    click.echo(
        words.gettext(
            "Serve these files as text/xml at %(url)s and beside it, on another host than ours,"
            " set TWILIO_FALLBACK_URL=%(url)s, and run `hotline twilio setup`.",
            url=address,
        )
    )


@twilio.command()
@language
def collect(*, lang: str) -> None:
    """Make questions of what Twilio has recorded while we did not answer."""
    words = choose_words(lang)
    with use_installation() as settings:
        collected = asyncio.run(take_in(settings, words))
    click.echo(words.gettext("Questions taken in: %(count)s.", count=collected.questions))
    if collected.unplaced:
        click.echo(words.gettext("No session is known for these; listen to them in the console:"))
    for each in collected.unplaced:
        click.echo(f"- {each.recording}  {each.called}  {each.started_at:%Y-%m-%d %H:%M} UTC")


def choose_words(lang: str) -> Words:
    """Texts in the language of the report."""
    return load_catalogues().words("en" if lang == "en" else "uk")


async def examine(settings: Settings, words: Words) -> list[Finding]:
    """Everything that was looked at, our own address last."""
    needs, console = await read(settings, words)
    findings = list_findings(console, needs)
    if not needs.is_simulated:
        reach = await find_reach(settings.public_base_url, transport=None)
        findings.append(
            Finding(
                code=f"address-{reach.value}",
                level=Level.GOOD if reach is Reach.OURS else Level.PROBLEM,
                found=settings.public_base_url,
            )
        )
    return findings


async def read(settings: Settings, words: Words) -> tuple[Needs, Console]:
    """What the product needs, and what the account is."""
    needs = await read_needs(settings, SystemClock().now().astimezone(KYIV).date())
    async with open_account(settings, words) as client:
        return needs, await read_console(TwilioConsole(client), trunk=needs.trunk)


async def plan(settings: Settings, words: Words) -> tuple[Needs, list[Change]]:
    """What would be changed."""
    needs, console = await read(settings, words)
    return needs, plan_changes(console, needs)


async def carry_out(settings: Settings, changes: list[Change], words: Words) -> str:
    """Change the account; the name of the application that was made, or empty."""
    async with open_account(settings, words) as client:
        return await make_changes(TwilioConsole(client), changes)


async def take_in(settings: Settings, words: Words) -> Collected:
    """Make questions of what was recorded without us."""
    async with (
        open_database(settings.database_url, application_name="hotline twilio"),
        open_account(settings, words) as client,
    ):
        return await collect_strays(TwilioStrays(client), clock=SystemClock())


def print_findings(findings: list[Finding], words: Words) -> None:
    """A line for each, and below it what to do."""
    width = max(len(words.gettext(label)) for label in LABELS.values())
    for finding in findings:
        says, advises = tell(finding, words)
        click.echo(f"{words.gettext(LABELS[finding.level]):<{width}}  {says}")
        if advises:
            click.echo(f"{'':<{width}}  → {advises}")


def build_report(findings: list[Finding], words: Words) -> dict[str, Any]:
    """The findings for programs; ``code`` is stable."""
    return {
        "ok": all(finding.level is not Level.PROBLEM for finding in findings),
        "findings": [
            {
                **msgspec.structs.asdict(finding),
                "level": finding.level.value,
                **dict(zip(("says", "advises"), tell(finding, words), strict=True)),
            }
            for finding in findings
        ],
    }
