"""How numbers are set aside for cards on paper, and what became of each."""

from datetime import datetime
from typing import Final

import msgspec

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId, PublicId
from hotline_sessions.domain.number_blocks import Block, ReservedNumber
from hotline_sessions.domain.registers import DEFAULT_TEMPLATE
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id


_BLOCK: Final = """
select b.id, b.public_id, b.institution, b.year, b.first, b.last, b.reason, b.made_at,
       b.closed_at, (select count(*) from reserved_number n
                      where n.block = b.id and n.appeal is null and n.cancelled_for = '') as left
  from number_block b
"""


async def add_block(
    numbers: range,
    *,
    year: int,
    reason: str,
    institution: InstitutionId,
    account: AccountId | None,
    now: datetime,
) -> tuple[int, PublicId]:
    """Numbers that were just taken from the counter are set aside."""
    public_id = draw_public_id()
    block = await fetch_value(
        """insert into number_block (public_id, institution, series, year, first, last, reason,
                                     made_by, made_at)
           values ($1, $2, '', $3, $4, $5, $6, $7, $8) returning id""",
        public_id,
        institution,
        year,
        numbers.start,
        numbers.stop - 1,
        reason,
        account,
        now,
    )
    await run_sql(
        """insert into reserved_number (block, institution, series, year, number, cancelled_for)
           select $1, $2, '', $3, number, '' from unnest($4::int[]) as number""",
        block,
        institution,
        year,
        list(numbers),
    )
    return int(block), public_id


async def list_blocks(*, institution: InstitutionId) -> list[Block]:
    """Blocks of the institution, open ones first, then the last made."""
    rows = await fetch_rows(
        f"""{_BLOCK} where b.institution = $1
             order by b.closed_at is not null, b.id desc limit 100""",
        institution,
    )
    return [msgspec.convert(dict(row), Block) for row in rows]


async def get_block(public_id: str, *, institution: InstitutionId) -> Block:
    """The block, if it belongs to the institution.

    Raises:
        NotFound: There is no such block there.
    """
    return await _get(
        f"{_BLOCK} where b.public_id = $1 and b.institution = $2", public_id, institution
    )


async def lock_block(public_id: str, *, institution: InstitutionId) -> Block:
    """The same, locked until the transaction ends.

    Raises:
        NotFound: There is no such block there.
    """
    return await _get(
        f"{_BLOCK} where b.public_id = $1 and b.institution = $2 for update of b",
        public_id,
        institution,
    )


async def list_numbers(block: int) -> list[ReservedNumber]:
    """The numbers of a block, in their order."""
    rows = await fetch_rows(
        """select n.number, a.register_index, a.public_id, n.cancelled_for
             from reserved_number n left join appeal a on a.id = n.appeal
            where n.block = $1 order by n.number""",
        block,
    )
    return [msgspec.convert(dict(row), ReservedNumber) for row in rows]


async def is_number_open(block: int, number: int) -> bool:
    """Whether a number of a locked block is neither used nor cancelled."""
    found = await fetch_value(
        """select true from reserved_number
            where block = $1 and number = $2 and appeal is null and cancelled_for = ''""",
        block,
        number,
    )
    return bool(found)


async def mark_number_used(block: int, number: int, appeal: AppealId) -> None:
    """The number is that of an appeal."""
    await run_sql(
        "update reserved_number set appeal = $3 where block = $1 and number = $2",
        block,
        number,
        appeal,
    )


async def mark_number_cancelled(
    block: int, number: int, reason: str, *, by: AccountId | None, now: datetime
) -> None:
    """The number will never be that of a card."""
    await run_sql(
        """update reserved_number set cancelled_for = $3, cancelled_by = $4, cancelled_at = $5
            where block = $1 and number = $2 and appeal is null and cancelled_for = ''""",
        block,
        number,
        reason,
        by,
        now,
    )


async def mark_block_closed(block: int, now: datetime) -> None:
    """Nothing more happens to the numbers of the block."""
    await run_sql("update number_block set closed_at = $2 where id = $1", block, now)


async def find_template(*, institution: InstitutionId) -> str:
    """How the institution writes its indexes."""
    found: str | None = await fetch_value(
        "select template from index_template where institution = $1 order by id desc limit 1",
        institution,
    )
    return found or DEFAULT_TEMPLATE


async def add_template(
    template: str, *, institution: InstitutionId, account: AccountId | None, now: datetime
) -> None:
    """Indexes are written so from the next registration on."""
    await run_sql(
        """insert into index_template (institution, template, made_by, made_at)
           values ($1, $2, $3, $4)""",
        institution,
        template,
        account,
        now,
    )


async def _get(sql: str, *values: object) -> Block:
    row = await fetch_row(sql, *values)
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Block)
