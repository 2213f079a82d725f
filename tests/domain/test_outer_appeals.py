"""A row of another body's list is an appeal, or says every reason why it is none."""

from datetime import date

import pytest

from hotline_sessions.domain.outer_appeals import OuterReading, read_outer_rows
from hotline_sessions.domain.outer_cells import build_key, clean_text
from hotline_sessions.domain.schedule_columns import MissingColumns, SheetRow
from hotline_sessions.store.classifier_data import load_classifier


TODAY = date(2026, 11, 23)
GOOD = {
    "Номер": "КЦ-17",
    "ПІБ": "Коваль Іван Петрович",
    "Адреса": "м. Рівне, вул. Соборна, 1",
    "Зміст": "Не світять ліхтарі на вулиці.",
}


def read(*rows: dict[str, str]) -> list[OuterReading]:
    sheet = [SheetRow(line=line, cells=cells) for line, cells in enumerate(rows, start=2)]
    return read_outer_rows(sheet, classifier=load_classifier(), today=TODAY)


@pytest.mark.parametrize(
    ("cell", "column", "code"),
    [
        ({"Номер": " "}, "outer_number", "missing-number"),
        ({"Номер": "7" * 101}, "outer_number", "too-long"),
        ({"ПІБ": "Коваль"}, "full_name", "unreadable-name"),
        ({"ПІБ": ""}, "surname", "missing-text"),
        ({"Адреса": "вул"[:2]}, "residence", "too-short"),
        ({"Адреса": "в" * 301}, "residence", "too-long"),
        ({"Зміст": "\x00 \n"}, "question", "missing-text"),
        ({"Дата": "вчора"}, "outer_date", "unreadable-day"),
        ({"Дата": "30.02.2026"}, "outer_date", "unreadable-day"),
        ({"Дата": "24.11.2026"}, "outer_date", "future-day"),
        ({"Телефон": "12"}, "phone", "unreadable-phone"),
        ({"Електронна пошта": "ivan@"}, "email", "unreadable-email"),
        ({"Вид": "подяка"}, "kind", "unknown-kind"),
        ({"Тема": "усе разом"}, "topic", "unknown-topic"),
        ({"Пільга": "мабуть"}, "priority", "unreadable-yes"),
    ],
)
def test_a_bad_cell_is_named_with_its_column(cell: dict[str, str], column: str, code: str) -> None:
    reading = read(GOOD | cell)[0]

    assert reading.appeal is None
    assert (column, code) in [(each.column, each.code) for each in reading.mistakes]


def test_a_good_row_is_an_appeal_and_what_it_does_not_say_is_assumed_aloud() -> None:
    day = {"Дата": "2026-11-20 14:30:00", "Письмова відповідь": "ні"}

    appeal = read(GOOD | day)[0].appeal
    remarks = read(GOOD)[0].remarks

    assert appeal is not None
    assert (appeal.number, appeal.first_received_on) == ("КЦ-17", date(2026, 11, 20))
    assert (appeal.new.surname, appeal.new.kind) == ("Коваль", "3.2")
    assert not appeal.new.wants_written_reply
    assert [each.code for each in remarks] == ["kind-assumed"]


@pytest.mark.parametrize("kind", ["3.3", "Скарга", "complaint", "СКАРГА ", "COMPLAINT"])
def test_a_kind_is_known_by_code_and_by_name(kind: str) -> None:
    appeal = read(GOOD | {"Вид": kind})[0].appeal

    assert appeal is not None
    assert appeal.new.kind == "3.3"


def test_of_two_rows_with_one_number_however_written_the_second_is_refused() -> None:
    first, second = read(GOOD, GOOD | {"Номер": "кц – 17"})

    assert first.appeal is not None
    assert [(each.code, each.facts) for each in second.mistakes] == [("same-number", {"line": "2"})]
    assert build_key("КЦ-17") == build_key(" кц\u201317")


def test_a_list_without_the_needed_columns_is_refused_whole() -> None:
    with pytest.raises(MissingColumns) as caught:
        read({"Номер": "1", "Зміст": "Вода"})

    assert caught.value.facts == {"columns": "surname/full_name, residence"}


def test_a_long_text_keeps_its_lines_and_loses_what_cannot_be_seen() -> None:
    assert clean_text("Перше.\r\n\tДруге\x07  слово.\x00\n") == "Перше.\nДруге слово."
