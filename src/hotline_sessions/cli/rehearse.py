"""``hotline rehearse``: play whole sessions on a virtual clock, and say what goes wrong."""

import os
import sys
from typing import Final

import click
from msgspec import Struct

from hotline_sessions.cli.installation import end_on_sigterm
from hotline_sessions.rehearsal.databases import run_throwaway_server
from hotline_sessions.rehearsal.drawing import FAULT_KINDS
from hotline_sessions.rehearsal.outcomes import Outcome
from hotline_sessions.rehearsal.plan import Plan
from hotline_sessions.rehearsal.running import WORKERS, find_shortest, play_seeds, prepare_process
from hotline_sessions.rehearsal.scripts import Script
from hotline_sessions.rehearsal.summary import (
    as_json,
    as_plan,
    as_text,
    sum_outcomes,
    tell_failure,
)
from hotline_sessions.settings import convert_settings


USUAL_ODDITY: Final = 0.35
PLAN_ODDITY: Final = 0.1
PLAN_SEEDS: Final = "1..10"
USUAL_AUTOMATIC: Final = 0.75
MOST_TOLD: Final = 10
"""Violations that are told of one seed while others are still played."""
LONGEST_TURNAROUND: Final = 1.0
"""Seconds from a citizen's leaving to the sending for the next one, in 19 of 20 cases."""


class Usual(Struct, frozen=True):
    """What holds where nothing else is said.

    ``share``: seconds that a talk really lasts, in the mean, for each minute planned.
    """

    callers: int
    minutes: int
    talk_minutes: int
    share: int


VIRTUAL: Final = Usual(20, 60, 4, 45)
REAL: Final = Usual(8, 3, 1, 12)


def parse_seeds(text: str) -> list[int]:
    """Seeds written as ``7``, ``1..20`` or ``1,5,9..12``.

    Raises:
        click.BadParameter: They are not.
    """
    seeds: list[int] = []
    try:
        for part in text.split(","):
            first, dots, last = part.partition("..")
            seeds.extend(range(int(first), int(last if dots else first) + 1))
    except ValueError:
        raise click.BadParameter("write 7, or 1..20, or 1,5,9..12") from None
    return seeds


def parse_faults(text: str) -> frozenset[str]:
    """Kinds of faults: ``all``, ``none``, or names with commas between them.

    Raises:
        click.BadParameter: There is no such kind.
    """
    if text in {"all", "none"}:
        return frozenset(FAULT_KINDS if text == "all" else ())
    kinds = frozenset(text.split(","))
    if unknown := kinds - set(FAULT_KINDS):
        known = ", ".join(FAULT_KINDS)
        raise click.BadParameter(f"unknown: {', '.join(sorted(unknown))}; there are {known}")
    return kinds


@click.command()
@click.option("--sessions", type=click.IntRange(1, 2000), default=10, show_default=True)
@click.option("--callers", type=click.IntRange(0, 1000), help="Per session: 20, in real time 8.")
@click.option(
    "--minutes", type=click.IntRange(1, 480), help="Length of a session: 60, in real time 3."
)
@click.option(
    "--talk",
    "talk_minutes",
    type=click.IntRange(1, 60),
    help="Planned minutes of a talk: 4, in real time 1.",
)
@click.option(
    "--talk-seconds", type=click.IntRange(5, 7200), help="How long talks really last, in the mean."
)
@click.option(
    "--booked", type=click.FloatRange(0, 1), default=0.6, show_default=True,
    help="Share of callers who have booked.",
)  # fmt: skip
@click.option(
    "--patience", type=click.FloatRange(0.1, 480), default=30, show_default=True,
    help="Minutes that people wait, in the mean.",
)  # fmt: skip
@click.option("--faults", default="none", show_default=True, help="all, none, or kinds: a,b,c.")
@click.option("--seed", "seeds", default="1", show_default=True, help="7, 1..20 or 1,5,9..12.")
@click.option("--json", "is_json", is_flag=True, help="Print the summary as JSON.")
@click.option(
    "--real-clock", is_flag=True, help="Play in real time; the turnaround is then a measurement."
)
@click.option(
    "--plan", "is_plan", is_flag=True,
    help="Try a plan of your own: ordinary people, a sound network; say how long they wait.",
)  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 32), default=WORKERS, show_default=True)
@click.option(
    "--shorten", "plays", type=click.IntRange(0, 1000), default=30, show_default=True,
    help="How often the first failing seed is played again to find its shortest form.",
)  # fmt: skip
def rehearse(
    *,
    sessions: int,
    callers: int | None,
    minutes: int | None,
    talk_minutes: int | None,
    talk_seconds: int | None,
    booked: float,
    patience: float,
    faults: str,
    seeds: str,
    is_json: bool,
    real_clock: bool,
    is_plan: bool,
    workers: int,
    plays: int,
) -> None:
    """Rehearse sessions: the real product, simulated people and telephones, seeded faults.

    Ends with 1 when anything happened that must never happen; the seed and the shortest
    trace found are printed. Nobody is called: the telephone network is simulated, and the
    database is a new one (on the server that DATABASE_URL names, if it is set).
    """
    usual = REAL if real_clock else VIRTUAL
    planned = talk_minutes or usual.talk_minutes
    plan = Plan(
        sessions=sessions,
        callers=usual.callers if callers is None else callers,
        minutes=minutes or usual.minutes,
        talk_minutes=planned,
        talk_seconds=talk_seconds or planned * usual.share,
        booked=booked,
        patience_seconds=patience * 60,
        oddity=0.0 if real_clock else PLAN_ODDITY if is_plan else USUAL_ODDITY,
        automatic=1.0 if is_plan else USUAL_AUTOMATIC,
        faults=frozenset() if is_plan else parse_faults(faults),
        is_real_time=real_clock,
    )
    chosen = parse_seeds(PLAN_SEEDS if is_plan and seeds == "1" else seeds)
    prepare_process()
    end_on_sigterm()
    values, _ = convert_settings(os.environ)
    outcomes: list[Outcome] = []
    failure = None
    with run_throwaway_server(str(values.get("database_url", ""))) as template:
        for outcome in play_seeds(plan, chosen, template, workers=1 if real_clock else workers):
            outcomes.append(outcome)
            tell_progress(outcome, len(outcomes), len(chosen))
        failing = min(
            (each for each in outcomes if each.violations), key=lambda each: each.seed, default=None
        )
        if failing is not None:
            click.echo(f"seed {failing.seed} goes wrong; looking for its shortest form", err=True)
            failure = find_shortest(
                plan, failing, template, plays=0 if real_clock else plays, told=tell_shorter
            )
    summary = sum_outcomes(outcomes)
    if is_json:
        click.echo(as_json(summary, failure))
    else:
        for line in as_plan(summary, plan) if is_plan else as_text(summary):
            click.echo(line)
        for line in tell_failure(failure) if failure else ():
            click.echo(line)
    if failure is not None or (real_clock and summary.turnaround.p95 > LONGEST_TURNAROUND):
        sys.exit(1)


def tell_progress(outcome: Outcome, done: int, total: int) -> None:
    """One line for each seed, aside from the results, and what went wrong in it.

    What went wrong is told here too: the search for the shortest form may take long, and a
    play with faults is not always the same when it is played again.
    """
    wrong = f"{len(outcome.violations)} VIOLATIONS" if outcome.violations else "sound"
    click.echo(
        f"[{done}/{total}] seed {outcome.seed}: {outcome.calls} calls, "
        f"{outcome.webhooks} webhooks, {wrong}",
        err=True,
    )
    for each in outcome.violations[:MOST_TOLD]:
        click.echo(f"  {each.name} at {each.at:.1f} s, {each.session}: {each.text}", err=True)


def tell_shorter(script: Script) -> None:
    """A shorter form was found."""
    click.echo(
        f"  still wrong with {len(script.sessions)} sessions, {script.people} people, "
        f"{len(script.faults)} faults",
        err=True,
    )
