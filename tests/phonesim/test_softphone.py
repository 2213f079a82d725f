"""Telephones in browsers, over a real WebSocket."""

import asyncio
import base64
import contextlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from tests.phonesim.product import FakeProduct
from tests.phonesim.served import free_port, serve
from tests.phonesim.world import HOTLINE, OLENA, configure
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hotline_sessions.phonesim.config import ApplicationConfig
from hotline_sessions.phonesim.faults import FaultKind, FaultRule
from hotline_sessions.phonesim.legs import CallStatus, Goto, Leg
from hotline_sessions.phonesim.server import create_phonesim
from hotline_sessions.phonesim.simulator import Simulator
from hotline_sessions.phonesim.tokens import BadToken, read_token


pytestmark = pytest.mark.anyio

ROOM = "<Dial><Conference participantLabel='{}' beep='false'>air</Conference></Dial>"
OPEN_ENDED = "<Say>Так</Say><Pause length='6000'/>"
SECRET = "s3cret"
SPEED = 20.0


class Page:
    """A page in a browser: sends, and waits for what it is told."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[dict[str, Any]] = []

    async def send(self, type_: str, **facts: object) -> None:
        """Ask for something."""
        await self.socket.send(json.dumps({"type": type_, **facts}))

    async def wait(self, type_: str, **facts: object) -> dict[str, Any]:
        """Next message of this type with these facts."""
        async with asyncio.timeout(5):
            while True:
                item = await self.socket.recv()
                if isinstance(item, bytes):
                    continue
                message: dict[str, Any] = json.loads(item)
                self.seen.append(message)
                if message["type"] == type_ and facts.items() <= message.items():
                    return message

    async def wait_piece(self) -> bytes:
        """Next piece of somebody's voice."""
        async with asyncio.timeout(5):
            while True:
                item = await self.socket.recv()
                if isinstance(item, bytes):
                    return item


class Place:
    """A simulator that is served, and the product behind it."""

    def __init__(self, base: str, simulator: Simulator, product: FakeProduct) -> None:
        self.base = base
        self.simulator = simulator
        self.product = product

    @contextlib.asynccontextmanager
    async def page(
        self, identity: str, origin: str = "http://127.0.0.1:8000"
    ) -> AsyncIterator[Page]:
        """A page with a telephone."""
        url = self.base.replace("http", "ws") + f"/sim/v1/softphone/{identity}"
        async with connect(url, origin=origin, proxy=None) as socket:  # type: ignore[arg-type]
            yield Page(socket)

    def call(self, to: str, path: str = "/out") -> Leg:
        """The product calls somebody."""
        leg = self.simulator.engine.new_outbound(HOTLINE, to)
        leg.voice = Goto(url=self.product.url(path))
        self.simulator.engine.place_call(leg)
        return leg


@contextlib.asynccontextmanager
async def open_place(**changes: object) -> AsyncIterator[Place]:
    product = FakeProduct()
    applications = [ApplicationConfig(name="Пульт", voice_url=product.url("/app"))]
    config = configure(product, applications=applications, speed=SPEED, **changes)
    app = create_phonesim(config, transport=httpx.ASGITransport(product))
    async with serve(app, free_port()) as base:
        yield Place(base, app.state.simulator, product)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that has no event of its own."""
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - the world has no event for it
            await asyncio.sleep(0.01)


async def test_a_page_of_another_site_is_not_let_in() -> None:
    async with open_place() as place:
        with pytest.raises(InvalidStatus):
            async with place.page("official-x", origin="https://evil.example"):
                pass


async def test_a_page_is_connected_with_the_application_and_its_parameters() -> None:
    async with open_place() as place, place.page("official-x") as page:
        place.product.answer("/app", '<Say language="uk-UA">Вітаємо</Say><Pause length="600"/>')

        await page.send("connect", params={"leg": "L1"})
        outgoing = await page.wait("outgoing")
        accepted = await page.wait("accepted", direction="outgoing")
        said = await page.wait("says")

        assert outgoing["call_sid"] == accepted["call_sid"] == said["call_sid"]
        assert (said["text"], said["language"]) == ("Вітаємо", "uk-UA")
        asked = place.product.asked("/app")[0]
        assert (asked["From"], asked["To"], asked["leg"]) == ("client:official-x", "", "L1")
        assert asked["ApplicationSid"].startswith("AP")


async def test_a_registered_page_rings_is_accepted_and_hangs_up() -> None:
    async with open_place() as place, place.page("official-x") as page:
        place.product.answer("/out", "<Pause length='600'/>")
        await page.send("register")
        await page.wait("registered")

        leg = place.call("client:official-x")
        ring = await page.wait("incoming")
        await page.send("accept")
        await page.wait("accepted", direction="incoming")
        await page.send("disconnect", call_sid=leg.sid)
        over = await page.wait("disconnected")

        assert (ring["call_sid"], ring["from"]) == (leg.sid, HOTLINE)
        assert over["outcome"] == "completed"
        assert leg.status is CallStatus.COMPLETED


async def test_a_call_to_a_page_that_is_not_there_is_not_answered() -> None:
    async with open_place() as place, place.page("official-x") as page:
        await page.wait("hello")
        leg = place.call("client:official-x")
        await until(lambda: leg.is_ended)

        assert leg.status is CallStatus.NO_ANSWER
        assert [one["type"] for one in page.seen] == ["hello"]


async def test_of_two_pages_of_one_person_the_first_to_accept_has_the_call() -> None:
    async with open_place() as place, place.page("x") as first, place.page("x") as second:
        place.product.answer("/out", "<Say>Так</Say><Pause length='600'/>")
        for page in (first, second):
            await page.send("register")
            await page.wait("registered")

        place.call("client:x")
        await first.wait("incoming")
        await second.wait("incoming")
        await second.send("accept")

        await second.wait("says")
        await first.wait("cancelled")
        await first.send("disconnect")
        assert (await first.wait("error"))["reason"] == "no-call"


async def test_a_declined_call_is_busy() -> None:
    async with open_place() as place, place.page("x") as page:
        await page.send("register")
        await page.wait("registered")
        leg = place.call("client:x")
        await page.wait("incoming")
        await page.send("reject")
        assert (await page.wait("disconnected"))["outcome"] == "busy"
        assert leg.status is CallStatus.BUSY


async def test_sound_of_one_arrives_at_the_other_unless_he_is_muted() -> None:
    async with open_place() as place, place.page("a") as one, place.page("b") as other:
        place.product.decide(
            "/app", lambda fields: f"<Response>{ROOM.format(fields['From'])}</Response>"
        )
        for page in (one, other):
            await page.send("connect")
            await page.wait("accepted")
        room = await one.wait("room", state="on-air")
        await other.wait("room", state="on-air")
        own = place.simulator.carrier.handsets["client-a"].call_sid

        await one.send("mute", muted=True)
        await one.wait("muted", muted=True)
        await one.socket.send(b"\x01\x01" * 800)
        await one.send("mute", muted=False)
        await one.wait("muted", muted=False)
        await one.socket.send(b"\x02\x02" * 800)
        piece = await other.wait_piece()

        assert piece == own.encode() + b"\x02\x02" * 800
        assert [person["name"] for person in room["company"]] == ["b"]


async def test_words_of_a_telephone_reach_the_page_with_the_speakers_label() -> None:
    async with open_place() as place, place.page("official") as page:
        place.product.answer("/app", ROOM.format("official"))
        place.product.answer("/in", ROOM.format("citizen"))
        await page.send("connect")
        await page.wait("accepted")
        olena = place.simulator.carrier.find_handset(OLENA)
        assert olena is not None
        leg = place.simulator.engine.dial(olena, HOTLINE)
        await page.wait("room", state="on-air")

        place.simulator.engine.say(olena, "Добрий день")
        words = await page.wait("peer-says")
        await page.send("say", text="Вітаю")
        await until(lambda: any(sound.text == "Вітаю" for sound in olena.sounds))

        assert (words["text"], words["label"], words["name"]) == ("Добрий день", "citizen", "Олена")
        assert words["from"] == leg.sid


async def test_keys_of_a_page_are_gathered() -> None:
    async with open_place() as place, place.page("x") as page:
        place.product.answer("/app", "<Gather numDigits='2' timeout='60' action='/code'/>")
        place.product.answer("/code", "<Hangup/>")
        await page.send("connect")
        await page.wait("accepted")
        await page.send("digits", digits="42")
        assert (await page.wait("digits"))["heard"] is True
        await page.wait("disconnected")
        assert place.product.asked("/code")[0]["Digits"] == "42"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("{", "message"),
        ('{"type": "sing"}', "message"),
        ('{"type": "accept"}', "not-ringing"),
        ('{"type": "digits", "digits": "1"}', "no-call"),
        ('{"type": "disconnect"}', "no-call"),
        ('{"type": "disconnect", "call_sid": "CA1"}', "wrong-call"),
        ('{"type": "connect", "application_sid": "AP1"}', "no-application"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_reason(message: str, reason: str) -> None:
    async with open_place() as place, place.page("x") as page:
        await page.socket.send(message)
        assert (await page.wait("error"))["reason"] == reason
        await page.send("ping")
        await page.wait("pong")


async def test_a_page_that_is_closed_hangs_up_at_once() -> None:
    async with open_place() as place:
        place.product.answer("/app", OPEN_ENDED)
        async with place.page("x") as page:
            await page.send("connect")
            sid = (await page.wait("accepted"))["call_sid"]
        leg = place.simulator.carrier.legs[sid]
        await until(lambda: leg.is_ended)
        assert leg.status is CallStatus.COMPLETED


async def test_a_page_whose_line_breaks_may_come_back_to_its_call() -> None:
    async with open_place(softphone_grace=200.0) as place:
        place.product.answer("/app", OPEN_ENDED)
        place.simulator.faults.add(FaultRule(kind=FaultKind.VANISH, on="call", seconds=2, times=1))
        async with place.page("x") as page:
            await page.send("connect")
            sid = (await page.wait("accepted"))["call_sid"]
            with pytest.raises(ConnectionClosed):
                await page.wait("disconnected")
        leg = place.simulator.carrier.legs[sid]
        assert leg.is_deaf
        async with place.page("x") as page:
            back = await page.wait("accepted")
            assert (back["call_sid"], back["resumed"]) == (sid, True)
            assert not leg.is_deaf


async def test_a_page_whose_line_stays_broken_loses_its_call() -> None:
    async with open_place() as place:
        place.product.answer("/app", OPEN_ENDED)
        place.simulator.faults.add(FaultRule(kind=FaultKind.VANISH, on="call", seconds=2))
        async with place.page("x") as page:
            await page.send("connect")
            sid = (await page.wait("accepted"))["call_sid"]
            with pytest.raises(ConnectionClosed):
                await page.wait("disconnected")
        leg = place.simulator.carrier.legs[sid]
        await until(lambda: leg.is_ended)
        assert leg.status is CallStatus.COMPLETED


async def test_lost_media_is_told_and_carries_nothing() -> None:
    async with open_place() as place, place.page("x") as page:
        place.product.answer("/app", "<Gather numDigits='1' timeout='600' action='/code'/>")
        rule = FaultRule(kind=FaultKind.MEDIA_LOSS, on="call", seconds=1, lasts=10)
        place.simulator.faults.add(rule)
        await page.send("connect")
        await page.wait("accepted")
        await page.wait("warning", name="media-lost")
        await page.send("digits", digits="1")
        assert (await page.wait("digits"))["heard"] is False
        await page.wait("warning", name="media-back")


def make_token(identity: str, *, secret: str = SECRET, expires: int = 4_000_000_000) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    voice = {"incoming": {"allow": True}, "outgoing": {"application_sid": "AP1"}}
    head = part({"alg": "HS256", "typ": "JWT"})
    body = part({"grants": {"identity": identity, "voice": voice}, "exp": expires})
    signature = hmac.digest(secret.encode(), f"{head}.{body}".encode(), "sha256")
    return f"{head}.{body}." + base64.urlsafe_b64encode(signature).decode().rstrip("=")


async def test_only_a_right_token_registers_where_one_is_needed() -> None:
    async with open_place(api_secret=SECRET) as place, place.page("x") as page:
        for token in ("", "a.b", make_token("x", secret="other"), make_token("y")):
            await page.send("register", token=token)
            assert (await page.wait("error"))["code"] == 20101
        await page.send("register", token=make_token("x", expires=1))
        assert (await page.wait("error"))["code"] == 20104
        await page.send("register", token=make_token("x"))
        await page.wait("registered")


def test_a_token_says_who_may_receive_and_whom_to_call() -> None:
    grant = read_token(make_token("x"), SECRET, 0.0)
    assert (grant.identity, grant.may_receive, grant.application_sid) == ("x", True, "AP1")
    with pytest.raises(BadToken):
        read_token("a.%%%.c", "", 0.0)
