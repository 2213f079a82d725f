"""How the official's notes of talks are read and written."""

from datetime import datetime

import msgspec

from hotline_sessions.domain.calls import Leg
from hotline_sessions.domain.ids import CallId, SessionId
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.talk_notes import TalkNote, TalkOutcome
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


async def save_talk_note(
    call: CallId, words: str, outcome: TalkOutcome | None, *, session: Session, now: datetime
) -> None:
    """Write the note of a talk of the session, or write it anew."""
    await run_sql(
        """insert into talk_note (institution, session, call, words, outcome, noted_at)
           values ($1, $2, $3, $4, $5, $6)
           on conflict (call) do update
              set words = excluded.words, outcome = excluded.outcome,
                  noted_at = excluded.noted_at""",
        session.institution,
        session.id,
        call,
        words,
        outcome.value if outcome else "",
        now,
    )


async def list_talk_notes(session: SessionId) -> dict[CallId, TalkNote]:
    """Notes of the session, by the call they are of."""
    rows = await fetch_rows(
        """select call, words, nullif(outcome, '') as outcome, noted_at
             from talk_note where session = $1""",
        session,
    )
    return {CallId(row["call"]): msgspec.convert(dict(row), TalkNote) for row in rows}


async def find_talk_outcome(call: CallId) -> TalkOutcome | None:
    """How the official settled the question of this call, if that was noted."""
    outcome = await fetch_value("select nullif(outcome, '') from talk_note where call = $1", call)
    return None if outcome is None else TalkOutcome(outcome)


async def list_talks(session: SessionId) -> list[Leg]:
    """Citizens of the session who have talked or are talking, the latest first."""
    rows = await fetch_rows(
        """select * from call where session = $1 and role = 'citizen'
              and on_air_at is not null order by on_air_at desc, id desc""",
        session,
    )
    return [msgspec.convert(dict(row), Leg) for row in rows]
