"""Play one script from its beginning to its end."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from random import Random
from typing import Any, Final

from hotline_sessions.app import Outside
from hotline_sessions.phonesim.config import NumberConfig, PhonesimConfig, SimConfig
from hotline_sessions.phonesim.simulator import Simulator
from hotline_sessions.rehearsal.database import Gate, Monitor, open_in_turns
from hotline_sessions.rehearsal.faults import Mischief
from hotline_sessions.rehearsal.hints import HintBoard
from hotline_sessions.rehearsal.network import DirectHttp, open_directly
from hotline_sessions.rehearsal.officials import OfficialAtPhone
from hotline_sessions.rehearsal.operators import OperatorAtDesk
from hotline_sessions.rehearsal.outcomes import Outcome, sum_up
from hotline_sessions.rehearsal.people import CitizenAtPhone
from hotline_sessions.rehearsal.product import Product
from hotline_sessions.rehearsal.scripts import Script
from hotline_sessions.rehearsal.sounds import SoundsInMemory, fetch_from
from hotline_sessions.rehearsal.stage import Prepared, set_stage
from hotline_sessions.rehearsal.timeline import START, RealTimeline, Timeline, TimelineClock
from hotline_sessions.rehearsal.truth import Truth
from hotline_sessions.rehearsal.turnstile import Turnstile
from hotline_sessions.rehearsal.umpire import Umpire
from hotline_sessions.settings import Settings


SECRET: Final = "a secret of rehearsals, long enough to sign"  # noqa: S105 - signs nothing real
QUIET_REAL_SECONDS: Final = 20.0
PUBLIC_URL: Final = "http://rehearsal.test"
OUR_NUMBER: Final = "+380440000000"
POLICY: Final = "#rc=5&rp=all&ct=2000&rt=5000&tt=15000"
AFTER_SECONDS: Final = 1500.0
"""How long after the planned end the last session may go on: extended, paused, saying farewell."""
LOOK_SECONDS: Final = 20.0
RECORDINGS_SECONDS: Final = 1500.0
"""Longer than it takes to look for recordings of which nothing was heard, and to take them in."""
QUIET_SECONDS: Final = 120.0
"""How long after the end of all faults and all sessions everything has to be done."""


def play(script: Script, dsn: str) -> Outcome:
    """Play ``script`` on the database at ``dsn``, which is migrated and empty."""
    loop = RealTimeline if script.is_real_time else Timeline
    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(World(script, dsn).run())


class World:
    """Everything that takes part in one rehearsal; made inside the running timeline."""

    def __init__(self, script: Script, dsn: str) -> None:
        self.script = script
        self.dsn = dsn
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self) -> Outcome:
        """Play it."""
        await self._build()
        prepared = await set_stage(
            self.script.sessions, now=self.clock.now(), secret=SECRET.encode()
        )
        for each in prepared:
            self._let_live(each)
        self.umpire.watch(prepared, has_faults=bool(self.script.faults))
        mischief = Mischief(
            self.script,
            simulator=self.simulator,
            product=self.product,
            gate=self.gate,
            truth=self.truth,
        )
        self._start(mischief.happen())
        ends = max(each.starts_after + each.minutes * 60 for each in self.script.sessions)
        await asyncio.sleep(ends - self.truth.now)
        latest = ends + AFTER_SECONDS
        while self.truth.now < latest and await self.umpire.is_under_way():  # noqa: ASYNC110 - a look now and then
            await asyncio.sleep(LOOK_SECONDS)
        self.truth.is_over = True
        await asyncio.sleep(QUIET_REAL_SECONDS if self.script.is_real_time else QUIET_SECONDS)
        if not self.script.is_real_time:
            await self._wait_for_recordings()
        await self.umpire.close()
        outcome = sum_up(
            self.script,
            self.truth,
            self.product,
            self.turnstile,
            await self.umpire.count_questions(),
            await self.umpire.tell_books() if self.truth.violations else [],
        )
        await self._end()
        return outcome

    async def _wait_for_recordings(self) -> None:
        """Recordings whose news was lost are found by looking, which is done seldom."""
        latest = self.truth.now + RECORDINGS_SECONDS
        kept = self.simulator.carrier.recordings
        while kept and self.truth.now < latest:  # noqa: ASYNC110 - a look now and then
            await asyncio.sleep(LOOK_SECONDS)

    async def _build(self) -> None:
        loop = asyncio.get_running_loop()
        if not isinstance(loop, Timeline):
            raise TypeError("a rehearsal runs on a timeline")
        self.clock = TimelineClock(loop)
        self.monitor = Monitor(self.dsn, loop)
        rng = Random(f"{self.script.seed}:turns")  # noqa: S311 - dice, not secrets
        self.turnstile = Turnstile(loop, rng, self.monitor.find_blockers)
        hints = HintBoard()
        self.gate = Gate(self.turnstile, hints)
        settings = build_settings(self.dsn)
        self.simulator = Simulator(
            self._configure(settings), clock=self.clock, deliver=self._deliver
        )
        self.truth = Truth(self.simulator)
        self.gate.told = partial(self.truth.violate, "statement-refused")
        http, sounds = DirectHttp(self.simulator), SoundsInMemory()
        fetch = fetch_from(
            http, account_sid=settings.twilio_account_sid, token=settings.twilio_auth_token
        )
        outside = Outside(
            open_database=open_in_turns(self.gate),
            open_hints=hints.open,
            open_twilio=open_directly(http, fetch),
            open_storage=lambda _settings: sounds,
        )
        self.product = Product(settings, self.clock, outside)
        self.umpire = Umpire(self.truth, self.product, self.monitor)
        await self.product.start()

    def _configure(self, settings: Settings) -> PhonesimConfig:
        lines = {session.line for session in self.script.sessions} | {OUR_NUMBER}
        return PhonesimConfig(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token,
            seed=self.script.seed,
            kept_events=1,
            numbers=[
                NumberConfig(
                    number=line,
                    voice_url=f"{PUBLIC_URL}/tw/v1/in{POLICY}",
                    status_callback=f"{PUBLIC_URL}/tw/v1/status{POLICY}",
                )
                for line in sorted(lines)
            ],
        )

    async def _deliver(self, method: str, url: str, headers: Any, body: bytes) -> tuple[int, str]:  # noqa: ANN401 - as the simulator calls it
        return await self.product.deliver(method, url, headers, body)

    def _let_live(self, prepared: Prepared) -> None:
        script, base = prepared.script, prepared.script.starts_after
        engine, carrier = self.simulator.engine, self.simulator.carrier
        official = carrier.add_handset(
            SimConfig(name=script.official.name, number=script.official.number)
        )
        self._start(
            OfficialAtPhone(
                script.official, engine=engine, truth=self.truth, handset=official, base=base
            ).live()
        )
        self._start(
            OperatorAtDesk(
                prepared,
                truth=self.truth,
                product=self.product,
                monitor=self.monitor,
                clock=self.clock,
                base=base,
            ).live()
        )
        for citizen in script.citizens:
            slot = prepared.slots.get(citizen.name)
            handset = carrier.add_handset(
                SimConfig(name=citizen.name, number=citizen.number, withheld=citizen.is_withheld)
            )
            other = carrier.add_handset(
                SimConfig(
                    name=f"{citizen.name}, again", number=citizen.number.replace("+38050", "+38099")
                )
            )
            self._start(
                CitizenAtPhone(
                    citizen,
                    engine=engine,
                    truth=self.truth,
                    handset=handset,
                    other=other,
                    line=script.line,
                    code=prepared.codes.get(citizen.name, ""),
                    base=(slot - START).total_seconds() if slot else base,
                    seed=f"{self.script.seed}:{citizen.name}",
                ).live()
            )

    def _start(self, life: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(life))

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.simulator.stop()
        await self.product.stop()
        self.monitor.close()


def build_settings(dsn: str) -> Settings:
    """Settings of an installation on the database at ``dsn`` and the simulated network."""
    config = PhonesimConfig()
    return Settings(
        environment="test",
        database_url=dsn,
        public_base_url=PUBLIC_URL,
        secret_key=SECRET,
        twilio_account_sid=config.account_sid,
        twilio_auth_token=config.auth_token,
        twilio_caller_id=OUR_NUMBER,
        twilio_sms_sender=OUR_NUMBER,
    )
