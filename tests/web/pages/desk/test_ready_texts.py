"""Ready texts are written by staff and put into forms, without a script too."""

import pytest
from tests.factories import make_institution
from tests.web.pages.desk.conftest import Office
from tests.web.pages.desk.test_appeal_life import make_card

from hotline_sessions.domain.access import Role
from hotline_sessions.store.engine import fetch_value


pytestmark = pytest.mark.anyio

TEXTS = "/staff/texts"
REPLY = {
    "kind": "reply",
    "title": "Субсидію нараховано",
    "text": "Ваше звернення № {number} від {received} ({name}) розглянуто. Строк – до {due}.",
}


async def test_a_chosen_text_is_put_behind_what_was_typed_with_its_places_filled(
    office: Office,
) -> None:
    at = await make_card(office)
    head = await office.enter(Role.MANAGER)
    await head.post(f"{at}/steps/resolve", main=f"account:{head.staff.account}", resolution="Дія")
    await head.post(TEXTS, **REPLY)
    number = await fetch_value("select id from ready_text")

    card = (await head.get(at)).text
    shown = await head.post(
        f"{at}/texts/draft", ready_reply=number, reply_text="Шановна пані!", reply_result="9.1"
    )
    nothing = await head.post(f"{at}/texts/draft", ready_reply="", reply_text="Шановна пані!")

    assert f'<option value="{number}">Субсидію нараховано</option>' in card
    assert shown.status_code == 200
    assert (
        "Шановна пані!\n\nВаше звернення № К-1-2026 від 23.11.2026 (Коваленко Марія Іванівна)"
        " розглянуто. Строк – до 23.12.2026."
    ) in shown.text
    assert 'id="step-draft" open' in " ".join(shown.text.split())
    assert '<option value="9.1" selected>' in shown.text
    assert "Шановна пані!" in nothing.text
    assert await fetch_value("select count(*) from reply") == 0


async def test_a_text_with_a_place_that_cannot_be_filled_is_refused_with_words(
    office: Office,
) -> None:
    clerk = await office.enter(Role.CLERK)

    unknown = await clerk.post(TEXTS, **REPLY | {"text": "Шановний {pan}!"})
    brace = await clerk.post(TEXTS, **REPLY | {"text": "Шановний {!"})
    empty = await clerk.post(TEXTS, kind="nobody", title="", text="")

    assert unknown.status_code == brace.status_code == empty.status_code == 422
    assert "{pan} нічим замінити" in unknown.text
    assert await fetch_value("select count(*) from ready_text") == 0


async def test_a_text_is_changed_and_removed_and_its_name_is_its_own(office: Office) -> None:
    clerk = await office.enter(Role.CLERK)
    await clerk.post(TEXTS, **REPLY)
    await clerk.post(TEXTS, **REPLY | {"title": "Інший"})
    number = await fetch_value("select max(id) from ready_text")

    twice = await clerk.post(TEXTS, **REPLY)
    taken = await clerk.post(f"{TEXTS}/{number}", **REPLY)
    wrong = await clerk.post(f"{TEXTS}/{number}", **REPLY | {"text": "{x}"})
    changed = await clerk.post(f"{TEXTS}/{number}", **REPLY | {"title": "Третій"})
    page = (await clerk.get(TEXTS)).text
    shown = (await clerk.get(f"{TEXTS}/{number}")).text
    removed = await clerk.post(f"{TEXTS}/{number}", deed="remove")

    assert (twice.status_code, taken.status_code, wrong.status_code) == (409, 409, 422)
    assert (changed.status_code, removed.status_code) == (303, 303)
    assert "Третій" in page
    assert 'value="Третій"' in shown
    assert await fetch_value("select count(*) from ready_text") == 1


async def test_texts_of_another_institution_are_not_there(office: Office) -> None:
    at = await make_card(office)
    clerk = await office.enter(Role.CLERK)
    stranger = await office.enter(Role.CLERK, home=await make_institution())
    await stranger.post(TEXTS, **REPLY)
    number = await fetch_value("select id from ready_text")

    missing = [
        await clerk.get(f"{TEXTS}/{number}"),
        await clerk.post(f"{TEXTS}/{number}", **REPLY),
        await clerk.post(f"{TEXTS}/{number}", deed="remove"),
        await clerk.post(f"{at}/texts/draft", ready_reply=number),
        await clerk.post(f"{at}/texts/close", ready_reply=number),
        await clerk.get(f"{TEXTS}/{'9' * 40}"),
        await clerk.get(f"{TEXTS}/x"),
    ]

    assert [each.status_code for each in missing] == [404] * len(missing)
    assert "Субсидію нараховано" not in (await clerk.get(TEXTS)).text
