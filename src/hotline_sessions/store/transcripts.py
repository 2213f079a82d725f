"""How sentences that a machine has heard are read and written."""

from datetime import datetime

import msgspec

from hotline_sessions.domain.ids import CallId
from hotline_sessions.domain.policies import DEFAULT_POLICY
from hotline_sessions.domain.transcripts import Sentence
from hotline_sessions.store.engine import fetch_rows, run_sql


async def add_sentence(sentence: Sentence) -> None:
    """Keep a sentence; one that is known by its number is kept once."""
    await run_sql(
        """insert into transcript (call, transcription, sequence, speaker, words, is_final,
                                   heard_at)
           values ($1, $2, $3, $4, $5, true, $6)
           on conflict (transcription, sequence) do nothing""",
        sentence.call,
        sentence.transcription,
        sentence.sequence,
        sentence.speaker.value,
        sentence.words,
        sentence.heard_at,
    )


async def list_sentences(call: CallId) -> list[Sentence]:
    """What was heard in a call, in order."""
    rows = await fetch_rows(
        """select call, transcription, sequence, speaker, words, heard_at from transcript
            where call = $1 order by heard_at, sequence, id""",
        call,
    )
    return [msgspec.convert(dict(row), Sentence) for row in rows]


async def mark_machine_words(call: CallId, words: str) -> None:
    """Prefill the open question of a talk with what a machine has heard."""
    await run_sql(
        """update question set machine_words = $2
            where call = $1 and origin = 'talk' and state = 'open'""",
        call,
        words,
    )


async def erase_expired_words(now: datetime) -> int:
    """Erase what machines have heard where the days of recordings are over; how much it was.

    An open question keeps its draft until somebody has dealt with it: none is lost.
    """
    days = "make_interval(days => coalesce((i.call_policy->>'recordings_days')::int, $2::int))"
    sentences = await run_sql(
        f"""delete from transcript t using call c, institution i
             where c.id = t.call and i.id = c.institution
               and t.heard_at <= $1::timestamptz - {days}""",
        now,
        DEFAULT_POLICY.recordings_days,
    )
    drafts = await run_sql(
        f"""update question q set machine_words = '' from institution i
             where i.id = q.institution and q.machine_words <> '' and q.state <> 'open'
               and q.asked_at <= $1::timestamptz - {days}""",
        now,
        DEFAULT_POLICY.recordings_days,
    )
    return _count(sentences) + _count(drafts)


def _count(tag: str) -> int:
    """Rows that a statement has touched, by the server's tag."""
    return int(tag.rpartition(" ")[2])
