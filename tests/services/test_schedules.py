"""A published schedule becomes drafts: all of it or nothing, and once."""

from datetime import datetime
from pathlib import Path

import pytest
from tests.factories import NOW, make_institution

from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.schedule_rows import LONGEST_TEXT
from hotline_sessions.domain.schedules import RowReading, read_row, read_rows
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.gateways.sheets import read_sheet
from hotline_sessions.services import schedules
from hotline_sessions.services.schedules import (
    ForeignRows,
    Imported,
    RowsRefused,
    import_rows,
    read_schedule,
)
from hotline_sessions.services.session_plans import Plan, write_plan
from hotline_sessions.store.engine import fetch_rows, fetch_value
from hotline_sessions.store.institutions import list_institutions
from hotline_sessions.store.lines import list_lines
from hotline_sessions.store.officials import list_officials, list_posts
from hotline_sessions.store.sessions import list_sessions, list_slots


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

PUBLISHED = Path(__file__).parents[1] / "data" / "published_sessions.csv"
HOME = "Рівненська обласна рада"
HEADER = "Установа;Дата;Час;Посада;ПІБ;Тема;Телефон"
ROWS = (
    f"{HOME};25.11.2026;10:00–11:00;Голова;Гук Андрій;Тарифи;0 800 502 708",
    f"{HOME};26.11.2026;14:00–15:30;Голова;Гук Андрій;Дороги;0 800 502 708",
    f"{HOME};27.11.2026;10:00–10:30;Заступник голови;;Лікарні;15-45",
)
BROKEN = f"{HOME};не дата;10:00–11:00;Голова;;Тарифи;101"
FOREIGN = "Луцька міська рада;28.11.2026;10:00–11:00;Голова;;Тарифи;101"


def read(*rows: str) -> list[RowReading]:
    content = "\n".join([HEADER, *rows]).encode()
    return read_rows(read_sheet(content, "a.csv"), year=2026)


async def load(
    *rows: str, institution: InstitutionId | None = None, source: str = "a.csv"
) -> Imported:
    return await import_rows(read(*rows), institution=institution, source=source, now=NOW)


async def count(table: str) -> int:
    return int(await fetch_value(f"select count(*) from {table}"))  # noqa: S608 - our own names


async def test_rows_become_drafts_of_their_institution() -> None:
    home = await make_institution(slug="rada", name_uk=HOME)

    assert await load(*ROWS, institution=home.id) == Imported(made=3, present=0)

    sessions = await list_sessions(institution=home.id)
    assert [(s.topic, s.window.length.seconds // 60) for s in sessions] == [
        ("Тарифи", 60),
        ("Дороги", 90),
        ("Лікарні", 30),
    ]
    assert {session.state for session in sessions} == {SessionState.DRAFT}
    assert all(session.line for session in sessions)
    assert [len(await list_slots(session.id)) for session in sessions] == [12, 18, 6]


async def test_a_session_or_a_series_for_one_community_says_so() -> None:
    home = await make_institution(slug="rada", name_uk=HOME)
    table = (
        "Дата;Повторення;Початок;Кінець;Посада;Громада\n"
        "25.11.2026;;10:00;11:00;Голова;Клеванська\n"
        "07.12.2026;FREQ=WEEKLY;14:00;15:00;Голова;Клеванська\n"
    )
    rows = read_sheet(table.encode(), "a.csv")
    schedule = await read_schedule(rows, year=2026, institution=home.id)

    await import_rows(schedule.readings, institution=home.id, source="a.csv", now=NOW)

    sessions = await list_sessions(institution=home.id)
    assert len(sessions) > 2
    assert {session.community for session in sessions} == {"Клеванська"}
    assert await fetch_value("select community from series") == "Клеванська"


async def test_posts_lines_and_persons_that_repeat_are_added_once() -> None:
    home = await make_institution(slug="rada", name_uk=HOME)

    await load(*ROWS, institution=home.id)

    assert [post.title_uk for post in await list_posts(institution=home.id)] == [
        "Голова",
        "Заступник голови",
    ]
    assert [line.number for line in await list_lines(institution=home.id)] == [
        "+380800502708",
        "1545",
    ]
    assert [each.full_name for each in await list_officials(institution=home.id)] == ["Гук Андрій"]


async def test_importing_a_file_again_adds_nothing() -> None:
    home = await make_institution(slug="rada", name_uk=HOME)
    await load(*ROWS, institution=home.id)
    counted = [await count(table) for table in ("session", "slot", "post", "line", "official")]

    assert await load(*ROWS, institution=home.id) == Imported(made=0, present=3)

    again = [await count(table) for table in ("session", "slot", "post", "line", "official")]
    assert again == counted


async def test_a_longer_file_adds_only_what_is_new() -> None:
    home = await make_institution(slug="rada", name_uk=HOME)
    await load(*ROWS[:2], institution=home.id)

    assert await load(*ROWS, institution=home.id) == Imported(made=1, present=2)


async def test_one_row_with_a_mistake_stops_all_rows() -> None:
    home = await make_institution(slug="rada", name_uk=HOME)

    with pytest.raises(RowsRefused) as refusal:
        await load(*ROWS, BROKEN, institution=home.id)
    assert refusal.value.facts == {"lines": [5]}
    assert await count("session") == 0


async def test_one_row_of_another_institution_stops_all_rows() -> None:
    home = await make_institution(slug="rada", name_uk=HOME)

    with pytest.raises(ForeignRows) as refusal:
        await load(*ROWS, FOREIGN, institution=home.id)
    assert refusal.value.facts == {"lines": [5]}
    assert await count("session") == 0


async def test_a_failure_in_the_last_row_leaves_nothing_of_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = await make_institution(slug="rada", name_uk=HOME)

    async def fail_at_the_last(plan: Plan, *, institution: InstitutionId, now: datetime) -> Session:
        if plan.topic == "Лікарні":
            raise RuntimeError("no paper left")
        return await write_plan(plan, institution=institution, now=now)

    monkeypatch.setattr(schedules, "write_plan", fail_at_the_last)
    with pytest.raises(RuntimeError):
        await load(*ROWS, institution=home.id)

    assert [await count(table) for table in ("session", "slot", "post", "line")] == [0, 0, 0, 0]


async def test_without_an_institution_those_that_rows_name_are_added_once() -> None:
    known = await make_institution(slug="rada", name_uk=HOME)

    await load(*ROWS, FOREIGN)

    assert {(each.slug, each.name_uk) for each in await list_institutions()} == {
        (known.slug, HOME),
        ("institution-1", "Луцька міська рада"),
    }
    assert await load(FOREIGN) == Imported(made=0, present=1)


async def test_a_session_remembers_the_line_of_the_file_it_came_from() -> None:
    await load(*ROWS[:2])

    rows = await fetch_rows("select source from session order by starts_at")

    assert [row["source"] for row in rows] == ["a.csv:2", "a.csv:3"]


async def test_a_file_with_a_very_long_name_is_imported() -> None:
    name = f"{'графік прийому громадян ' * 8}.csv"

    assert await load(ROWS[0], source=name) == Imported(made=1, present=0)
    assert (await fetch_value("select source from session")).endswith(":2")


@pytest.mark.parametrize("column", list(LONGEST_TEXT))
async def test_the_longest_cell_that_is_read_can_be_kept(column: str) -> None:
    cells = {
        "institution": HOME,
        "date": "25.11.2026",
        "time_from": "10:00",
        "time_to": "11:00",
        "official_position": "Голова",
    }
    longest = "т" * LONGEST_TEXT[column]
    reading = read_row(cells | {column: longest}, line=2, year=2026)
    longer = read_row(cells | {column: f"{longest}т"}, line=2, year=2026)

    assert await import_rows([reading], source="a.csv", now=NOW) == Imported(made=1, present=0)
    assert not longer.accepted


async def test_a_table_of_an_institution_need_not_name_it() -> None:
    home = await make_institution(slug="rada", name_uk=HOME)
    content = "Дата;Час;Тема\n25.11.2026;10:00–11:00;Тарифи\n".encode()

    found = await read_schedule(read_sheet(content, "a.csv"), year=2026, institution=home.id)

    assert [reading.accepted for reading in found.readings] == [True]
    assert found.foreign == frozenset()


async def test_rows_of_others_are_named_before_anything_is_imported() -> None:
    home = await make_institution(slug="rada", name_uk=HOME)
    content = "\n".join([HEADER, ROWS[0], FOREIGN]).encode()

    found = await read_schedule(read_sheet(content, "a.csv"), year=2026, institution=home.id)

    assert found.foreign == {3}


async def test_the_published_schedules_of_a_year_are_imported_whole_and_once() -> None:
    readings = read_rows(read_sheet(PUBLISHED.read_bytes(), "published.csv"), year=2026)
    accepted = [reading for reading in readings if reading.accepted]

    first = await import_rows(accepted, source="published.csv", now=NOW)
    second = await import_rows(accepted, source="published.csv", now=NOW)

    assert first == Imported(made=69, present=0)
    assert second == Imported(made=0, present=69)
    with pytest.raises(Refusal):
        await import_rows(readings, source="published.csv", now=NOW)


async def test_rows_with_a_recurrence_become_series_of_their_days() -> None:
    readings = read_rows(read_sheet(PUBLISHED.read_bytes(), "published.csv"), year=2026)
    series = [each for each in readings if each.accepted and each.rule]

    await import_rows(series, source="published.csv", now=NOW)
    await import_rows(series, source="published.csv", now=NOW)

    rows = await fetch_rows(
        """select r.recurrence, count(*) as days, bool_and(c.held_on = s.held_on) as are_right
             from series r join occurrence c on c.series = r.id join session s on s.id = c.session
            group by r.id order by r.id"""
    )
    assert [tuple(row) for row in rows] == [
        ("FREQ=WEEKLY;BYDAY=TU", 29, True),
        ("FREQ=MONTHLY;BYDAY=1TU", 12, True),
        ("FREQ=MONTHLY;BYDAY=3TU", 12, True),
        ("FREQ=MONTHLY;BYDAY=4MO", 12, True),
    ]
