"""The bench of the register: cards that a register could hold, and what is measured there."""

from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from hotline_sessions.cli.bench_register import print_registers
from hotline_sessions.cli.bench_register_cards import APPEAL_COLUMNS, Cards, Home, list_lines
from hotline_sessions.cli.bench_register_load import load_cards, make_register
from hotline_sessions.cli.bench_register_run import (
    Measured,
    RegisterReport,
    judge,
    measure_lists,
    register_for,
)
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.services.appeal_figures import count_year
from hotline_sessions.services.integrity import verify
from hotline_sessions.store.engine import fetch_value, use_connection


CARDS = Cards(
    count=400,
    homes=[
        Home(institution=InstitutionId(1), share=0.5),
        Home(institution=InstitutionId(2), share=0.5),
    ],
    clerk=AccountId(1),
    today=date(2026, 11, 24),
    topics=[f"t{number}" for number in range(12)],
)


def make_lists(p95_ms: float) -> list[Measured]:
    return [Measured(name="search", count=1, p50_ms=1, p95_ms=p95_ms, found=1)]


def test_made_up_cards_have_all_columns_and_numbers_without_gaps() -> None:
    cards = [line.card.split("\t") for line in list_lines(CARDS)]

    assert {len(card) for card in cards} == {len(APPEAL_COLUMNS)}
    numbers: dict[tuple[str, str], list[int]] = {}
    for card in cards:
        numbers.setdefault((card[2], card[4]), []).append(int(card[5]))
    assert all(each == list(range(1, len(each) + 1)) for each in numbers.values())
    assert [line.card for line in list_lines(CARDS)] == ["\t".join(card) for card in cards]


@pytest.mark.parametrize(
    ("rate", "p95_ms", "report_s", "met"),
    [
        (200, 100, 2, [True, True, True, True]),
        (199, 101, 2.1, [False, False, False, True]),
        (500, 20, 3, [True, True, False, True]),
    ],
)
def test_goals_are_judged(rate: float, p95_ms: float, report_s: float, met: list[bool]) -> None:
    assert [goal.is_met for goal in judge(rate, make_lists(p95_ms), report_s)] == met


def test_sizes_stand_side_by_side() -> None:
    reports = [
        RegisterReport(
            cards=cards,
            load_s=1,
            size_mb=2,
            registered_per_s=250,
            registering_p95_ms=30,
            lists=make_lists(p95),
            report_s=0.1,
            verify_s=3.2,
            goals=judge(250, make_lists(p95), 0.1),
        )
        for cards, p95 in ((50_000, 9.0), (5_000_000, 150.0))
    ]
    text = StringIO()

    print_registers(reports, Console(file=text, width=120))

    assert "50,000 cards" in text.getvalue()
    assert "1.0 / 150.0" in text.getvalue()
    assert "5,000,000 cards: p95 of every list and search ≤ 100 ms: MISSED" in text.getvalue()
    assert [report.is_met for report in reports] == [True, False]


@pytest.mark.anyio
@pytest.mark.usefixtures("database")
async def test_a_small_register_is_filled_searched_counted_and_goes_on_with_its_numbers() -> None:
    now = SystemClock().now()
    book = await make_register(secret=b"bench" * 8, now=now)
    async with use_connection() as connection:
        indexes = "select count(*) from pg_index where indrelid = 'appeal'::regclass"
        before = await connection.fetchval(indexes)
        await load_cards(connection, book, 2000)
        assert await connection.fetchval(indexes) == before

    lists = {each.name: each.found for each in await measure_lists(book, looks=3)}
    figures = await count_year(now.year - 1, staff=book.staff, now=now)
    times, _ = await register_for(0.3, book)

    assert lists["search: two words of a question"] > 0
    assert lists["list: newest"] == 50
    assert figures.total.count > 20
    assert times
    verdict = await verify([], secrets=[b"bench" * 8], now=now)
    assert verdict.is_clean, verdict.findings
    assert verdict.looked_at["steps"] == 2000 + len(times)
    assert await fetch_value("select count(*) from appeal") == 2000 + len(times)
    assert await fetch_value("select count(*) from appeal_words") == 2000 + len(times)
