"""``hotline settings …``: the rules of an institution, shown and changed without its pages."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from hotline_sessions.cli.installation import use_installation
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.rule_values import find_bounds, find_kind, format_rules, format_value
from hotline_sessions.domain.rules import SHAPES, Rules, RulesKind
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.services import rules as services
from hotline_sessions.services.institutions import list_all
from hotline_sessions.store.engine import open_database


T = TypeVar("T")

UNITS = ("d", "h", "min")
of_institution = click.option(
    "--institution", default="", help="Slug of the institution; needed where there are several."
)


@click.group()
def settings() -> None:
    """Rules of booking and of calls of an institution."""


@settings.command()
@of_institution
@click.option("--json", "as_json", is_flag=True, help="Print one object, for programs.")
def show(*, institution: str, as_json: bool) -> None:
    """Print every rule with its value, and the built-in value where it differs."""

    async def read() -> dict[RulesKind, Rules]:
        return await services.list_rules(await choose_institution(institution))

    found = _run(read)
    if as_json:
        shown = {kind.value: format_rules(rules, UNITS) for kind, rules in found.items()}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for kind, rules in found.items():
        built_in = format_rules(SHAPES[kind](), UNITS)
        click.echo(f"# {kind.value}")
        for name, value in format_rules(rules, UNITS).items():
            note = "" if value == built_in[name] else f"    # built-in: {built_in[name]}"
            click.echo(f"{name}={value}{note}")


@settings.command(name="set")
@click.argument("assignments", nargs=-1, required=True, metavar="NAME=VALUE…")
@of_institution
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
def set_command(*, assignments: tuple[str, ...], institution: str, dry_run: bool) -> None:
    """Change rules: such as monthly_cap=6 reminder_minutes="7d, 24h" quiet_from=22:00.

    They hold at once; what is booked already stays booked.
    """
    texts = read_assignments(assignments)

    async def change() -> services.Changes:
        slug = await choose_institution(institution)
        now = SystemClock().now()
        return await services.set_rules(slug, texts, now=now, is_dry=dry_run)

    changes = _run(change)
    for name, (old, new) in changes.items():
        before, after = format_value(name, old, UNITS), format_value(name, new, UNITS)
        click.echo(f"{name}: {before} → {after}")
    if not changes:
        click.echo("Nothing changes.")
    elif dry_run:
        click.echo("Nothing was changed: this was a dry run.")


def read_assignments(assignments: tuple[str, ...]) -> dict[str, str]:
    """Names and texts of ``NAME=VALUE``.

    Raises:
        click.UsageError: One is not written so, or a name comes twice.
    """
    texts: dict[str, str] = {}
    for each in assignments:
        name, equals, text = each.partition("=")
        if not equals or name in texts:
            raise click.UsageError(f"Write NAME=VALUE, each name once, not: {each}")
        texts[name] = text
    return texts


async def choose_institution(slug: str) -> str:
    """The institution meant: the only one there is, if none is named.

    Raises:
        click.UsageError: None is named, and there is not exactly one.
    """
    if slug:
        return slug
    found = await list_all()
    if len(found) != 1:
        raise click.UsageError("Name the institution: --institution SLUG.")
    return found[0].slug


def explain(refusal: Refusal) -> str:
    """What is wrong, and how it is put right."""
    name = str(refusal.facts.get("rule", ""))
    if refusal.code == "unknown-rule":
        return f"There is no rule {name}; see `hotline settings show`."
    if refusal.code == "bad-rule":
        bounds = find_bounds(find_kind(name), name)
        if bounds:
            return f"{name}: a whole number from {bounds.least} to {bounds.greatest}."
        return f"{name}: write it as `hotline settings show` does."
    if refusal.code == "not-found":
        return "There is no institution with this SLUG; see `hotline institutions list`."
    return refusal.code


def _run(deed: Callable[[], Awaitable[T]]) -> T:
    """Do it on the database of this installation; a refusal is told in words."""

    async def run(dsn: str) -> T:
        async with open_database(dsn, application_name="hotline settings"):
            return await deed()

    with use_installation() as installation:
        try:
            return asyncio.run(run(installation.database_url))
        except Refusal as refusal:
            raise click.ClickException(explain(refusal)) from None
