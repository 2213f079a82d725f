"""A term is shortened by the head alone, at a demand; it is told and kept as all changes are."""

from datetime import date, timedelta

import pytest
from tests.factories import NOW, SECRET
from tests.services.test_appeal_life import list_purposes, open_office
from tests.services.test_calendar_editions import closed_on_the_last_day, put_into_force

from hotline_sessions.domain.appeal_life import OnlyHead, ShortenedAfterExtension
from hotline_sessions.domain.deadlines import NotShorter
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeal_shortening import shorten_term
from hotline_sessions.services.appeals import get_for_staff
from hotline_sessions.services.integrity import verify
from hotline_sessions.store.engine import fetch_value


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

SOONER = NOW.date() + timedelta(days=7)
DEMAND = "Вимога № 12 від 23.11.2026: опалення немає, у домі немовля."


async def test_a_shortened_term_is_the_last_day_is_told_and_stays_provable() -> None:
    office = await open_office()
    await shorten_term(office.name, SOONER, DEMAND, staff=office.head, now=NOW)

    appeal = (await get_for_staff(office.name, staff=office.head)).appeal
    assert (appeal.legal_on, appeal.deadline.nominal_on) == (SOONER, SOONER)
    assert appeal.deadline.shortened
    assert (await list_purposes())[-1] == "appeal-term-changed"
    assert await fetch_value("select text from appeal_comment") == DEMAND
    assert await fetch_value("select cause from past_deadline") == "demand"
    assert (await verify([], secrets=[SECRET], now=NOW)).is_clean


@pytest.mark.parametrize("day", [-1, 30, 45])
async def test_a_day_outside_the_term_does_not_shorten_it(day: int) -> None:
    office = await open_office()
    until = NOW.date() + timedelta(days=day)

    with pytest.raises(NotShorter):
        await shorten_term(office.name, until, DEMAND, staff=office.head, now=NOW)


async def test_a_clerk_shortens_nothing() -> None:
    office = await open_office()

    with pytest.raises(OnlyHead):
        await shorten_term(office.name, SOONER, DEMAND, staff=office.clerk, now=NOW)


async def test_what_was_extended_is_not_shortened_but_what_was_shortened_may_be_extended() -> None:
    office, other = await open_office(), await open_office()
    until = office.appeal.received_on + timedelta(days=40)
    await extend(office.name, until, "Перевірка", staff=office.head, now=NOW)
    with pytest.raises(ShortenedAfterExtension):
        await shorten_term(office.name, SOONER, DEMAND, staff=office.head, now=NOW)

    await shorten_term(other.name, SOONER, DEMAND, staff=other.head, now=NOW)
    await extend(other.name, until, "Перевірка", staff=other.head, now=NOW)

    assert (await get_for_staff(other.name, staff=other.head)).appeal.legal_on == until


async def test_no_calendar_moves_a_day_that_the_head_has_set() -> None:
    office = await open_office()
    await shorten_term(office.name, date(2026, 12, 1), DEMAND, staff=office.head, now=NOW)

    preview = await put_into_force(closed_on_the_last_day(), staff=office.head)

    assert preview.changes == ()
