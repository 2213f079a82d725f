"""Letters to the authors of appeals: drafts to look at, and what was signed, kept for ever.

A letter is printed and stored when it is signed, and once more when it gets its outgoing
number; what is given out afterwards are those bytes, whatever changes on the card.
"""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from hotline_sessions.domain.absences import is_head
from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.appeal_life import Deed, choose_state
from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.letters import (
    FrozenLetter,
    LetterFormat,
    LetterIssued,
    LetterKind,
    LetterSource,
    LetterStage,
    StoredLetter,
)
from hotline_sessions.services.appeal_replies import send, sign
from hotline_sessions.services.appeal_steps import check_actor, note_step
from hotline_sessions.services.letter_files import (
    drop,
    freeze,
    print_letter,
    read_stored,
    write,
)
from hotline_sessions.services.letter_ports import Documents
from hotline_sessions.services.secrecy import check_papers
from hotline_sessions.store.appeals import get_appeal, lock_appeal
from hotline_sessions.store.letters import add_letter, list_letters, list_sources
from hotline_sessions.store.transaction import transaction


class LetterView(Struct, frozen=True, kw_only=True):
    """A letter on the card: how far it has come, and whether it can get its number now."""

    kind: LetterKind
    source: int
    stage: LetterStage
    number: str
    dated_on: date | None
    may_issue: bool


class LetterFile(Struct, frozen=True, kw_only=True):
    """A letter to be given out."""

    name: str
    content: bytes


async def list_views(appeal: Appeal, *, staff: Staff) -> list[LetterView]:
    """Letters of ``appeal`` as they stand, in the order in which they came about."""
    stored = await list_letters(appeal.id, institution=staff.institution)
    may_act = staff.may(Right.ANSWER_APPEALS)
    return [_view(each, stored, may_act=may_act) for each in await list_sources(appeal.id)]


async def get_letter(
    public_id: str,
    kind: LetterKind,
    source: int,
    form: LetterFormat,
    *,
    staff: Staff,
    documents: Documents,
    now: datetime,
) -> LetterFile:
    """A letter as a file: as it was signed, or else how it would look, marked as a draft.

    Raises:
        NotFound: There is no such letter in the institution of ``staff``.
        PapersHidden: It would tell who has asked for secrecy.
        LettersSilent, LetterDamaged: The storage does not give out what was signed.
    """
    appeal = await get_appeal(public_id, institution=staff.institution)
    check_papers(staff, appeal)
    found = _find(await list_sources(appeal.id), kind, source)
    stored = _find_stored(await list_letters(appeal.id, institution=staff.institution), found)
    name = f"{kind.value}-{appeal.public_id}"
    if stored is not None:
        return LetterFile(
            name=f"{name}.{form.value}", content=await read_stored(documents, stored.file(form))
        )
    paper = await write(appeal, found, stage=LetterStage.DRAFT)
    content = await print_letter(documents, paper, form, made_at=now)
    return LetterFile(name=f"{name}-draft.{form.value}", content=content)


async def sign_reply(public_id: str, *, staff: Staff, documents: Documents, now: datetime) -> None:
    """The head signs the reply, which is printed and stored as it is now.

    Raises:
        LettersSilent: The storage has not taken it: it is not signed.
        LetterChanged: Reply or papers have changed while it was printed.
        NotFound, ImpossibleStep, OnlyHead, ComplainedOf: See ``appeal_replies.sign``.
    """
    frozen = await _freeze_reply(
        public_id, Deed.SIGN, LetterStage.SIGNED, "", staff=staff, documents=documents, now=now
    )
    try:
        await sign(public_id, staff=staff, now=now, letter=frozen)
    except BaseException:
        await drop(documents, frozen)
        raise


async def send_reply(
    public_id: str, number: str, *, staff: Staff, documents: Documents, now: datetime
) -> None:
    """The reply gets its outgoing number, is printed with it and goes out.

    Raises:
        LettersSilent: The storage has not taken it: it is not sent.
        LetterChanged: Reply or papers have changed while it was printed.
        NotFound, ImpossibleStep, ComplainedOf: See ``appeal_replies.send``.
    """
    frozen = await _freeze_reply(
        public_id, Deed.SEND, LetterStage.ISSUED, number, staff=staff, documents=documents, now=now
    )
    try:
        await send(public_id, number, staff=staff, now=now, letter=frozen)
    except BaseException:
        await drop(documents, frozen)
        raise


async def issue_letter(
    public_id: str,
    kind: LetterKind,
    source: int,
    number: str,
    *,
    staff: Staff,
    documents: Documents,
    now: datetime,
) -> None:
    """Give a letter its outgoing number: it is printed, and never changes any more.

    Raises:
        NotFound: There is no such letter in the institution of ``staff``.
        LetterIssued: It has its number, or cannot have one yet.
        ComplainedOf: The appeal complains of ``staff``.
        LettersSilent: The storage has not taken it: it has no number.
    """
    appeal = await get_appeal(public_id, institution=staff.institution)
    found = _find(await list_sources(appeal.id), kind, source)
    stored = await list_letters(appeal.id, institution=staff.institution)
    if not _view(found, stored, may_act=True).may_issue:
        raise LetterIssued
    frozen = await freeze(appeal, found, LetterStage.ISSUED, number, documents=documents, now=now)
    try:
        async with transaction():
            await lock_appeal(public_id, institution=staff.institution)
            await check_actor(appeal.id, staff=staff)
            await add_letter(appeal.id, frozen, by=staff.account, now=now)
            facts: dict[str, object] = {"letter": kind.value, "number": number}
            await note_step("appeal_letter_issued", appeal.id, staff=staff, now=now, facts=facts)
    except BaseException:
        await drop(documents, frozen)
        raise


def _view(source: LetterSource, stored: Sequence[StoredLetter], *, may_act: bool) -> LetterView:
    letter = _find_stored(stored, source)
    is_issued = letter is not None and letter.stage is LetterStage.ISSUED
    # A reply gets its number when it is sent; one told orally, or sent before, may get it later.
    waits = source.kind is LetterKind.REPLY and not source.is_delivered
    return LetterView(
        kind=source.kind,
        source=source.id,
        stage=letter.stage if letter else LetterStage.DRAFT,
        number=letter.number if letter else source.number,
        dated_on=letter.dated_on if letter else None,
        may_issue=may_act and not is_issued and not waits and source.stage is LetterStage.SIGNED,
    )


async def _freeze_reply(
    public_id: str,
    deed: Deed,
    stage: LetterStage,
    number: str,
    *,
    staff: Staff,
    documents: Documents,
    now: datetime,
) -> FrozenLetter:
    """The reply, printed and stored; what is not possible now is refused before that."""
    appeal = await get_appeal(public_id, institution=staff.institution)
    choose_state(appeal.state, deed, is_head=is_head(staff, ()))
    reply = _find_reply(await list_sources(appeal.id))
    signer = staff.account if stage is LetterStage.SIGNED else None
    return await freeze(appeal, reply, stage, number, documents=documents, now=now, signer=signer)


def _find(sources: Sequence[LetterSource], kind: LetterKind, source: int) -> LetterSource:
    for each in sources:
        if (each.kind, each.id) == (kind, source):
            return each
    raise NotFound


def _find_reply(sources: Sequence[LetterSource]) -> LetterSource:
    for each in sources:
        if each.kind is LetterKind.REPLY:
            return each
    raise NotFound


def _find_stored(stored: Sequence[StoredLetter], source: LetterSource) -> StoredLetter | None:
    """The latest of the letters made of ``source``: the issued one, or else the signed one."""
    ours = [each for each in stored if (each.kind, each.source) == (source.kind, source.id)]
    return ours[-1] if ours else None
