"""What was promised on the air is followed, and shown once two people have looked at it."""

from datetime import date

import asyncpg
import pytest
from tests.factories import (
    HELD_ON,
    NOW,
    SECRET,
    make_appeal,
    make_institution,
    make_session,
    make_staff,
)

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.promises import (
    BadPromiseDay,
    NothingProposed,
    OwnWords,
    PromiseDeed,
    PromiseOver,
    PromiseState,
    WordsChanged,
)
from hotline_sessions.domain.registers import BadIndex
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.promises import (
    NewPromise,
    approve,
    end,
    get_card,
    list_due,
    list_public,
    move,
    note_promise,
    propose,
    withdraw,
)
from hotline_sessions.services.sent_forms import SentForm
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

DUE: date = date(2026, 12, 1)
SPOKEN = "Марії Коваленко полагодять дорогу на вул. Соборній, 1"
PUBLIC = "Дорогу на вул. Соборній полагодять"


async def make_promised(number: str = "", due_on: date = DUE) -> tuple[PublicId, Session, Staff]:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    if number:
        await make_appeal(staff=staff)
    session = await make_session(institution=home, staff=staff)
    new = NewPromise(text=SPOKEN, promised_by="Директор", due_on=due_on, number=number)
    name = await note_promise(session.public_id, new, staff=staff, secret=SECRET, now=NOW)
    return name, session, staff


async def test_a_promise_is_followed_with_each_day_it_has_had() -> None:
    name, _, staff = await make_promised()

    await move(name, date(2026, 12, 20), "Немає асфальту", staff=staff, now=NOW)
    await end(name, PromiseDeed.KEEP, "Дорогу відкрито", staff=staff, now=NOW)
    with pytest.raises(PromiseOver):
        await move(name, date(2027, 1, 1), "Немає асфальту", staff=staff, now=NOW)

    card = await get_card(name, staff=staff)
    assert card.promise.state is PromiseState.KEPT
    assert [(each.deed, each.due_before, each.due_after) for each in card.changes] == [
        (PromiseDeed.NOTE, None, DUE),
        (PromiseDeed.MOVE, DUE, date(2026, 12, 20)),
        (PromiseDeed.KEEP, None, None),
    ]
    with pytest.raises(asyncpg.PostgresError, match="history is only added to"):
        await run_sql("delete from promise_change")


async def test_the_public_sees_words_that_another_person_has_approved() -> None:
    name, session, staff = await make_promised()
    other = await make_staff(institution=staff.institution)

    with pytest.raises(NothingProposed):
        await approve(name, "", staff=other, now=NOW)
    await propose(name, PUBLIC, staff=staff, now=NOW)
    with pytest.raises(OwnWords):
        await approve(name, PUBLIC, staff=staff, now=NOW)
    with pytest.raises(WordsChanged):
        await approve(name, "Інші слова", staff=other, now=NOW)
    unseen = await list_public(session.id)
    await approve(name, PUBLIC, staff=other, now=NOW)
    await move(name, date(2026, 12, 20), "Немає асфальту", staff=staff, now=NOW)
    (seen,) = await list_public(session.id)
    await propose(name, "Дорогу полагодять", staff=other, now=NOW)
    rewritten = await list_public(session.id)

    assert unseen == rewritten == []
    assert (seen.text, seen.moved_from, seen.due_on) == (PUBLIC, (DUE,), date(2026, 12, 20))


async def test_what_was_shown_can_be_taken_back() -> None:
    name, session, staff = await make_promised()
    other = await make_staff(institution=staff.institution)
    await propose(name, PUBLIC, staff=staff, now=NOW)
    await approve(name, PUBLIC, staff=other, now=NOW)

    await withdraw(name, "Видно, хто питав", staff=staff, now=NOW)

    assert await list_public(session.id) == []


async def test_the_database_shows_no_words_of_one_person_alone() -> None:
    name, _, staff = await make_promised()
    await propose(name, PUBLIC, staff=staff, now=NOW)

    with pytest.raises(asyncpg.CheckViolationError, match="promise_of_two_people"):
        await run_sql("update promise set approved_by = proposed_by")


async def test_a_promise_about_an_appeal_stands_in_its_history() -> None:
    name, _, staff = await make_promised("к 1 26")

    assert (await get_card(name, staff=staff)).promise.register_index == "К-1-2026"
    steps = await fetch_rows("select action, facts from appeal_step order by place desc limit 1")
    assert steps[0]["action"] == "appeal_promised"
    assert SPOKEN not in steps[0]["facts"]


async def test_a_promise_for_an_unlikely_day_or_an_unknown_appeal_is_refused() -> None:
    for day in (date(2026, 11, 24), date(2199, 1, 1)):
        with pytest.raises(BadPromiseDay):
            await make_promised(due_on=day)
    with pytest.raises(BadIndex):
        await make_promised("К-77-2026")

    assert await fetch_value("select count(*) from promise") == 0


async def test_a_form_sent_twice_notes_one_promise() -> None:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    session = await make_session(institution=home, staff=staff)
    new = NewPromise(text=SPOKEN, promised_by="Директор", due_on=HELD_ON)
    form = SentForm(mark="m" * 20, digest="d")

    names = [
        await note_promise(session.public_id, new, staff=staff, secret=SECRET, now=NOW, form=form)
        for _ in range(2)
    ]

    assert names[0] == names[1]
    assert await fetch_value("select count(*) from promise") == 1


async def test_due_are_open_promises_of_the_own_institution_before_their_day() -> None:
    near, _, staff = await make_promised(due_on=date(2026, 11, 30))
    await make_promised(due_on=date(2026, 11, 30))  # of another institution
    session = await fetch_value(
        "select s.public_id from promise p join session s on s.id = p.session order by p.id limit 1"
    )
    new = NewPromise(text=SPOKEN, promised_by="Директор", due_on=DUE)
    far = await note_promise(session, new, staff=staff, secret=SECRET, now=NOW)
    stranger = await make_staff(institution=(await make_institution()).id)

    assert [each.public_id for each in await list_due(staff=staff, now=NOW)] == [near]
    with pytest.raises(NotFound):
        await get_card(far, staff=stranger)
    with pytest.raises(NotFound):
        await end(far, PromiseDeed.KEEP, "Зроблено", staff=stranger, now=NOW)
