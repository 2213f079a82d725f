"""Promises made on the air: noted, followed, and shown once two people have looked at them."""

from collections.abc import Sequence
from datetime import date, datetime

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, CallId, InstitutionId, PublicId, SessionId
from hotline_sessions.domain.plans import PlannedSession
from hotline_sessions.domain.promises import (
    DUE_SOON,
    ENDS,
    NothingProposed,
    Promise,
    PromiseChange,
    PromiseDeed,
    PromiserName,
    PromiseText,
    PublicPromise,
    Reason,
    check_approval,
    check_day,
    check_open,
)
from hotline_sessions.domain.registers import BadIndex, build_index, parse_index
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.appeal_steps import note
from hotline_sessions.services.plans import get_planned
from hotline_sessions.services.sent_forms import SentForm, answer_once
from hotline_sessions.store import promises as store
from hotline_sessions.store.appeals import lock_appeal
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


class NewPromise(Struct, frozen=True, kw_only=True):
    """What is written down of a promise; ``number`` is that of the appeal it was about, if any."""

    text: PromiseText
    promised_by: PromiserName
    due_on: date
    number: str = ""


class PromisesOfSession(Struct, frozen=True, kw_only=True):
    """What was promised in one session."""

    session: PlannedSession
    promises: Sequence[Promise]


class PromiseCard(Struct, frozen=True, kw_only=True):
    """A promise with its history; ``is_own``: who looks has written its public words."""

    promise: Promise
    changes: Sequence[PromiseChange]
    is_own: bool


async def note_promise(
    session: str,
    new: NewPromise,
    *,
    staff: Staff,
    secret: bytes,
    now: datetime,
    form: SentForm | None = None,
) -> PublicId:
    """Write down what was promised; the same form sent twice makes one promise.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        BadPromiseDay: It was promised for a day that has passed, or that is too far.
        BadIndex: There is no appeal with this number.
        OtherForm: Something else stood in the first copy of the form.
    """
    planned = await get_planned(session, staff=staff)
    check_day(new.due_on, planned.held_on)

    async def work() -> dict[str, str]:
        appeal = await _lock_appeal(new.number, planned, staff.institution) if new.number else None
        public_id = await add_noted(
            new,
            session=planned.id,
            held_on=planned.held_on,
            appeal=appeal,
            institution=staff.institution,
            by=staff.account,
            now=now,
        )
        return {"promise": public_id}

    async with transaction():
        whose = f"promise:{staff.account}"
        done = await answer_once(form, work, whose=whose, secret=secret, now=now)
    log.info("promise_noted", session_id=planned.id)
    return PublicId(done["promise"])


async def list_of_session(session: str, *, staff: Staff) -> PromisesOfSession:
    """What was promised in a session.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
    """
    planned = await get_planned(session, staff=staff)
    found = await store.list_promises(institution=staff.institution, session=planned.id)
    return PromisesOfSession(session=planned, promises=found)


async def list_of_institution(*, staff: Staff) -> list[Promise]:
    """All promises of the institution, open ones first by their days."""
    return await store.list_promises(institution=staff.institution)


async def list_due(*, staff: Staff, now: datetime) -> list[Promise]:
    """Open promises whose day is near or has passed."""
    until = local_date(now) + DUE_SOON
    return await store.list_promises(institution=staff.institution, due_until=until)


async def get_card(public_id: str, *, staff: Staff) -> PromiseCard:
    """A promise with its history.

    Raises:
        NotFound: There is no such promise in the institution of ``staff``.
    """
    promise = await store.get_promise(public_id, institution=staff.institution)
    return PromiseCard(
        promise=promise,
        changes=await store.list_changes(promise.id),
        is_own=promise.proposed_by == staff.account,
    )


async def move(
    public_id: str, due_on: date, reason: Reason, *, staff: Staff, now: datetime
) -> None:
    """Another day, for a reason that everybody sees.

    Raises:
        NotFound: There is no such promise in the institution of ``staff``.
        PromiseOver: It was kept or broken.
        BadPromiseDay: It is no day that can be promised.
    """
    async with transaction():
        promise = await store.lock_promise(public_id, institution=staff.institution)
        check_open(promise)
        check_day(due_on, promise.made_on)
        if due_on == promise.due_on:
            return
        await store.mark_promise(promise.id, due_on=due_on)
        await store.add_change(
            promise.id,
            PromiseDeed.MOVE,
            due_before=promise.due_on,
            due_after=due_on,
            reason=reason,
            by=staff.account,
            now=now,
        )


async def end(
    public_id: str, deed: PromiseDeed, reason: Reason, *, staff: Staff, now: datetime
) -> None:
    """It was kept, or broken; ``reason`` says what was done, or why not.

    Raises:
        NotFound: There is no such promise in the institution of ``staff``.
        PromiseOver: That was said before.
    """
    async with transaction():
        promise = await store.lock_promise(public_id, institution=staff.institution)
        check_open(promise)
        await store.mark_promise(promise.id, state=ENDS[deed])
        await store.add_change(promise.id, deed, reason=reason, by=staff.account, now=now)


async def propose(public_id: str, text: PromiseText, *, staff: Staff, now: datetime) -> None:
    """Write the words for the public; nobody sees them until somebody else approves.

    Raises:
        NotFound: There is no such promise in the institution of ``staff``.
    """
    async with transaction():
        promise = await store.lock_promise(public_id, institution=staff.institution)
        if (promise.public_text, promise.proposed_by) == (text, staff.account):
            return
        await store.mark_public_words(promise.id, text, proposed_by=staff.account, approved_by=None)
        await store.add_change(promise.id, PromiseDeed.PROPOSE, by=staff.account, now=now)


async def approve(public_id: str, seen: str, *, staff: Staff, now: datetime) -> None:
    """Let the public see the words that were ``seen``.

    Raises:
        NotFound: There is no such promise in the institution of ``staff``.
        NothingProposed, WordsChanged, OwnWords: See ``check_approval``.
    """
    async with transaction():
        promise = await store.lock_promise(public_id, institution=staff.institution)
        check_approval(promise, seen, staff.account)
        await store.mark_public_words(
            promise.id,
            promise.public_text,
            proposed_by=promise.proposed_by,
            approved_by=staff.account,
        )
        await store.add_change(promise.id, PromiseDeed.APPROVE, by=staff.account, now=now)


async def withdraw(public_id: str, reason: Reason, *, staff: Staff, now: datetime) -> None:
    """Take the words back from the public.

    Raises:
        NotFound: There is no such promise in the institution of ``staff``.
        NothingProposed: The public does not see it.
    """
    async with transaction():
        promise = await store.lock_promise(public_id, institution=staff.institution)
        if not promise.is_public:
            raise NothingProposed
        await store.mark_public_words(promise.id, "", proposed_by=None, approved_by=None)
        await store.add_change(
            promise.id, PromiseDeed.WITHDRAW, reason=reason, by=staff.account, now=now
        )


async def list_public(session: SessionId) -> list[PublicPromise]:
    """What the public report of a session may say of its promises."""
    return await store.list_public_promises(session)


async def add_noted(
    new: NewPromise,
    *,
    session: SessionId,
    held_on: date,
    appeal: Appeal | None,
    institution: InstitutionId,
    by: AccountId | None,
    now: datetime,
    call: CallId | None = None,
) -> PublicId:
    """Write a promise down, within a transaction that has locked its appeal.

    Without ``by`` the official has noted it. ``held_on`` is the day of the session.
    """
    added, public_id = await store.add_promise(
        institution=institution,
        session=session,
        appeal=appeal.id if appeal else None,
        text=new.text,
        promised_by=new.promised_by,
        made_on=held_on,
        due_on=new.due_on,
        now=now,
        call=call,
    )
    await store.add_change(added, PromiseDeed.NOTE, due_after=new.due_on, by=by, now=now)
    if appeal is not None:
        note(
            "appeal_promised",
            appeal.id,
            institution=institution,
            account=by,
            now=now,
            facts={"promise": added, "due_on": str(new.due_on)},
        )
    return public_id


async def _lock_appeal(number: str, planned: PlannedSession, institution: InstitutionId) -> Appeal:
    index = build_index(parse_index(number, this_year=planned.held_on.year))
    public_id = await store.find_appeal_of_index(index, institution=institution)
    if public_id is None:
        raise BadIndex
    try:
        return await lock_appeal(public_id, institution=institution)
    except NotFound:
        raise BadIndex from None
