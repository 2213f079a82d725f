"""When nothing of ours answers: the caller is heard all the same (TEL-21)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from tests.factories import make_session
from tests.phonesim.product import FakeProduct
from tests.phonesim.served import free_port, serve
from tests.phonesim.world import OFFICIAL, OLENA, configure

from hotline_sessions.cli.twilio_fallback import write_fallback
from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.gateways.twilio.addresses import Addresses
from hotline_sessions.gateways.twilio.client import open_client
from hotline_sessions.gateways.twilio.line import TwilioPhoneLine
from hotline_sessions.gateways.twilio.strays import TwilioStrays
from hotline_sessions.phonesim.config import ACCOUNT_SID, AUTH_TOKEN, NumberConfig
from hotline_sessions.phonesim.play import open_control, take_phone
from hotline_sessions.phonesim.server import create_phonesim
from hotline_sessions.services.strays import collect_strays
from hotline_sessions.store.engine import fetch_rows, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

LINE = "+380800502708"


@asynccontextmanager
async def open_broken_product(folder: Path) -> AsyncIterator[tuple[str, Litestar, FakeProduct]]:
    """A network whose requests to the product fail, and a host of files beside it."""
    product = FakeProduct()
    fallback = product.url("/hotline/fallback.xml")
    for file in write_fallback(folder, fallback):
        product.documents[f"/hotline/{file.name}"] = file.read_text()
    for path in ("/in", "/tw/v1/official/answer"):
        product.failures[path] = [503] * 20
    number = NumberConfig(number=LINE, voice_url=product.url("/in"), voice_fallback_url=fallback)
    config = configure(product, speed=20.0, numbers=[number])
    app = create_phonesim(config, transport=httpx.ASGITransport(product))
    async with serve(app, free_port()) as base:
        yield base, app, product


async def test_a_question_asked_while_we_were_away_is_found_later(tmp_path: Path) -> None:
    session = await make_session()
    now = SystemClock().now()
    await run_sql(
        "update session set starts_at = $2, ends_at = $3 where id = $1",
        session.id,
        now - timedelta(hours=1),
        now + timedelta(hours=1),
    )
    async with open_broken_product(tmp_path) as (base, _, product), open_control(base) as control:
        phone = await take_phone(control, OLENA)
        await phone.dial(LINE)
        await phone.wait_heard("технічну несправність")
        await phone.wait_listening()
        await phone.say("Коли відремонтують дорогу?")
        await phone.press("#")
        await phone.wait_heard("Ваше запитання записано")
        await phone.wait_state("idle")
        async with open_client(ACCOUNT_SID, AUTH_TOKEN, base_url=base) as client:
            finder = TwilioStrays(client)
            first = await collect_strays(finder, clock=SystemClock())
            second = await collect_strays(finder, clock=SystemClock())

    assert (first.questions, second.questions) == (1, 0)
    rows = await fetch_rows(
        "select q.session, c.peer_number from question q join call c on c.id = q.call"
    )
    assert [tuple(row) for row in rows] == [(session.id, OLENA)]
    assert product.asked("/hotline/thanks.xml")


async def test_an_official_whom_we_called_is_told_and_not_asked_for_a_question(
    tmp_path: Path,
) -> None:
    async with open_broken_product(tmp_path) as (base, _, product), open_control(base) as control:
        async with open_client(ACCOUNT_SID, AUTH_TOKEN, base_url=base) as client:
            line = TwilioPhoneLine(
                client,
                Addresses(product.base),
                LINE,
                fallback_url=product.url("/hotline/fallback.xml"),
            )
            await line.ring(OFFICIAL, leg=PublicId("leg0000001"), role=Role.OFFICIAL)
        phone = await take_phone(control, OFFICIAL)
        await phone.wait_ring()
        await phone.answer()
        await phone.wait_heard("Ми зателефонуємо вам ще раз", seconds=25)
        await phone.wait_state("idle")

    assert product.asked("/hotline/sorry.xml")
    assert not product.asked("/hotline/fallback.xml")
