"""Set numbers aside for cards on paper, and enter those cards when the register is back."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import Appeal, NewAppeal
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.number_blocks import (
    Block,
    NumberNotOpen,
    NumbersLeft,
    ReservedNumber,
    check_paper_day,
)
from hotline_sessions.domain.registers import check_template
from hotline_sessions.domain.times import at_wall_time, local_date
from hotline_sessions.domain.workdays import registered_on
from hotline_sessions.services.registering import (
    Origin,
    PaperNumber,
    check_card,
    enter,
    prepare,
)
from hotline_sessions.store.appeals import take_numbers
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.calendar_editions import hold_edition
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.number_blocks import (
    add_block,
    add_template,
    find_template,
    get_block,
    is_number_open,
    list_blocks,
    list_numbers,
    lock_block,
    mark_block_closed,
    mark_number_cancelled,
    mark_number_used,
)
from hotline_sessions.store.transaction import transaction


_NOON: Final = time(12)
"""Stands for the time on a card that says only the day; terms count from the day."""


class BlockView(Struct, frozen=True, kw_only=True):
    """A block of an institution and all its numbers."""

    home: Institution
    block: Block
    numbers: Sequence[ReservedNumber]


async def reserve(count: int, reason: str, *, staff: Staff, now: datetime) -> str:
    """Set the next ``count`` numbers aside; the name of the block."""
    async with transaction():
        home = await get_institution(staff.institution)
        edition = await hold_edition(institution=home.id)
        # The year in which whatever comes now is registered.
        year = registered_on(now, edition.calendar, zone=ZoneInfo(home.time_zone)).year
        numbers = await take_numbers(count, institution=home.id, year=year)
        block, public_id = await add_block(
            numbers,
            year=year,
            reason=reason,
            institution=home.id,
            account=staff.account,
            now=now,
        )
        await _note(
            "numbers_reserved", block, staff=staff, now=now, first=numbers.start, count=count
        )
    return public_id


async def show_template(*, staff: Staff) -> str:
    """How the institution of ``staff`` writes its indexes."""
    return await find_template(institution=staff.institution)


async def choose_template(template: str, *, staff: Staff, now: datetime) -> None:
    """Write indexes so from the next registration on; those that were given stay.

    Raises:
        BadTemplate: Indexes written so could not be read again.
    """
    check_template(template)
    async with transaction():
        await add_template(template, institution=staff.institution, account=staff.account, now=now)
        await add_entry(
            "index_template_chosen",
            "institution",
            staff.institution,
            institution=staff.institution,
            account=staff.account,
            now=now,
            detail={"template": template},
        )


async def list_for_staff(*, staff: Staff) -> Sequence[Block]:
    """Blocks of the institution of ``staff``."""
    return await list_blocks(institution=staff.institution)


async def show_block(public_id: str, *, staff: Staff) -> BlockView:
    """A block and what became of its numbers.

    Raises:
        NotFound: The institution has no such block.
    """
    block = await get_block(public_id, institution=staff.institution)
    home = await get_institution(staff.institution)
    return BlockView(home=home, block=block, numbers=await list_numbers(block.id))


async def enter_paper(
    public_id: str,
    number: int,
    new: NewAppeal,
    *,
    received_on: date,
    staff: Staff,
    secret: bytes,
    now: datetime,
) -> Appeal:
    """Enter a card on paper under the number that stands on it, with its real day of receipt.

    The term counts from that day. Source: Law 393/96-ВР, art. 20.

    Raises:
        NotFound: The institution has no such block.
        NumberNotOpen: The number is not of the block, or has been used or cancelled.
        BadPaperDay: The card cannot be of that day.
        UnknownCode: Kind or topic are not in the classifier.
    """
    async with transaction():
        block = await lock_block(public_id, institution=staff.institution)
        home = await get_institution(staff.institution)
        zone = ZoneInfo(home.time_zone)
        check_paper_day(
            received_on, block, made_on=local_date(block.made_at, zone), today=local_date(now, zone)
        )
        if block.closed_at or not await is_number_open(block.id, number):
            raise NumberNotOpen
        # The classifier is that of the day: of a day that cannot be, nothing would be valid.
        check_card(new, on=received_on)
        draft = prepare(
            new,
            Origin(received_at=min(at_wall_time(received_on, _NOON, zone), now)),
            home,
            form_key=f"paper:{block.public_id}:{number}",
            action="appeal_entered_from_paper",
            by=staff.account,
            secret=secret,
            now=now,
            facts={"block": block.id, "number": number},
        )
        paper = PaperNumber(number=number, registered_on=received_on)
        (done,) = await enter([replace(draft, paper=paper)])
        await mark_number_used(block.id, number, done.appeal.id)
    return done.appeal


async def cancel_number(
    public_id: str, number: int, reason: str, *, staff: Staff, now: datetime
) -> None:
    """A number of the block will never be that of a card.

    Raises:
        NotFound: The institution has no such block.
        NumberNotOpen: The number is not of the block, or has been used or cancelled.
    """
    async with transaction():
        block = await lock_block(public_id, institution=staff.institution)
        if block.closed_at or not await is_number_open(block.id, number):
            raise NumberNotOpen
        await mark_number_cancelled(block.id, number, reason, by=staff.account, now=now)
        await _note("number_cancelled", block.id, staff=staff, now=now, number=number)


async def close_block(public_id: str, *, staff: Staff, now: datetime) -> None:
    """All numbers of the block are accounted for.

    Raises:
        NotFound: The institution has no such block.
        NumbersLeft: One is neither used nor cancelled.
    """
    async with transaction():
        block = await lock_block(public_id, institution=staff.institution)
        if block.left:
            raise NumbersLeft
        if block.closed_at is None:
            await mark_block_closed(block.id, now)
            await _note("numbers_closed", block.id, staff=staff, now=now)


async def _note(action: str, block: int, *, staff: Staff, now: datetime, **facts: object) -> None:
    await add_entry(
        action,
        "number_block",
        block,
        institution=staff.institution,
        account=staff.account,
        now=now,
        detail=facts,
    )
