import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotline_sessions.cli.sessions_import import sessions


PUBLISHED = Path(__file__).parents[1] / "data" / "published_sessions.csv"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sessions, ["import", *arguments])


def test_a_dry_run_tells_every_row_in_one_line() -> None:
    result = run(str(PUBLISHED), "--year", "2026", "--dry-run")

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert len(lines) == 31
    assert lines[0] == "рядок 2: прийнято: 2020-05-05 17:00–18:00"
    assert "2026-01-06 13:00–14:00 … 2026-12-01 13:00–14:00 (12 сеансів)" in lines[21]
    assert lines[25].startswith("рядок 27: відхилено: time_to: немає ні часу завершення")
    assert lines[-1] == ("Рядків: 30; прийнято: 8 (69 сеансів); відхилено: 22. Нічого не записано.")


def test_reasons_are_told_in_english_when_asked() -> None:
    result = run(str(PUBLISHED), "--year", "2026", "--dry-run", "--lang", "en")

    assert "line 11: refused: date: this is the day of publication" in result.stdout
    assert "Rows: 30; accepted: 8 (69 sessions); refused: 22." in result.stdout


def test_json_gives_one_object_for_every_row() -> None:
    result = run(str(PUBLISHED), "--year", "2026", "--dry-run", "--json")

    listed = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [row["line"] for row in listed] == list(range(2, 32))
    assert listed[2] == {
        "line": 4,
        "accepted": True,
        "sessions": [{"start": "2026-04-20T11:00:00+03:00", "end": "2026-04-20T12:00:00+03:00"}],
        "reason": None,
    }
    assert listed[21]["sessions"][0]["start"] == "2026-01-06T13:00:00+02:00"
    for row in listed:
        assert set(row) == {"line", "accepted", "sessions", "reason"}
        assert row["accepted"] is bool(row["sessions"]) is not bool(row["reason"])


def test_without_a_year_a_day_that_shows_none_is_refused() -> None:
    listed = json.loads(run(str(PUBLISHED), "--dry-run", "--json").stdout)

    assert "у «20 April» немає року" in listed[2]["reason"]


@pytest.mark.parametrize(("content", "expected"), [
    (b"", "Файл порожній"),
    (b'a,b\n"1,2\n', "Лапки не мають пари"),
    ("Телефон\n101\n".encode(), "бракує стовпців: «установа»"),
    (b"PK\x03\x04", "не відкривається як таблиця"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_a_clear_message(
    tmp_path: Path, content: bytes, expected: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(content)

    result = run(str(file), "--dry-run", "--json")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert expected in result.stderr


def test_a_file_that_is_not_there_is_a_clear_message(tmp_path: Path) -> None:
    result = run(str(tmp_path / "none.csv"), "--dry-run")

    assert result.exit_code == 2
    assert "none.csv" in result.stderr


def test_a_file_of_one_institution_needs_no_column_for_it(tmp_path: Path) -> None:
    file = tmp_path / "графік.csv"
    file.write_text("Дата;Час;Тема\n05.05.2026;10:00–11:00;тарифи\n", encoding="cp1251")

    result = run(str(file), "--dry-run", "--institution", "oda")

    assert "рядок 2: прийнято: 2026-05-05 10:00–11:00" in result.stdout
