"""Files that the author of an appeal gets with the answer: the letter, and what was enclosed."""

from collections.abc import Sequence
from typing import Final

import structlog
from msgspec import Struct

from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.attachments import Origin, OwnFileSilent, Paper, list_present
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.file_kinds import MEDIA_TYPES
from hotline_sessions.domain.ids import AppealId
from hotline_sessions.domain.letters import (
    LetterFormat,
    LetterKind,
    LetterStage,
    StoredFile,
    StoredLetter,
)
from hotline_sessions.domain.recordings import StorageError
from hotline_sessions.services.attachments import PaperFile
from hotline_sessions.services.recording_ports import Storage
from hotline_sessions.services.stored_files import DamagedError, read_file
from hotline_sessions.store.appeals import find_answer
from hotline_sessions.store.attachments import list_papers
from hotline_sessions.store.letters import list_letters


log = structlog.get_logger()

_TO_THE_AUTHOR: Final = frozenset({LetterKind.REPLY, LetterKind.ANSWER})


class OwnFiles(Struct, frozen=True, kw_only=True):
    """What lies ready for the author; no letter where none was issued."""

    letter: StoredLetter | None = None
    papers: Sequence[Paper] = ()


async def list_own_files(appeal: Appeal) -> OwnFiles:
    """The letter under its outgoing number and what went with it; nothing before the answer."""
    if await find_answer(appeal.id) is None:
        return OwnFiles()
    letters = await list_letters(appeal.id, institution=appeal.institution)
    issued = [
        each for each in letters if each.stage is LetterStage.ISSUED and each.kind in _TO_THE_AUTHOR
    ]
    papers = await list_papers(appeal.id, institution=appeal.institution)
    return OwnFiles(
        letter=issued[-1] if issued else None, papers=list_present(papers, Origin.REPLY)
    )


async def read_own_letter(appeal: Appeal, form: LetterFormat, *, storage: Storage) -> bytes:
    """The letter as it was sent.

    Raises:
        NotFound: None was sent.
        OwnFileSilent: The storage does not give it out.
    """
    letter = (await list_own_files(appeal)).letter
    if letter is None:
        raise NotFound
    content = await _read(storage, letter.file(form), appeal=appeal.id)
    log.info("own_letter_read", appeal_id=appeal.id, kind=form.value)
    return content


async def read_own_paper(appeal: Appeal, paper_id: str, *, storage: Storage) -> PaperFile:
    """A file as it went with the answer.

    Raises:
        NotFound: No such file went with it.
        OwnFileSilent: The storage does not give it out.
    """
    for paper in (await list_own_files(appeal)).papers:
        if paper.public_id == paper_id:
            file = StoredFile(key=paper.key, sha256=paper.sha256, size=paper.size)
            content = await _read(storage, file, appeal=appeal.id)
            log.info("own_paper_read", appeal_id=appeal.id, paper_id=paper.id)
            return PaperFile(name=paper.name, media_type=MEDIA_TYPES[paper.kind], content=content)
    raise NotFound


async def _read(storage: Storage, file: StoredFile, *, appeal: AppealId) -> bytes:
    try:
        return await read_file(storage, file)
    except (StorageError, DamagedError) as error:
        log.error("own_file_unreadable", appeal_id=appeal, reason=type(error).__name__)  # noqa: TRY400 - no traceback: it may hold addresses
        raise OwnFileSilent from None
