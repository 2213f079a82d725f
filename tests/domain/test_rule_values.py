"""Rules are read as people write them, within their bounds, and can be read again."""

from datetime import time

import pytest

from hotline_sessions.domain.rule_values import (
    BadRule,
    UnknownRule,
    find_bounds,
    find_kind,
    format_rules,
    read_value,
)
from hotline_sessions.domain.rules import (
    SHAPES,
    BookingRules,
    RulesChanged,
    RulesKind,
    build_stamp,
    check_stamp,
    choose_own,
    find_changes,
)


BOOKING, CALLS = RulesKind.BOOKING, RulesKind.CALLS


@pytest.mark.parametrize("units", [("д", "год", "хв"), ("d", "h", "min")])
@pytest.mark.parametrize("kind", RulesKind)
def test_what_is_shown_can_be_typed_again(kind: RulesKind, units: tuple[str, ...]) -> None:
    rules = SHAPES[kind]()

    read = {name: read_value(kind, name, text) for name, text in format_rules(rules, units).items()}

    assert SHAPES[kind](**read) == rules  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("7 днів; 24 години, 60 хв.", (10080, 1440, 60)),
        ("2h, 1d, 1440m", (1440, 120)),
        ("0", ()),
        ("немає", ()),
    ],
)
def test_reminders_are_times_with_units_the_longest_first(
    text: str, minutes: tuple[int, ...]
) -> None:
    assert read_value(BOOKING, "reminder_minutes", text) == minutes


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        (BOOKING, "monthly_cap", "-1"),
        (BOOKING, "monthly_cap", "1001"),
        (BOOKING, "monthly_cap", "4.5"),
        (BOOKING, "monthly_cap", ""),
        (BOOKING, "offer_minutes", "0"),
        (BOOKING, "reminder_minutes", "60"),
        (BOOKING, "reminder_minutes", "31 d"),
        (BOOKING, "reminder_minutes", "1h,2h,3h,4h,5h,6h,7h"),
        (BOOKING, "quiet_from", "24:00"),
        (BOOKING, "quiet_from", "ввечері"),
        (BOOKING, "booking_cutoff_minutes", "10081"),
        (CALLS, "walk_in_percent", "101"),
        (CALLS, "official_redials", "0, десять"),
        (CALLS, "official_redials", "86401"),
        (CALLS, "official_redials", ""),
        (CALLS, "asks_language", "можливо"),
    ],
)
def test_a_value_outside_its_bounds_is_refused_and_named(
    kind: RulesKind, name: str, text: str
) -> None:
    with pytest.raises(BadRule) as refused:
        read_value(kind, name, text)

    assert refused.value.facts == {"rule": name}


def test_times_of_day_are_read_with_one_digit_too() -> None:
    assert read_value(BOOKING, "quiet_until", "8:30") == time(8, 30)


def test_a_rule_is_found_by_its_name() -> None:
    assert (find_kind("monthly_cap"), find_kind("queue_cap")) == (BOOKING, CALLS)
    with pytest.raises(UnknownRule):
        find_kind("price")


def test_every_number_has_bounds_that_are_shown() -> None:
    without = {
        name
        for kind, shape in SHAPES.items()
        for name in shape.__struct_fields__
        if find_bounds(kind, name) is None
    }

    assert without == {
        "reminder_minutes",
        "quiet_from",
        "quiet_until",
        "official_redials",
        "asks_language",
    }


def test_only_what_differs_from_the_built_in_is_kept_and_told() -> None:
    old, new = BookingRules(), BookingRules(monthly_cap=6, booking_cutoff_minutes=60)

    assert choose_own(BOOKING, new) == {"monthly_cap": 6}
    assert find_changes(old, new) == {"monthly_cap": (4, 6), "booking_cutoff_minutes": (30, 60)}


def test_a_stamp_fits_the_same_rules_alone() -> None:
    stamp = build_stamp(BookingRules())
    check_stamp(BookingRules(), stamp)

    with pytest.raises(RulesChanged):
        check_stamp(BookingRules(monthly_cap=5), stamp)
