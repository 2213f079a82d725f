"""A whole installation of real processes that can be killed: database, web, jobs, telephones."""

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
from msgspec import Struct
from tests.factories import make_institution, make_line, make_post, make_staff

from hotline_sessions.cli.demo_processes import Child, choose_port
from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.ids import LineId
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.times import KYIV
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.phonesim.config import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    NumberConfig,
    PhonesimConfig,
    SimConfig,
)
from hotline_sessions.phonesim.play import Phone, open_control, take_phone, wait_until_up
from hotline_sessions.services.session_plans import Plan, plan_session
from hotline_sessions.services.sessions import publish
from hotline_sessions.store.embedded.supervisor import run_embedded_server
from hotline_sessions.store.engine import open_database
from hotline_sessions.store.migrate import migrate
from hotline_sessions.store.sessions import get_session


SPEED = 4.0
"""So much faster than ours is the world of the telephones; webhooks are retried in our time."""
OVERRIDES = "#rc=5&rp=all&ct=2000&rt=5000&tt=15000"
SECRET = "a secret of an installation, long enough to sign"


class Room(Struct, frozen=True, kw_only=True):
    """One session with its official and its citizens, who have not called yet."""

    session: Session
    staff: Staff
    line: str
    official: Phone
    citizens: list[Phone]


class Installation:
    """Processes, and what may be done to them."""

    def __init__(self, web: Child, jobs: Child, phones: Child, data: Path) -> None:
        self.web, self.jobs, self.phones = web, jobs, phones
        self._data = data

    def kill_database(self) -> None:
        """End the server of the database as a power cut does."""
        places = (self._data, self._data / "postgres", Path(f"{self._data}-pg"))
        for place in places:
            for record in place.rglob("postmaster.pid") if place.is_dir() else ():
                os.kill(int(record.read_text().split()[0]), signal.SIGKILL)
                return
        raise LookupError("no database runs")

    async def keep_up(self) -> None:
        """Start again what has died, as the supervisor of a real installation does."""
        while True:
            for child in (self.web, self.jobs):
                child.keep_up()
            await asyncio.sleep(0.1)


@asynccontextmanager
async def run_installation(
    folder: Path, rooms: int, citizens: int
) -> AsyncIterator[tuple[Installation, list[Room], str]]:
    """``rooms`` sessions that begin now, each with an official and ``citizens`` telephones."""
    data = folder / "database"
    data.mkdir()
    with run_embedded_server(data) as dsn:
        await migrate(dsn)
        port, phones_port = choose_port(0), choose_port(0)
        lines = [f"+38080010{number:04}" for number in range(rooms)]
        config = folder / "phones.json"
        config.write_bytes(msgspec.json.encode(_configure(f"http://127.0.0.1:{port}", lines)))
        env = build_environ(dsn, folder, port, phones_port)
        web = Child(
            "web", ["serve", "--port", str(port), "--no-worker"], env=env, log=folder / "web.log"
        )
        jobs = Child("jobs", ["work"], env=env, log=folder / "jobs.log")
        phones = Child(
            "phones",
            ["phonesim", "--config", str(config), "--port", str(phones_port)],
            env={},
            log=folder / "phones.log",
        )
        installation = Installation(web, jobs, phones, data)
        async with open_database(dsn), open_control(f"http://127.0.0.1:{phones_port}") as control:
            try:
                phones.start()
                await wait_until_up(control, 60)
                prepared = [
                    await _prepare(control, line, number, citizens)
                    for number, line in enumerate(lines)
                ]
                web.start()
                jobs.start()
                await asyncio.to_thread(
                    web.wait_until_answers, f"http://127.0.0.1:{port}/readyz", seconds=60
                )
                watching = asyncio.create_task(installation.keep_up())
                try:
                    yield installation, prepared, dsn
                finally:
                    watching.cancel()
                    with suppress(asyncio.CancelledError):
                        await watching
            finally:
                for child in (jobs, web, phones):
                    await asyncio.to_thread(child.stop)


async def _prepare(control: httpx.AsyncClient, line: str, number: int, citizens: int) -> Room:
    """A published session, automatic, that begins a minute ago."""
    now = SystemClock().now()
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    line_id = await make_line(institution=home.id, number=line)
    post = await make_post(institution=home.id)
    start = (now - timedelta(minutes=1)).astimezone(KYIV).replace(second=0, microsecond=0)
    ring = f"+38050900{number:04}"
    planned = await plan_session(
        Plan(
            post=post.id,
            line=LineId(line_id.id),
            ring_number=ring,
            held_on=start.date(),
            opens_clock=start.time(),
            closes_clock=(start + timedelta(hours=2)).time(),
            talk_minutes=10,
            is_automatic=True,
        ),
        institution=home.id,
        now=now,
    )
    await publish(planned.public_id, staff=staff, now=now)
    return Room(
        session=await get_session(planned.id, institution=home.id),
        staff=staff,
        line=line,
        official=await take_phone(control, ring, name=f"Official {number}", patience=40),
        citizens=[
            await take_phone(
                control, f"+38067{number:03}{each:04}", name=f"Citizen {number}-{each}", patience=40
            )
            for each in range(citizens)
        ],
    )


def _configure(web: str, lines: list[str]) -> PhonesimConfig:
    return PhonesimConfig(
        numbers=[
            NumberConfig(
                number=line,
                voice_url=f"{web}/tw/v1/in{OVERRIDES}",
                status_callback=f"{web}/tw/v1/status{OVERRIDES}",
            )
            for line in lines
        ],
        sims=[SimConfig(name="Nobody", number="+380990000001")],
        speed=SPEED,
        seed=secrets.randbits(32),
    )


def build_environ(dsn: str, folder: Path, port: int, phones_port: int) -> dict[str, str]:
    """What processes of an installation are told; the telephones answer at ``phones_port``."""
    return {
        "DATABASE_URL": dsn,
        "HOTLINE_ENVIRONMENT": "test",
        "HOTLINE_DATA_DIR": str(folder),
        "HOTLINE_PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "HOTLINE_SECRET_KEY": SECRET,
        "HOTLINE_LOG_FORMAT": "json",
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_API_BASE_URL": f"http://127.0.0.1:{phones_port}",
        "TWILIO_CALLER_ID": "+380800100000",
        "TWILIO_SMS_SENDER": "HOTLINE",
    }
