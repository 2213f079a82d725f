"""What is measured in a register of millions: registering, finding, listing, counting."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final

from msgspec import Struct

from hotline_sessions.cli.bench_booking_report import Goal
from hotline_sessions.cli.bench_register_cards import DETAILS, GIVEN, PLACES, SURNAMES, TOPICS
from hotline_sessions.cli.bench_register_load import Register, load_cards, make_register
from hotline_sessions.cli.bench_register_work import list_work
from hotline_sessions.cli.bench_report import choose_percentile
from hotline_sessions.cli.bench_run import Tell
from hotline_sessions.domain.appeal_search import Wanted, Which
from hotline_sessions.domain.appeals import NewAppeal
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.services.appeal_figures import count_year
from hotline_sessions.services.appeal_search import find_appeals
from hotline_sessions.services.appeal_work import count_work
from hotline_sessions.services.appeals import Origin, register
from hotline_sessions.services.integrity import verify
from hotline_sessions.services.search_words import warm
from hotline_sessions.store.embedded.supervisor import run_embedded_server
from hotline_sessions.store.engine import open_database, use_connection
from hotline_sessions.store.migrate import migrate


CLIENTS: Final = 16
SECONDS: Final = 8.0
"""How long is registered."""
LOOKS: Final = 200
"""How often each kind of list is asked for."""
REPORTS: Final = 5
SEED: Final = 7

SECRET: Final = b"bench" * 8

RATE_GOAL: Final = 200.0
LIST_P95_MS: Final = 100.0
REPORT_S: Final = 2.0


class Measured(Struct, frozen=True, kw_only=True):
    """How long one thing takes."""

    name: str
    count: int
    p50_ms: float
    p95_ms: float
    found: float
    """Cards found on average."""


class RegisterReport(Struct, frozen=True, kw_only=True):
    """A register of one size."""

    cards: int
    load_s: float
    size_mb: int
    registered_per_s: float
    registering_p95_ms: float
    lists: list[Measured]
    report_s: float
    """The slowest of several reports of a year of the largest institution."""
    verify_s: float
    """How long it takes to look whether the whole register is as it was written."""
    goals: list[Goal]

    @property
    def is_met(self) -> bool:
        """Whether every goal is met."""
        return all(goal.is_met for goal in self.goals)


def run_register_bench(folder: Path, cards: int, tell: Tell) -> RegisterReport:
    """Measure a register of ``cards`` cards in ``folder``, which must be empty.

    Raises:
        EmbeddedServerError: The database could not be run.
    """
    with run_embedded_server(folder) as dsn:
        asyncio.run(migrate(dsn))
        return asyncio.run(_measure(dsn, cards, tell))


async def _measure(dsn: str, cards: int, tell: Tell) -> RegisterReport:
    warm()
    async with open_database(
        dsn, application_name="hotline bench", pool_size=CLIENTS, statement_timeout_ms=0
    ):
        book = await make_register(secret=SECRET, now=SystemClock().now())
        tell(f"Loading {cards} cards")
        began = perf_counter()
        async with use_connection() as connection:
            await load_cards(connection, book, cards)
            load_s = perf_counter() - began
            size = await connection.fetchval("select pg_database_size(current_database())")
        tell("Looking for cards")
        lists = await measure_lists(book)
        tell("Counting a year")
        report_s = max([await _time_report(book) for _ in range(REPORTS)])
        tell(f"Registering with {CLIENTS} clients")
        times, spent = await register_for(SECONDS, book)
        tell("Verifying the whole register")
        began = perf_counter()
        verdict = await verify([], secrets=[SECRET], now=SystemClock().now())
        verify_s = perf_counter() - began
    rate, p95 = len(times) / spent, choose_percentile(sorted(times), 95)
    return RegisterReport(
        cards=cards,
        load_s=load_s,
        size_mb=round(size / 2**20),
        registered_per_s=rate,
        registering_p95_ms=p95 * 1000,
        lists=lists,
        report_s=report_s,
        verify_s=verify_s,
        goals=judge(rate, lists, report_s, is_whole=verdict.is_clean),
    )


def list_looks() -> dict[str, Callable[[random.Random], Wanted]]:
    """What people ask a register for, each drawn anew every time."""

    def words(rng: random.Random) -> Wanted:
        matter = rng.choice(rng.choice(TOPICS)[1])
        return Wanted(which=Which.ALL, text=" ".join(rng.sample(matter.split(), 2)))

    def name(rng: random.Random) -> Wanted:
        return Wanted(which=Which.ALL, text=f"{rng.choice(SURNAMES)} {rng.choice(GIVEN)}")

    def name_and_place(rng: random.Random) -> Wanted:
        return Wanted(which=Which.ALL, text=f"{rng.choice(SURNAMES)} {rng.choice(PLACES)}")

    def beginning(rng: random.Random) -> Wanted:
        return Wanted(which=Which.ALL, text=f"{rng.choice(PLACES)[:5]} {rng.choice(DETAILS)}")

    def number(rng: random.Random) -> Wanted:
        return Wanted(which=Which.ALL, text=f"К-{rng.randint(1, 9000)}-2025")

    def phone(rng: random.Random) -> Wanted:
        return Wanted(which=Which.ALL, text=f"067{rng.randrange(10**7):07d}")

    return {
        "search: two words of a question": words,
        "search: surname and name": name,
        "search: surname and place": name_and_place,
        "search: beginning of a word, and more": beginning,
        "search: words, open only": lambda rng: Wanted(which=Which.OPEN, text=words(rng).text),
        "search: number": number,
        "search: phone": phone,
        "list: to answer": lambda _: Wanted(which=Which.OPEN),
        "list: overdue": lambda _: Wanted(which=Which.OVERDUE),
        "list: due this week": lambda _: Wanted(which=Which.THIS_WEEK),
        "list: newest": lambda _: Wanted(which=Which.ALL),
        "list: complaints": lambda _: Wanted(which=Which.ALL, kind="3.3"),
        **{name: partial(_want, wanted) for name, wanted in list_work().items()},
    }


def _want(wanted: Wanted, _: random.Random) -> Wanted:
    return wanted


async def measure_lists(book: Register, *, looks: int = LOOKS) -> list[Measured]:
    """How long each kind of list takes, and the first page of who works."""
    lists = [await _measure_list(name, draw, book, looks) for name, draw in list_looks().items()]
    return [*lists, await _measure_today(book, looks)]


async def _measure_today(book: Register, looks: int) -> Measured:
    now = SystemClock().now()
    times, found = [], 0
    for _ in range(looks):
        began = perf_counter()
        work = await count_work(staff=book.staff, now=now)
        times.append(perf_counter() - began)
        found += work.institution.all
    times.sort()
    return Measured(
        name="page: today in numbers",
        count=looks,
        p50_ms=choose_percentile(times, 50) * 1000,
        p95_ms=choose_percentile(times, 95) * 1000,
        found=found / looks,
    )


async def _measure_list(
    name: str, draw: Callable[[random.Random], Wanted], book: Register, looks: int
) -> Measured:
    rng = random.Random(SEED)  # noqa: S311 - no secret
    now = SystemClock().now()
    times, found = [], 0
    for _ in range(looks):
        wanted = draw(rng)
        began = perf_counter()
        page = await find_appeals(wanted, staff=book.staff, now=now)
        times.append(perf_counter() - began)
        found += len(page.appeals)
    times.sort()
    return Measured(
        name=name,
        count=looks,
        p50_ms=choose_percentile(times, 50) * 1000,
        p95_ms=choose_percentile(times, 95) * 1000,
        found=found / looks,
    )


async def _time_report(book: Register) -> float:
    now = SystemClock().now()
    began = perf_counter()
    await count_year(now.year - 1, staff=book.staff, now=now)
    return perf_counter() - began


async def register_for(seconds: float, book: Register) -> tuple[list[float], float]:
    """How long each registration took, and all of them together."""
    times: list[float] = []
    began = perf_counter()
    clock = SystemClock()

    async def enter(client: int) -> None:
        rng, number = random.Random(client), 0  # noqa: S311 - no secret
        while perf_counter() - began < seconds:
            number += 1
            start = perf_counter()
            now = clock.now()
            await register(
                NewAppeal(
                    surname=rng.choice(SURNAMES),
                    given_name=rng.choice(GIVEN),
                    residence=f"смт {rng.choice(PLACES)}",
                    phone=f"+38050{rng.randrange(10**7):07d}",
                    kind="3.2",
                    question=f"{rng.choice(rng.choice(TOPICS)[1])}. {rng.choice(DETAILS)}.",
                ),
                Origin(received_at=now),
                form_key=f"client-{client}-{number}",
                staff=book.staff,
                secret=SECRET,
                now=now,
            )
            times.append(perf_counter() - start)

    clients: list[Awaitable[None]] = [enter(client) for client in range(CLIENTS)]
    await asyncio.gather(*clients)
    return times, perf_counter() - began


def judge(
    rate: float, lists: list[Measured], report_s: float, *, is_whole: bool = True
) -> list[Goal]:
    """What is expected of a register of any size."""
    slowest = max(lists, key=lambda each: each.p95_ms)
    return [
        Goal(text=f"at least {RATE_GOAL:.0f} registrations a second", is_met=rate >= RATE_GOAL),
        Goal(
            text=f"p95 of every list and search ≤ {LIST_P95_MS:.0f} ms",
            is_met=slowest.p95_ms <= LIST_P95_MS,
        ),
        Goal(text=f"figures of a year ≤ {REPORT_S:.0f} s", is_met=report_s <= REPORT_S),
        Goal(text="the register is whole after all that", is_met=is_whole),
    ]
