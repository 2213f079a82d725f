"""What machines have heard lives as long as a recording, and no draft is lost before its time."""

from datetime import timedelta

import pytest
from tests.services.recorded import Studio, make_studio

from hotline_sessions.domain.calls import Leg
from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.transcripts import Speaker
from hotline_sessions.services.recording_cleanup import erase_words
from hotline_sessions.services.transcript_ports import HeardSentence
from hotline_sessions.services.transcripts import draft_words, note_sentence
from hotline_sessions.store.engine import fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

RUN = "GT" + "1" * 32


@pytest.fixture
async def studio() -> Studio:
    return await make_studio(is_transcribed=True)


async def hear(studio: Studio, leg: Leg, words: str, sequence: int, *, key: str = "") -> None:
    assert leg.sid is not None
    heard = HeardSentence(
        call=leg.sid,
        transcription=f"GT{leg.id:032x}",
        sequence=sequence,
        speaker=Speaker.CITIZEN,
        words=words,
    )
    delivery = Delivery(
        source="transcription", key=key or f"{leg.id}:{sequence}", path="/", body={}
    )
    await note_sentence(heard, delivery, clock=studio.clock)


async def test_a_sentence_is_kept_once_whatever_is_sent_again(studio: Studio) -> None:
    leg = await studio.call()
    await hear(studio, leg, "протікає дах", 1)
    await hear(studio, leg, "протікає дах", 1)
    await hear(studio, leg, "протікає дах", 1, key="another")

    assert await draft_words(leg.id) == "Протікає дах."
    assert await fetch_value("select count(*) from transcript") == 1


async def test_without_its_guard_a_sentence_would_be_kept_twice(studio: Studio) -> None:
    leg = await studio.call()
    await run_sql("alter table transcript drop constraint one_sentence_per_number")
    for _ in range(2):
        await run_sql(
            """insert into transcript (call, transcription, sequence, speaker, words, heard_at)
               values ($1, $2, 1, 'citizen', 'протікає дах', $3) on conflict do nothing""",
            leg.id,
            RUN,
            studio.clock.now(),
        )

    assert await draft_words(leg.id) == "Протікає дах. Протікає дах."


async def test_each_talk_has_its_own_draft(studio: Studio) -> None:
    one, other = await studio.call(), await studio.call()
    await hear(studio, one, "протікає дах", 1)
    await hear(studio, other, "немає світла", 1)

    assert await draft_words(one.id) == "Протікає дах."
    assert await draft_words(other.id) == "Немає світла."


async def test_a_draft_that_somebody_has_dealt_with_is_not_changed_any_more(
    studio: Studio,
) -> None:
    leg = await studio.call()
    await hear(studio, leg, "протікає дах", 1)
    await run_sql("update question set state = 'closed'")
    await hear(studio, leg, "дякую", 2)

    assert await fetch_value("select machine_words from question") == "Протікає дах."


async def test_words_are_erased_when_the_days_of_recordings_are_over(studio: Studio) -> None:
    leg = await studio.call()
    await hear(studio, leg, "протікає дах", 1)
    await run_sql("update question set state = 'closed'")
    studio.clock.pass_time(timedelta(days=29, hours=23))
    await erase_words(clock=studio.clock)
    assert await draft_words(leg.id) != ""

    studio.clock.pass_time(timedelta(hours=1))
    await erase_words(clock=studio.clock)

    assert await draft_words(leg.id) == ""
    assert await fetch_value("select machine_words from question") == ""


async def test_the_draft_of_an_open_question_waits_until_it_is_dealt_with(studio: Studio) -> None:
    leg = await studio.call()
    await hear(studio, leg, "протікає дах", 1)
    studio.clock.pass_time(timedelta(days=31))

    await erase_words(clock=studio.clock)

    assert await draft_words(leg.id) == ""
    assert await fetch_value("select machine_words from question") == "Протікає дах."


async def test_each_institution_chooses_how_long_words_are_kept(studio: Studio) -> None:
    leg = await studio.call()
    await hear(studio, leg, "протікає дах", 1)
    await run_sql("""update institution set call_policy = '{"recordings_days": 3}'""")
    studio.clock.pass_time(timedelta(days=3))

    await erase_words(clock=studio.clock)

    assert await draft_words(leg.id) == ""
