"""``hotline appeals due``: when an appeal must be answered, and why then."""

import json
from datetime import date, datetime

import click

from hotline_sessions.cli.appeals_import import import_command
from hotline_sessions.cli.appeals_recompute import recompute_command
from hotline_sessions.domain.deadlines import Deadline, steps
from hotline_sessions.domain.terms import TERM_CODES, UnknownTerm, get_version
from hotline_sessions.i18n import DEFAULT_LOCALE, LOCALES, Locale, Words, load_catalogues
from hotline_sessions.services.deadline_words import explain, tell_step
from hotline_sessions.services.reckoning import TooFarAhead, reckon_term


@click.group()
def appeals() -> None:
    """Appeals and their statutory terms."""


appeals.add_command(recompute_command)
appeals.add_command(import_command)


@appeals.command("due")
@click.option(
    "--received",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="Day of receipt in Kyiv, such as 2026-11-22.",
)
@click.option("--rule", type=click.Choice(TERM_CODES), required=True, help="Statutory term.")
@click.option(
    "--martial-law/--no-martial-law",
    default=True,
    show_default=True,
    help="Whether public holidays are worked, as they are under martial law.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--lang",
    "locale",
    type=click.Choice(LOCALES),
    default=DEFAULT_LOCALE,
    show_default=True,
    help="Language of the explanation.",
)
def print_due(
    received: datetime, rule: str, *, martial_law: bool, as_json: bool, locale: Locale
) -> None:
    """Reckon the last day of a statutory term and explain how it was counted."""
    try:
        deadline = reckon_term(rule, received.date(), martial_law=martial_law)
    except UnknownTerm:
        raise click.UsageError(f"{rule} did not apply on {received:%Y-%m-%d}.") from None
    except TooFarAhead as refusal:
        raise click.UsageError(f"Ask for days until {refusal.facts['year']}.") from None
    words = load_catalogues().words(locale)
    if as_json:
        click.echo(json.dumps(_as_object(deadline, words), ensure_ascii=False))
        return
    for sentence in explain(deadline, words):
        click.echo(sentence)


def _as_object(deadline: Deadline, words: Words) -> dict[str, object]:
    term = get_version(deadline.rule, deadline.rule_version)
    return {
        "rule": deadline.rule,
        "rule_version": deadline.rule_version,
        "act": term.act,
        "article": term.article,
        "calendar_version": deadline.calendar_version,
        "received": _iso(deadline.received_on),
        "nominal": _iso(deadline.nominal_on),
        "legal": _iso(deadline.legal_on),
        "internal": _iso(deadline.internal_on),
        "counted": [
            {
                "step": step.kind.value,
                "on": _iso(step.on),
                "words": tell_step(deadline, step, words),
            }
            for step in steps(deadline)
        ],
    }


def _iso(day: date) -> str:
    return day.isoformat()
