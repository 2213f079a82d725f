"""Recording and transcription from the key 1 to the file of our own, over the network."""

import asyncio
from datetime import timedelta

import pytest
from tests.factories import LINE
from tests.journeys.test_a_call_over_the_network import (
    OFFICIAL,
    OLENA,
    TARAS,
    Stage,
    bring_official,
    is_closed,
    is_outbox_empty,
    is_waiting,
    open_stage,
    until,
)
from tests.services.telephony import Show, make_show

from hotline_sessions.phonesim.handsets import SoundKind
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


pytestmark = [pytest.mark.anyio]

WORDS = "Добрий день, протікає дах."


async def make_recorded_show() -> Show:
    """A session whose talks are recorded and written down by a machine, with consent."""
    show = await make_show()
    await run_sql("update session set is_recorded = true, is_transcribed = true")
    return show


async def talk(stage: Stage, number: str, consent: str) -> None:
    """A citizen calls, answers the question about the recording, talks and hangs up."""
    stage.engine.dial(stage.phone(number), LINE)
    await stage.press(number, "#")
    await until(lambda: any("буде записано" in text for text in stage.heard(number)))
    await stage.press(number, consent)
    await until(lambda: is_waiting(stage, 1))
    await stage.show.put_next()
    await until(lambda: stage.on_air(number))
    stage.engine.say(stage.phone(number), WORDS)
    await until(lambda: WORDS in stage.heard(OFFICIAL, SoundKind.PEER))
    await stage.engine.hang_up(stage.phone(number))


async def close(stage: Stage) -> None:
    """The session ends, and the network has told all it has to tell."""
    stage.show.clock.set(stage.show.session.ends_at + timedelta(seconds=1))
    await until(lambda: is_closed(stage), 30)
    await until(lambda: not stage.phone(OFFICIAL).is_busy, 30)
    await until(is_outbox_empty, 30)
    await asyncio.sleep(1)


async def is_kept() -> bool:
    state: str | None = await fetch_value("select state from recording")
    return state == "kept"


async def is_drafted() -> bool:
    words: str | None = await fetch_value("select machine_words from question")
    return words == WORDS


async def is_over() -> bool:
    left: int = await fetch_value(
        "select count(*) from call where role = 'citizen' and state <> 'ended'"
    )
    return left == 0


async def test_who_agrees_is_recorded_once_and_nothing_stays_at_the_network(database: str) -> None:
    show = await make_recorded_show()
    async with open_stage(show, database) as stage:
        await bring_official(stage)
        await talk(stage, OLENA, "1")
        await until(is_kept, 30)
        await until(is_drafted)
        await close(stage)

        assert stage.simulator.carrier.recordings == {}
        assert {each.status for each in stage.simulator.sender.journal} <= {200, 204}
    row = await fetch_row("select * from recording")
    question = await fetch_row("select * from question")
    assert row is not None
    assert question is not None
    assert (row["channels"], row["kind"]) == (2, "talk")
    assert question["recording"] == row["id"]
    kept = stage.storage.kept
    assert list(kept) == [row["storage_key"]]
    assert len(kept[row["storage_key"]]) == row["size"]


async def test_who_refuses_is_heard_all_the_same_and_leaves_no_sound_anywhere(
    database: str,
) -> None:
    show = await make_recorded_show()
    async with open_stage(show, database) as stage:
        await bring_official(stage)
        await talk(stage, TARAS, "2")
        await until(is_over)
        await close(stage)

        assert stage.simulator.carrier.recordings == {}
        assert stage.simulator.carrier.transcriptions == {}
    assert await fetch_rows("select 1 from recording") == []
    assert await fetch_rows("select 1 from transcript") == []
    assert stage.storage.kept == {}
    assert await fetch_value("select consent from call where role = 'citizen'") == "no"
