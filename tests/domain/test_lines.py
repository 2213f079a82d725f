"""On which days a line serves."""

from datetime import date

import pytest

from hotline_sessions.domain.ids import InstitutionId, LineId
from hotline_sessions.domain.lines import Line
from hotline_sessions.domain.phones import PhoneNumber


FIRST = date(2026, 1, 1)
GONE = date(2026, 7, 1)


def line(valid_to: date | None) -> Line:
    return Line(
        id=LineId(1),
        institution=InstitutionId(1),
        number=PhoneNumber("+380800502708"),
        is_free=True,
        valid_from=FIRST,
        valid_to=valid_to,
    )


@pytest.mark.parametrize(
    ("day", "serves"),
    [
        (date(2025, 12, 31), False),
        (FIRST, True),
        (date(2026, 6, 30), True),
        (GONE, False),
    ],
)
def test_a_line_serves_from_its_first_day_and_no_longer_on_its_last(
    day: date, *, serves: bool
) -> None:
    assert line(GONE).serves_on(day) is serves


def test_a_line_without_an_end_serves_for_ever() -> None:
    assert line(None).serves_on(date(2099, 1, 1))
