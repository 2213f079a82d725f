"""Whatever is killed while sixteen clerks register: every number once, nothing lost."""

import time
from pathlib import Path

import pytest
from tests.chaos.installation import SECRET
from tests.chaos.registers import list_numbers, run_office, work_through

from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.services.integrity import verify
from hotline_sessions.store.engine import fetch_rows


pytestmark = [pytest.mark.anyio]


async def register_through_blows(folder: Path, count: int, kills: int) -> None:
    async with run_office(folder) as office:
        began = time.monotonic()
        died = await work_through(office, count, kills)
        spent = time.monotonic() - began
        rows = await fetch_rows("select form_key, register_index from appeal order by number")
        verdict = await verify([], secrets=[SECRET.encode()], now=SystemClock().now())

    print(  # noqa: T201 - figures
        f"{count} registrations in {spent:.0f} s, {kills} killed ({', '.join(died)}), "
        f"{office.sent_again} forms sent again; looked at {verdict.looked_at}"
    )
    assert {row["form_key"]: row["register_index"] for row in rows} == office.acknowledged
    assert list_numbers(office) == list(range(1, count + 1))
    assert verdict.is_clean, verdict.findings


async def test_nothing_is_lost_or_given_twice_when_anything_is_killed(tmp_path: Path) -> None:
    await register_through_blows(tmp_path, 400, 4)


@pytest.mark.registers
async def test_nothing_is_lost_of_ten_thousand_when_twenty_are_killed(tmp_path: Path) -> None:
    await register_through_blows(tmp_path, 10_000, 20)
