"""Papers that lie with an appeal: what a citizen has sent, and what goes with the reply."""

import re
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.appeals import AppealState
from hotline_sessions.domain.errors import Conflict, Forbidden, Invalid
from hotline_sessions.domain.file_kinds import FileKind
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.letters import clean


MOST_BYTES: Final = 10 * 1024 * 1024
"""Of one file: a scan of some twenty pages."""
MOST_PAPERS: Final = 50
"""Of one appeal, removed ones too."""
LONGEST_NAME: Final = 120

_UNSAFE: Final = re.compile(r'[\\/:*?"<>|%;=\s]+')


class Origin(StrEnum):
    """Whose paper it is."""

    CITIZEN = "citizen"
    REPLY = "reply"
    """It goes to the citizen together with the reply."""


class FileTooBig(Invalid):
    """The file is bigger than is kept. Facts: ``most``, megabytes."""

    code = "file-too-big"


class FileEmpty(Invalid):
    """There is nothing in the file."""

    code = "file-empty"


class TooManyPapers(Conflict):
    """No more papers are kept with one appeal."""

    code = "too-many-papers"


class PaperSealed(Conflict):
    """The reply is signed: what goes with it does not change any more."""

    code = "paper-sealed"


class PaperRemoved(Conflict):
    """The paper has been removed already."""

    code = "paper-removed"


class PaperLost(Conflict):
    """The storage does not give the file out, or not as it was put there."""

    code = "paper-lost"


class OwnFileSilent(Conflict):
    """The author asks for a file of the own appeal that the storage does not give out."""

    code = "own-file-silent"


class PapersHidden(Forbidden):
    """The author has asked for secrecy: letters and files would tell who it is.

    Source: Law 393/96-ВР, art. 10.
    """

    code = "papers-hidden"


class NewPaper(Struct, frozen=True, kw_only=True):
    """A paper that is stored and not yet written down."""

    public_id: PublicId
    origin: Origin
    name: str
    kind: FileKind
    key: str
    sha256: str
    size: int


class Paper(Struct, frozen=True, kw_only=True):
    """A paper that lies with an appeal; ``removed_at`` is the moment of the mark, if any."""

    id: int
    public_id: PublicId
    origin: Origin
    name: str
    kind: FileKind
    key: str
    sha256: str
    size: int
    attached_at: datetime
    attached_by: str = ""
    removed_at: datetime | None = None
    removed_by: str = ""


SEALED: Final = frozenset(AppealState) - {
    AppealState.REGISTERED,
    AppealState.ASSIGNED,
    AppealState.IN_PROGRESS,
    AppealState.DRAFTED,
    AppealState.CHECKED,
}
"""States in which the papers of a reply stay as they are."""


def check_size(content: bytes) -> None:
    """Whether a file may be kept.

    Raises:
        FileEmpty: There is nothing in it.
        FileTooBig: It is bigger than ``MOST_BYTES``.
    """
    if not content:
        raise FileEmpty
    if len(content) > MOST_BYTES:
        raise FileTooBig(most=MOST_BYTES // 2**20)


def check_change(origin: Origin, state: AppealState) -> None:
    """Whether papers of this origin may be added or removed in ``state``.

    Raises:
        PaperSealed: They go with a reply that is signed.
    """
    if origin is Origin.REPLY and state in SEALED:
        raise PaperSealed


def name_file(name: str, kind: FileKind) -> str:
    """A harmless name with the ending that belongs to the content.

    What systems read as part of a path or of a header is left out; the ending that was typed
    does not count.
    """
    plain = _UNSAFE.sub(" ", clean(name.replace("\\", "/").rpartition("/")[2]))
    stem = plain.strip(" .")
    known = f".{kind.value}"
    if stem.lower().endswith(known) or (kind is FileKind.JPG and stem.lower().endswith(".jpeg")):
        stem = stem.rpartition(".")[0].strip(" .")
    return f"{stem[:LONGEST_NAME].strip() or 'document'}{known}"


def list_present(papers: Collection[Paper], origin: Origin | None = None) -> list[Paper]:
    """Papers that are not removed; of one origin, if it is given."""
    return [each for each in papers if each.removed_at is None and origin in {None, each.origin}]
