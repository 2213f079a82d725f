"""How lines are read and written."""

from datetime import date, datetime
from typing import Final

import msgspec

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId, LineId
from hotline_sessions.domain.lines import Line
from hotline_sessions.store.engine import fetch_row, fetch_rows, run_sql
from hotline_sessions.store.tables.lines import LineRow


_SELECT: Final = f"select {', '.join(Line.__struct_fields__)} from line"


async def list_lines(*, institution: InstitutionId, on: date | None = None) -> list[Line]:
    """Lines of the institution, those that serve on the day ``on`` if it is given."""
    rows = (
        await LineRow.select()
        .where(LineRow.institution == institution)
        .order_by(LineRow.number, LineRow.valid_from)
    )
    lines = msgspec.convert(rows, list[Line])
    return [line for line in lines if on is None or line.serves_on(on)]


async def get_line(line: LineId, *, institution: InstitutionId) -> Line:
    """The line, if it belongs to the institution.

    Raises:
        NotFound: There is no such line there.
    """
    mine = (LineRow.id == line) & (LineRow.institution == institution)
    row = await LineRow.select().where(mine).first()
    if row is None:
        raise NotFound
    return msgspec.convert(row, Line)


async def find_line(number: str, *, institution: InstitutionId, on: date) -> Line | None:
    """The line with ``number`` that serves on the day ``on``."""
    lines = await list_lines(institution=institution, on=on)
    return next((line for line in lines if line.number == number), None)


async def list_lines_of_number(number: str, *, on: date) -> list[Line]:
    """Lines of all institutions that calls to ``number`` reach on the day ``on``."""
    rows = await fetch_rows(f"{_SELECT} where number = $1 order by id", number)
    lines = [msgspec.convert(dict(row), Line) for row in rows]
    return [line for line in lines if line.serves_on(on)]


async def add_line(
    number: str, *, institution: InstitutionId, is_free: bool, valid_from: date
) -> LineId:
    """A new line."""
    row = LineRow(number=number, institution=institution, is_free=is_free, valid_from=valid_from)
    await row.save()
    return LineId(row.id)


async def replace_line(old: LineId, new: LineId, *, since: date, now: datetime) -> None:
    """From ``since`` on ``new`` serves in place of ``old``; sessions from then on are called on it.

    What was announced with the old number changes in the calendars, too.
    """
    await run_sql("update line set valid_to = $3, replaced_by = $2 where id = $1", old, new, since)
    await run_sql(
        """update session set line = $2, updated_at = $4,
                  sequence = sequence + case when state = 'published' then 1 else 0 end
            where line = $1 and held_on >= $3 and state in ('draft', 'published')""",
        old,
        new,
        since,
        now,
    )


async def find_successor(number: str, *, on: date) -> Line | None:
    """The line that serves on the day ``on`` in place of one that had ``number``."""
    row = await fetch_row(
        f"""with recursive after (id) as (
                select replaced_by from line
                 where number = $1 and valid_to <= $2 and replaced_by is not null
                union
                select l.replaced_by from line l join after a on l.id = a.id
                 where l.replaced_by is not null)
            {_SELECT} where id in (select id from after)
               and valid_from <= $2 and (valid_to is null or valid_to > $2)
             order by valid_from desc, id desc limit 1""",
        number,
        on,
    )
    return None if row is None else msgspec.convert(dict(row), Line)
