"""Whoever earns on text messages gets no more of them than the caps say, and staff see it."""

import asyncio
from datetime import timedelta

import pytest
from tests.factories import NOW, SECRET, choose_policy, make_institution, make_phone
from tests.fakes import FrozenClock

from hotline_sessions.domain.booking_policies import DEFAULT_BOOKING_POLICY, BookingPolicy
from hotline_sessions.domain.code_caps import CodesStopped, Sent
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.services import verification
from hotline_sessions.services.verification import list_code_stops, request_code
from hotline_sessions.store.code_stops import count_sent as count_stored
from hotline_sessions.store.engine import fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

RANGE = "+38067123"


async def ask(number: int, clock: FrozenClock, *, institution: InstitutionId | None = None) -> bool:
    """Whether a code was sent to the number of the range that ends in ``number``."""
    try:
        await request_code(
            f"{RANGE}{number:04}", "Марія", institution=institution, secret=SECRET, now=clock.now()
        )
    except CodesStopped:
        return False
    return True


async def fill(sent: int) -> None:
    """Codes to numbers of the range, all of them used: only the cap itself can stop it."""
    await run_sql(
        """insert into one_time_code (phone, caller_name, mac, token_mac, issued_at, expires_at,
                                      attempts, used_at)
           select $1 || n::text, '', '', 'token-' || n, $2::timestamptz, $2::timestamptz, 0,
                  $2::timestamptz
             from generate_series(9000, 8999 + $3::int) n""",
        RANGE,
        NOW,
        sent,
    )


async def test_a_thousand_sends_to_one_range_stop_at_the_cap_and_raise_the_alarm() -> None:
    clock = FrozenClock(NOW)
    sent = 0
    for number in range(1000):
        sent += await ask(number, clock)
        clock.pass_time(timedelta(seconds=3.5))

    assert sent == DEFAULT_BOOKING_POLICY.codes_a_range == 60
    assert await fetch_value("select count(*) from message") == sent
    (stop,) = await list_code_stops(now=clock.now())
    assert (stop.prefix, stop.refused) == (RANGE, 1000 - sent)
    assert stop.since == NOW + 20 * timedelta(seconds=3.5)


async def test_a_range_whose_codes_are_all_used_stops_at_the_cap_too() -> None:
    clock = FrozenClock(NOW)
    await fill(59)

    assert await ask(1, clock)
    assert not await ask(2, clock)
    clock.pass_time(timedelta(hours=1))
    assert await ask(2, clock)


async def test_another_range_goes_on() -> None:
    await fill(60)

    await request_code(make_phone(), "Марія", secret=SECRET, now=NOW)


async def test_the_installation_stops_at_its_cap_of_a_day_and_says_so() -> None:
    home = await make_institution()
    await choose_policy(home.id, BookingPolicy(codes_a_day=2))
    clock = FrozenClock(NOW)
    for _ in range(2):
        await request_code(
            make_phone(), "Марія", institution=home.id, secret=SECRET, now=clock.now()
        )
        clock.pass_time(timedelta(hours=1))

    assert not await ask(1, clock, institution=home.id)

    (stop,) = await list_code_stops(now=clock.now())
    assert stop.prefix == ""
    clock.pass_time(timedelta(hours=22))
    assert await ask(1, clock, institution=home.id)


async def test_an_alarm_ends_an_hour_after_the_last_refusal_and_the_next_one_is_new() -> None:
    clock = FrozenClock(NOW)
    await fill(60)
    await ask(1, clock)
    clock.pass_time(timedelta(minutes=59))
    await ask(2, clock)

    (stop,) = await list_code_stops(now=clock.now())
    assert (stop.since, stop.refused) == (NOW, 2)
    clock.pass_time(timedelta(hours=1))
    assert await list_code_stops(now=clock.now()) == []
    await run_sql("update one_time_code set issued_at = $1", clock.now())
    await ask(3, clock)
    (stop,) = await list_code_stops(now=clock.now())
    assert (stop.since, stop.refused) == (clock.now(), 1)


async def ask_at_once(times: int) -> int:
    clock = FrozenClock(NOW)
    return sum(await asyncio.gather(*(ask(number, clock) for number in range(times))))


async def test_requests_at_once_do_not_pass_the_cap_together() -> None:
    await fill(58)

    assert await ask_at_once(5) == 2


async def test_without_the_lock_they_would_pass_it_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def look_away() -> None:
        await asyncio.sleep(0)

    async def count_slowly(prefix: str, *, now: object) -> Sent:
        found = await count_stored(prefix, now=now)  # type: ignore[arg-type]
        await asyncio.sleep(0.2)
        return found

    await fill(58)
    monkeypatch.setattr(verification, "lock_all_sends", look_away)
    monkeypatch.setattr(verification, "count_sent", count_slowly)

    assert await ask_at_once(5) > 2
