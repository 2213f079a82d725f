"""Whatever is killed in the middle of twenty calls, every call goes on."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from tests.chaos.installation import Installation, Room, run_installation

from hotline_sessions.domain.appeals import NewAppeal
from hotline_sessions.domain.calls import CallState, Role
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.phonesim.handsets import SoundKind
from hotline_sessions.phonesim.play import Phone
from hotline_sessions.services.appeals import Origin, register
from hotline_sessions.store.calls import list_talked
from hotline_sessions.store.engine import fetch_rows, fetch_value


pytestmark = [pytest.mark.anyio]

ROOMS = 4
CITIZENS = 5
"""One on the air and four waiting in each room, and the official: twenty-four legs."""
QUIET = 60.0
"""Seconds after which nobody is on the line and nobody is rung any more."""
RECOVERY = 15.0
"""Seconds after which every talk must have gone on. Twilio itself gives up after as many."""


async def until(condition: Callable[[], Awaitable[bool]], seconds: float, what: str) -> float:
    """Seconds after which something was so."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if await condition():
            return time.monotonic() - began
        await asyncio.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds:g} s")


async def is_on_air(phone: Phone, official: Phone) -> bool:
    """Whether the citizen talks, as the network sees it, and only with the official."""
    view = await phone.look()
    return view.state == "on-air" and view.company == [official.name]


async def begin(room: Room) -> None:
    """The official comes to the air and all citizens call, one after the other."""
    await room.official.wait_ring()
    await room.official.answer()
    await room.official.wait_listening()
    await room.official.press("1")
    for citizen in room.citizens:
        await citizen.dial(room.line)
        await citizen.wait_listening()
        await citizen.press("#")
        await citizen.wait_state("waiting", "on-air", "lobby")
    await room.citizens[0].wait_state("on-air")


async def go_on(room: Room, talker: int) -> float:
    """The citizen on the air hangs up; seconds until the next one talks."""
    await room.citizens[talker].hang_up()
    following = room.citizens[talker + 1]
    return await until(
        lambda: is_on_air(following, room.official), RECOVERY, f"{following.name} talks"
    )


async def write_down(room: Room, form_key: str) -> None:
    """An appeal of the latest talk; the form is sent until there is an answer."""
    while True:
        try:
            (talk, *_) = await list_talked(room.session.id)
            now = SystemClock().now()
            await register(
                NewAppeal(
                    surname="Коваленко",
                    given_name="Марія",
                    residence="м. Рівне",
                    kind="3.2",
                    question="Прошу перевірити нарахування.",
                ),
                Origin(received_at=talk.started_at, session=room.session.id, call=talk.id),
                form_key=form_key,
                staff=room.staff,
                secret=b"a secret of an installation, long enough to sign",
                now=now,
            )
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError):
            await asyncio.sleep(0.2)
        else:
            return


async def test_whatever_is_killed_in_the_middle_of_twenty_calls_every_call_goes_on(
    tmp_path: Path,
) -> None:
    """F-01, F-03, F-05, F-06, F-57."""
    async with run_installation(tmp_path, ROOMS, CITIZENS) as (installation, rooms, _):
        await asyncio.gather(*(begin(room) for room in rooms))
        blows: list[tuple[str, Callable[[], None]]] = [
            ("web", installation.web.kill),
            ("jobs", installation.jobs.kill),
            ("database", installation.kill_database),
            ("everything", lambda: _kill_all(installation)),
        ]
        took: dict[str, float] = {}
        for number, (name, blow) in enumerate(blows):
            blow()
            waits = await asyncio.gather(*(go_on(room, number) for room in rooms))
            took[name] = max(waits)
            await asyncio.gather(
                *(write_down(room, f"{room.session.public_id}-{number}") for room in rooms)
            )
        print({name: round(seconds, 1) for name, seconds in took.items()})  # noqa: T201 - figures

        # Who leaves before anybody has written that he came would have said nothing.
        await until(nobody_is_on_the_way, QUIET, "every talk is in the books")
        for room in rooms:
            await room.citizens[-1].hang_up()
        await check_officials(rooms)
        await until(is_line_quiet, QUIET, "every leg ends, calls back to who hung up early too")
        await check_records(rooms)


def _kill_all(installation: Installation) -> None:
    installation.web.kill()
    installation.jobs.kill()
    installation.kill_database()


async def is_line_quiet() -> bool:
    """Whether every call of every citizen has ended."""
    live: int = await fetch_value(
        "select count(*) from call where role = 'citizen' and state <> $1", CallState.ENDED.value
    )
    return live == 0


async def nobody_is_on_the_way() -> bool:
    """Whether everybody whom the network has seated talks in the books too."""
    return not await fetch_value(
        "select count(*) from call where role = 'citizen' and state in ('summoned', 'joining')"
    )


async def check_officials(rooms: list[Room]) -> None:
    """Every official is on the air still, was rung once, and was told everything once."""
    for room in rooms:
        view = await room.official.look()
        assert view.state in {"on-air", "lobby"}, room.official.name
        said = Counter(
            sound.text for sound in view.sounds if sound.kind is SoundKind.SAY and "1" in sound.text
        )
        assert all(times == 1 for times in said.values()), said
        legs = await fetch_value(
            "select count(*) from call where session = $1 and role = $2",
            room.session.id,
            Role.OFFICIAL.value,
        )
        assert legs == 1, "the official was rung once"


async def check_records(rooms: list[Room]) -> None:
    """Every talk has one question, every question one appeal, the numbers have no gap."""
    talks = await fetch_value(
        "select count(*) from call where role = 'citizen' and on_air_at is not null"
    )
    assert talks == len(rooms) * CITIZENS
    assert await fetch_value("select count(*) from question where origin = 'talk'") == talks
    rows = await fetch_rows("select institution, number from appeal order by institution, number")
    numbers: dict[int, list[int]] = {}
    for row in rows:
        numbers.setdefault(row["institution"], []).append(row["number"])
    assert len(numbers) == len(rooms)
    assert all(each == [1, 2, 3, 4] for each in numbers.values()), numbers
