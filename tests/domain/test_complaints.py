from datetime import date

import pytest

from hotline_sessions.domain.complaints import judge_complaint
from hotline_sessions.domain.workdays import build_calendar


@pytest.mark.parametrize(
    ("decided_on", "learnt_on", "rule", "last_on"),
    [
        pytest.param(
            date(2026, 1, 12), date(2026, 11, 2), "ART17_MONTH", date(2026, 12, 2), id="a month"
        ),
        pytest.param(
            date(2025, 11, 20), date(2026, 11, 2), "ART17_YEAR", date(2026, 11, 20), id="a year"
        ),
        pytest.param(
            date(2026, 1, 12), date(2026, 11, 20), "ART17_MONTH", date(2026, 12, 21), id="weekend"
        ),
    ],
)
def test_a_complaint_is_in_time_within_a_month_of_learning_and_a_year_of_the_decision(
    decided_on: date, learnt_on: date, rule: str, last_on: date
) -> None:
    for complained_on, in_time in ((last_on, True), (date(2027, 1, 1), False)):
        found = judge_complaint(
            complained_on=complained_on,
            decided_on=decided_on,
            learnt_on=learnt_on,
            calendar=build_calendar(),
        )

        assert (found.rule, found.last_on, found.in_time) == (rule, last_on, in_time)
