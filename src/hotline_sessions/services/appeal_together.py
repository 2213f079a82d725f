"""One reply is drafted for many appeals at once: for each by the rules, and each for itself."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import check_answer_result
from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.appeal_replies import write_draft
from hotline_sessions.services.appeal_sharing import Outcome, list_to_share
from hotline_sessions.services.sent_forms import Facts, SentForm, answer_once
from hotline_sessions.store.classifier_data import load_classifier
from hotline_sessions.store.transaction import savepoint, transaction


log = structlog.get_logger()


async def draft_together(
    public_ids: Sequence[str],
    text: str,
    *,
    result: str,
    staff: Staff,
    secret: bytes,
    now: datetime,
    form: SentForm | None = None,
) -> list[Outcome]:
    """Write the same reply for each of the appeals; what is refused stays wholly as it was.

    Each is checked, signed and sent by itself, as any other: nothing is answered unread. An
    appeal with further questions is refused, since those need answers of their own. A ``form``
    does its work once.

    Raises:
        UnknownCode: ``result`` is not one of an answer.
        OtherForm: The form was sent before, with something else in it.
    """
    check_answer_result(load_classifier(), result, local_date(now))

    async def work() -> Facts:
        outcomes = [
            await _draft_one(appeal, text, result=result, staff=staff, now=now)
            for appeal in await list_to_share(public_ids, staff=staff)
        ]
        log.info(
            "appeals_drafted_together",
            count=len(outcomes),
            refused=sum(bool(each.code) for each in outcomes),
        )
        return {"outcomes": msgspec.to_builtins(outcomes)}

    async with transaction():
        whose = f"draft:{staff.account}"
        facts = await answer_once(form, work, whose=whose, secret=secret, now=now)
    return msgspec.convert(facts["outcomes"], list[Outcome])


async def _draft_one(
    appeal: Appeal, text: str, *, result: str, staff: Staff, now: datetime
) -> Outcome:
    outcome = Outcome(public_id=appeal.public_id, register_index=appeal.register_index)
    try:
        async with savepoint():
            await write_draft(appeal.public_id, text, {}, result=result, staff=staff, now=now)
    except Refusal as refusal:
        return msgspec.structs.replace(outcome, code=refusal.code, facts=refusal.facts)
    return outcome
