"""Questions that wait for the register: none is lost, each is registered or closed for a reason."""

from datetime import datetime

import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.domain.questions import (
    CloseReason,
    Question,
    QuestionClosed,
    QuestionState,
)
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.questions import list_open_questions as list_open
from hotline_sessions.store.questions import lock_question, mark_question
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


async def list_open_questions(session: SessionId, *, staff: Staff) -> list[Question]:
    """Questions of a session that somebody still has to register or close, the oldest first."""
    return await list_open(session, institution=staff.institution)


async def close_question(
    public_id: str, reason: CloseReason, *, staff: Staff, now: datetime
) -> None:
    """Close a question that makes no appeal, for a reason that stays on record.

    Raises:
        NotFound: There is no such question in the institution of ``staff``.
        QuestionClosed: It was registered or closed before.
    """
    async with transaction():
        question = await lock_question(public_id, institution=staff.institution)
        if question.state is not QuestionState.OPEN:
            raise QuestionClosed
        await mark_question(question, reason, now, by=staff.account)
        await add_entry(
            "question_closed",
            "question",
            question.id,
            institution=staff.institution,
            account=staff.account,
            now=now,
            detail={"reason": reason.value},
        )
    log.info("question_closed", question_id=question.id, account_id=staff.account)
