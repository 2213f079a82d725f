import httpx
import pytest
from tests.phonesim.product import FakeProduct
from tests.phonesim.served import free_port, serve
from tests.phonesim.world import HOTLINE, OFFICIAL, OLENA, TARAS, configure

from hotline_sessions.phonesim.control import Journal
from hotline_sessions.phonesim.play import (
    PhoneRefused,
    PhoneTimeout,
    open_control,
    take_phone,
    wait_until_up,
)
from hotline_sessions.phonesim.server import create_phonesim, run


pytestmark = pytest.mark.anyio

WELCOME = '<Gather numDigits="1" timeout="30" action="/key"><Say>Вітаємо</Say></Gather>'
ROOM = '<Dial><Conference beep="false" participantLabel="{}">air</Conference></Dial>'


def make_product(base: str) -> FakeProduct:
    product = FakeProduct(base)
    product.answer("/in", WELCOME)
    product.decide(
        "/key",
        lambda fields: (
            f"<Response>{ROOM.format('official' if fields['Digits'] == '1' else 'c')}</Response>"
        ),
    )
    return product


async def test_people_play_a_talk_over_http() -> None:
    port = free_port()
    product = make_product(f"http://127.0.0.1:{port}")
    app = create_phonesim(configure(product, speed=20.0))
    async with (
        serve(product, port),
        serve(app, free_port()) as base,
        open_control(base) as control,
    ):
        await wait_until_up(control)
        olena = await take_phone(control, OLENA)
        official = await take_phone(control, OFFICIAL)
        for phone, key in ((official, "1"), (olena, "2")):
            await phone.dial(HOTLINE)
            await phone.wait_heard("Вітаємо")
            assert await phone.press(key)
        view = await olena.wait_state("on-air")
        assert view.company == ["Посадовець"]
        await olena.say("Добрий день")
        assert (await official.wait_heard("Добрий")).who == "Олена"
        await official.hang_up()
        await olena.wait_state("lobby")
        await olena.hang_up()
        await olena.wait_state("idle")
    assert product.bad_signatures == 0


async def test_people_play_in_process_and_errors_are_clear() -> None:
    product = make_product("http://product.test")
    app = create_phonesim(configure(product, speed=20.0), transport=httpx.ASGITransport(product))
    async with app.lifespan(), open_control(app) as control:
        taras = await take_phone(control, TARAS)
        with pytest.raises(PhoneRefused, match="no-such-number"):
            await taras.dial("+380800000000")
        with pytest.raises(PhoneRefused, match="not-ringing"):
            await taras.answer()
        await taras.dial(HOTLINE)
        with pytest.raises(PhoneTimeout, match=r"'Прощавайте'.*Вітаємо"):
            await taras.wait_heard("Прощавайте", seconds=0.3)
        journal = (await control.get("/sim/v1/journal")).json()
        assert journal["breaches"] == []
        assert set(journal) == set(Journal.__struct_fields__)
        await taras.hang_up()


async def test_a_fault_can_be_set_and_cleared_over_http() -> None:
    app = create_phonesim(configure(FakeProduct()))
    async with app.lifespan(), open_control(app) as control:
        rule = {"kind": "drop", "match": "/conf", "times": 2}
        assert (await control.post("/sim/v1/faults", json=rule)).status_code == 204
        assert (await control.get("/sim/v1/faults")).json()[0]["match"] == "/conf"
        await control.delete("/sim/v1/faults")
        assert (await control.get("/sim/v1/faults")).json() == []


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        (("192.0.2.1", 5), {}),
        (("127.0.0.1", 5), {"Host": "evil.example"}),
        (("127.0.0.1", 5), {"Sec-Fetch-Site": "cross-site"}),
    ],
)
async def test_the_control_interface_is_for_this_machine_only(
    client: tuple[str, int], headers: dict[str, str]
) -> None:
    app = create_phonesim(configure(FakeProduct()))
    transport = httpx.ASGITransport(app, client=client)  # type: ignore[arg-type]
    async with (
        app.lifespan(),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as stranger,
    ):
        assert (await stranger.get("/sim/v1/state", headers=headers)).status_code == 403
        assert (await stranger.get("/phone", headers=headers)).status_code == 403


def test_the_server_refuses_to_listen_to_other_machines() -> None:
    with pytest.raises(ValueError, match="loopback"):
        run(configure(FakeProduct()), host="0.0.0.0")  # noqa: S104 - refused


async def test_a_withheld_number_is_shown_as_anonymous_and_sims_can_be_added() -> None:
    product = make_product("http://product.test")
    app = create_phonesim(configure(product, speed=20.0), transport=httpx.ASGITransport(product))
    async with app.lifespan(), open_control(app) as control:
        hidden = await take_phone(control, "+380991234567", name="Ірина", withheld=True)
        await hidden.dial(HOTLINE)
        await hidden.wait_heard("Вітаємо")
        assert product.asked("/in")[0]["From"] == "+266696687"
        await hidden.hang_up()
