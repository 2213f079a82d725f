"""Many seeds, spread over processes, each script on a database of its own."""

import gc
import logging
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import count
from os import getpid
from typing import Final

import structlog
from msgspec import Struct

from hotline_sessions.rehearsal.databases import copy_database
from hotline_sessions.rehearsal.drawing import draw_script
from hotline_sessions.rehearsal.outcomes import Outcome
from hotline_sessions.rehearsal.plan import Plan
from hotline_sessions.rehearsal.play import play
from hotline_sessions.rehearsal.scripts import Script
from hotline_sessions.rehearsal.shortening import shorten


WORKERS: Final = 5
"""Processes at most. More than there are cores as a rule: while one waits for its database
another goes on, and of five seeds on two cores none is left over to be played alone at the end."""
SELDOM: Final = (100_000, 50, 100)
"""How often the garbage collector looks."""
NAMES: Final = count(1)


class Failure(Struct, frozen=True, kw_only=True):
    """The first seed that went wrong, as short as it could be made, and what happened."""

    seed: int
    script: Script
    outcome: Outcome


def play_seeds(
    plan: Plan, seeds: Sequence[int], template: str, *, workers: int = WORKERS
) -> Iterator[Outcome]:
    """Outcomes as they come; ``template`` is the address of the database to be copied."""
    if workers <= 1 or len(seeds) == 1:
        for seed in seeds:
            yield play_seed(plan, seed, template)
        return
    context = multiprocessing.get_context("spawn")
    most = min(workers, len(seeds))
    with ProcessPoolExecutor(most, mp_context=context, initializer=prepare_process) as pool:
        futures = [pool.submit(play_seed, plan, seed, template) for seed in seeds]
        for future in as_completed(futures):
            yield future.result()


def play_seed(plan: Plan, seed: int, template: str) -> Outcome:
    """What ``seed`` gives."""
    return play_on_copy(draw_script(plan, seed), template)


def play_on_copy(script: Script, template: str) -> Outcome:
    """Play ``script`` on a fresh copy of the database at ``template``."""
    with copy_database(template, f"rehearsal_{getpid()}_{next(NAMES)}") as dsn:
        return play(script, dsn)


def find_shortest(
    plan: Plan,
    outcome: Outcome,
    template: str,
    *,
    plays: int,
    told: Callable[[Script], None] = lambda _script: None,
) -> Failure:
    """The failure of ``outcome``, shortened by playing it again and again."""
    name = outcome.violations[0].name
    best = Failure(seed=outcome.seed, script=draw_script(plan, outcome.seed), outcome=outcome)

    def goes_wrong(script: Script) -> bool:
        nonlocal best
        if not script.sessions:
            return False
        again = play_on_copy(script, template)
        is_wrong = any(each.name == name for each in again.violations)
        if is_wrong:
            best = Failure(seed=outcome.seed, script=script, outcome=again)
            told(script)
        return is_wrong

    shorten(best.script, goes_wrong, plays=plays)
    return best


def prepare_process() -> None:
    """No log: what goes wrong here goes wrong on purpose, or is told in the summary.

    And hardly any garbage collection: what is made here mostly lives to the end.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        cache_logger_on_first_use=False,
    )
    logging.disable(logging.CRITICAL)
