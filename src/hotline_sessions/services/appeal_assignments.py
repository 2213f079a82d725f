"""Who deals with an appeal: resolution, executors, those complained of, the start of work."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import (
    Deed,
    ImpossibleStep,
    Party,
    PartyKind,
    check_parties,
    check_target,
)
from hotline_sessions.domain.appeals import OPEN
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.messages import Purpose
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.appeal_steps import lock_for, note_step
from hotline_sessions.services.appeal_tellings import tell_of_step
from hotline_sessions.store.appeal_life import add_question
from hotline_sessions.store.appeal_parties import (
    add_complained_of,
    add_executors,
    add_resolution,
    is_offered,
    is_party,
    list_barred,
    list_complained_of,
    list_executors,
)
from hotline_sessions.store.appeals import lock_appeal, mark_last_day, mark_state
from hotline_sessions.store.transaction import transaction


class Order(Struct, frozen=True, kw_only=True):
    """What the head orders: what is to be done, by whom, and when staff aim to be ready.

    Without ``internal_on`` the target stays as it was counted.
    """

    text: str
    main: Party
    others: Sequence[Party] = ()
    internal_on: date | None = None


async def resolve(
    public_id: str,
    text: str,
    *,
    main: Party,
    others: Sequence[Party] = (),
    internal_on: date | None = None,
    staff: Staff,
    now: datetime,
) -> None:
    """The resolution of the head: what is to be done, and by whom.

    Raises:
        NotFound: There is no such appeal or executor in the institution of ``staff``.
        ImpossibleStep, OnlyHead: It is not possible now, or not for ``staff``.
        ComplainedOf: An executor is complained of. Source: Law 393/96-ВР, art. 7(4).
        TargetPassed, TargetTooLate: Staff cannot aim at ``internal_on``.
    """
    order = Order(text=text, main=main, others=others, internal_on=internal_on)
    async with transaction():
        await check_executors(order, staff=staff)
        await give(public_id, order, staff=staff, now=now)


async def check_executors(order: Order, *, staff: Staff) -> None:
    """Whether work can be given to those whom ``order`` names.

    Raises:
        NotFound: The institution of ``staff`` has no such executor, or has closed it.
    """
    for party in (order.main, *order.others):
        if party.kind is PartyKind.OFFICIAL:
            raise NotFound
        if not await is_offered(party, institution=staff.institution):
            raise NotFound


async def give(public_id: str, order: Order, *, staff: Staff, now: datetime) -> None:
    """Give one appeal to executors, within the transaction of whoever calls.

    Raises:
        NotFound, ImpossibleStep, OnlyHead, ComplainedOf, TargetPassed, TargetTooLate: As for
            ``resolve``.
    """
    main = order.main
    others = [each for each in dict.fromkeys(order.others) if each != main]
    appeal, after = await lock_for(public_id, Deed.RESOLVE, staff=staff)
    check_parties([main, *others], await list_barred(appeal.id))
    facts: dict[str, object] = {"main": f"{main.kind}:{main.id}", "others": len(others)}
    if order.internal_on is not None:
        check_target(order.internal_on, appeal.legal_on, today=local_date(now))
        await mark_last_day(appeal.id, legal_on=appeal.legal_on, internal_on=order.internal_on)
        facts["internal_on"] = str(order.internal_on)
    resolution = await add_resolution(appeal.id, order.text, by=staff.account, now=now)
    await add_executors(appeal.id, resolution, main, others, now=now)
    await mark_state(appeal.id, after)
    await tell_of_step(appeal, Purpose.APPEAL_GIVEN, now=now, key=str(resolution))
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
        if not await is_party(party, institution=staff.institution):
            raise NotFound
        known = await list_complained_of(appeal.id)
        if party in [each.party for each in known]:
            return
        await add_complained_of(appeal.id, party)
        executors = [each.party for each in await list_executors(appeal.id)]
        check_parties(executors, await list_barred(appeal.id))
        facts: dict[str, object] = {"party": f"{party.kind}:{party.id}"}
        await note_step("appeal_complained_of", appeal.id, staff=staff, now=now, facts=facts)
