"""The product as a process of its own, with a telephone network in this one, for browsers.

Used as a context::

    with open_stack(template, tmp_path) as stack:
        stack.call(OLENA)
        stack.press(OLENA, "#")
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect
from tests.factories import (
    LINE,
    choose_policy,
    make_booking,
    make_institution,
    make_post,
    make_session,
    make_slots,
    make_staff,
)
from tests.journeys.browser import PATIENCE_MS, serve
from tests.journeys.test_citizen import fresh_database
from tests.phonesim.served import free_port

from hotline_sessions.cli.demo_processes import Child
from hotline_sessions.domain.access import Role
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.sessions import Session
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.phonesim.config import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    ApplicationConfig,
    NumberConfig,
    PhonesimConfig,
    SimConfig,
)
from hotline_sessions.phonesim.handsets import Handset, SoundKind
from hotline_sessions.phonesim.server import create_phonesim
from hotline_sessions.phonesim.simulator import Simulator
from hotline_sessions.services.live import LiveDesk, get_live_desk
from hotline_sessions.services.official_links import build_official_token
from hotline_sessions.store.engine import open_database, run_sql


T = TypeVar("T")

SECRET: Final = "a secret of thirty-two characters"
KYIV: Final = ZoneInfo("Europe/Kyiv")
OFFICIAL: Final = "+380362220011"
CITIZENS: Final = tuple(f"+38050111220{number}" for number in range(1, 7))
SPEED: Final = 10.0
READY_SECONDS: Final = 60.0


class Stack:
    """The running product, its telephones, and a hand that picks them up."""

    def __init__(self, *, dsn: str, web: Child, address: str) -> None:
        self.dsn = dsn
        self.web = web
        self.address = address
        self.simulator: Simulator
        self.loop: asyncio.AbstractEventLoop
        self.session: Session
        self.codes: list[str] = []

    @property
    def desk(self) -> str:
        """Address of the desk of the session."""
        return f"{self.address}/staff/desk/{self.session.public_id}"

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the loop of the telephones."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def handset(self, number: str) -> Handset:
        """Telephone with this number."""
        found = self.simulator.carrier.find_handset(number)
        assert found is not None
        return found

    def call(self, number: str) -> None:
        """A citizen calls the line."""
        self.do(_soon(lambda: self.simulator.engine.dial(self.handset(number), LINE)))

    def pick_up(self, number: str) -> None:
        """Pick up a telephone as soon as it rings."""
        wait_until(lambda: self.handset(number).is_busy)
        self.do(_soon(lambda: self.simulator.engine.pick_up(self.handset(number), answer=True)))

    def press(self, number: str, digits: str) -> None:
        """Press keys as soon as they are listened to."""
        wait_until(lambda: self.is_listened_to(number))
        self.do(_soon(lambda: self.simulator.engine.press(self.handset(number), digits)))

    def is_listened_to(self, number: str) -> bool:
        """Whether somebody waits for keys of this telephone."""
        leg = self.simulator.carrier.legs.get(self.handset(number).call_sid)
        return leg is not None and leg.ears is not None

    def is_in_company(self, number: str) -> bool:
        """Whether somebody hears what is said into this telephone."""
        carrier = self.simulator.carrier
        leg = carrier.legs.get(self.handset(number).call_sid)
        return leg is not None and bool(carrier.others(leg))

    def say(self, number: str, text: str) -> None:
        """Say something into a telephone."""
        self.do(_soon(lambda: self.simulator.engine.say(self.handset(number), text)))

    def heard(self, number: str, kind: SoundKind = SoundKind.SAY) -> list[str]:
        """What came out of a telephone."""
        return [sound.text for sound in self.handset(number).sounds if sound.kind is kind]

    def look(self) -> LiveDesk:
        """The desk as the database has it."""
        return self.do(self._look())

    async def _look(self) -> LiveDesk:
        async with open_database(self.dsn, pool_size=1):
            return await get_live_desk(
                self.session.id, institution=self.session.institution, now=SystemClock().now()
            )

    def restart_web(self) -> None:
        """Start the product again after it was killed, as whoever supervises it does."""
        wait_until(self.web.keep_up)
        self.web.wait_until_answers(f"{self.address}/readyz", seconds=READY_SECONDS)

    @property
    def official_page(self) -> str:
        """Address of the official's page, as it is sent."""
        token = build_official_token(self.session, secret=SECRET.encode())
        return f"{self.address}/official/{token}"


@contextmanager
def open_stack(template: str, folder: Path, *, booked: int = 2) -> Iterator[Stack]:
    """The product on a database of its own, with a session that is going on now."""
    port, phones_port = free_port(), free_port()
    ours, theirs = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{phones_port}"
    with fresh_database(template) as dsn:
        web = Child(
            "web",
            ["serve", "--port", str(port)],
            env=build_environment(dsn, folder, ours, theirs),
            log=folder / "web.log",
        )
        stack = Stack(dsn=dsn, web=web, address=ours)
        phones = create_phonesim(build_phones(ours))
        stack.simulator = phones.state.simulator

        async def note_loop() -> None:
            stack.loop = asyncio.get_running_loop()

        phones.on_startup.append(note_loop)
        with ThreadPoolExecutor(1) as pool:  # the browser has a loop in this thread
            pool.submit(lambda: asyncio.run(people(stack, booked))).result()
        web.start()
        try:
            web.wait_until_answers(f"{ours}/readyz", seconds=READY_SECONDS)
            with serve(phones, phones_port):
                yield stack
        finally:
            web.stop()


def build_environment(dsn: str, folder: Path, ours: str, theirs: str) -> dict[str, str]:
    """Settings of the product."""
    return {
        "DATABASE_URL": dsn,
        "HOTLINE_ENVIRONMENT": "test",
        "HOTLINE_DATA_DIR": str(folder),
        "HOTLINE_PUBLIC_BASE_URL": ours,
        "HOTLINE_SECRET_KEY": SECRET,
        "HOTLINE_LOG_FORMAT": "json",
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_API_BASE_URL": theirs,
        "TWILIO_CALLER_ID": LINE,
        "TWILIO_SMS_SENDER": "HOTLINE",
    }


def build_phones(ours: str) -> PhonesimConfig:
    """The telephone network: the line, an official, citizens, and where browsers call."""
    return PhonesimConfig(
        numbers=[
            NumberConfig(
                number=LINE,
                voice_url=f"{ours}/tw/v1/in",
                status_callback=f"{ours}/tw/v1/status",
            )
        ],
        applications=[ApplicationConfig(name="Браузери", voice_url=f"{ours}/tw/v1/client")],
        sims=[
            SimConfig(name="Посадовець", number=OFFICIAL),
            *(SimConfig(name=f"Громадянин {number[-1]}", number=number) for number in CITIZENS),
        ],
        speed=SPEED,
    )


async def people(stack: Stack, booked: int) -> None:
    """An institution, an operator, and a session that began some minutes ago."""
    now = SystemClock().now()
    local = now.astimezone(KYIV)
    opens = local.replace(hour=min(local.hour, 21), minute=0, second=0, microsecond=0)
    async with open_database(stack.dsn, pool_size=2):
        home = await make_institution(slug="rivne")
        await make_staff(institution=home.id, login="operator", roles=frozenset({Role.OPERATOR}))
        # Nobody picks up at once; afterwards it is the operator who has the official called.
        await choose_policy(home.id, CallPolicy(official_redials=(0, 3600)))
        post = await make_post(institution=home.id)
        earlier = now - timedelta(days=2)
        stack.session = await make_session(
            institution=home,
            post=post,
            held_on=local.date(),
            opens_clock=opens.time(),
            closes_clock=(opens + timedelta(minutes=150)).time(),
            now=earlier,
        )
        slots = await make_slots(stack.session)
        for number, slot in zip(CITIZENS[:booked], slots[1:], strict=False):
            taken = await make_booking(
                session=stack.session,
                slot=slot,
                name=f"Гончар Марія {number[-1]}",
                phone=number,
                now=earlier,
            )
            stack.codes.append(taken.code)
        await run_sql(
            "update session set ring_number = $2 where id = $1", stack.session.id, OFFICIAL
        )


def bring_official(page: Page, stack: Stack) -> None:
    """Have the official called, who picks up and presses 1."""
    expect(page.locator("h1")).to_contain_text("Пульт")
    expect(page.locator("[data-key=KeyC]")).to_be_visible()
    page.keyboard.press("c")
    stack.pick_up(OFFICIAL)
    stack.press(OFFICIAL, "1")
    expect(page.locator(".hs-desk-bar")).to_contain_text("Завершити дзвінок")
    expect(page.locator(".hs-desk-bar .govuk-tag--green").last).to_have_text("на лінії")


async def _soon(deed: Callable[[], T]) -> T:
    return deed()


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
