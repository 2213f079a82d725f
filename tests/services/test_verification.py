"""A phone is proven by a code that only its holder has read."""

import asyncio
import re
from datetime import datetime, timedelta

import pytest
from tests.factories import NOW, PHONE, SECRET
from tests.fakes import FrozenClock

from hotline_sessions.domain.bookings import Caller
from hotline_sessions.domain.codes import (
    CODE_ATTEMPTS,
    CODE_LIFE,
    BadCode,
    CodeExpired,
    CodeUsed,
    CodeUsedUp,
    TooManyCodes,
    TooSoon,
    WrongCode,
)
from hotline_sessions.domain.phones import BadPhone, PhoneAbroad
from hotline_sessions.services.verification import (
    PROOF_LIFE,
    NoCodeAsked,
    accept_code,
    find_asked,
    find_caller,
    request_code,
)
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

MINUTE = timedelta(minutes=1)
NAME = "Марія Іванівна"


async def ask(phone: str = PHONE, now: datetime = NOW) -> str:
    return await request_code(phone, NAME, secret=SECRET, now=now)


async def accept(token: str, code: str, now: datetime = NOW) -> str:
    return await accept_code(token, code, secret=SECRET, now=now)


async def read_sms() -> str:
    """The code in the newest SMS, as its receiver reads it."""
    body = await fetch_value("select body from message order by id desc limit 1")
    found = re.search(r"\b\d{6}\b", body)
    assert found
    return found[0]


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_the_code_from_the_sms_proves_the_phone_for_a_day() -> None:
    token = await ask("050 123-45-67")

    proof = await accept(token, await read_sms())

    caller = Caller(phone=PHONE, name=NAME)
    last = NOW + PROOF_LIFE - timedelta(microseconds=1)
    assert timedelta(hours=24) == PROOF_LIFE
    assert await find_caller(proof, secret=SECRET, now=last) == caller
    assert await find_caller(proof, secret=SECRET, now=NOW + PROOF_LIFE) is None


async def test_the_page_of_the_code_knows_to_whom_it_was_sent() -> None:
    token = await ask()

    asked = await find_asked(token, secret=SECRET)

    assert asked is not None
    assert (asked.phone, asked.caller_name) == (PHONE, NAME)
    assert await find_asked("another", secret=SECRET) is None
    assert await find_asked(token, secret=b"another secret") is None


async def test_an_sms_is_worth_nothing_when_its_code_has_expired() -> None:
    await ask()

    row = await fetch_row("select * from message")

    assert row is not None
    assert (row["recipient"], row["expires_at"]) == (PHONE, NOW + CODE_LIFE)


async def test_neither_code_nor_token_nor_proof_is_stored_as_it_is() -> None:
    token = await ask()
    code = await read_sms()
    proof = await accept(token, code)

    rows = [
        *await fetch_rows("select * from one_time_code"),
        *await fetch_rows("select * from phone_proof"),
    ]

    stored = [str(value) for row in rows for value in row.values()]
    assert not {code, token, proof} & set(stored)


@pytest.mark.parametrize(
    ("phone", "refusal"),
    [("12", BadPhone), ("0800502708", BadPhone), ("+4915112345678", PhoneAbroad)],
)
async def test_no_code_is_sent_where_no_citizen_can_read_it(
    phone: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await ask(phone)
    assert await fetch_value("select count(*) from message") == 0


async def test_a_second_code_is_sent_after_a_minute_and_not_before() -> None:
    clock = FrozenClock(NOW)
    await ask(now=clock.now())

    clock.pass_time(timedelta(seconds=59))
    with pytest.raises(TooSoon) as refusal:
        await ask(now=clock.now())
    assert refusal.value.facts == {"retry_after": 1}
    clock.pass_time(timedelta(seconds=1))
    await ask(now=clock.now())
    assert await fetch_value("select count(*) from message") == 2


async def test_three_codes_an_hour_are_sent_and_no_fourth() -> None:
    clock = FrozenClock(NOW)
    for _ in range(3):
        await ask(now=clock.now())
        clock.pass_time(2 * MINUTE)

    with pytest.raises(TooManyCodes) as refusal:
        await ask(now=clock.now())
    assert refusal.value.facts == {"retry_after": 54 * 60}
    clock.pass_time(timedelta(minutes=54))
    await ask(now=clock.now())


async def test_six_codes_a_day_are_sent_and_no_seventh() -> None:
    clock = FrozenClock(NOW)
    for _ in range(6):
        await ask(now=clock.now())
        clock.pass_time(timedelta(minutes=61))

    with pytest.raises(TooManyCodes):
        await ask(now=clock.now())
    clock.pass_time(timedelta(days=1) - 6 * timedelta(minutes=61))
    await ask(now=clock.now())


async def test_of_two_requests_at_once_one_is_too_soon() -> None:
    results = await asyncio.gather(ask(), ask(), return_exceptions=True)

    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, TooSoon) for result in results) == 1


async def test_another_phone_is_not_held_up_by_the_limits_of_this_one() -> None:
    await ask()

    await ask("+380671112233")


async def test_every_wrong_try_is_counted_although_it_is_refused() -> None:
    token = await ask()
    code = await read_sms()

    for tries in range(1, CODE_ATTEMPTS):
        with pytest.raises(WrongCode) as refusal:
            await accept(token, another(code))
        assert refusal.value.facts == {"remaining": CODE_ATTEMPTS - tries}
        assert await fetch_value("select attempts from one_time_code") == tries


async def test_five_wrong_tries_end_a_code_even_for_who_knows_it() -> None:
    token = await ask()
    code = await read_sms()
    for _ in range(CODE_ATTEMPTS - 1):
        with pytest.raises(WrongCode):
            await accept(token, another(code))

    with pytest.raises(CodeUsedUp):
        await accept(token, another(code))
    with pytest.raises(CodeUsedUp):
        await accept(token, code)
    assert await fetch_value("select count(*) from phone_proof") == 0


async def test_wrong_tries_at_once_are_all_counted() -> None:
    token = await ask()
    wrong = another(await read_sms())

    results = await asyncio.gather(
        *(accept(token, wrong) for _ in range(12)), return_exceptions=True
    )

    assert sum(isinstance(result, WrongCode) for result in results) == CODE_ATTEMPTS - 1
    assert sum(isinstance(result, CodeUsedUp) for result in results) == 13 - CODE_ATTEMPTS
    assert await fetch_value("select attempts from one_time_code") == CODE_ATTEMPTS


async def test_a_code_that_cannot_be_read_is_no_try() -> None:
    token = await ask()

    with pytest.raises(BadCode):
        await accept(token, "12345")
    assert await fetch_value("select attempts from one_time_code") == 0


async def test_the_right_code_sent_twice_at_once_proves_once() -> None:
    token = await ask()
    code = await read_sms()

    results = await asyncio.gather(*(accept(token, code) for _ in range(5)), return_exceptions=True)

    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, CodeUsed) for result in results) == 4
    assert await fetch_value("select count(*) from phone_proof") == 1


async def test_a_code_is_good_for_ten_minutes() -> None:
    token = await ask()
    code = await read_sms()

    with pytest.raises(CodeExpired):
        await accept(token, code, NOW + CODE_LIFE)
    await accept(token, code, NOW + CODE_LIFE - timedelta(microseconds=1))


async def test_a_token_that_nobody_was_given_proves_nothing() -> None:
    await ask()

    with pytest.raises(NoCodeAsked):
        await accept("another", await read_sms())


async def test_a_code_proves_only_the_phone_it_was_sent_to() -> None:
    mine = await ask()
    await ask("+380671112233")
    foreign = await read_sms()

    own = await fetch_value("select body from message where recipient = $1", PHONE)
    if foreign in own:  # two equal codes: one in a million
        return
    with pytest.raises(WrongCode):
        await accept(mine, foreign)


async def fill_range(sent: int, proven: int, at: datetime = NOW) -> None:
    """Codes to neighbours of ``PHONE``, some of them used."""
    await run_sql(
        """insert into one_time_code (phone, caller_name, mac, token_mac, issued_at, expires_at,
                                      attempts, used_at)
           select '+38050123' || lpad(n::text, 4, '0'), '', '', 'token-' || n, $1::timestamptz,
                  $1::timestamptz, 0, case when n <= $3 then $1::timestamptz end
             from generate_series(1, $2::int) n""",
        at,
        sent,
        proven,
    )


async def test_a_range_that_takes_codes_and_uses_none_is_stopped() -> None:
    await fill_range(sent=20, proven=4)

    with pytest.raises(TooManyCodes) as refusal:
        await ask()
    assert refusal.value.facts == {"retry_after": 15 * 60}
    assert await fetch_value("select count(*) from message") == 0
    await ask("+380671112233")


async def test_a_range_whose_codes_come_back_goes_on() -> None:
    await fill_range(sent=20, proven=5)

    await ask()


async def test_a_stopped_range_goes_on_after_a_quarter_of_an_hour() -> None:
    await fill_range(sent=40, proven=0)

    await ask(now=NOW + 15 * MINUTE)
