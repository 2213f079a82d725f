from datetime import UTC, date, datetime, timedelta

from hotline_sessions.domain.times import Window
from hotline_sessions.i18n import (
    N_,
    format_clock,
    format_day,
    format_minutes,
    format_moment,
    format_window,
    load_catalogues,
)


SUMMER = datetime(2026, 7, 1, 6, 5, tzinfo=UTC)
WINTER = datetime(2026, 12, 1, 6, 5, tzinfo=UTC)


def test_days_are_said_in_full_in_both_languages() -> None:
    day = date(2026, 11, 24)

    assert format_day(day, "uk") == "вівторок, 24 листопада 2026\u202fр."
    assert format_day(day, "en") == "Tuesday, 24 November 2026"


def test_clock_times_are_those_of_kyiv_in_summer_and_in_winter() -> None:
    window = Window(starts_at=WINTER, ends_at=WINTER + timedelta(hours=2))

    assert format_clock(SUMMER, "uk") == "09:05"
    assert format_clock(WINTER, "uk") == "08:05"
    assert format_window(window, "en") == "08:05–10:05"
    assert format_moment(WINTER, "uk").endswith(", 08:05")


def test_minutes_have_the_form_of_their_number() -> None:
    assert format_minutes(timedelta(minutes=1), "uk") == "1 хвилина"
    assert format_minutes(timedelta(minutes=3), "uk") == "3 хвилини"
    assert format_minutes(timedelta(minutes=10), "uk") == "10 хвилин"


def test_texts_of_all_files_are_merged_and_unknown_ones_stay_english() -> None:
    words = load_catalogues().words("uk")

    assert words.gettext("My booking") == "Мій запис"
    assert words.gettext(N_("Text of %(day)s"), day="понеділок") == "Text of понеділок"
    assert load_catalogues().words("en").gettext("My booking") == "My booking"


def test_counted_texts_have_three_ukrainian_forms_and_two_english() -> None:
    one, many = "%(count)s free slot", "%(count)s free slots"
    ukrainian, english = (load_catalogues().words(locale) for locale in ("uk", "en"))

    assert ukrainian.ngettext(one, many, 21, count=21) == "21 вільне місце"
    assert ukrainian.ngettext(one, many, 3, count=3) == "3 вільні місця"
    assert ukrainian.ngettext(one, many, 11, count=11) == "11 вільних місць"
    assert english.ngettext(one, many, 1, count=1) == "1 free slot"
