"""Files of letters: written, printed and put into the storage, and read back."""

from datetime import date, datetime
from typing import Final

import structlog

from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.attachments import Origin, Paper, list_present
from hotline_sessions.domain.ids import AccountId
from hotline_sessions.domain.letters import (
    FrozenLetter,
    LetterDamaged,
    LetterFormat,
    LetterKind,
    LetterPaper,
    LetterSource,
    LettersSilent,
    LetterStage,
    StoredFile,
)
from hotline_sessions.domain.recordings import StorageError
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.letter_ports import Documents
from hotline_sessions.services.letter_words import Desk, write_letter
from hotline_sessions.services.letterheads import load_letterhead
from hotline_sessions.services.stored_files import DamagedError, read_file, store_file
from hotline_sessions.store.attachments import list_papers
from hotline_sessions.store.letterheads import find_hand, find_logo


log = structlog.get_logger()

FOLDER: Final = "letters"
"""Where letters lie in the storage."""


async def freeze(
    appeal: Appeal,
    source: LetterSource,
    stage: LetterStage,
    number: str,
    *,
    documents: Documents,
    now: datetime,
    signer: AccountId | None = None,
) -> FrozenLetter:
    """The letter, printed and stored as it is now; ``signer`` where nobody has signed before.

    Raises:
        LettersSilent: The storage has not taken it.
    """
    papers = await _list_enclosed(appeal, source)
    dated_on = local_date(now)
    paper = await write(
        appeal, source, stage=stage, number=number, dated_on=dated_on, signer=signer
    )
    pdf = await print_letter(documents, paper, LetterFormat.PDF, made_at=now)
    docx = await print_letter(documents, paper, LetterFormat.DOCX, made_at=now)
    return FrozenLetter(
        institution=appeal.institution,
        kind=source.kind,
        source=source.id,
        stage=stage,
        number=number,
        dated_on=dated_on,
        pdf=await _store(documents, pdf, LetterFormat.PDF),
        docx=await _store(documents, docx, LetterFormat.DOCX),
        attachments=tuple(each.id for each in papers),
    )


async def write(
    appeal: Appeal,
    source: LetterSource,
    *,
    stage: LetterStage,
    number: str = "",
    dated_on: date | None = None,
    signer: AccountId | None = None,
) -> LetterPaper:
    """The letter in words, with the head and the people of the institution."""
    home = appeal.institution
    signed_by, author = signer or source.signer, source.author
    papers = await _list_enclosed(appeal, source)
    desk = Desk(
        head=await load_letterhead(home),
        logo=await find_logo(institution=home),
        signer=await find_hand(signed_by, institution=home) if signed_by else None,
        executor=await find_hand(author, institution=home) if author else None,
        enclosures=[each.name for each in papers],
    )
    return write_letter(appeal, source, desk, stage=stage, number=number, dated_on=dated_on)


async def _list_enclosed(appeal: Appeal, source: LetterSource) -> list[Paper]:
    """Papers that go with a reply; with other letters go none."""
    if source.kind not in {LetterKind.REPLY, LetterKind.ANSWER}:
        return []
    papers = await list_papers(appeal.id, institution=appeal.institution)
    return list_present(papers, Origin.REPLY)


async def print_letter(
    documents: Documents, paper: LetterPaper, form: LetterFormat, *, made_at: datetime
) -> bytes:
    """The letter as a file of this format."""
    printer = documents.printer
    if form is LetterFormat.PDF:
        return await printer.print_pdf(paper, made_at=made_at)
    return await printer.print_docx(paper, made_at=made_at)


async def _store(documents: Documents, content: bytes, form: LetterFormat) -> StoredFile:
    try:
        return await store_file(documents.storage, FOLDER, content, ending=form.value)
    except StorageError as error:
        log.error("letter_not_stored", reason=str(error))  # noqa: TRY400 - no traceback: it may hold addresses
        raise LettersSilent from None


async def read_stored(documents: Documents, file: StoredFile) -> bytes:
    """The file as it was stored.

    Raises:
        LettersSilent: The storage does not give it out.
        LetterDamaged: It is lost, or another one.
    """
    try:
        return await read_file(documents.storage, file)
    except StorageError as error:
        log.error("letter_unreadable", reason=str(error))  # noqa: TRY400 - see above
        raise LettersSilent from None
    except DamagedError:
        log.error("letter_damaged", key=file.key)  # noqa: TRY400 - nothing to trace
        raise LetterDamaged from None


async def drop(documents: Documents, letter: FrozenLetter) -> None:
    """Away with files of a letter that was not written down."""
    for file in (letter.pdf, letter.docx):
        try:
            await documents.storage.delete(file.key)
        except StorageError as error:
            log.warning("letter_left_behind", key=file.key, reason=str(error))
