"""How the history of appeals is written and read: added to, never changed."""

from collections.abc import Sequence
from itertools import groupby

import msgspec

from hotline_sessions.domain.history import CARRIED_OVER, NewStep
from hotline_sessions.domain.ids import AppealId, InstitutionId
from hotline_sessions.store.audit import Entry
from hotline_sessions.store.engine import fetch_rows, run_sql
from hotline_sessions.store.transaction import at_end


def note_at_end(step: NewStep) -> None:
    """Write a step down when all else of the current transaction is done.

    The end of the chain is locked last and for a moment only, whatever else is locked: no two
    transactions can wait for each other. The digest is that of the card as it is left.

    Raises:
        RuntimeError: There is no transaction.
    """
    at_end(add_steps, step)


async def add_steps(steps: Sequence[NewStep]) -> None:
    """Write steps into the chains of their institutions, in their order."""
    for institution, group in groupby(sorted(steps, key=_get_home), key=_get_home):
        ours = list(group)
        await run_sql(
            """select note_appeal_steps($1, $2, $3, $4, $5, $6::text[]::jsonb[])""",
            institution,
            [step.appeal for step in ours],
            [step.action for step in ours],
            [step.account for step in ours],
            [step.done_at for step in ours],
            [msgspec.json.encode(step.facts).decode() for step in ours],
        )


async def list_done(appeal: AppealId, *, institution: InstitutionId) -> list[Entry]:
    """What was done to an appeal, in its order.

    What was done before there was a chain stands in the audit.
    """
    rows = await fetch_rows(
        """select e.action, e.done_at, a.full_name as by, f.full_name as acting_for
             from (select action, done_at, account, null as acting_for, 0 as place, id from audit
                    where subject = 'appeal' and subject_id = $1 and institution = $2
                   union all
                   select action, done_at, account, facts ->> 'acting_for', place, 0
                     from appeal_step
                    where appeal = $1 and institution = $2 and action <> $3) e
             left join account a on a.id = e.account
             left join account f on f.id = e.acting_for::bigint
            order by e.place, e.done_at, e.id""",
        appeal,
        institution,
        CARRIED_OVER,
    )
    return [msgspec.convert(dict(row), Entry) for row in rows]


def _get_home(step: NewStep) -> InstitutionId:
    return step.institution
