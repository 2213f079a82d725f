"""Numbers set aside for cards on paper: each ends as a card or cancelled, and none is missing."""

import asyncio
from datetime import date, timedelta

import asyncpg
import pytest
from tests.factories import NOW, SECRET, make_appeal, make_institution, make_staff

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import Appeal, NewAppeal
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.number_blocks import BadPaperDay, NumberNotOpen, NumbersLeft
from hotline_sessions.services.appeals import find_by_code
from hotline_sessions.services.number_blocks import (
    cancel_number,
    choose_template,
    close_block,
    enter_paper,
    reserve,
    show_block,
)
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.store.integrity import list_broken_series, list_wrong_counters


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

CARD = NewAppeal(
    surname="Шевчук",
    given_name="Ольга",
    residence="м. Рівне, вул. Соборна, 5",
    kind="3.2",
    question="Не працює ліфт у будинку.",
)
TUESDAY = date(2026, 11, 24)
LATER = NOW + timedelta(days=2)


async def make_clerk() -> Staff:
    return await make_staff(institution=(await make_institution()).id)


async def enter(block: str, number: int, staff: Staff, *, on: date = TUESDAY) -> Appeal:
    return await enter_paper(
        block, number, CARD, received_on=on, staff=staff, secret=SECRET, now=LATER
    )


async def test_after_an_outage_every_number_is_a_card_or_cancelled_and_none_is_missing() -> None:
    staff = await make_clerk()
    await make_appeal(staff=staff)
    block = await reserve(3, "Планове вимкнення світла", staff=staff, now=NOW)
    after = await make_appeal(staff=staff)
    meanwhile = await list_broken_series(), await list_wrong_counters()

    card = await enter(block, 3, staff)
    await cancel_number(block, 2, "Аркуш зіпсовано", staff=staff, now=LATER)
    with pytest.raises(NumbersLeft):
        await close_block(block, staff=staff, now=LATER)
    await cancel_number(block, 4, "Не знадобився", staff=staff, now=LATER)
    await close_block(block, staff=staff, now=LATER)
    numbers = (await show_block(block, staff=staff)).numbers

    assert after.appeal.register_index == "К-5-2026"
    assert meanwhile == ([], [])
    assert card.register_index == "Ш-3-2026"
    assert (card.received_on, card.registered_on) == (TUESDAY, TUESDAY)
    assert card.legal_on == date(2026, 12, 24)
    assert [(each.number, each.public_id, each.cancelled_for) for each in numbers] == [
        (2, None, "Аркуш зіпсовано"),
        (3, card.public_id, ""),
        (4, None, "Не знадобився"),
    ]
    assert (await list_broken_series(), await list_wrong_counters()) == ([], [])
    with pytest.raises(NumberNotOpen):
        await enter(block, 4, staff)
    await run_sql("delete from reserved_number where number = 4")
    assert [each.number for each in await list_broken_series()] == [5]


async def test_of_two_who_enter_one_number_at_once_one_does() -> None:
    staff = await make_clerk()
    block = await reserve(1, "Вимкнення світла", staff=staff, now=NOW)

    done = await asyncio.gather(
        enter(block, 1, staff), enter(block, 1, staff), return_exceptions=True
    )

    assert sorted(type(each).__name__ for each in done) == ["Appeal", "NumberNotOpen"]


async def test_a_card_cannot_be_of_a_day_before_the_block_or_ahead() -> None:
    staff, stranger = await make_clerk(), await make_clerk()
    block = await reserve(2, "Вимкнення світла", staff=staff, now=NOW)

    for day in (date(2026, 11, 22), date(2026, 11, 26)):
        with pytest.raises(BadPaperDay):
            await enter(block, 1, staff, on=day)
    with pytest.raises(NumberNotOpen):
        await enter(block, 3, staff)
    with pytest.raises(NotFound):
        await show_block(block, staff=stranger)
    assert await fetch_value("select count(*) from appeal") == 0


async def test_the_database_cancels_no_number_of_a_card() -> None:
    staff = await make_clerk()
    block = await reserve(1, "Вимкнення світла", staff=staff, now=NOW)
    card = await enter(block, 1, staff)

    with pytest.raises(asyncpg.CheckViolationError):
        await run_sql("update reserved_number set cancelled_for = 'ні'")
    with pytest.raises(NotFound):
        await find_by_code(card.register_index, "000000", secret=SECRET, now=NOW)


async def test_a_chosen_form_of_numbers_holds_from_the_next_registration_on() -> None:
    staff = await make_clerk()
    before = await make_appeal(staff=staff)
    await choose_template("{letter}.{number}.{yy}", staff=staff, now=NOW)
    after = await make_appeal(staff=staff)
    other = await make_appeal(staff=await make_clerk())

    found = await find_by_code("к 2 2026", after.code, secret=SECRET, now=NOW)

    assert before.appeal.register_index == "К-1-2026"
    assert after.appeal.register_index == "К.2.26"
    assert other.appeal.register_index == "К-1-2026"
    assert found == after.appeal.public_id
