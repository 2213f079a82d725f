"""A call outside the sessions: several questions, each an appeal with its own number."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.web.pages.desk.conftest import Browser, Office

from hotline_sessions.domain.access import Role
from hotline_sessions.store.engine import fetch_rows, fetch_value


pytestmark = pytest.mark.anyio

NEW = "/staff/appeals/new"
PART = {"hx-request": "true"}
AUTHOR = {
    "surname": "Гончар", "given_name": "Марія", "patronymic": "Іванівна",
    "residence": "м. Рівне, вул. Соборна, 1", "phone": "067 123 45 77",
    "wants_written_reply": "on",
}  # fmt: skip


def read_hidden(answer: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}"\s+value="([^"]*)"', answer.text)
    assert found, name
    return found[1]


async def begin(browser: Browser, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - texts and lists
    blank = await browser.get(NEW)
    return {
        "form_key": read_hidden(blank, "form_key"), "talk": read_hidden(blank, "talk"),
        "called_on": "2026-11-20", "called_clock": "16:45", "questions": "1",
        "question": "Коли буде перерахунок субсидії?", "kind": "3.2", "needs_study": "on",
    } | AUTHOR | fields  # fmt: skip


async def list_cards() -> list[dict[str, Any]]:
    return [dict(row) for row in await fetch_rows("select * from appeal order by id")]


async def test_a_form_has_room_for_ten_questions_at_most_whatever_is_sent(office: Office) -> None:
    browser = await office.enter(Role.OPERATOR)
    fields = await begin(browser, kind="")

    for sent, places in (
        ("", 1), ("0", 1), ("-5", 1), ("\u0663", 1), ("3", 3), ("999999", 10), ("9" * 5000, 10),
    ):  # fmt: skip
        refused = await browser.post(NEW, **(fields | {"questions": sent}))
        assert refused.status_code == 422
        assert len(re.findall(r'<textarea[^>]+name="question', refused.text)) == places


async def test_three_questions_of_one_call_are_three_appeals_told_one_by_one(
    office: Office,
) -> None:
    browser = await office.enter(Role.OPERATOR)
    fields = await begin(browser, topic="6", categories="7.5", more="yes")

    second = await browser.post(NEW, **fields)
    third = await browser.post(NEW, **(fields | {"questions": "2", "question_2": "Де довідка?"}))
    fields |= {
        "more": "", "questions": "4",
        "question_2": "Прошу надати копію рішення.", "kind_2": "3.2", "procedure_2": "info_request",
        "question_3": "Скаржуся на відсутність світла.", "kind_3": "3.3", "topic_3": "090; 100",
    }  # fmt: skip
    done = await browser.post(NEW, **fields)
    again = await browser.post(NEW, **fields)

    assert 'id="question_2"' in second.text
    assert "question_3" not in second.text
    assert 'value="Гончар"' in second.text
    assert "Де довідка?" in third.text
    assert 'id="question_3"' in third.text
    assert await fetch_value("select count(*) from appeal") == 3
    assert "Зареєстровано 3 звернення з одного дзвінка" in done.text
    assert len(re.findall(r"hs-done__code\">\d{3} \d{3}<", done.text)) == 3
    assert not re.search(r"hs-done__code\">\d", again.text)
    cards = await list_cards()
    assert [each["register_index"] for each in cards] == ["Г-1-2026", "Г-2-2026", "Г-3-2026"]
    assert [each["term"] for each in cards] == ["ART20_MONTH", "INFO_5WD", "ART20_15D"]
    assert {each["received_at"].isoformat() for each in cards} == {"2026-11-20T14:45:00+00:00"}
    assert {each["talk"] for each in cards} == {fields["talk"]}
    assert [(each["topic"], each["more_topics"]) for each in cards] == [
        ("060", []), ("", []), ("090", ["100"]),
    ]  # fmt: skip
    assert all(each["has_priority"] for each in cards)
    texts = [row["body"] for row in await fetch_rows("select body from message order by id")]
    assert len(texts) == 3
    assert all(len(text) <= 70 for text in texts)
    assert all(card["register_index"] in text for card, text in zip(cards, texts, strict=True))


async def test_appeals_of_one_call_lead_to_each_other_and_to_one_more(office: Office) -> None:
    browser = await office.enter(Role.CLERK)
    await browser.post(NEW, **await begin(browser))
    card = (await list_cards())[0]

    more = await browser.get(f"{NEW}?after={card['public_id']}")
    fields = await begin(browser, talk=read_hidden(more, "talk"), surname="Гончаренко")
    await browser.post(NEW, **fields)
    shown = await browser.get(f"/staff/appeals/{card['public_id']}")

    assert 'value="Гончар"' in more.text
    assert 'value="2026-11-20"' in more.text
    assert read_hidden(more, "talk") == card["talk"]
    assert "З цього ж дзвінка" in shown.text
    assert "Г-2-2026" in shown.text


WRONG = (
    ({"surname": ""}, "Введіть прізвище"),
    ({"residence": ""}, "Введіть місце проживання"),
    ({"topic": "999"}, "Оберіть теми зі списку"),
    ({"categories": "учасник"}, "Оберіть категорії зі списку"),
    ({"kind": "9.1"}, "Оберіть вид звернення"),
    ({"questions": "2", "question_2": "Так", "kind_2": "3.2"}, "трохи докладніше"),
    ({"subject": "5.2"}, "щонайменше двоє"),
    ({"people": "99999999999999999999"}, "Число завелике"),
    ({"email": "ніяка"}, "Введіть адресу"),
    ({"sign": "5.1"}, "Оберіть один із варіантів"),
    ({"procedure": "other"}, "Оберіть"),
    ({"called_on": "2026-11-24"}, "після того, як він відбувся"),
    ({"called_on": "0001-01-01", "called_clock": "00:00"}, "після того, як він відбувся"),
    ({"called_on": "31 листопада"}, "Вкажіть день дзвінка"),
    ({"called_clock": "25:00"}, "Вкажіть час дзвінка"),
)


async def test_what_is_wrong_is_said_and_nothing_is_registered(office: Office) -> None:
    browser = await office.enter(Role.OPERATOR)
    fields = await begin(browser)

    for wrong, told in WRONG:
        answer = await browser.post(NEW, **(fields | wrong))
        assert answer.status_code == 422, wrong
        assert told in answer.text, wrong

    assert await fetch_value("select count(*) from appeal") == 0


async def test_a_mistake_in_a_further_question_stands_at_its_field(office: Office) -> None:
    browser = await office.enter(Role.OPERATOR)
    fields = await begin(
        browser, questions="2", question_2="Прошу освітити вулицю.", kind_2="3.3", topic_2="999"
    )

    answer = await browser.post(NEW, **fields)

    assert answer.status_code == 422
    assert 'id="topic_2-error"' in answer.text
    assert 'id="topic-error"' not in answer.text


async def test_a_consultation_is_noted_without_a_name_and_without_a_number(office: Office) -> None:
    browser = await office.enter(Role.OPERATOR)
    fields = await begin(browser, procedure="consultation", topic="6", surname="", residence="")

    done = await browser.post(NEW, **fields)
    await browser.post(NEW, **fields)
    figures = await browser.get("/staff/appeals/figures")

    assert "Консультацію записано" in done.text
    assert re.search(r"Консультації без номера</dt>\s*<dd[^>]*>\s*1\b", figures.text)
    assert await fetch_value("select count(*) from appeal") == 0
    assert await fetch_value("select count(*) from register") == 0
    noted = await fetch_rows("select topic, question from consultation")
    assert [dict(row) for row in noted] == [{"topic": "060", "question": fields["question"]}]


async def test_a_card_that_is_not_there_is_not_gone_on_with(office: Office) -> None:
    browser = await office.enter(Role.OPERATOR)

    for name in ("abcdefghij", "%00", "%D1%84" * 50):
        assert (await browser.get(f"{NEW}?after={name}")).status_code in {400, 404}, name


async def test_who_may_not_register_has_no_form(office: Office) -> None:
    manager = await office.enter(Role.MANAGER)
    clerk = await office.enter(Role.CLERK)

    assert (await manager.get(NEW)).status_code == 403
    assert (await manager.post(NEW, **AUTHOR)).status_code == 403
    assert NEW not in (await manager.get("/staff/appeals")).text
    assert NEW in (await clerk.get("/staff/appeals")).text


async def test_an_author_who_asks_for_secrecy_is_shown_to_those_who_deal_with_it(
    office: Office,
) -> None:
    operator = await office.enter(Role.OPERATOR)
    clerk = await office.enter(Role.CLERK)
    await operator.post(NEW, **await begin(operator, asks_secrecy="on", categories="7.5"))
    card = (await list_cards())[0]

    pages = {
        "card": f"/staff/appeals/{card['public_id']}",
        "list": "/staff/appeals",
        "new": f"{NEW}?after={card['public_id']}",
    }
    hidden = {name: (await operator.get(path)).text for name, path in pages.items()}
    shown = {name: (await clerk.get(path)).text for name, path in pages.items()}
    looked = {"which": "all", "text": "Гончар"}
    found = [await each.post("/staff/appeals/search", **looked) for each in (operator, clerk)]
    by_phone = await operator.post("/staff/appeals/search", which="all", text="067 123 45 77")
    by_number = await operator.post("/staff/appeals/search", which="all", text="Г-1-2026")

    for name, text in hidden.items():
        for secret in ("Гончар", "Соборна", "123 45 77", "Учасник бойових дій</dd>"):
            assert secret not in text, (name, secret)
    assert "Автора не розголошено" in hidden["card"]
    assert "Автора не розголошено" in hidden["list"]
    assert all("Гончар" in text for text in shown.values())
    assert "не розголошувати" in shown["list"]
    assert card["public_id"] not in found[0].text
    assert card["public_id"] in found[1].text
    assert card["public_id"] not in by_phone.text
    assert card["public_id"] in by_number.text
    assert (await operator.get(f"{pages['card']}/correct")).status_code == 403


async def test_the_register_is_searched_by_law_and_by_benefits(office: Office) -> None:
    browser = await office.enter(Role.CLERK)
    await browser.post(NEW, **await begin(browser, procedure="info_request", surname="Перший"))
    await browser.post(NEW, **await begin(browser, categories="7.13", surname="Друга"))

    by_law = await browser.post("/staff/appeals/search", which="all", procedure="info_request")
    plain = await browser.post("/staff/appeals/search", which="all", procedure="appeals_law")
    by_benefit = await browser.post("/staff/appeals/search", which="all", category="7.13")

    assert ("Перший" in by_law.text, "Друга" in by_law.text) == (True, False)
    assert ("Перший" in plain.text, "Друга" in plain.text) == (False, True)
    assert ("Перший" in by_benefit.text, "Друга" in by_benefit.text) == (False, True)


async def test_an_urgent_request_for_information_has_hours_and_is_not_returned(
    office: Office,
) -> None:
    browser = await office.enter(Role.CLERK, Role.OPERATOR)
    head = await office.enter(Role.MANAGER)
    request = {"procedure": "info_request", "is_urgent": "on", "called_on": "2026-11-23"}
    await browser.post(NEW, **await begin(browser, **request, called_clock="09:00"))
    (card,) = await list_cards()
    at = f"/staff/appeals/{card['public_id']}"
    shown = (await head.get(at)).text
    return_it = {"return_ground": "particulars", "return_text": "Без підпису"}
    returned = await head.post(f"{at}/steps/return", **return_it)
    past = await head.post(f"{at}/steps/extend", until="2026-12-22", reason="Великий обсяг")
    extended = await head.post(f"{at}/steps/extend", until="2026-12-21", reason="Великий обсяг")

    assert (card["term"], card["legal_on"] - card["received_on"]) == ("INFO_48H", timedelta(days=2))
    assert "20 робочих днів" in shown
    assert "steps/stop" not in shown
    assert returned.status_code == past.status_code == 409
    assert "21.12.2026" in past.text
    assert extended.status_code == 303


async def test_a_duplicate_is_registered_under_the_number_that_is_named(office: Office) -> None:
    browser = await office.enter(Role.OPERATOR)
    await browser.post(NEW, **await begin(browser))

    for named in ("Г-7-2026", "той самий"):
        refused = await browser.post(NEW, **await begin(browser, duplicate_of=named))
        assert refused.status_code == 422
        assert 'id="duplicate_of-error"' in refused.text
    other = await begin(browser, surname="Мельник", phone="", duplicate_of="Г-1-2026")
    stranger = await browser.post(NEW, **other)
    two = {"questions": "2", "question_2": "Де довідка?", "kind_2": "3.2"}
    mixed = await browser.post(NEW, **await begin(browser, duplicate_of="Г-1-2026", **two))
    done = await browser.post(NEW, **await begin(browser, duplicate_of="г-1"))

    assert "та сама особа" in stranger.text
    assert "реєструють окремо" in mixed.text
    assert "Г-1-2026/1" in done.text
    assert [each["number"] for each in await list_cards()] == [1, 1]
