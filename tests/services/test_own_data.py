"""An author gets all that is held on them, and nothing of anybody else."""

from datetime import date, timedelta

import msgspec
import pytest
from msgspec.structs import replace
from tests.factories import (
    NOW,
    SECRET,
    make_appeal,
    make_booking,
    make_institution,
    make_session,
    make_staff,
)

from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.domain.following import Matter, Way
from hotline_sessions.services.appeal_assignments import resolve
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeal_ratings import rate
from hotline_sessions.services.appeals import UnknownAppeal, answer
from hotline_sessions.services.following import ask_email, choose_ways
from hotline_sessions.services.own_data import take_own_data
from hotline_sessions.services.recounting import Cause, DayChange, apply_changes
from hotline_sessions.store.deadlines import list_open_terms
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.own_data import INNER
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def test_an_author_gets_card_steps_answer_messages_and_booking_but_no_staff() -> None:
    home = await make_institution()
    staff = await make_staff(institution=home.id, full_name="Таємний Виконавець")
    taken = await make_booking(session=await make_session(institution=home, staff=staff))
    made = await make_appeal(staff=staff)
    other = await make_appeal(staff=staff, surname="Шевчук", question="Чуже питання про дах")
    name = made.appeal.public_id
    await run_sql("update appeal set booking = $2 where id = $1", made.appeal.id, taken.booking.id)
    await choose_ways(name, {Matter.GIVEN: Way.SMS}, now=NOW)
    await ask_email(name, "new@example.com", language="uk", secret=SECRET, now=NOW)
    (term,) = [
        each async for each in list_open_terms(institution=home.id) if each.id == made.appeal.id
    ]
    moved = replace(term.deadline, legal_on=term.deadline.legal_on + timedelta(days=1))
    async with transaction():
        await apply_changes(
            [DayChange(term=term, after=moved)],
            Cause.CALENDAR,
            institution=home.id,
            account=staff.account,
            now=NOW,
        )
    main = Party(kind=PartyKind.ACCOUNT, id=staff.account)
    await resolve(name, "Таємна резолюція", main=main, staff=staff, now=NOW)
    await extend(name, date(2027, 1, 5), "Потрібна перевірка", staff=staff, now=NOW)
    await answer(name, "Субсидію нараховано.", result="9.1", staff=staff, now=NOW)
    await run_sql(
        """insert into correction (appeal, deed, field, before, after, reason, corrected_by,
                                   corrected_at)
           values ($1, 'd', 'residence', 'Рівне, стара адреса', 'Рівне', 'описка', $2, now())""",
        made.appeal.id,
        staff.account,
    )
    await run_sql(
        """insert into attachment (public_id, institution, appeal, origin, name, kind, key, sha256,
                                   size, attached_at)
           values ('a', $1, $2, 'citizen', 'довідка.pdf', 'pdf', 'k', 's', 1, now())""",
        home.id,
        made.appeal.id,
    )
    await rate(name, 2, "Грошей немає", now=NOW)

    data = await take_own_data(name, made.code, form="json", secret=SECRET, now=NOW)

    text = msgspec.json.encode(data).decode()
    for own in (
        "Коваленко",
        "Соборна",
        "Субсидію нараховано",
        "Потрібна перевірка",
        "Грошей",
        "стара",
        "довідка.pdf",
    ):
        assert own in text
    assert data.booking is not None
    assert data.booking["question"] == "Коли буде перерахунок субсидії?"
    assert [each["purpose"] for each in data.messages] == [
        *("appeal-registered", "address-code", "appeal-term-changed"),
        *("appeal-given", "appeal-extended", "appeal-answered"),
    ]
    ours = await fetch_value(
        "select count(*) from message where key like $1", f"appeal:%{made.appeal.register_index}:%"
    )
    assert len(data.messages) == ours, "no message about the appeal is forgotten"
    for foreign in ("Таємн", "Шевчук", "Чуже", other.appeal.register_index, made.code):
        assert foreign not in text
    steps = await fetch_rows("select action, facts from appeal_step order by place desc limit 1")
    assert [tuple(row) for row in steps] == [("appeal_data_given", '{"form": "json"}')]


async def test_a_wrong_code_gets_nothing_and_leaves_no_trace_of_a_handing_out() -> None:
    staff = await make_staff(institution=(await make_institution()).id)
    made = await make_appeal(staff=staff)
    wrong = "000000" if made.code != "000000" else "000001"

    for code in (wrong, "хтозна"):
        with pytest.raises(UnknownAppeal):
            await take_own_data(made.appeal.public_id, code, form="json", secret=SECRET, now=NOW)

    actions = await fetch_rows("select action from appeal_step order by place")
    assert [row["action"] for row in actions] == ["appeal_registered"]


async def test_every_column_of_a_card_is_handed_out_or_named_as_not_personal() -> None:
    staff = await make_staff(institution=(await make_institution()).id)
    made = await make_appeal(staff=staff)
    columns = await fetch_rows(
        "select column_name as name from information_schema.columns where table_name = 'appeal'"
    )

    data = await take_own_data(
        made.appeal.public_id, made.code, form="json", secret=SECRET, now=NOW
    )

    assert set(data.card) == {row["name"] for row in columns} - set(INNER)
    assert {"surname", "residence", "phone", "email", "question"} <= set(data.card)
