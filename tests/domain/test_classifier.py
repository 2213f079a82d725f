from datetime import date

import pytest

from hotline_sessions.domain.classifier import (
    ClassifierRow,
    Section,
    UnknownCode,
    check_code,
    find_row,
    list_kinds,
    list_results,
    list_topics,
)


TODAY = date(2026, 11, 22)
RENAMED_ON = date(2024, 5, 10)


def make_row(section: Section, code: str, **changes: object) -> ClassifierRow:
    row = {
        "section": section,
        "code": code,
        "identifier": f"ROW_{code}",
        "label_uk": "Скарга",
        "label_en": "Complaint",
        "confirmed": True,
        "valid_from": date(2008, 9, 24),
    }
    return ClassifierRow(**{**row, **changes})  # type: ignore[arg-type]


ROWS = (
    make_row(Section.KIND, "3.1"),
    make_row(Section.KIND, "3.3"),
    make_row(Section.RESULT, "9.1"),
    make_row(Section.TOPIC, "170", label_uk="ЗМІ", valid_to=date(2024, 5, 9)),
    make_row(Section.TOPIC, "170", label_uk="Медіа", valid_from=RENAMED_ON),
)


def test_a_section_lists_the_rows_that_may_be_chosen() -> None:
    assert [row.code for row in list_kinds(ROWS, TODAY)] == ["3.1", "3.3"]
    assert [row.code for row in list_results(ROWS, TODAY)] == ["9.1"]
    assert [row.label_uk for row in list_topics(ROWS, TODAY)] == ["Медіа"]


def test_an_old_appeal_keeps_the_wording_of_its_day() -> None:
    before, after = date(2024, 5, 9), RENAMED_ON

    found = [find_row(ROWS, "170", day) for day in (before, after)]

    assert [row and row.label("uk") for row in found] == ["ЗМІ", "Медіа"]
    assert find_row(ROWS, "170", date(2008, 9, 23)) is None


def test_a_row_speaks_the_language_of_the_reader() -> None:
    assert ROWS[0].label("uk") == "Скарга"
    assert ROWS[0].label("en") == "Complaint"


def test_a_code_of_another_section_is_refused() -> None:
    check_code(ROWS, "3.3", section=Section.KIND, on=TODAY)

    for wrong in ("9.1", "3.9"):
        with pytest.raises(UnknownCode) as refused:
            check_code(ROWS, wrong, section=Section.KIND, on=TODAY)
        assert refused.value.facts == {"classifier_code": wrong, "field": ""}
