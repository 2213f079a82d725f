"""One session played through: product and telephone network talk over HTTP on loopback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from litestar import Litestar
from tests.factories import LINE, SECRET
from tests.phonesim.served import free_port, serve
from tests.services.recorded import FakeStorage, Fuse
from tests.services.telephony import LOBBY, Show, book, make_show

from hotline_sessions.domain.calls import CallState
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.gateways.twilio.addresses import Addresses
from hotline_sessions.gateways.twilio.gateway import TwilioAccount, open_twilio
from hotline_sessions.jobs.runner import list_jobs, run_jobs
from hotline_sessions.phonesim.config import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    NumberConfig,
    PhonesimConfig,
    SimConfig,
)
from hotline_sessions.phonesim.handsets import Handset, SoundKind
from hotline_sessions.phonesim.server import create_phonesim
from hotline_sessions.phonesim.simulator import Simulator
from hotline_sessions.store.bus import open_bus
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.web.errors import exception_handlers
from hotline_sessions.web.webhooks.routes import twilio_router
from hotline_sessions.web.webhooks.setup import TwilioSetup


pytestmark = [pytest.mark.anyio]

OFFICIAL = "+380362220011"
OLENA = "+380501112233"
TARAS = "+380672223344"
SPEED = 20.0


class Stage:
    """The product, the telephones, and the show that is played."""

    def __init__(self, show: Show, simulator: Simulator, storage: FakeStorage) -> None:
        self.show = show
        self.storage = storage
        self.simulator = simulator
        self.engine = simulator.engine

    def phone(self, number: str) -> Handset:
        """Telephone with this number."""
        handset = self.simulator.carrier.find_handset(number)
        assert handset is not None
        return handset

    def heard(self, number: str, kind: SoundKind = SoundKind.SAY) -> list[str]:
        """What came out of the telephone."""
        return [sound.text for sound in self.phone(number).sounds if sound.kind is kind]

    async def press(self, number: str, digits: str) -> None:
        """Press keys as soon as they are listened to."""
        await until(lambda: self.is_listened_to(number))
        self.engine.press(self.phone(number), digits)

    def is_listened_to(self, number: str) -> bool:
        """Whether somebody waits for keys of this telephone."""
        leg = self.simulator.carrier.legs.get(self.phone(number).call_sid)
        return leg is not None and leg.ears is not None

    async def on_air(self, number: str) -> bool:
        """Whether this telephone is in the talk that the desk shows."""
        on_air = (await self.show.desk()).on_air
        is_talking = on_air is not None and on_air.state is CallState.TALKING
        return is_talking and on_air is not None and on_air.caller.phone == number


async def until(condition: Callable[[], bool | Awaitable[bool]], seconds: float = 10) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while True:
            outcome = condition()
            if outcome if isinstance(outcome, bool) else await outcome:
                return
            await asyncio.sleep(0.02)


@asynccontextmanager
async def open_stage(show: Show, dsn: str) -> AsyncIterator[Stage]:
    """Product with its jobs and simulator, each on a port of its own."""
    ours, theirs = f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
    config = PhonesimConfig(
        numbers=[
            NumberConfig(
                number=LINE,
                voice_url=Addresses(ours).incoming(),
                status_callback=f"{ours}/tw/v1/status",
            )
        ],
        sims=[
            SimConfig(name="Посадовець", number=OFFICIAL),
            SimConfig(name="Олена", number=OLENA),
            SimConfig(name="Тарас", number=TARAS),
        ],
        speed=SPEED,
    )
    setup = TwilioSetup(
        public_base_url=ours,
        account_sid=ACCOUNT_SID,
        secrets=(AUTH_TOKEN,),
        booking_secret=SECRET,
        clock=show.clock,
    )
    product = Litestar(
        [twilio_router(setup)],
        exception_handlers=exception_handlers(),
        openapi_config=None,
        logging_config=None,
    )
    account = TwilioAccount(
        account_sid=ACCOUNT_SID,
        token=AUTH_TOKEN,
        caller_id=LINE,
        sms_sender="Hotline",
        public_base_url=ours,
        base_url=theirs,
        is_production=False,
    )
    phones = create_phonesim(config)
    async with (
        serve(product, int(ours.rpartition(":")[2])),
        serve(phones, int(theirs.rpartition(":")[2])),
        open_bus(dsn) as bus,
        open_twilio(account) as twilio,
    ):
        storage = FakeStorage(Fuse())
        jobs = list_jobs(
            line=twilio.line,
            texts=twilio.texts,
            clock=show.clock,
            public_url=ours,
            recorder=twilio.recordings,
            storage=storage,
        )
        task = asyncio.create_task(run_jobs(jobs, bus.subscribe))
        try:
            yield Stage(show, phones.state.simulator, storage)
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def bring_official(stage: Stage) -> None:
    """The line opens, the official's telephone rings, is picked up, and 1 is pressed."""
    stage.show.clock.set(stage.show.session.starts_at - LOBBY)
    official = stage.phone(OFFICIAL)
    await until(lambda: official.is_busy)
    stage.engine.pick_up(official, answer=True)
    await stage.press(OFFICIAL, "1")
    await until(lambda: is_official_there(stage))


async def is_official_there(stage: Stage) -> bool:
    return (await stage.show.desk()).is_official_present


async def is_waiting(stage: Stage, count: int) -> bool:
    return len((await stage.show.desk()).waiting) == count


async def is_air_free(stage: Stage) -> bool:
    return (await stage.show.desk()).on_air is None


async def is_outbox_empty() -> bool:
    left: int = await fetch_value("select count(*) from phone_command where state <> 'done'")
    return left == 0


async def is_closed(stage: Stage) -> bool:
    return (await stage.show.fresh_session()).state is SessionState.CLOSED


async def test_a_session_from_the_first_ring_to_the_last_goodbye(database: str) -> None:
    show = await make_show()
    taken = await book(show, phone=TARAS)
    async with open_stage(show, database) as stage:
        await bring_official(stage)

        # Two citizens call: one without a booking, one with two digits of a code.
        stage.engine.dial(stage.phone(OLENA), LINE)
        await stage.press(OLENA, "#")
        await until(lambda: is_waiting(stage, 1))
        stage.engine.dial(stage.phone(TARAS), LINE)
        await stage.press(TARAS, taken.code[-2:])
        await until(lambda: is_waiting(stage, 2))

        # Before the start the one without a booking has time enough, and is put through.
        await show.put_next()
        await until(lambda: stage.on_air(OLENA))
        stage.engine.say(stage.phone(OLENA), "Добрий день, я про субсидію.")
        await until(lambda: bool(stage.heard(OFFICIAL, SoundKind.PEER)))

        # The next one follows as soon as she has been seen off.
        show.clock.set(taken.booking.starts_at)
        await show.end_talk(then_next=True)
        await until(lambda: stage.on_air(TARAS))
        await until(lambda: not stage.phone(OLENA).is_busy)

        await stage.engine.hang_up(stage.phone(TARAS))
        await until(lambda: is_air_free(stage))
        show.clock.set(show.session.ends_at + timedelta(seconds=1))
        await until(lambda: is_closed(stage))
        await until(lambda: not stage.phone(OFFICIAL).is_busy)
        await until(is_outbox_empty)

        assert stage.heard(OFFICIAL, SoundKind.PEER) == ["Добрий день, я про субсидію."]
        assert any("Розмову завершено" in text for text in stage.heard(OLENA))
        carrier = stage.simulator.carrier
        assert list(carrier.find_breaches()) == []
        assert [(each.code, each.text) for each in carrier.notifications] == []
        assert {each.status for each in stage.simulator.sender.journal} <= {200, 204}
    desk = await show.desk()
    assert [card.caller.name for card in desk.talked] == ["Марія Іванівна", ""]


async def test_the_last_words_are_said_to_who_waits_when_the_line_closes(database: str) -> None:
    show = await make_show()
    async with open_stage(show, database) as stage:
        await bring_official(stage)
        stage.engine.dial(stage.phone(OLENA), LINE)
        await until(lambda: is_waiting(stage, 1))

        show.clock.set(show.session.ends_at)
        await until(lambda: is_closed(stage))
        await until(lambda: not stage.phone(OLENA).is_busy)

        assert "завершено" in stage.heard(OLENA)[-1]
        assert list(stage.simulator.carrier.find_breaches()) == []
