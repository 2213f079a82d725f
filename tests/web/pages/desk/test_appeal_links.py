"""Alike appeals are shown on the card; a clerk says what they are, and answers many at once."""

from datetime import timedelta

import pytest
from tests.factories import NOW, make_appeal, make_institution, make_staff
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role, Staff
from hotline_sessions.services.appeals import answer
from hotline_sessions.store.engine import fetch_value


pytestmark = pytest.mark.anyio

TEXT = "Рух тролейбуса відновлено з понеділка за попереднім розкладом."


async def make_many(office: Office, *surnames: str) -> tuple[Staff, list[str]]:
    """Appeals of these authors about one thing."""
    staff = await make_staff(institution=office.home.id)
    made = [await make_appeal(staff=staff, surname=each, phone="") for each in surnames]
    return staff, [each.appeal.public_id for each in made]


async def test_a_clerk_says_what_an_alike_appeal_is_and_takes_it_back_with_a_reason(
    office: Office,
) -> None:
    _, (first, second) = await make_many(office, "Коваленко", "Коваленко")
    clerk = await office.enter(Role.CLERK)
    at = f"/staff/appeals/{second}"

    shown = (await clerk.get(at)).text
    wrong = await clerk.post(f"{at}/steps/link", earlier=first, link_kind="repeated")
    said = await clerk.post(f"{at}/steps/link", earlier=first, link_kind="duplicate")
    linked = (await clerk.get(at)).text
    silent = await clerk.post(f"{at}/steps/unlink", linked=first, undo_reason="")
    undone = await clerk.post(f"{at}/steps/unlink", linked=first, undo_reason="Інше питання")
    after = (await clerk.get(at)).text

    assert "той самий автор" in shown
    assert "Дублетне до нього" in shown
    assert wrong.status_code == 409
    assert "це звернення дублетне, а не повторне" in wrong.text
    assert said.headers["location"].endswith("?alike=yes#alike")
    assert "Пов’язано зі зверненням К-1-2026" in linked
    assert "Скасувати зв’язок" in linked
    assert silent.status_code == 422
    assert "Напишіть, чому зв’язок скасовується" in silent.text
    assert undone.status_code == 303
    assert "Скасувати зв’язок" not in after
    assert "Інше питання" in after


async def test_an_earlier_appeal_is_linked_by_the_number_that_was_typed(office: Office) -> None:
    staff, (first, second) = await make_many(office, "Коваленко", "Коваленко")
    await answer(first, TEXT, result="9.1", staff=staff, now=NOW)
    clerk = await office.enter(Role.CLERK)
    at = f"/staff/appeals/{second}"

    for typed in ("К-9-2026", "перше", "К-1-2026/1", ""):
        refused = await clerk.post(f"{at}/steps/link-number", number=typed, number_kind="repeated")
        assert refused.status_code == 422
        assert "Номер попереднього звернення" in refused.text
    await clerk.post(f"{at}/steps/link-number", number="k 1-26", number_kind="repeated")

    assert "ПОВТОРНЕ" in (await clerk.get(at)).text.upper()
    assert await fetch_value("select sign from appeal where public_id = $1", second) == "2.2"


async def test_many_are_seen_together_and_one_reply_is_drafted_for_all_of_them(
    office: Office,
) -> None:
    _, many = await make_many(office, "Коваленко", "Мельник", "Бойко")
    head = await office.enter(Role.MANAGER)
    for each in many[1:]:
        at = f"/staff/appeals/{each}/steps/link"
        await head.post(at, earlier=many[0], link_kind="mass")
    for each in many[:2]:
        at = f"/staff/appeals/{each}/steps/resolve"
        main = await fetch_value("select 'account:' || max(id) from account")
        await head.post(at, main=main, resolution="До дії")

    groups = (await head.get("/staff/appeals/groups")).text
    at = f"/staff/appeals/{many[1]}/group"
    group = (await head.get(at)).text
    empty = await head.post(f"{at}/draft", reply_text=TEXT, reply_result="9.1")
    wrong = await head.post(f"{at}/draft", chosen=many, reply_text=TEXT, reply_result="9.5")
    given = {"chosen": many, "reply_text": TEXT, "reply_result": "9.1"}
    done = await head.post(f"{at}/draft", **given, form_mark="A" * 22)
    again = await head.post(f"{at}/draft", **given, form_mark="A" * 22)

    assert "К-1-2026" in groups
    assert all(name in group for name in ("Коваленко", "Мельник", "Бойко"))
    assert (empty.status_code, wrong.status_code) == (422, 422)
    assert "для 2 звернень з 3" in done.text
    assert again.text.count("не підготовлено") == done.text.count("не підготовлено") == 1
    assert await fetch_value("select count(*) from reply") == 2


async def test_the_answer_of_a_linked_appeal_is_put_into_a_draft_and_of_no_other(
    office: Office,
) -> None:
    staff, (first, second, other) = await make_many(office, "Коваленко", "Мельник", "Бойко")
    for each in (first, other):
        await answer(each, TEXT, result="9.3", staff=staff, now=NOW + timedelta(hours=1))
    head = await office.enter(Role.MANAGER)
    at = f"/staff/appeals/{second}"
    main = await fetch_value("select 'account:' || max(id) from account")
    await head.post(f"{at}/steps/resolve", main=main, resolution="До дії")
    await head.post(f"{at}/steps/link", earlier=first, link_kind="mass")

    card = (await head.get(at)).text
    filled = (await head.get(f"{at}?answer_of={first}")).text

    assert "Почати з відповіді на звернення К-1-2026" in card
    assert TEXT in filled
    assert TEXT not in card
    assert (await head.get(f"{at}?answer_of={other}")).status_code == 404


async def test_groups_of_another_institution_are_not_there(office: Office) -> None:
    _, many = await make_many(office, "Коваленко", "Мельник")
    head = await office.enter(Role.MANAGER)
    await head.post(f"/staff/appeals/{many[1]}/steps/link", earlier=many[0], link_kind="mass")
    stranger = await office.enter(Role.MANAGER, home=await make_institution())

    assert "К-1-2026" not in (await stranger.get("/staff/appeals/groups")).text
    assert (await stranger.get(f"/staff/appeals/{many[0]}/group")).status_code == 404
