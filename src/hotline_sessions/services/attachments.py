"""Papers of appeals: attached, listed, given out, and marked as removed."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.attachments import (
    MOST_PAPERS,
    NewPaper,
    Origin,
    Paper,
    PaperLost,
    PaperRemoved,
    TooManyPapers,
    check_change,
    check_size,
    list_present,
    name_file,
)
from hotline_sessions.domain.file_kinds import MEDIA_TYPES, find_kind
from hotline_sessions.domain.letters import StoredFile
from hotline_sessions.domain.recordings import StorageError
from hotline_sessions.services.appeal_steps import check_actor, note_step
from hotline_sessions.services.recording_ports import Storage
from hotline_sessions.services.secrecy import check_papers
from hotline_sessions.services.stored_files import DamagedError, read_file, store_file
from hotline_sessions.store.appeals import get_appeal, lock_appeal
from hotline_sessions.store.attachments import (
    add_paper,
    get_paper,
    list_papers,
    mark_paper_removed,
)
from hotline_sessions.store.public_ids import draw_public_id
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

FOLDER: Final = "attachments"
"""Where papers lie in the storage."""


class PaperFile(Struct, frozen=True, kw_only=True):
    """A paper to be given out."""

    name: str
    media_type: str
    content: bytes


async def attach(
    public_id: str,
    name: str,
    content: bytes,
    origin: Origin,
    *,
    staff: Staff,
    storage: Storage,
    now: datetime,
) -> None:
    """Put a file to the appeal, once however often it is sent; what it is, its content says.

    Raises:
        NotFound: There is no such appeal in the institution of ``staff``.
        FileEmpty, FileTooBig, UnknownFileKind, FileWithMacros, FileEncrypted, PackedTooTight: It
            is not taken.
        TooManyPapers, PaperSealed, ComplainedOf: None is taken any more, or not from ``staff``.
        PaperLost: The storage has not taken it.
    """
    appeal = await get_appeal(public_id, institution=staff.institution)
    check_size(content)
    # To look through a big file takes a while: beside the event loop.
    kind = await asyncio.to_thread(find_kind, content)
    check_change(origin, appeal.state)
    stored = await _store(storage, content, ending=kind.value)
    paper = NewPaper(
        public_id=draw_public_id(),
        origin=origin,
        name=name_file(name, kind),
        kind=kind,
        key=stored.key,
        sha256=stored.sha256,
        size=stored.size,
    )
    try:
        is_new = await _write_down(public_id, paper, staff=staff, now=now)
    except BaseException:
        await _drop(storage, stored)
        raise
    if not is_new:
        await _drop(storage, stored)
        return
    log.info("paper_attached", appeal_id=appeal.id, kind=kind.value, size=stored.size)


async def remove(public_id: str, paper_id: str, *, staff: Staff, now: datetime) -> None:
    """Mark a paper as removed; it is kept, and everybody sees who has removed it.

    Raises:
        NotFound: There is no such paper of such an appeal in the institution of ``staff``.
        PaperRemoved, PaperSealed, ComplainedOf: It cannot be removed any more, or not by
            ``staff``.
    """
    async with transaction():
        appeal = await lock_appeal(public_id, institution=staff.institution)
        await check_actor(appeal.id, staff=staff)
        paper = await get_paper(paper_id, appeal=appeal.id, institution=staff.institution)
        check_change(paper.origin, appeal.state)
        await mark_paper_removed(paper.id, by=staff.account, now=now)
        facts: dict[str, object] = {"paper": paper.public_id, "origin": paper.origin.value}
        await note_step("appeal_paper_removed", appeal.id, staff=staff, now=now, facts=facts)


async def list_for_card(appeal: Appeal, *, staff: Staff) -> Sequence[Paper]:
    """Papers of the appeal in the order in which they came, with those that were removed."""
    return await list_papers(appeal.id, institution=staff.institution)


async def get_for_staff(
    public_id: str, paper_id: str, *, staff: Staff, storage: Storage
) -> PaperFile:
    """A paper as it was attached; one that is removed is not given out.

    Raises:
        NotFound: There is no such paper of such an appeal in the institution of ``staff``.
        PapersHidden: It would tell who has asked for secrecy.
        PaperRemoved: It was removed.
        PaperLost: The storage does not give it out.
    """
    appeal = await get_appeal(public_id, institution=staff.institution)
    check_papers(staff, appeal)
    paper = await get_paper(paper_id, appeal=appeal.id, institution=staff.institution)
    if paper.removed_at is not None:
        raise PaperRemoved
    log.info("paper_read", appeal_id=appeal.id, account_id=staff.account, paper_id=paper.id)
    return await _read(storage, paper)


async def _write_down(public_id: str, paper: NewPaper, *, staff: Staff, now: datetime) -> bool:
    """Whether the appeal has got the paper; not if it had the same one."""
    async with transaction():
        appeal = await lock_appeal(public_id, institution=staff.institution)
        await check_actor(appeal.id, staff=staff)
        check_change(paper.origin, appeal.state)
        there = await list_papers(appeal.id, institution=staff.institution)
        if any(_is_same(each, paper) for each in list_present(there)):
            return False
        if len(there) >= MOST_PAPERS:
            raise TooManyPapers
        await add_paper(appeal.id, paper, institution=staff.institution, by=staff.account, now=now)
        facts: dict[str, object] = {"paper": paper.public_id, "origin": paper.origin.value}
        await note_step("appeal_paper_attached", appeal.id, staff=staff, now=now, facts=facts)
    return True


def _is_same(there: Paper, paper: NewPaper) -> bool:
    return (there.origin, there.name, there.sha256) == (paper.origin, paper.name, paper.sha256)


async def _store(storage: Storage, content: bytes, *, ending: str) -> StoredFile:
    try:
        return await store_file(storage, FOLDER, content, ending=ending)
    except StorageError as error:
        log.error("paper_not_stored", reason=str(error))  # noqa: TRY400 - no traceback: it may hold addresses
        raise PaperLost from None


async def _read(storage: Storage, paper: Paper) -> PaperFile:
    file = StoredFile(key=paper.key, sha256=paper.sha256, size=paper.size)
    try:
        content = await read_file(storage, file)
    except (StorageError, DamagedError) as error:
        log.error("paper_unreadable", paper_id=paper.id, reason=type(error).__name__)  # noqa: TRY400 - see above
        raise PaperLost from None
    return PaperFile(name=paper.name, media_type=MEDIA_TYPES[paper.kind], content=content)


async def _drop(storage: Storage, file: StoredFile) -> None:
    """Away with a file that was not written down."""
    try:
        await storage.delete(file.key)
    except StorageError as error:
        log.warning("paper_left_behind", key=file.key, reason=str(error))
