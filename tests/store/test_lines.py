"""Lines are found on the days on which they serve, by those they belong to."""

from datetime import date

import pytest
from tests.factories import LINE, make_institution, make_line

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.store.engine import run_sql
from hotline_sessions.store.lines import find_line, get_line, list_lines, list_lines_of_number


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

FIRST = date(2026, 1, 1)
GONE = date(2026, 7, 1)


async def test_a_line_is_found_from_its_first_day_until_it_is_gone() -> None:
    home = await make_institution()
    line = await make_line(institution=home.id, valid_from=FIRST)
    await run_sql("update line set valid_to = $1", GONE)

    for day, expected in ((date(2025, 12, 31), 0), (FIRST, 1), (date(2026, 6, 30), 1), (GONE, 0)):
        found = await find_line(LINE, institution=home.id, on=day)
        assert (found is not None) is bool(expected)
        assert len(await list_lines(institution=home.id, on=day)) == expected
        assert len(await list_lines_of_number(LINE, on=day)) == expected
    assert (await get_line(line.id, institution=home.id)).valid_to == GONE


async def test_a_line_belongs_to_one_institution_and_a_number_to_any() -> None:
    home, stranger = await make_institution(), await make_institution()
    mine = await make_line(institution=home.id)
    theirs = await make_line(institution=stranger.id)

    assert await list_lines(institution=home.id) == [mine]
    assert {line.id for line in await list_lines_of_number(LINE, on=FIRST)} == {mine.id, theirs.id}
    with pytest.raises(NotFound):
        await get_line(theirs.id, institution=home.id)
