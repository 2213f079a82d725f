"""Take appeals that another body has sent: look at its list, then take what is good.

Rows are taken in batches, each in a transaction of its own; whatever ends the process between
two of them, taking the same list again goes on where it stopped.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.appeals import FROM_OTHER_BODY, Appeal
from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.ids import AccountId, InstitutionId, PublicId
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.outer_appeals import OuterAppeal, OuterReading, read_outer_rows
from hotline_sessions.domain.outer_imports import (
    KnownNumber,
    NewImport,
    OuterNumber,
    PastImport,
    StagedImport,
)
from hotline_sessions.domain.phones import PhoneNumber, is_mobile
from hotline_sessions.domain.schedule_columns import SheetRow
from hotline_sessions.domain.times import at_wall_time, local_date
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.registering import Draft, Origin, Registered, enter, prepare
from hotline_sessions.services.search_words import list_words
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.classifier_data import load_classifier
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.outer_appeals import (
    add_import,
    add_outer,
    erase_files,
    find_outer,
    find_source,
    get_import,
    list_imports,
    list_known,
    lock_source,
    mark_secret,
    mark_taken,
)
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.units import add_body


log = structlog.get_logger()

BATCH: Final = 50
"""Rows in one transaction: operators who register meanwhile wait no longer than these take."""
KEPT: Final = timedelta(hours=24)
"""How long a file is kept, so that its bad rows can be put right."""
OLDEST: Final = timedelta(days=31)
"""How long ago a list may have come: what is older has been overdue here, and needs a person."""
MOST_PAST: Final = 10
_NOON: Final = time(12)
"""Stands for the time of receipt where only the day is known; terms count from the day."""


class BadReceipt(Invalid):
    """The list cannot have come on this day: it is ahead, or too long ago."""

    code = "bad-receipt-day"


class FileErased(Conflict):
    """The file has been erased: it was kept for a day."""

    code = "import-file-erased"


class Batch(Struct, frozen=True, kw_only=True):
    """Whose appeals are taken, and how; ``by`` is None for a command or another system."""

    institution: InstitutionId
    source: int
    received_on: date
    by: AccountId | None
    channel: str = ""
    tells_authors: bool = False


class Looked(Struct, frozen=True, kw_only=True):
    """A list that was read: all its rows, and the numbers that are in the register."""

    readings: Sequence[OuterReading]
    known: Mapping[str, KnownNumber]

    @property
    def good(self) -> list[OuterReading]:
        """Rows that can be taken and are not there yet."""
        return [each for each in self.readings if each.appeal and each.key not in self.known]

    @property
    def present(self) -> list[OuterReading]:
        """Rows whose appeals were taken before."""
        return [each for each in self.readings if each.appeal and each.key in self.known]

    @property
    def bad(self) -> list[OuterReading]:
        """Rows that cannot be taken."""
        return [each for each in self.readings if not each.appeal]


class Taken(Struct, frozen=True, kw_only=True):
    """How many rows were taken, were there before, and could not be taken."""

    made: int
    present: int
    refused: int


async def look(
    rows: Sequence[SheetRow], *, source: int, institution: InstitutionId, now: datetime
) -> Looked:
    """What a list says; nothing is written.

    Raises:
        BadSheet, MissingColumns: It is no list of appeals.
    """
    home = await get_institution(institution)
    today = local_date(now, ZoneInfo(home.time_zone))
    # Thousands of rows take a second: others are served meanwhile.
    readings = await asyncio.to_thread(
        read_outer_rows, rows, classifier=load_classifier(), today=today
    )
    keys = [each.key for each in readings if each.key]
    known = await list_known(keys, source=source, institution=institution)
    return Looked(readings=readings, known={each.key: each for each in known})


async def take(looked: Looked, batch: Batch, *, secret: bytes, now: datetime) -> Taken:
    """Enter the good rows in the register; what is there already stays as it is.

    Raises:
        NotFound: The institution knows no such body.
        BadReceipt: See ``check_receipt``.
    """
    home = await get_institution(batch.institution)
    check_receipt(batch.received_on, home, now=now)
    made = 0
    for part in _split(looked.good):
        made += await _take_part(part, batch, home, secret=secret, now=now)
    taken = Taken(
        made=made,
        present=len(looked.present) + len(looked.good) - made,
        refused=len(looked.bad),
    )
    log.info("outer_appeals_taken", made=taken.made, present=taken.present, refused=taken.refused)
    return taken


async def name_source(
    name: str, *, institution: InstitutionId, account: AccountId | None, now: datetime
) -> int:
    """The body of this name; one that is not known yet is added to those of the institution."""
    async with transaction():
        return await _name_source(name, institution=institution, account=account, now=now)


async def stage(
    new: NewImport,
    rows: Sequence[SheetRow],
    *,
    new_source: str = "",
    institution: InstitutionId,
    account: AccountId | None,
    now: datetime,
) -> PublicId:
    """Keep a file with ``rows`` until somebody decides on it.

    ``new_source``: the name of a body that may not be known yet, in place of ``new.source``. It
    is added with the file, and with one that is refused nothing is.

    Raises:
        NotFound: The institution knows no such body.
        BadReceipt: See ``check_receipt``.
        BadSheet, MissingColumns: It is no list of appeals.
    """
    check_receipt(new.received_on, await get_institution(institution), now=now)
    await look(rows, source=new.source, institution=institution, now=now)
    async with transaction():
        if new_source:
            source = await _name_source(
                new_source, institution=institution, account=account, now=now
            )
            new = replace(new, source=source)
        await lock_source(new.source, institution=institution)
        return await add_import(new, institution=institution, account=account, now=now)


async def open_import(public_id: str, *, institution: InstitutionId) -> StagedImport:
    """A file that was looked at.

    Raises:
        NotFound: There is no such file in the institution.
    """
    return await get_import(public_id, institution=institution)


async def take_staged(
    staged: StagedImport,
    looked: Looked,
    *,
    institution: InstitutionId,
    account: AccountId,
    secret: bytes,
    now: datetime,
) -> Taken:
    """Take the good rows of a file; once more it takes nothing.

    Raises:
        NotFound, BadReceipt: See ``take``.
    """
    batch = Batch(
        institution=institution,
        source=staged.source,
        received_on=staged.received_on,
        by=account,
        channel=staged.channel,
        tells_authors=staged.tells_authors,
    )
    taken = await take(looked, batch, secret=secret, now=now)
    await mark_taken(staged, made=taken.made, present=taken.present, refused=taken.refused, now=now)
    return taken


async def list_past(*, institution: InstitutionId) -> Sequence[PastImport]:
    """The last imports of the institution."""
    return await list_imports(institution=institution, limit=MOST_PAST)


async def show_outer(appeal: Appeal) -> OuterNumber | None:
    """The number that another body gave to the appeal, if one did."""
    return await find_outer(appeal.id, institution=appeal.institution)


async def erase_files_in_time(*, clock: Clock) -> int:
    """Erase what citizens wrote from files that have served; how many there were."""
    return await erase_files(staged_before=clock.now() - KEPT)


def check_receipt(received_on: date, home: Institution, *, now: datetime) -> None:
    """Refuse a day on which a list cannot have come.

    Raises:
        BadReceipt: It is ahead, or longer ago than ``OLDEST``.
    """
    today = local_date(now, ZoneInfo(home.time_zone))
    if not today - OLDEST <= received_on <= today:
        raise BadReceipt


async def enter_outer(
    outers: Sequence[OuterAppeal], batch: Batch, home: Institution, *, secret: bytes, now: datetime
) -> Sequence[Registered]:
    """Appeals of another body in the register, within the transaction of whoever calls.

    The term counts from our receipt; when the other body got it is kept beside it.
    Source: Law 393/96-ВР, art. 7, 20.
    """
    drafts = [_prepare(outer, batch, home, secret=secret, now=now) for outer in outers]
    entered = await enter(drafts)
    numbers = [
        (done.appeal.id, outer.number, outer.key)
        for outer, done in zip(outers, entered, strict=True)
    ]
    await add_outer(numbers, source=batch.source, institution=batch.institution)
    secret_ones = [
        done.appeal.id for outer, done in zip(outers, entered, strict=True) if outer.asks_secrecy
    ]
    if secret_ones:
        await mark_secret(secret_ones, institution=batch.institution)
    return entered


def _prepare(
    outer: OuterAppeal, batch: Batch, home: Institution, *, secret: bytes, now: datetime
) -> Draft:
    draft = prepare(
        outer.new,
        Origin(
            received_at=_receipt(batch.received_on, home, now=now),
            form_of_receipt=FROM_OTHER_BODY,
            first_received_on=outer.first_received_on,
            channel=batch.channel,
        ),
        home,
        form_key=_form_key(outer, batch),
        action="appeal_imported",
        by=batch.by,
        secret=secret,
        now=now,
        facts={"source": batch.source, "outer_number": outer.number},
    )
    # Other bodies know of phones that get no text messages.
    phone = outer.new.phone
    tells = batch.tells_authors and bool(phone) and is_mobile(PhoneNumber(phone))
    words = [*draft.words, *list_words(outer.number)]
    return replace(draft, tells_author=tells, words=words)


async def _name_source(
    name: str, *, institution: InstitutionId, account: AccountId | None, now: datetime
) -> int:
    known = await find_source(name, institution=institution)
    if known is not None:
        return known
    added = await add_body(name, address="", institution=institution)
    if added is None:
        raise Conflict
    await add_entry(
        "outside_body_added",
        "outside_body",
        added,
        institution=institution,
        account=account,
        now=now,
    )
    return added


async def _take_part(
    part: Sequence[OuterReading],
    batch: Batch,
    home: Institution,
    *,
    secret: bytes,
    now: datetime,
) -> int:
    async with transaction():
        await lock_source(batch.source, institution=batch.institution)
        known = await list_known(
            [each.key for each in part], source=batch.source, institution=batch.institution
        )
        there = {each.key for each in known}
        fresh = [each.appeal for each in part if each.appeal and each.key not in there]
        if fresh:
            await enter_outer(fresh, batch, home, secret=secret, now=now)
    return len(fresh)


def _split(rows: Sequence[OuterReading]) -> Iterator[Sequence[OuterReading]]:
    for first in range(0, len(rows), BATCH):
        yield rows[first : first + BATCH]


def _receipt(received_on: date, home: Institution, *, now: datetime) -> datetime:
    zone = ZoneInfo(home.time_zone)
    if received_on == local_date(now, zone):
        return now
    return at_wall_time(received_on, _NOON, zone)


def _form_key(outer: OuterAppeal, batch: Batch) -> str:
    """The same for each copy of a row, so that the register refuses a second one too."""
    named = f"outer:{batch.institution}:{batch.source}:{outer.key}"
    return sha256(named.encode()).hexdigest()
