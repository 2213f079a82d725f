"""What a subscriber sees: a session that is cancelled, one that moves, one that another answers.

The server is the real one with its ready answers. One subscriber is vdirsyncer, where it is
installed; the other asks as calendar programs do, by the tag of what it holds.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event, EventStatus
from msgspec.structs import replace
from tests.factories import NOW, make_institution, make_post, make_session, make_staff
from tests.fakes import FrozenClock
from tests.web.site import create_site

from hotline_sessions.cli.servers import QuietServer, bind_together, build_config
from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.services.sessions import cancel, reschedule
from hotline_sessions.services.substitution import substitute_official
from hotline_sessions.store.officials import add_official
from hotline_sessions.web.feeds import READY_FOR


pytestmark = pytest.mark.anyio

VDIRSYNCER = shutil.which("vdirsyncer")
CONFIG = """
[general]
status_path = "{folder}/status"
[pair feed]
a = "ours"
b = "theirs"
collections = null
conflict_resolution = "a wins"
[storage ours]
type = "http"
url = "{url}"
[storage theirs]
type = "filesystem"
path = "{folder}/events"
fileext = ".ics"
"""


class Subscriber:
    """A program that keeps a copy, and asks whether it is still the present one."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._etag = ""
        self.events: dict[str, Event] = {}

    async def poll(self) -> int:
        """Ask; the status of the answer."""
        answer = await self._client.get("/calendar.ics", headers={"If-None-Match": self._etag})
        if answer.status_code == 200:
            self._etag = answer.headers["etag"]
            found = IcsCalendarStream.calendar_from_ics(answer.text).events
            self.events = {str(event.uid).partition("@")[0]: event for event in found}
        return answer.status_code


@asynccontextmanager
async def serve(clock: FrozenClock) -> AsyncIterator[str]:
    """Address of the application on the open database, as the product serves it."""
    app = create_site(clock)
    app.state.facts = replace(app.state.facts, fresh_for=timedelta(seconds=1))
    app.state.ready.clock = lambda: clock.now().timestamp()
    with bind_together("127.0.0.1", 0) as listening:
        server = QuietServer(build_config(app))
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await task


async def make_three() -> tuple[list[Session], Staff]:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    posts = [
        await make_post(institution=home.id, title_uk=f"Заступник голови {number}")
        for number in (1, 2, 3)
    ]
    return [
        await make_session(
            institution=home, post=post, held_on=NOW.date() + timedelta(days=2 + number)
        )
        for number, post in enumerate(posts)
    ], staff


async def change(sessions: list[Session], staff: Staff, clock: FrozenClock) -> str:
    """Cancel the first, move the second, let somebody else answer the third; the moved one."""
    first, second, third = sessions
    await cancel(first.public_id, "Лікарняний", staff=staff, now=clock.now())
    plan = Plan(
        post=second.post,
        line=second.line,
        held_on=second.held_on + timedelta(days=7),
        opens_clock=second.opens_clock,
        closes_clock=second.closes_clock,
    )
    moved = await reschedule(second.public_id, plan, staff=staff, now=clock.now())
    other = await add_official(
        "Галина Іванівна Заміна",
        institution=third.institution,
        ring_number=None,
        valid_from=NOW.date(),
    )
    await substitute_official(third.public_id, other, staff=staff, clock=clock)
    return moved.public_id


@pytest.mark.usefixtures("database")
async def test_a_subscriber_sees_each_change_once_and_is_else_told_that_nothing_changed() -> None:
    clock = FrozenClock(NOW)
    sessions, staff = await make_three()
    first, second, third = (each.public_id for each in sessions)
    async with serve(clock) as address, httpx.AsyncClient(base_url=address) as client:
        subscriber = Subscriber(client)
        statuses = [await subscriber.poll(), await subscriber.poll()]
        before = dict(subscriber.events)
        clock.pass_time(timedelta(hours=1))
        moved = await change(sessions, staff, clock)
        clock.pass_time(READY_FOR)
        statuses += [await subscriber.poll(), await subscriber.poll()]
        after = subscriber.events

    assert statuses == [200, 304, 200, 304]
    assert {each.status for each in before.values()} == {EventStatus.CONFIRMED}
    assert after[first].status == after[second].status == EventStatus.CANCELLED
    assert after[third].status == after[moved].status == EventStatus.CONFIRMED
    assert after[moved].start_datetime - before[second].start_datetime == timedelta(days=7)
    assert "Заміна" in (after[third].description or "")
    for each in (first, second, third):
        assert (after[each].sequence or 0) > (before[each].sequence or 0)
        assert after[each].dtstamp > before[each].dtstamp


async def sync(folder: Path) -> dict[str, str]:
    """What vdirsyncer has after asking: text of each event by the name of its session."""
    for verb in ("discover", "sync"):
        process = await asyncio.create_subprocess_exec(
            str(VDIRSYNCER), "-c", str(folder / "config"), verb,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await asyncio.wait_for(process.communicate(b"y\n" * 9), 60)
        assert process.returncode == 0, said.decode()
    files = sorted((folder / "events").glob("*.ics"))
    texts = [file.read_text().replace("\n ", "") for file in files]
    # It gives what comes over HTTP names of its own: our address tells which session it is.
    return {text.partition("/sessions/")[2].split()[0]: text for text in texts}


@pytest.mark.usefixtures("database")
@pytest.mark.skipif(VDIRSYNCER is None, reason="apt-get install vdirsyncer lets it judge")
async def test_vdirsyncer_brings_each_change_into_a_folder(tmp_path: Path) -> None:
    clock = FrozenClock(NOW)
    sessions, staff = await make_three()
    first, second, third = (each.public_id for each in sessions)
    (tmp_path / "events").mkdir()
    async with serve(clock) as address:
        config = CONFIG.format(folder=tmp_path, url=f"{address}/calendar.ics")
        (tmp_path / "config").write_text(config)
        before = await sync(tmp_path)
        same = await sync(tmp_path)
        clock.pass_time(timedelta(hours=1))
        moved = await change(sessions, staff, clock)
        clock.pass_time(READY_FOR)
        after = await sync(tmp_path)

    assert set(before) == {first, second, third}
    assert same == before
    assert set(after) == {first, second, third, moved}
    assert "STATUS:CANCELLED" in after[first]
    assert "STATUS:CANCELLED" in after[second]
    assert "STATUS:CONFIRMED" in after[moved]
    assert after[third] != before[third]
