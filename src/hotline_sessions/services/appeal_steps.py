"""What every step of an appeal has in common: lock, check who acts, write it down."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from hotline_sessions.domain.absences import choose_represented, is_head
from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import (
    Deed,
    Party,
    PartyKind,
    check_answers,
    check_parties,
    choose_state,
)
from hotline_sessions.domain.appeals import Appeal, AppealState
from hotline_sessions.domain.history import NewStep
from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId
from hotline_sessions.store.appeal_history import list_done, note_at_end
from hotline_sessions.store.appeal_life import list_questions
from hotline_sessions.store.appeal_parties import list_barred, list_executors
from hotline_sessions.store.appeals import lock_appeal
from hotline_sessions.store.audit import Entry
from hotline_sessions.store.transaction import recall, remember


REPRESENTED: Final = "represented"
"""Key under which a transaction keeps in whose place a step is done."""


async def lock_for(public_id: str, deed: Deed, *, staff: Staff) -> tuple[Appeal, AppealState]:
    """The appeal, locked, and the state that follows from ``deed``.

    Whom ``staff`` represent in it is written down with the step; see ``note_step``.

    Raises:
        NotFound: There is no such appeal in the institution of ``staff``.
        ImpossibleStep, AlreadyAnswered, OnlyHead: The deed is not possible now, or not for
            ``staff``.
        ComplainedOf: The appeal complains of ``staff``.
    """
    appeal = await lock_appeal(public_id, institution=staff.institution)
    barred = await list_barred(appeal.id)
    accounts = _list_accounts(barred)
    after = choose_state(appeal.state, deed, is_head=is_head(staff, accounts))
    check_parties([_me(staff)], barred)
    if staff.stands_in_for:
        executors = _list_accounts([each.party for each in await list_executors(appeal.id)])
        represented = choose_represented(staff, deed, executors=executors, barred=accounts)
        remember((REPRESENTED, appeal.id), represented)
    return appeal, after


async def check_actor(appeal: AppealId, *, staff: Staff) -> None:
    """Whether ``staff`` may deal with the appeal.

    Raises:
        ComplainedOf: The appeal complains of them. Source: Law 393/96-ВР, art. 7(4).
    """
    check_parties([_me(staff)], await list_barred(appeal))


async def check_others_answered(appeal: AppealId) -> None:
    """Whether each further question of the appeal has its answer.

    Raises:
        Unanswered: One has none.
    """
    questions = await list_questions(appeal)
    check_answers(
        [each.place for each in questions],
        [each.place for each in questions if each.answer is not None],
    )


async def note_step(
    action: str,
    appeal: AppealId,
    *,
    staff: Staff,
    now: datetime,
    facts: dict[str, object] | None = None,
) -> None:
    """Write a step of ``staff`` down; ``facts`` hold no words of people. See ``note``.

    Where it is done for somebody absent, their account is added as ``acting_for``.
    """
    represented = recall((REPRESENTED, appeal))
    if represented is not None:
        facts = {**(facts or {}), "acting_for": represented}
    note(
        action,
        appeal,
        institution=staff.institution,
        account=staff.account,
        now=now,
        facts=facts,
    )


def note(
    action: str,
    appeal: AppealId,
    *,
    institution: InstitutionId,
    account: AccountId | None,
    now: datetime,
    facts: dict[str, object] | None = None,
) -> None:
    """Write a step into the history of an appeal, with the transaction that makes it.

    It is written last, right before the commit, with the card as it is then.

    Raises:
        RuntimeError: There is no transaction.
    """
    note_at_end(
        NewStep(
            institution=institution,
            appeal=appeal,
            action=action,
            account=account,
            done_at=now,
            facts=facts or {},
        )
    )


async def list_steps(appeal: Appeal) -> list[Entry]:
    """Steps of the appeal, in their order."""
    return await list_done(appeal.id, institution=appeal.institution)


def _me(staff: Staff) -> Party:
    return Party(kind=PartyKind.ACCOUNT, id=staff.account)


def _list_accounts(parties: Iterable[Party]) -> list[AccountId]:
    return [AccountId(each.id) for each in parties if each.kind is PartyKind.ACCOUNT]
