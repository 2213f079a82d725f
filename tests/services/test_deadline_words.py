from datetime import date

import pytest

from hotline_sessions.domain.deadlines import (
    MonthReading,
    Reading,
    Start,
    Target,
    due,
    shorten,
    steps,
)
from hotline_sessions.domain.terms import TERM_CODES
from hotline_sessions.domain.workdays import build_calendar
from hotline_sessions.i18n import LOCALES, Locale, load_catalogues
from hotline_sessions.services.deadline_words import explain, name_term


WARTIME = build_calendar()
PEACE = build_calendar(martial_law=())
RECEIVED_ON = date(2026, 11, 22)
NARROW_GAP = "\u202f"


def test_a_month_is_explained_in_ukrainian() -> None:
    deadline = due("ART20_MONTH", RECEIVED_ON, WARTIME)

    assert " ".join(explain(deadline, load_catalogues().words("uk"))).replace(NARROW_GAP, " ") == (
        "Звернення отримано 22 листопада 2026 р. "
        "Строк — один місяць з дня надходження (ст. 20 Закону № 393/96-ВР); "
        "відлік починається з наступного дня. "
        "Останній день — вівторок, 22 грудня 2026 р. "
        "Внутрішній контрольний строк — вівторок, 22 грудня 2026 р."
    )


def test_a_move_from_a_weekend_is_explained_in_both_languages() -> None:
    deadline = due("ART20_15D", date(2026, 11, 6), WARTIME)

    ukrainian = " ".join(explain(deadline, load_catalogues().words("uk"))).replace(NARROW_GAP, " ")
    english = " ".join(explain(deadline, load_catalogues().words("en")))

    assert "Останній день — субота, 21 листопада 2026 р. Це вихідний;" in ukrainian
    assert "строк спливає в найближчий робочий день — понеділок, 23 листопада" in ukrainian
    assert "The last day is Saturday, 21 November 2026. That is a weekend;" in english
    assert english.endswith("The internal target is Friday, 20 November 2026.")


def test_a_request_for_information_is_not_called_an_appeal() -> None:
    deadline = due("INFO_5WD", RECEIVED_ON, WARTIME)

    assert explain(deadline, load_catalogues().words("uk"))[0].startswith("Запит отримано")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("code", TERM_CODES)
def test_every_term_has_words_that_end_properly(code: str, locale: Locale) -> None:
    words = load_catalogues().words(locale)
    capped = Reading(month=MonthReading.NOT_OVER_THIRTY_DAYS)
    late = Reading(start=Start.REGISTRATION)
    ordinary = due("ART20_MONTH", date(2026, 11, 2), PEACE)
    for deadline in (
        due(code, RECEIVED_ON, PEACE),
        due(code, date(2026, 12, 10), PEACE),
        due(code, date(2026, 11, 10), PEACE),
        due("ART20_MONTH", date(2026, 8, 31), PEACE),
        due("ART20_MONTH", date(2026, 3, 10), PEACE, capped),
        shorten(ordinary, date(2026, 11, 15), PEACE),
        due(code, date(2026, 12, 11), PEACE, late, registered_on=date(2026, 12, 14)),
        due(code, RECEIVED_ON, PEACE, target=Target(channel="government_hotline", days=3)),
    ):
        told = explain(deadline, words)

        assert len(told) == len(steps(deadline))
        assert all(each.endswith(".") and not each.endswith("..") for each in told)
        assert not any("%" in each for each in told)
    assert name_term(code, words) != code


def test_everything_said_in_ukrainian_is_ukrainian() -> None:
    words = load_catalogues().words("uk")
    for code in TERM_CODES:
        told = " ".join((name_term(code, words), *explain(due(code, RECEIVED_ON, PEACE), words)))

        assert not {char for char in told.replace("2939-VI", "") if "a" <= char.lower() <= "z"}


def test_an_unknown_term_is_named_by_its_code() -> None:
    assert name_term("ART99", load_catalogues().words("uk")) == "ART99"
