"""Who deals with an appeal: resolution, executors, those complained of, the start of work."""

from collections.abc import Sequence
from datetime import datetime

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import (
    Deed,
    ImpossibleStep,
    Party,
    PartyKind,
    check_parties,
)
from hotline_sessions.domain.appeals import OPEN
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.messages import Purpose
from hotline_sessions.services.appeal_steps import lock_for, note_step
from hotline_sessions.services.appeal_tellings import tell_of_step
from hotline_sessions.store.appeal_life import add_question
from hotline_sessions.store.appeal_parties import (
    add_complained_of,
    add_executors,
    add_resolution,
    is_party,
    list_barred,
    list_complained_of,
    list_executors,
)
from hotline_sessions.store.appeals import lock_appeal, mark_state
from hotline_sessions.store.transaction import transaction


async def resolve(
    public_id: str,
    text: str,
    *,
    main: Party,
    others: Sequence[Party] = (),
    staff: Staff,
    now: datetime,
) -> None:
    """The resolution of the head: what is to be done, and by whom.

    Raises:
        NotFound: There is no such appeal or executor in the institution of ``staff``.
        ImpossibleStep, OnlyHead: It is not possible now, or not for ``staff``.
        ComplainedOf: An executor is complained of. Source: Law 393/96-ВР, art. 7(4).
    """
    others = [each for each in dict.fromkeys(others) if each != main]
    async with transaction():
        appeal, after = await lock_for(public_id, Deed.RESOLVE, staff=staff)
        for party in (main, *others):
            await _check_party(party, staff=staff)
        check_parties([main, *others], await list_barred(appeal.id))
        resolution = await add_resolution(appeal.id, text, by=staff.account, now=now)
        await add_executors(appeal.id, resolution, main, others, now=now)
        await mark_state(appeal.id, after)
        await tell_of_step(appeal, Purpose.APPEAL_GIVEN, now=now, key=str(resolution))
        facts: dict[str, object] = {"main": f"{main.kind}:{main.id}", "others": len(others)}
        await note_step("appeal_assigned", appeal.id, staff=staff, now=now, facts=facts)


async def start(public_id: str, *, staff: Staff, now: datetime) -> None:
    """The executor begins.

    Raises:
        NotFound, ImpossibleStep, ComplainedOf: As for ``resolve``.
    """
    async with transaction():
        appeal, after = await lock_for(public_id, Deed.START, staff=staff)
        await mark_state(appeal.id, after)
        await note_step("appeal_started", appeal.id, staff=staff, now=now)


async def ask_more(public_id: str, text: str, *, staff: Staff, now: datetime) -> int:
    """A further question of the same appeal; each needs an answer of its own.

    Raises:
        NotFound, ImpossibleStep, ComplainedOf: As for ``resolve``.
    """
    async with transaction():
        appeal, _ = await lock_for(public_id, Deed.ADD_QUESTION, staff=staff)
        place = await add_question(appeal.id, text)
        await note_step(
            "appeal_question_added", appeal.id, staff=staff, now=now, facts={"place": place}
        )
    return place


async def note_complained_of(public_id: str, party: Party, *, staff: Staff, now: datetime) -> None:
    """Write down of whom the appeal complains; from now on they do not deal with it.

    Raises:
        NotFound: There is no such appeal or party in the institution of ``staff``.
        ImpossibleStep: The appeal has been answered or left.
        ComplainedOf: They execute it now: it must be given to others first.
    """
    async with transaction():
        appeal = await lock_appeal(public_id, institution=staff.institution)
        if appeal.state not in OPEN:
            raise ImpossibleStep
        await _check_party(party, staff=staff, officials=True)
        known = await list_complained_of(appeal.id)
        if party in [each.party for each in known]:
            return
        await add_complained_of(appeal.id, party)
        executors = [each.party for each in await list_executors(appeal.id)]
        check_parties(executors, await list_barred(appeal.id))
        facts: dict[str, object] = {"party": f"{party.kind}:{party.id}"}
        await note_step("appeal_complained_of", appeal.id, staff=staff, now=now, facts=facts)


async def _check_party(party: Party, *, staff: Staff, officials: bool = False) -> None:
    if party.kind is PartyKind.OFFICIAL and not officials:
        raise NotFound
    if not await is_party(party, institution=staff.institution):
        raise NotFound
