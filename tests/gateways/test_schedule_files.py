"""The schedule of a month says the same in Word and in Excel, and carries nothing out."""

from datetime import UTC, datetime
from io import BytesIO

import docx
from msgspec import structs
from python_calamine import CalamineWorkbook

from hotline_sessions.gateways.schedule_files import (
    MonthSchedule,
    build_schedule_docx,
    build_schedule_xlsx,
)


MADE_AT = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
SCHEDULE = MonthSchedule(
    title="Графік проведення прямих телефонних ліній: листопад 2026 р.",
    institution="Сіверська міська військова адміністрація",
    language="uk-UA",
    head=("№", "День", "Час", "Посадова особа", "Тема", "Телефон"),
    rows=[
        ("1", "3 листопада 2026 р., вівторок", "13:00–14:00", "Начальник МВА", "усі", "0 800 1"),
        ("2", "17 листопада 2026 р.", "13:00–14:00", '=HYPERLINK("x")', "<b>\x01{{ 7*7 }}", "+38"),
    ],
    nothing="Жодного сеансу не оголошено",
    foot="Станом на 1 листопада 2026 р.",
)


def read_docx(content: bytes) -> tuple[list[str], list[list[str]]]:
    sheet = docx.Document(BytesIO(content))
    rows = [[cell.text for cell in row.cells] for table in sheet.tables for row in table.rows]
    return [line.text for line in sheet.paragraphs], rows


def read_xlsx(content: bytes) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


def test_both_files_hold_every_row_as_the_text_it_is() -> None:
    lines, table = read_docx(build_schedule_docx(SCHEDULE, made_at=MADE_AT))
    cells = read_xlsx(build_schedule_xlsx(SCHEDULE, made_at=MADE_AT))

    assert lines == [SCHEDULE.institution, SCHEDULE.title, SCHEDULE.foot]
    assert table[0] == list(SCHEDULE.head)
    assert table[1] == list(SCHEDULE.rows[0])
    assert table[2][3:5] == ['=HYPERLINK("x")', "<b>{{ 7*7 }}"]
    assert cells[3][:6] == list(SCHEDULE.head)
    assert cells[4][:6] == list(SCHEDULE.rows[0])
    assert cells[5][3] == '=HYPERLINK("x")'


def test_a_month_without_sessions_says_so() -> None:
    empty = structs.replace(SCHEDULE, rows=[])

    word = read_docx(build_schedule_docx(empty, made_at=MADE_AT))[0]
    cells = read_xlsx(build_schedule_xlsx(empty, made_at=MADE_AT))

    assert SCHEDULE.nothing in word
    assert any(SCHEDULE.nothing in row for row in cells)
