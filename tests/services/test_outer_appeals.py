"""Lists of appeals that other bodies send: the good are taken, once; the bad are named."""

import asyncio
import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count

import pytest
from tests.factories import NOW, SECRET, make_institution, make_staff

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.term_policies import Channel
from hotline_sessions.gateways.lists import read_list
from hotline_sessions.services import outer_appeals
from hotline_sessions.services.appeals import get_for_staff
from hotline_sessions.services.outer_appeals import (
    BadReceipt,
    Batch,
    Looked,
    Taken,
    look,
    name_source,
    take,
)
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.outer_appeals import list_known


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

TODAY = date(2026, 11, 23)
HEADER = ["№", "Дата", "Прізвище", "Ім’я", "Адреса", "Телефон", "Вид", "Зміст"]
WRONG = [
    {"№": ""},
    {"Дата": "31.02.2026"},
    {"Прізвище": ""},
    {"Адреса": "х"},
    {"Телефон": "12"},
    {"Вид": "відгук"},
    {"Зміст": ""},
    {"№": "УГЛ-0"},
]
"""Ways in which rows are bad: five rows of each."""


def build_csv(rows: int, *, bad: int = 0, letter: str = "УГЛ") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER)
    writer.writeheader()
    for row in range(rows):
        cells = {
            "№": f"{letter}-{row}",
            "Дата": "20.11.2026",
            "Прізвище": "Коваленко",
            "Ім’я": "Марія",
            "Адреса": f"м. Рівне, вул. Соборна, {row}",
            "Телефон": "050 123 45 67",
            "Вид": "Скарга",
            "Зміст": f"Немає води в будинку {row} з понеділка.",
        }
        # Spread over the file, and never the first row.
        if bad and row % (rows // bad) == 7:
            cells |= WRONG[row // (rows // bad) % len(WRONG)]
        writer.writerow(cells)
    return out.getvalue().encode()


async def make_batch(*, channel: str = "", received_on: date = TODAY) -> Batch:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    source = await name_source(
        "Урядова гаряча лінія", institution=home.id, account=staff.account, now=NOW
    )
    return Batch(
        institution=home.id,
        source=source,
        received_on=received_on,
        by=staff.account,
        channel=channel,
    )


async def read(content: bytes, batch: Batch) -> Looked:
    rows = read_list(content, "appeals.csv")
    return await look(rows, source=batch.source, institution=batch.institution, now=NOW)


async def take_all(looked: Looked, batch: Batch) -> Taken:
    return await take(looked, batch, secret=SECRET, now=NOW)


async def test_of_2000_rows_40_bad_ones_are_named_and_the_others_are_taken_once() -> None:
    batch = await make_batch()
    content = build_csv(2000, bad=40)

    looked = await read(content, batch)
    taken = await take_all(looked, batch)
    again = await take_all(await read(content, batch), batch)

    assert {each.line for each in looked.bad} == set(range(9, 2002, 50))
    assert {each.mistakes[0].code for each in looked.bad} == {
        "missing-number", "unreadable-day", "missing-text", "too-short", "unreadable-phone",
        "unknown-kind", "same-number",
    }  # fmt: skip
    assert (taken.made, taken.present, taken.refused) == (1960, 0, 40)
    assert (again.made, again.present, again.refused) == (0, 1960, 40)
    assert await fetch_value("select count(*) from appeal") == 1960
    assert await fetch_value("select last_number from register") == 1960


async def test_an_appeal_of_another_body_counts_from_our_receipt_and_keeps_its_number() -> None:
    friday = TODAY - timedelta(days=3)
    batch = await make_batch(channel=Channel.GOVERNMENT_HOTLINE, received_on=friday)
    row = '[{"number": "0512/ж", "full name": "Коваль Іван Петрович", "residence": "м. Рівне",'
    row += '"date": "2026-11-16", "question": "Не світять ліхтарі.", "secrecy": "так"}]'

    await take_all(await read(row.encode(), batch), batch)
    stored = (await fetch_rows("select * from appeal"))[0]
    staff = await make_staff(institution=batch.institution)
    appeal = (await get_for_staff(stored["public_id"], staff=staff)).appeal

    assert appeal.form_of_receipt == "1.6"
    assert (appeal.surname, appeal.given_name, appeal.patronymic) == ("Коваль", "Іван", "Петрович")
    assert (appeal.kind, appeal.first_received_on) == ("3.2", date(2026, 11, 16))
    assert (appeal.received_on, appeal.registered_on) == (friday, TODAY)
    assert appeal.legal_on == date(2026, 12, 21)  # a month from our receipt is a Sunday
    assert stored["asks_secrecy"]
    assert await fetch_value("select number from outer_appeal") == "0512/ж"


async def list_keys(institution: InstitutionId) -> Sequence[str]:
    rows = await fetch_rows(
        "select key from outer_appeal where institution = $1 order by key", institution
    )
    return [row["key"] for row in rows]


async def test_a_list_taken_twice_at_once_is_taken_once() -> None:
    batch = await make_batch()
    looked = await read(build_csv(30), batch)

    await asyncio.gather(take_all(looked, batch), take_all(looked, batch))

    assert len(await list_keys(batch.institution)) == 30
    assert await fetch_value("select last_number from register") == 30


async def test_without_its_guards_a_list_would_be_taken_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = await make_batch()
    looked = await read(build_csv(30), batch)
    both, forms = asyncio.Barrier(2), count()

    async def lock_nothing(_: int, *, institution: InstitutionId) -> None:
        pass

    async def list_known_together(*args: object, **facts: object) -> object:
        found = await list_known(*args, **facts)  # type: ignore[arg-type]
        await both.wait()
        return found

    monkeypatch.setattr(outer_appeals, "lock_source", lock_nothing)
    monkeypatch.setattr(outer_appeals, "list_known", list_known_together)
    monkeypatch.setattr(outer_appeals, "_form_key", lambda *_: f"form-{next(forms)}")
    await run_sql("alter table outer_appeal drop constraint one_appeal_per_outer_number")

    await asyncio.gather(take_all(looked, batch), take_all(looked, batch))

    assert len(await list_keys(batch.institution)) == 60


async def test_a_body_of_another_institution_and_a_coming_day_are_refused() -> None:
    ours, theirs = await make_batch(), await make_batch()
    looked = await read(build_csv(1), ours)
    foreign = Batch(institution=ours.institution, source=theirs.source, received_on=TODAY, by=None)
    ahead = Batch(
        institution=ours.institution,
        source=ours.source,
        received_on=TODAY + timedelta(days=1),
        by=None,
    )

    with pytest.raises(NotFound):
        await take_all(looked, foreign)
    with pytest.raises(BadReceipt):
        await take_all(looked, ahead)
    assert await fetch_value("select count(*) from appeal") == 0
