"""Any appeal is found by its words, its number, its author, its days, and by nobody else."""

from datetime import date, timedelta

import pytest
from tests.factories import NOW, make_appeal, make_institution, make_phone, make_staff

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_search import PAGE, Wanted, Which
from hotline_sessions.services.appeal_search import find_appeals, note_missing_words
from hotline_sessions.services.appeals import answer
from hotline_sessions.store import appeal_search
from hotline_sessions.store.engine import fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def make_clerk() -> Staff:
    return await make_staff(institution=(await make_institution()).id)


async def find(staff: Staff, text: str = "", *, which: Which = Which.ALL) -> list[str]:
    """Surnames of the authors of what is found, in the order of the list."""
    found = await find_appeals(Wanted(text=text, which=which), staff=staff, now=NOW)
    return [appeal.surname for appeal in found.appeals]


@pytest.fixture
async def clerk() -> Staff:
    """A clerk with three appeals."""
    clerk = await make_clerk()
    await make_appeal(staff=clerk, surname="Коваленко", question="Немає доріг до лікарні.")
    await make_appeal(staff=clerk, surname="Шевчук", question="Коли буде перерахунок субсидії?")
    await make_appeal(
        staff=clerk, surname="Нго", question="Дорогу до школи не ремонтують.", phone=make_phone()
    )
    return clerk


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("дорога", ["Нго", "Коваленко"]),
        ("дорогами школи", ["Нго"]),
        ("субсидія Шевч", ["Шевчук"]),
        ("шевчук марія", ["Шевчук"]),
        ("вулиця Соборна", ["Нго", "Шевчук", "Коваленко"]),
        ("Ш-2-2026", ["Шевчук"]),
        ("ш 2", ["Шевчук"]),
        ("літаки", []),
        ("!?", []),
        ("' | :* & '", []),
    ],
)
async def test_all_words_must_stand_in_a_card(clerk: Staff, text: str, authors: list[str]) -> None:
    assert await find(clerk, text) == authors


async def test_a_phone_finds_what_its_owner_wrote(clerk: Staff) -> None:
    phone = await fetch_value("select phone from appeal where surname = 'Нго'")

    assert await find(clerk, f"0{phone[4:6]} {phone[6:9]} {phone[9:]}") == ["Нго"]


async def test_another_institution_finds_nothing(clerk: Staff) -> None:
    stranger = await make_clerk()

    assert [await find(stranger, text) for text in ("дорога", "Ш-2-2026", "")] == [[], [], []]
    assert await find(clerk, "дорога")


async def test_what_waits_comes_by_its_last_day_and_what_is_answered_does_not() -> None:
    clerk = await make_clerk()
    for surname, days in (("Новак", 0), ("Давній", 40), ("Ближній", 28)):
        await make_appeal(staff=clerk, surname=surname, received_at=NOW - timedelta(days=days))
    made = await make_appeal(staff=clerk, surname="Свій", received_at=NOW - timedelta(days=3))
    await answer(made.appeal.public_id, "Роз'яснено телефоном.", result="9.3", staff=clerk, now=NOW)

    assert await find(clerk, which=Which.OPEN) == ["Давній", "Ближній", "Новак"]
    assert await find(clerk, which=Which.OVERDUE) == ["Давній"]
    assert await find(clerk, which=Which.THIS_WEEK) == ["Ближній"]
    assert await find(clerk, which=Which.ENDED) == ["Свій"]
    assert await find(clerk, which=Which.ALL) == ["Новак", "Свій", "Ближній", "Давній"]


async def test_days_of_receipt_and_codes_narrow_a_list(clerk: Staff) -> None:
    async def count(wanted: Wanted) -> int:
        return len((await find_appeals(wanted, staff=clerk, now=NOW)).appeals)

    day = await fetch_value("select max(received_on) from appeal")
    assert await count(Wanted(which=Which.ALL, received_from=day, received_to=day)) == 3
    assert await count(Wanted(which=Which.ALL, received_to=day - timedelta(days=1))) == 0
    assert await count(Wanted(which=Which.ALL, received_from=date.max)) == 0
    assert await count(Wanted(kind="3.2", text="дорога", which=Which.OPEN)) == 2
    assert await count(Wanted(kind="3.3")) == 0


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(which=Which.OPEN),
        Wanted(which=Which.ALL),
        Wanted(which=Which.ALL, text="дорога"),
        Wanted(which=Which.OPEN, text="дорога"),
    ],
)
async def test_pages_follow_each_other_without_gap_or_repeat(wanted: Wanted) -> None:
    clerk = await make_clerk()
    await make_appeal(staff=clerk, question="Дороги немає зовсім.")
    await run_sql(
        """insert into appeal
           select (jsonb_populate_record(a, jsonb_build_object('id', a.id + n,
                      'public_id', 'copy' || n, 'form_key', 'copy' || n, 'number', n + 1,
                      'received_on', a.received_on - n % 7, 'legal_on', a.legal_on - n % 7))).*
             from appeal a, generate_series(1, $1) n""",
        2 * PAGE,
    )
    assert await note_missing_words() == 2 * PAGE

    seen: list[int] = []
    after = None
    for _ in range(4):
        found = await find_appeals(wanted, staff=clerk, now=NOW, after=after)
        seen += [appeal.id for appeal in found.appeals]
        after = found.next
        if after is None:
            break

    assert after is None
    assert len(seen) == len(set(seen)) == 2 * PAGE + 1


async def list_through(wanted: Wanted, staff: Staff) -> list[int]:
    """What stands on all pages, in their order."""
    found = await find_appeals(wanted, staff=staff, now=NOW)
    seen: list[int] = [appeal.id for appeal in found.appeals]
    while found.next:
        found = await find_appeals(wanted, staff=staff, now=NOW, after=found.next)
        seen += [appeal.id for appeal in found.appeals]
    return seen


@pytest.mark.parametrize(
    ("recent", "further"), [(4000, 40_000), (60, 4000), (60, 80), (7, 10), (5, 4000), (1, 1)]
)
async def test_a_list_is_the_same_wherever_its_cards_are_looked_for(
    recent: int, further: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among the newest, among more of them, and by the index: frequent words and rare ones."""
    clerk = await make_clerk()
    await make_appeal(staff=clerk, question="Дороги немає зовсім.")
    await run_sql(
        """insert into appeal
           select (jsonb_populate_record(a, jsonb_build_object('id', a.id + n,
                      'public_id', 'copy' || n, 'form_key', 'copy' || n, 'number', n + 1,
                      'question', case when n % 9 = 0 then 'Міст' else 'Дороги' end,
                      'kind', case when n % 2 = 0 then '3.2' else '3.3' end))).*
             from appeal a, generate_series(1, 300) n"""
    )
    assert await note_missing_words() == 300
    monkeypatch.setattr(appeal_search, "RECENT", recent)
    monkeypatch.setattr(appeal_search, "FURTHER", further)

    for word, kind in (("Дорог", ""), ("Дорог", "3.3"), ("Міст", ""), ("Міст", "3.3")):
        assert await list_through(Wanted(which=Which.ALL, text=word, kind=kind), clerk) == (
            await fetch_value(
                """select array_agg(id order by id desc) from appeal
                    where starts_with(question, $1) and (kind = $2 or $2 = '')""",
                word,
                kind,
            )
        )


async def test_what_came_without_words_is_found_after_the_job(clerk: Staff) -> None:
    await run_sql("delete from appeal_words")
    assert await find(clerk, "дорога") == []

    assert await note_missing_words() == 3
    assert await note_missing_words() == 0

    assert await find(clerk, "дорога") == ["Нго", "Коваленко"]
