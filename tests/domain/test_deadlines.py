import csv
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.deadlines import (
    Deadline,
    MonthReading,
    NotShorter,
    Reading,
    Start,
    StepKind,
    Target,
    due,
    is_set_by_head,
    recount,
    repeat,
    shorten,
    steps,
)
from hotline_sessions.domain.terms import (
    TERM_CODES,
    TERMS,
    UnknownTerm,
    get_term,
    get_version,
)
from hotline_sessions.domain.workdays import DayOverride, build_calendar


WARTIME = build_calendar()
PEACE = build_calendar(martial_law=())
CAUTIOUS = Reading(month=MonthReading.NOT_OVER_THIRTY_DAYS)

EXAMPLES = Path(__file__).parents[1] / "data" / "statutory_terms.csv"

received_days = st.dates(min_value=date(2024, 1, 1), max_value=date(2045, 12, 31))
codes = st.sampled_from(TERM_CODES)
readings = st.builds(Reading, month=st.sampled_from(MonthReading), carry_over=st.booleans())


def day(cell: str) -> date:
    return date.fromisoformat(cell[:10])


def examples() -> list[dict[str, str]]:
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def kinds(deadline: Deadline) -> list[StepKind]:
    return [step.kind for step in steps(deadline)]


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in examples()])
def test_every_worked_example_is_reckoned_as_written(row: dict[str, str]) -> None:
    calendar = WARTIME if row["martial_law_calendar"] == "yes" else PEACE
    legal = next(cell for name, cell in row.items() if name.startswith("legal_last_day"))

    deadline = due(row["rule"], day(row["received"]), calendar)

    assert deadline.nominal_on == day(row["nominal_last_day"])
    assert deadline.legal_on == day(legal)
    assert deadline.internal_on == day(row["internal_target_preceding_working_day"])


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row["id"]) for row in examples() if row["thirty_day_reading"]]
)
def test_the_cautious_reading_of_a_month_never_exceeds_thirty_days(row: dict[str, str]) -> None:
    received_on = day(row["received"])

    deadline = due("ART20_MONTH", received_on, WARTIME, CAUTIOUS)

    thirty = day(row["thirty_day_reading"])
    assert received_on + timedelta(days=30) == thirty
    assert deadline.nominal_on == min(day(row["nominal_last_day"]), thirty)


@given(codes, received_days, readings)
def test_the_target_comes_first_and_the_legal_day_last(
    code: str, received_on: date, reading: Reading
) -> None:
    for each in (WARTIME, PEACE):
        deadline = due(code, received_on, each, reading)

        assert received_on < deadline.nominal_on
        assert deadline.internal_on <= deadline.nominal_on <= deadline.legal_on
        # What is owed in hours may leave no working day at all.
        is_at_once = code == "INFO_48H" and deadline.internal_on == received_on
        assert is_at_once or each.is_working(deadline.internal_on)
        carries = reading.carry_over and code not in {"ART20_45D", "INFO_48H"}
        assert not carries or each.is_working(deadline.legal_on)
        assert carries or deadline.legal_on == deadline.nominal_on


@given(codes, received_days, st.integers(min_value=0, max_value=40), readings)
def test_what_comes_later_is_never_due_earlier(
    code: str, received_on: date, delay: int, reading: Reading
) -> None:
    for calendar in (WARTIME, PEACE):
        first = due(code, received_on, calendar, reading)
        second = due(code, received_on + timedelta(days=delay), calendar, reading)

        assert first.nominal_on <= second.nominal_on
        assert first.legal_on <= second.legal_on
        assert first.internal_on <= second.internal_on


@given(received_days, readings)
def test_no_extension_reaches_beyond_forty_five_days(received_on: date, reading: Reading) -> None:
    deadline = due("ART20_45D", received_on, WARTIME, reading)

    assert deadline.legal_on == deadline.nominal_on == received_on + timedelta(days=45)


@given(codes, received_days, readings)
def test_every_deadline_can_be_stored_and_explained(
    code: str, received_on: date, reading: Reading
) -> None:
    deadline = due(code, received_on, PEACE, reading)

    stored = msgspec.json.decode(msgspec.json.encode(deadline), type=Deadline)
    told = steps(stored)

    assert stored == deadline
    assert told[0].on == received_on
    assert told[-1].on == deadline.internal_on
    assert deadline.calendar_version == PEACE.version


@pytest.mark.parametrize(
    ("code", "received_on", "middle"),
    [
        pytest.param("ART20_MONTH", date(2026, 11, 2), [StepKind.LAST_DAY], id="plain"),
        pytest.param("ART20_MONTH", date(2026, 8, 31), [StepKind.MONTH_CLIPPED], id="clipped"),
        pytest.param(
            "ART20_15D",
            date(2026, 11, 6),
            [StepKind.LAST_DAY, StepKind.MOVED_FROM_WEEKEND],
            id="weekend",
        ),
        pytest.param(
            "ART20_15D",
            date(2026, 12, 10),
            [StepKind.LAST_DAY, StepKind.MOVED_FROM_DAY_OFF],
            id="christmas",
        ),
        pytest.param(
            "ART20_45D", date(2026, 11, 4), [StepKind.LAST_DAY, StepKind.NOT_MOVED], id="cap"
        ),
    ],
)
def test_counting_is_told_step_by_step(
    code: str, received_on: date, middle: list[StepKind]
) -> None:
    deadline = due(code, received_on, PEACE)

    assert kinds(deadline) == [
        StepKind.RECEIVED,
        StepKind.COUNTING_STARTS,
        *middle,
        StepKind.INTERNAL,
    ]


def test_a_month_cut_to_thirty_days_is_told_as_such() -> None:
    deadline = due("ART20_MONTH", date(2026, 3, 10), WARTIME, CAUTIOUS)

    assert deadline.nominal_on == date(2026, 4, 9)
    assert StepKind.MONTH_CAPPED in kinds(deadline)


def test_the_head_may_shorten_a_term_but_not_stretch_it() -> None:
    received_on = date(2026, 11, 2)
    ordinary = due("ART20_MONTH", received_on, WARTIME)

    shortened = shorten(ordinary, date(2026, 11, 15), WARTIME)

    assert shortened.legal_on == date(2026, 11, 15)
    assert shortened.internal_on == date(2026, 11, 13)
    assert kinds(shortened)[2:4] == [StepKind.SHORTENED, StepKind.NOT_MOVED]
    for wrong in (received_on - timedelta(days=1), ordinary.nominal_on):
        with pytest.raises(NotShorter):
            shorten(ordinary, wrong, WARTIME)


def test_a_working_saturday_is_a_last_day_like_any_other() -> None:
    moved = DayOverride(day=date(2026, 11, 21), works=True, reason="розпорядження 17-р")
    calendar = build_calendar(overrides=(moved,))

    deadline = due("ART20_15D", date(2026, 11, 6), calendar)

    assert deadline.legal_on == deadline.internal_on == date(2026, 11, 21)


def test_a_term_is_found_by_its_day_and_by_its_version() -> None:
    old = msgspec.structs.replace(TERMS[0], valid_to=date(2026, 12, 31))
    new = msgspec.structs.replace(TERMS[0], valid_from=date(2027, 1, 1), amount=10, version=2)
    terms = (old, new)

    assert get_term("ART20_15D", date(2026, 12, 31), terms) == old
    assert get_term("ART20_15D", date(2027, 1, 1), terms) == new
    assert get_version("ART20_15D", 2, terms) == new


def test_an_unknown_term_is_refused() -> None:
    with pytest.raises(UnknownTerm):
        get_term("ART99", date(2026, 11, 2))
    with pytest.raises(UnknownTerm):
        get_term("ART7_5WD", date(2023, 12, 14))
    with pytest.raises(UnknownTerm):
        get_version("ART20_15D", 99)


FRIDAY, MONDAY = date(2026, 12, 11), date(2026, 12, 14)
FROM_REGISTRATION = Reading(start=Start.REGISTRATION)


def test_an_institution_may_count_from_registration_but_never_the_cap() -> None:
    month = due("ART20_MONTH", FRIDAY, WARTIME, FROM_REGISTRATION, registered_on=MONDAY)
    cap = due("ART20_45D", FRIDAY, WARTIME, FROM_REGISTRATION, registered_on=MONDAY)
    asked = due("INFO_5WD", FRIDAY, WARTIME, FROM_REGISTRATION, registered_on=MONDAY)

    assert month.nominal_on == date(2027, 1, 14)
    assert kinds(month)[2] is StepKind.FROM_REGISTRATION
    assert cap.nominal_on == FRIDAY + timedelta(days=45)
    assert asked.nominal_on == date(2026, 12, 18)


def test_a_standard_of_a_channel_is_a_target_and_moves_no_day_of_the_law() -> None:
    standard = Target(channel="government_hotline", days=5)

    plain = due("ART20_15D", FRIDAY, WARTIME, registered_on=MONDAY)
    faster = due("ART20_15D", FRIDAY, WARTIME, registered_on=MONDAY, target=standard)

    assert (faster.nominal_on, faster.legal_on) == (plain.nominal_on, plain.legal_on)
    assert faster.internal_on == date(2026, 12, 18)  # the Friday before Saturday, 19 December
    assert kinds(faster)[-1] is StepKind.INTERNAL_BY_CHANNEL


def test_a_standard_that_ends_after_the_term_is_not_told() -> None:
    slow = Target(channel="government_hotline", days=60)

    found = due("ART20_15D", FRIDAY, WARTIME, target=slow)

    assert found.internal_on == due("ART20_15D", FRIDAY, WARTIME).internal_on
    assert kinds(found)[-1] is StepKind.INTERNAL


@given(codes, received_days, readings, st.integers(min_value=0, max_value=4), st.booleans())
def test_a_stored_deadline_is_found_again_from_its_own_inputs(
    code: str,
    received_on: date,
    reading: Reading,
    later: int,
    has_target: bool,  # noqa: FBT001 - drawn
) -> None:
    target = Target(channel="government_hotline", days=5) if has_target else None
    registered_on = received_on + timedelta(days=later)
    for calendar in (WARTIME, PEACE):
        found = due(
            code, received_on, calendar, reading, registered_on=registered_on, target=target
        )

        assert repeat(found, calendar) == found
        assert recount(found, calendar, reading, target) == found


def test_a_day_set_by_the_head_outlives_a_new_calendar() -> None:
    ordinary = due("ART20_MONTH", date(2026, 12, 2), WARTIME)
    shortened = shorten(ordinary, date(2026, 12, 25), WARTIME)

    again = recount(shortened, PEACE, Reading())

    assert is_set_by_head(shortened)
    assert not is_set_by_head(ordinary)
    assert repeat(shortened, WARTIME) == shortened
    assert (again.legal_on, again.shortened) == (date(2026, 12, 25), True)
    assert again.internal_on == date(2026, 12, 24)
    assert again.calendar_version == PEACE.version


def test_a_day_set_by_the_head_ends_where_the_new_reading_ends_before_it() -> None:
    ordinary = due("ART20_MONTH", date(2026, 3, 10), WARTIME)
    extended = msgspec.structs.replace(
        due("ART20_45D", date(2026, 3, 10), WARTIME), nominal_on=date(2026, 4, 20)
    )
    shortened = shorten(ordinary, date(2026, 4, 9), WARTIME)

    assert is_set_by_head(extended)
    assert recount(extended, PEACE, Reading()).nominal_on == date(2026, 4, 20)
    cut = recount(shortened, WARTIME, CAUTIOUS)
    assert (cut.nominal_on, cut.shortened) == (date(2026, 4, 9), False)
