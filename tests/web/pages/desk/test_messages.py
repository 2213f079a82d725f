"""Staff see what did not arrive, and put messages into words that fit."""

import re

import pytest
from tests.factories import NOW, make_booking, make_institution, make_session
from tests.fakes import FakeTexts
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.network import NetworkRefusal
from hotline_sessions.services.message_kinds import EDITABLE, KINDS
from hotline_sessions.services.messages import send_messages
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.web.pages.desk.messages import MEANINGS


pytestmark = pytest.mark.anyio

LOST = "/staff/messages"
TEXTS = "/staff/messages/texts"
REMINDER = f"{TEXTS}/booking-reminder/uk"


async def lose_a_message(office: Office) -> str:
    """A confirmation that the network has refused; the telephone it was for."""
    booking = (await make_booking(session=await make_session(institution=office.home))).booking
    texts = FakeTexts()
    texts.fail_with = NetworkRefusal()
    await send_messages(texts, clock=office.clock)
    return booking.phone


async def test_what_did_not_arrive_is_on_the_first_page_and_listed_without_its_text(
    office: Office,
) -> None:
    browser = await office.enter(Role.OPERATOR)
    assert LOST + '"' not in (await browser.get("/staff")).text.partition("<main")[2]
    phone = await lose_a_message(office)

    first, listed = [(await browser.get(path)).text for path in ("/staff", LOST)]

    assert "1 повідомлення не дійшло" in first
    assert "Запис підтверджено: <strong>1</strong>" in listed
    assert phone in listed
    assert "Марія Іванівна" in listed
    assert "Код" not in listed.partition("<main")[2]


async def test_what_the_network_could_not_deliver_is_listed_too(office: Office) -> None:
    booking = (await make_booking(session=await make_session(institution=office.home))).booking
    await send_messages(FakeTexts(), clock=office.clock)
    browser = await office.enter(Role.OPERATOR)
    assert booking.phone not in (await browser.get(LOST)).text

    await run_sql("update message set delivery = 'undelivered'")

    listed = (await browser.get(LOST)).text
    assert booking.phone in listed
    assert "мережа не змогла доставити" in listed


async def test_another_institution_does_not_see_it(office: Office) -> None:
    phone = await lose_a_message(office)
    stranger = await office.enter(home=await make_institution())

    assert phone not in (await stranger.get(LOST)).text


async def test_what_came_by_the_other_channel_has_arrived(office: Office) -> None:
    phone = await lose_a_message(office)
    await run_sql(
        "insert into message (institution, booking, purpose, key, recipient, channel, state) "
        "select institution, booking, purpose, key || ':email', 'm@example.org', 'email', 'sent' "
        "from message"
    )
    browser = await office.enter(Role.OPERATOR)
    assert phone not in (await browser.get(LOST)).text

    await run_sql("update message set state = 'failed'")
    assert "Запис підтверджено: <strong>2</strong>" in (await browser.get(LOST)).text


async def test_every_text_is_listed_with_its_size(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)

    listed = (await browser.get(TEXTS)).text

    assert "Нагадуємо: розмова 25.11 о 10:00. Тел. +380 36 222 00 11" in listed
    assert "Your talk is on 25.11 at 10:00" in listed
    assert "1 частина, 59 знаків" in listed
    assert "ваш код для запису" not in listed


async def test_every_listed_text_opens_and_tells_what_its_places_mean(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    listed = re.findall(rf'href="({TEXTS}/[^"]+)"', (await browser.get(TEXTS)).text)

    shown = {path: (await browser.get(path)).status_code for path in listed}

    assert len(listed) > len(EDITABLE)
    assert shown == dict.fromkeys(listed, 200)
    assert set().union(*(KINDS[purpose].longest for purpose in EDITABLE)) == set(MEANINGS)


async def test_a_preview_shows_parts_and_changes_nothing(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    text = "Чекаємо на вашу розмову {day} о {clock}. " + "Будь ласка, не запізнюйтеся. " * 2

    answer = await browser.post(REMINDER, text=text, deed="preview")

    assert "Чекаємо на вашу розмову 25.11 о 10:00." in answer.text
    assert "2 частини" in answer.text
    assert await fetch_value("select count(*) from message_template") == 0


async def test_a_text_of_several_parts_has_to_be_agreed_to(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    text = "{day} {clock} " + "дуже довгий текст " * 6

    refused = await browser.post(REMINDER, text=text, deed="save")
    agreed = await browser.post(REMINDER, text=text, deed="save", may_be_long="yes")

    assert refused.status_code == 422
    assert "частин буде 2" in refused.text
    assert agreed.status_code == 303


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{day} {clock} {name}", "{name} нічим замінити"),
        ("{day}", "У тексті має бути {clock}"),
        ("", "Введіть текст"),
    ],
)
async def test_a_text_that_could_not_be_sent_is_refused(
    text: str, sentence: str, office: Office
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)

    for deed in ("preview", "save"):
        answer = await browser.post(REMINDER, text=text, deed=deed)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert await fetch_value("select count(*) from message_template") == 0


async def test_a_text_is_kept_with_its_author_and_the_built_in_one_comes_back(
    office: Office,
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)

    await browser.post(REMINDER, text="Чекаємо {day},\r\n {clock}", deed="save")
    [kept] = await fetch_rows("select text, edited_by, edited_at from message_template")
    shown = (await browser.get(TEXTS)).text
    await browser.post(REMINDER, text="", deed="restore")

    assert tuple(kept.values()) == ("Чекаємо {day}, {clock}", browser.staff.account, NOW)
    assert "Чекаємо 25.11, 10:00" in shown
    assert browser.staff.full_name in shown
    assert "Чекаємо" not in (await browser.get(TEXTS)).text
    actions = [row["action"] for row in await fetch_rows("select action from audit order by id")]
    assert actions[-2:] == ["message_text_changed", "message_text_restored"]


@pytest.mark.parametrize("path", ["one-time-code/uk", "booking-reminder/de", "nothing/uk"])
async def test_there_is_no_other_text(path: str, office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)

    assert (await browser.get(f"{TEXTS}/{path}")).status_code == 404
    answer = await browser.post(f"{TEXTS}/{path}", text="x", deed="save")
    assert answer.status_code == 404


async def test_only_who_plans_changes_texts(office: Office) -> None:
    operator, clerk = await office.enter(Role.OPERATOR), await office.enter(Role.CLERK)

    assert (await operator.get(LOST)).status_code == 200
    assert (await operator.get(TEXTS)).status_code == 403
    assert (await operator.post(REMINDER, text="x", deed="save")).status_code == 403
    assert (await clerk.get(LOST)).status_code == 403
