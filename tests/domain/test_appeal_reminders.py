"""Staff are reminded in working days, within office hours, and somebody always is."""

from datetime import UTC, date, datetime

import pytest

from hotline_sessions.domain.absences import choose_reader
from hotline_sessions.domain.appeal_reminders import (
    Due,
    Reader,
    Stage,
    choose_readers,
    choose_stage,
    find_horizon,
    is_office_time,
)
from hotline_sessions.domain.ids import AccountId, AppealId, PublicId
from hotline_sessions.domain.times import KYIV
from hotline_sessions.domain.workdays import DayOverride, WorkCalendar, build_calendar


PLAIN = build_calendar()
DAY_OFF = build_calendar(
    overrides=(DayOverride(day=date(2026, 12, 16), works=False, reason="наказ"),)
)
HEAD, CLERK, DEPUTY, GONE = (AccountId(number) for number in range(1, 5))
FRIDAY = date(2026, 12, 18)


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        (date(2026, 12, 10), None),
        (date(2026, 12, 11), Stage.FIVE),
        (date(2026, 12, 15), Stage.FIVE),
        (date(2026, 12, 16), Stage.TWO),
        (date(2026, 12, 17), Stage.TWO),
        (FRIDAY, Stage.LAST),
        (date(2026, 12, 19), None),
    ],
)
def test_the_stage_that_has_begun_last_counts(today: date, stage: Stage | None) -> None:
    assert choose_stage(FRIDAY, today=today, calendar=PLAIN) is stage


def test_a_day_off_moves_the_stages_back_by_a_day() -> None:
    stages = [
        choose_stage(FRIDAY, today=date(2026, 12, day), calendar=DAY_OFF) for day in (9, 10, 15)
    ]

    assert stages == [None, Stage.FIVE, Stage.TWO]


def test_a_last_day_on_a_weekend_is_reminded_of_on_the_friday_before() -> None:
    sunday = date(2026, 12, 20)

    stages = [choose_stage(sunday, today=date(2026, 12, day), calendar=PLAIN) for day in (17, 18)]

    assert stages == [Stage.TWO, Stage.LAST]


@pytest.mark.parametrize("calendar", [PLAIN, DAY_OFF])
def test_no_last_day_past_the_horizon_has_a_stage(calendar: WorkCalendar) -> None:
    for first in range(1, 29):
        today = date(2026, 12, first)
        horizon = find_horizon(today, calendar)
        with_stage = [
            day
            for day in range(horizon.toordinal() + 1, horizon.toordinal() + 20)
            if choose_stage(date.fromordinal(day), today=today, calendar=calendar)
        ]
        assert with_stage == []


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        pytest.param(datetime(2026, 11, 23, 6, 59, tzinfo=UTC), False, id="before-nine"),
        pytest.param(datetime(2026, 11, 23, 7, 0, tzinfo=UTC), True, id="nine"),
        pytest.param(datetime(2026, 11, 23, 16, 0, tzinfo=UTC), False, id="six"),
        pytest.param(datetime(2026, 11, 22, 10, 0, tzinfo=UTC), False, id="sunday"),
    ],
)
def test_nobody_is_written_to_when_the_office_is_closed(moment: datetime, *, is_open: bool) -> None:
    assert is_office_time(moment, PLAIN, zone=KYIV) is is_open


@pytest.mark.parametrize(
    ("account", "unit", "deputies", "read_by"),
    [
        pytest.param(CLERK, (), {}, [CLERK], id="executor"),
        pytest.param(CLERK, (), {CLERK: DEPUTY}, [DEPUTY], id="deputy"),
        pytest.param(CLERK, (), {CLERK: DEPUTY, DEPUTY: CLERK}, [HEAD], id="deputy-away-too"),
        pytest.param(GONE, (), {}, [HEAD], id="executor-has-left"),
        pytest.param(None, (), {}, [HEAD], id="nobody-has-it"),
        pytest.param(None, (), {HEAD: DEPUTY}, [DEPUTY], id="acting-head"),
        pytest.param(None, (CLERK, DEPUTY), {CLERK: DEPUTY}, [DEPUTY], id="unit"),
    ],
)
def test_somebody_who_is_there_is_always_told(
    account: AccountId | None,
    unit: tuple[AccountId, ...],
    deputies: dict[AccountId, AccountId],
    read_by: list[AccountId],
) -> None:
    readers = {
        each: Reader(account=each, email="a@example.com", is_head=each == HEAD)
        for each in (HEAD, CLERK, DEPUTY)
    }
    due = Due(
        appeal=AppealId(1),
        public_id=PublicId("x"),
        register_index="К-1-2026",
        legal_on=FRIDAY,
        account=account,
        unit_readers=unit,
    )

    assert choose_readers(due, readers, deputies) == read_by


def test_a_deputy_who_is_away_does_not_hand_on_what_was_lent() -> None:
    assert choose_reader(CLERK, {CLERK: DEPUTY, DEPUTY: HEAD}) is None
