"""How questions that wait for the register are read and written."""

from datetime import datetime
from typing import Final

import msgspec

from hotline_sessions.domain.calls import Leg
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import (
    AccountId,
    AppealId,
    CallId,
    InstitutionId,
    RecordingId,
    SessionId,
)
from hotline_sessions.domain.questions import CloseReason, Question, QuestionOrigin
from hotline_sessions.store.engine import fetch_row, fetch_rows, run_sql
from hotline_sessions.store.public_ids import draw_public_id


TALK: Final = """
with recursive talk as (
    select id, session, resumes from call where id = $1
    union
    select c.id, c.session, c.resumes
      from talk t join call c on c.session = t.session and (c.id = t.resumes or c.resumes = t.id)
)
"""
"""Calls of the talk to which the call ``$1`` belongs: those that broke off and went on."""

_SELECT: Final = f"select {', '.join(Question.__struct_fields__)} from question "


async def add_question(
    leg: Leg, origin: QuestionOrigin, now: datetime, *, recording: RecordingId | None = None
) -> None:
    """A question of the citizen on ``leg``; the talk of a call has one, whatever interrupts it.

    A talk that goes on with another call has one for each, see ``close_questions_of_talk``.
    """
    await run_sql(
        """insert into question (public_id, institution, session, call, recording, origin, state,
                                 reason, machine_words, asked_at)
           values ($1, $2, $3, $4, $5, $6, 'open', '', '', $7) on conflict do nothing""",
        draw_public_id(),
        leg.institution,
        leg.session,
        leg.id,
        recording,
        origin.value,
        now,
    )


async def add_left_question(leg: Leg, now: datetime) -> None:
    """The question that the caller on ``leg`` has left; its recording is told by itself."""
    await run_sql(
        """insert into question (public_id, institution, session, call, origin, state, reason,
                                 machine_words, asked_at)
           select $1, $2, $3, $4::bigint, $5::varchar, 'open', '', '', $6
            where not exists (select 1 from question where call = $4 and origin = $5)""",
        draw_public_id(),
        leg.institution,
        leg.session,
        leg.id,
        QuestionOrigin.RECORDED.value,
        now,
    )


async def list_open_questions(session: SessionId, *, institution: InstitutionId) -> list[Question]:
    """Questions of a session that somebody still has to register or close, the oldest first."""
    rows = await fetch_rows(
        _SELECT + "where session = $1 and institution = $2 and state = 'open' order by id",
        session,
        institution,
    )
    return [msgspec.convert(dict(row), Question) for row in rows]


async def list_all_open_questions(*, institution: InstitutionId, limit: int) -> list[Question]:
    """Open questions of all sessions of the institution, the oldest first."""
    rows = await fetch_rows(
        _SELECT + "where institution = $1 and state = 'open' order by id limit $2",
        institution,
        limit,
    )
    return [msgspec.convert(dict(row), Question) for row in rows]


async def lock_question(public_id: str, *, institution: InstitutionId) -> Question:
    """The question, locked until the transaction ends.

    Raises:
        NotFound: There is no such question in the institution.
    """
    row = await fetch_row(
        _SELECT + "where public_id = $1 and institution = $2 for update", public_id, institution
    )
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Question)


async def mark_question(
    question: Question,
    reason: CloseReason,
    now: datetime,
    *,
    by: AccountId | None,
    appeal: AppealId | None = None,
) -> None:
    """Write why a question needs nothing more."""
    await run_sql(
        """update question set state = 'closed', reason = $2, closed_at = $3, closed_by = $4,
                               appeal = $5 where id = $1""",
        question.id,
        reason.value,
        now,
        by,
        appeal,
    )


async def close_questions_of_talk(
    call: CallId, appeal: AppealId, now: datetime, *, by: AccountId | None
) -> None:
    """Write that the open questions of a call have been registered by ``appeal``.

    A talk that broke off and went on with another call is one talk: whoever registers it
    from either call has registered it.
    """
    await run_sql(
        f"""{TALK}
           update question set state = 'closed', reason = 'registered', closed_at = $3,
                               closed_by = $4, appeal = $2
            where call in (select id from talk) and state = 'open'""",
        call,
        appeal,
        now,
        by,
    )
