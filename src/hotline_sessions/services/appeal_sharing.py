"""Many appeals are given to executors at once: each by the rules, and each for itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.services.appeal_assignments import Order, check_executors, give
from hotline_sessions.services.sent_forms import Facts, SentForm, answer_once
from hotline_sessions.store.appeals import list_chosen
from hotline_sessions.store.transaction import savepoint, transaction


log = structlog.get_logger()

MOST: Final = 50
"""Appeals that are given out at once; none of them waits longer for the others."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one appeal: ``code`` of the refusal, or nothing if it was given."""

    public_id: str
    register_index: str
    code: str = ""
    facts: Mapping[str, Any] = {}


async def list_to_share(public_ids: Sequence[str], *, staff: Staff) -> list[Appeal]:
    """Those of the appeals that the institution of ``staff`` has, in order of registration."""
    return await list_chosen(public_ids[:MOST], institution=staff.institution)


async def share_out(
    public_ids: Sequence[str],
    order: Order,
    *,
    staff: Staff,
    secret: bytes,
    now: datetime,
    form: SentForm | None = None,
) -> list[Outcome]:
    """Give appeals to the executors of ``order``; what is refused stays wholly as it was.

    They are locked in the order of their registration, so that two who choose the same ones
    wait for each other and do not block each other. A ``form`` does its work once.

    Raises:
        NotFound: The institution has no such executor.
        OtherForm: The form was sent before, with something else in it.
    """

    async def work() -> Facts:
        await check_executors(order, staff=staff)
        outcomes = [
            await _share_one(appeal, order, staff=staff, now=now)
            for appeal in await list_to_share(public_ids, staff=staff)
        ]
        log.info(
            "appeals_shared_out",
            count=len(outcomes),
            refused=sum(bool(each.code) for each in outcomes),
        )
        return {"outcomes": msgspec.to_builtins(outcomes)}

    async with transaction():
        whose = f"share:{staff.account}"
        facts = await answer_once(form, work, whose=whose, secret=secret, now=now)
    return msgspec.convert(facts["outcomes"], list[Outcome])


async def _share_one(appeal: Appeal, order: Order, *, staff: Staff, now: datetime) -> Outcome:
    outcome = Outcome(public_id=appeal.public_id, register_index=appeal.register_index)
    try:
        async with savepoint():
            await give(appeal.public_id, order, staff=staff, now=now)
    except Refusal as refusal:
        return msgspec.structs.replace(outcome, code=refusal.code, facts=refusal.facts)
    return outcome
