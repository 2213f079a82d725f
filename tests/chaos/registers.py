"""Clerks at two web processes who register all day, whatever is killed meanwhile."""

import asyncio
import os
import random
import re
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import httpx
from msgspec import Struct
from tests.chaos.installation import build_environ
from tests.factories import PASSWORD, make_institution, make_session, make_staff

from hotline_sessions.cli.demo_processes import Child, choose_port
from hotline_sessions.domain.registers import parse_index
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.store.embedded.supervisor import run_embedded_server
from hotline_sessions.store.engine import fetch_value, open_database
from hotline_sessions.store.migrate import migrate


CLIENTS: Final = 16
TALKS: Final = 40
"""Talks of each clerk, from which appeals are registered in turn."""
PAUSE: Final = 0.1
CSRF: Final = re.compile(r'name="csrf_token"[^>]*value="([0-9a-f]+)"')
NUMBER: Final = re.compile(r'hs-done__number">.*?</span>\s*([^<\s]+)', re.DOTALL)


class Clerk(Struct, frozen=True, kw_only=True):
    """Who registers: one session, and the calls that came to it."""

    session: str
    calls: list[str]


class Office:
    """Two web processes over one database; what was acknowledged, by the key of its form."""

    def __init__(self, webs: list[Child], ports: list[int], data: Path) -> None:
        self.webs, self.ports, self.data = webs, ports, data
        self.clerks: list[Clerk] = []
        self.cookies = httpx.Cookies()
        self.acknowledged: dict[str, str] = {}
        self.sent_again = 0
        self._csrf = ""

    async def keep_up(self) -> None:
        """Start again what has died, as the supervisor of a real installation does."""
        while True:
            for web in self.webs:
                web.keep_up()
            await asyncio.sleep(PAUSE)

    def kill(self, victim: int) -> str:
        """Kill one of the web processes, or the database, as a power cut does; what it was."""
        if victim < len(self.webs):
            self.webs[victim].kill()
            return f"web {victim}"
        for record in self.data.parent.rglob("postmaster.pid"):
            with suppress(ProcessLookupError):
                os.kill(int(record.read_text().split()[0]), signal.SIGKILL)
        return "database"

    async def sign_in(self, login: str) -> None:
        """Sign a clerk in once; the cookie is good at both processes."""
        async with self._open() as client:
            base = self._choose()
            await client.post(
                f"{base}/staff/sign-in",
                data={"login": login, "password": PASSWORD},
                headers={"Origin": base},
            )
            page = await client.get(f"{base}/staff/appeals")
            self.cookies = client.cookies
        found = CSRF.search(page.text)
        assert found, page.text
        self._csrf = found[1]

    async def register(self, clerk: Clerk, count: int) -> None:
        """Register ``count`` questions; each form is sent until there is a number."""
        async with self._open() as client:
            for turn in range(count):
                await self._register(client, clerk, clerk.calls[turn % len(clerk.calls)])

    async def wait_until(self, count: float, work: list[asyncio.Task[None]]) -> None:
        """Until so many are acknowledged, or a clerk has ended, well or not."""
        while len(self.acknowledged) < count and not any(task.done() for task in work):
            await asyncio.wait(work, timeout=PAUSE / 10, return_when=asyncio.FIRST_COMPLETED)

    async def _register(self, client: httpx.AsyncClient, clerk: Clerk, call: str) -> None:
        form = {
            "csrf_token": self._csrf,
            "call": call,
            "form_key": secrets.token_hex(16),
            "surname": "Коваленко",
            "given_name": "Марія",
            "residence": "м. Рівне",
            "kind": "3.2",
            "question": "Прошу перевірити нарахування.",
        }
        while True:
            base = self._choose()
            try:
                answer = await client.post(
                    f"{base}/staff/desk/{clerk.session}/appeal",
                    data=form,
                    headers={
                        "Origin": base,
                        "HX-Request": "true",
                        "HX-Request-Type": "partial",
                    },
                )
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == 200:
                found = NUMBER.search(answer.text)
                assert found, answer.text
                self.acknowledged[form["form_key"]] = found[1]
                return
            assert answer is None or answer.status_code >= 500, (answer.status_code, answer.text)
            self.sent_again += 1
            await asyncio.sleep(PAUSE)

    def _choose(self) -> str:
        return f"http://127.0.0.1:{random.choice(self.ports)}"  # noqa: S311 - no secret

    def _open(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(cookies=self.cookies, trust_env=False, timeout=15)


@asynccontextmanager
async def run_office(folder: Path) -> AsyncIterator[Office]:
    """An office at work: its processes run, its clerks are signed in, its database is open."""
    data = folder / "database"
    data.mkdir()
    with run_embedded_server(data) as dsn:
        await migrate(dsn)
        ports = [choose_port(0) for _ in range(2)]
        webs = [
            Child(
                f"web-{port}",
                ["serve", "--port", str(port), "--no-worker"],
                env=build_environ(dsn, folder, port, port),
                log=folder / f"web-{port}.log",
            )
            for port in ports
        ]
        office = Office(webs, ports, data)
        async with open_database(dsn):
            try:
                for web in webs:
                    web.start()
                await _prepare(office)
                for web, port in zip(webs, ports, strict=True):
                    address = f"http://127.0.0.1:{port}/readyz"
                    await asyncio.to_thread(web.wait_until_answers, address, seconds=60)
                await office.sign_in("clerk")
                watching = asyncio.create_task(office.keep_up())
                try:
                    yield office
                finally:
                    watching.cancel()
                    with suppress(asyncio.CancelledError):
                        await watching
            finally:
                for web in webs:
                    await asyncio.to_thread(web.stop)


async def work_through(office: Office, count: int, kills: int) -> list[str]:
    """Let all clerks register ``count`` appeals; ``kills`` times something dies; what did."""
    rng = random.Random(secrets.randbits(32))  # noqa: S311 - no secret
    share, left = divmod(count, len(office.clerks))
    work = [
        asyncio.create_task(office.register(clerk, share + (number < left)))
        for number, clerk in enumerate(office.clerks)
    ]
    moments = sorted(rng.uniform(0.05, 0.95) * count for _ in range(kills))
    died = []
    try:
        for number, moment in enumerate(moments):
            await office.wait_until(moment, work)
            # Each of the three dies at least once, if there are so many blows.
            victim = number if number <= len(office.webs) else rng.randint(0, len(office.webs))
            died.append(office.kill(victim))
        await asyncio.gather(*work)
    finally:
        for task in work:
            task.cancel()
    return died


def list_numbers(office: Office) -> list[int]:
    """The numbers that were told, in their order."""
    year = SystemClock().now().year
    return sorted(
        parse_index(index, this_year=year).number for index in office.acknowledged.values()
    )


async def _prepare(office: Office) -> None:
    now = SystemClock().now()
    home = await make_institution(slug="rivne")
    await make_staff(institution=home.id, login="clerk", now=now)
    for number in range(CLIENTS):
        session = await make_session(
            institution=home,
            held_on=date(2027, 1, 1) + timedelta(days=number),
            published=False,
            now=now,
        )
        calls = [f"c{number:02}{call:04}" for call in range(TALKS)]
        await fetch_value(
            """with talk as (
                   insert into call (public_id, institution, session, role, state, state_since,
                          started_at, on_air_at, off_air_at, ended_at, turn)
                   select name, $2, $3, 'citizen', 'ended', $4, $4, $4, $4, $4, 0
                     from unnest($1::text[]) as name returning id, public_id)
               insert into question (public_id, institution, session, call, origin, asked_at)
               select public_id, $2, $3, id, 'talk', $4 from talk""",
            calls,
            home.id,
            session.id,
            now,
        )
        office.clerks.append(Clerk(session=session.public_id, calls=calls))
