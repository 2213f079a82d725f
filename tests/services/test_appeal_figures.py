"""The figures of a year: every sort adds up to all, and what is late is counted."""

from datetime import timedelta

import pytest
from tests.factories import NOW, make_appeal, make_institution, make_staff

from hotline_sessions.domain.appeal_figures import Count, list_faults
from hotline_sessions.services.appeal_figures import count_year
from hotline_sessions.services.appeals import answer
from hotline_sessions.store.engine import run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

YEAR = NOW.year


async def test_sorts_add_up_and_what_is_late_is_counted() -> None:
    clerk = await make_staff(institution=(await make_institution()).id)
    for days in (0, 3, 40):
        await make_appeal(staff=clerk, received_at=NOW - timedelta(days=days))
    made = await make_appeal(staff=clerk, received_at=NOW - timedelta(days=400))
    answered = await make_appeal(staff=clerk, received_at=NOW - timedelta(days=60))
    for each in (made, answered):
        await answer(
            each.appeal.public_id, "Роз'яснено телефоном.", result="9.3", staff=clerk, now=NOW
        )

    figures = await count_year(YEAR, staff=clerk, now=NOW)

    assert figures.total == Count(by="all", code="", count=4, answered=1, late=2)
    assert [(each.code, each.count) for each in figures.list_by("result")] == [("", 3), ("9.3", 1)]
    assert [(each.code, each.count) for each in figures.list_by("form")] == [("1.1.1", 4)]
    assert list_faults(figures) == []


async def test_what_was_not_answered_here_has_that_for_its_result_and_is_not_late() -> None:
    clerk = await make_staff(institution=(await make_institution()).id)
    for state in ("returned", "forwarded", "stopped", "signed"):
        made = await make_appeal(staff=clerk, received_at=NOW - timedelta(days=60))
        await run_sql("update appeal set state = $2 where id = $1", made.appeal.id, state)

    figures = await count_year(YEAR, staff=clerk, now=NOW)

    assert [each.code for each in figures.list_by("result")] == ["", "9.4", "9.5", "9.6"]
    assert (figures.total.count, figures.total.late) == (4, 1)
    assert list_faults(figures) == []


async def test_another_institution_is_not_counted() -> None:
    await make_appeal(staff=await make_staff(institution=(await make_institution()).id))
    stranger = await make_staff(institution=(await make_institution()).id)

    assert (await count_year(YEAR, staff=stranger, now=NOW)).total.count == 0
