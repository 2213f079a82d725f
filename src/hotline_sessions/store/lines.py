"""How lines are read and written."""

from datetime import date
from typing import Final

import msgspec

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId, LineId
from hotline_sessions.domain.lines import Line
from hotline_sessions.store.engine import fetch_rows
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
