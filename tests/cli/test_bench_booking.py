"""The bench of bookings: what it counts, when it fails, and a small run of it."""

from pathlib import Path

import msgspec
import pytest
from tests.web.pages.test_rush import WITHOUT_GUARDS

from hotline_sessions.cli.bench_booking_client import Outcome, Sample, build_get, build_post
from hotline_sessions.cli.bench_booking_report import (
    BookingReport,
    Reads,
    Spent,
    add_ceiling,
    build_report,
    judge_contended,
    judge_free,
    judge_reads,
)
from hotline_sessions.cli.bench_booking_run import measure_contended, measure_rounds
from hotline_sessions.cli.bench_booking_site import Site, Task
from hotline_sessions.cli.bench_booking_world import set_stage
from hotline_sessions.store.engine import run_sql


SECRET = "a secret of tests, long enough to sign"
NOTHING = Spent(web=0, database=0, generator=0)
ROUNDS = 2


def make_report(
    *samples: Sample, unanswered: int = 0, faults: list[str] | None = None
) -> BookingReport:
    outcome = Outcome(samples=list(samples), unanswered=unanswered, seconds=2, cpu=0)
    report = build_report(outcome, NOTHING, scenario="spread", size=(2, 64), faults=faults or [])
    return add_ceiling(report, 1, 3)


def make_reads(name: str, *rates: float, errors: int = 0) -> list[Reads]:
    return [
        Reads(
            name=name,
            slots=10 ** (number + 1),
            reads_per_s=rate,
            errors=errors,
            p50_ms=1,
            p99_ms=1,
            cpu_per_read=NOTHING,
        )
        for number, rate in enumerate(rates)
    ]


def test_answers_are_counted_by_what_they_mean() -> None:
    report = make_report(
        (303, 0.1), (303, 0.2), (409, 0.3), (422, 0.4), (503, 0.5), (0, 0.6), unanswered=3
    )

    assert (report.confirmed, report.refused, report.errors) == (2, 2, 5)
    assert (report.bookings_per_s, report.answers_per_s) == (1, 3)
    assert (report.p50_ms, report.p99_ms) == (300, 600)
    assert (report.ceiling_per_s, report.ratio) == (2, 0.5)


def test_what_the_database_contradicts_is_an_error() -> None:
    assert make_report((303, 0.1), faults=["2 slots for 1 confirmations"]).errors == 1


@pytest.mark.parametrize(
    ("report", "is_met"),
    [
        (make_report(*[(303, 0.1)] * 2), True),
        (make_report((303, 0.1)), False),
        (make_report(*[(303, 0.1)] * 2, (409, 0.1)), False),
        (make_report(*[(303, 0.1)] * 2, (500, 0.1)), False),
        (msgspec.structs.replace(make_report(*[(303, 0.1)] * 2), spread_per_s=1.05), True),
        (msgspec.structs.replace(make_report(*[(303, 0.1)] * 2), spread_per_s=1.1), False),
    ],
)
def test_with_slots_for_everybody_the_ceiling_is_the_measure(
    report: BookingReport,
    is_met: bool,  # noqa: FBT001 - a case
) -> None:
    assert all(goal.is_met for goal in judge_free(report)) is is_met


@pytest.mark.parametrize(
    ("report", "is_consecutive", "is_met"),
    [
        (make_report((303, 0.1), (409, 0.1)), True, True),
        (make_report((303, 1.0), (409, 1.0)), False, True),
        (make_report((303, 0.2), (409, 0.2)), True, False),
        (make_report((303, 1.1), (409, 1.1)), False, False),
        (make_report((303, 0.1), (303, 0.1)), False, False),
        (make_report((409, 0.1)), False, False),
        (make_report((303, 0.1), (503, 0.1)), False, False),
    ],
)
def test_with_few_slots_exactly_those_are_given_and_soon(
    report: BookingReport,
    is_consecutive: bool,  # noqa: FBT001 - a case
    is_met: bool,  # noqa: FBT001 - a case
) -> None:
    goals = judge_contended(report, places=1, is_consecutive=is_consecutive)

    assert all(goal.is_met for goal in goals) is is_met


@pytest.mark.parametrize(
    ("free", "page", "errors", "is_met"),
    [
        ((3000, 3000), (800, 800), 0, True),
        ((2999, 3000), (800, 800), 0, False),
        ((3000, 3000), (800, 799), 0, False),
        ((5000, 3400), (800, 800), 0, False),
        ((3000, 3000), (2000, 1300), 0, False),
        ((3000, 3000), (800, 800), 1, False),
    ],
)
def test_reading_is_fast_however_many_slots_there_are(
    free: tuple[float, float],
    page: tuple[float, float],
    errors: int,
    is_met: bool,  # noqa: FBT001 - a case
) -> None:
    reads = make_reads("free slots", *free, errors=errors) + make_reads("session page", *page)

    assert all(goal.is_met for goal in judge_reads(reads)) is is_met


def test_requests_are_whole() -> None:
    assert build_get("/a").startswith(b"GET /a HTTP/1.1\r\n")
    head, _, body = build_post("/b", b"x=1", cookie="c=d").partition(b"\r\n\r\n")
    assert body == b"x=1"
    assert b"Content-Length: 3" in head
    assert b"Cookie: c=d" in head


@pytest.fixture
async def site(database: str, tmp_path: Path) -> Site:
    return Site(
        dsn=database,
        folder=tmp_path,
        secret=SECRET,
        stage=await set_stage(SECRET.encode()),
        task=Task(
            scenario="contended", seconds=1, contended=200, places=40, rounds=ROUNDS, warm_up=8
        ),
        tell=lambda _: None,
    )


@pytest.mark.anyio
async def test_of_two_hundred_forty_get_a_slot_and_the_others_an_answer(site: Site) -> None:
    report = await measure_contended(site)

    assert (report.confirmed, report.refused, report.errors) == (40, 160, 0), report.faults
    assert report.ceiling_per_s > 0


@pytest.mark.anyio
async def test_two_servers_give_a_slot_once_in_every_round(site: Site) -> None:
    report = await measure_rounds(site)

    assert (report.confirmed, report.errors) == (ROUNDS, 0), report.faults


@pytest.mark.anyio
async def test_without_the_guards_two_servers_would_give_it_more_than_once(site: Site) -> None:
    await run_sql(WITHOUT_GUARDS)

    report = await measure_rounds(site)

    assert report.confirmed > ROUNDS
    assert any("slots" in fault for fault in report.faults)
