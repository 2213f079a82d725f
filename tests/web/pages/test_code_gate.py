"""While very many codes are asked for, a short wait or some work stands before a code."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256

import httpx
import pytest
from tests.factories import NOW, PHONE, make_phone, make_session
from tests.fakes import FrozenClock
from tests.web.site import create_site, open_client

from hotline_sessions.domain.code_gate import WAIT
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.web.code_pressure import MOST_OF_CLIENT, PERIOD, Pressure


pytestmark = pytest.mark.anyio

WHO = {"name": "Марія", "phone": PHONE}


@pytest.fixture
async def pressed(database: str, clock: FrozenClock) -> AsyncIterator[httpx.AsyncClient]:
    """A citizen's browser on a site on which everybody meets the gate."""
    app = create_site(clock)
    app.state.code_pressure = Pressure(of_client=0)
    async with open_client(app) as client:
        yield client


async def make_address() -> str:
    return f"/sessions/{(await make_session()).public_id}/book"


def read_hidden(answer: httpx.Response) -> dict[str, str]:
    """What the form of the gate sends when its button is pressed."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))


def solve(answer: httpx.Response) -> str:
    """What a browser with scripts finds."""
    given = dict(re.findall(r'data-work-(\w+)="(\w+)"', answer.text))
    return next(
        str(number)
        for number in range(int(given["most"]))
        if sha256(f"{given['salt']}{number}".encode()).hexdigest() == given["challenge"]
    )


async def count_codes() -> int:
    return int(await fetch_value("select count(*) from one_time_code"))


async def test_without_scripts_one_waits_and_presses_the_button(
    pressed: httpx.AsyncClient, clock: FrozenClock
) -> None:
    at = await make_address()
    gate = await pressed.post(at, data=WHO)
    early = await pressed.post(at, data=read_hidden(gate))
    clock.pass_time(WAIT)
    passed = await pressed.post(at, data=read_hidden(early))

    assert (gate.status_code, gate.headers["retry-after"]) == (429, "20")
    assert early.status_code == 429
    assert read_hidden(early)["gate"] == read_hidden(gate)["gate"], "the wait goes on"
    assert passed.status_code == 303
    assert await count_codes() == 1


async def test_a_device_that_works_goes_on_at_once(pressed: httpx.AsyncClient) -> None:
    at = await make_address()
    gate = await pressed.post(at, data=WHO)

    passed = await pressed.post(at, data={**read_hidden(gate), "work": solve(gate)})

    assert passed.status_code == 303


async def test_a_wait_serves_once_and_for_one_phone(
    pressed: httpx.AsyncClient, clock: FrozenClock
) -> None:
    at = await make_address()
    fields = read_hidden(await pressed.post(at, data=WHO))
    clock.pass_time(WAIT)
    other = await pressed.post(at, data={**fields, "phone": make_phone()})
    await pressed.post(at, data=fields)
    clock.pass_time(timedelta(minutes=2))
    again = await pressed.post(at, data=fields)

    assert (other.status_code, again.status_code, await count_codes()) == (429, 429, 1)
    assert read_hidden(other)["gate"] != fields["gate"]
    assert read_hidden(again)["gate"] != fields["gate"]


async def test_whoever_fills_the_field_that_people_do_not_see_meets_no_gate(
    pressed: httpx.AsyncClient,
) -> None:
    answer = await pressed.post(await make_address(), data={**WHO, "website": "x"})

    assert answer.status_code == 422


async def test_most_days_nobody_meets_it(client: httpx.AsyncClient) -> None:
    answer = await client.post(await make_address(), data=WHO)

    assert answer.status_code == 303


def test_pressure_is_that_of_the_last_minute_by_client_and_of_all() -> None:
    pressure = Pressure(of_all=MOST_OF_CLIENT + 2)
    for _ in range(MOST_OF_CLIENT):
        assert not pressure.note(b"one", NOW)

    assert pressure.note(b"one", NOW)
    assert not pressure.note(b"two", NOW)
    assert pressure.note(b"three", NOW)
    assert not pressure.note(b"one", NOW + PERIOD)
