"""Files of another body's appeals, between preview and register."""

from datetime import date, datetime

from msgspec import Struct

from hotline_sessions.domain.ids import PublicId


class KnownNumber(Struct, frozen=True, kw_only=True):
    """An outer number that is in the register, and the appeal that has it."""

    key: str
    public_id: PublicId
    register_index: str


class NewImport(Struct, frozen=True, kw_only=True):
    """A file to be looked at; ``received_on`` is the day on which it came here."""

    source: int
    name: str
    content: bytes
    received_on: date
    channel: str
    tells_authors: bool


class StagedImport(Struct, frozen=True, kw_only=True):
    """A file that was looked at; ``content`` is None when it has been erased."""

    id: int
    public_id: PublicId
    source: int
    source_name: str
    name: str
    content: bytes | None
    received_on: date
    channel: str
    tells_authors: bool
    staged_at: datetime
    taken_at: datetime | None
    made: int
    present: int
    refused: int


class PastImport(Struct, frozen=True, kw_only=True):
    """An import that was made: whose list, when, and what became of its rows."""

    public_id: PublicId
    source_name: str
    name: str
    taken_at: datetime
    made: int
    present: int
    refused: int


class OuterNumber(Struct, frozen=True, kw_only=True):
    """The number that another body gave to an appeal, and who that was."""

    number: str
    source_name: str
