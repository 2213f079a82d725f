"""The card of an appeal offers what may be done next, and says what was wrong."""

import pytest
from tests.factories import make_appeal, make_staff
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.units import add_unit


pytestmark = pytest.mark.anyio


async def make_card(office: Office) -> str:
    staff = await make_staff(institution=office.home.id)
    return f"/staff/appeals/{(await make_appeal(staff=staff)).appeal.public_id}"


async def test_the_head_gives_an_appeal_to_a_unit_and_extends_it_within_45_days(
    office: Office,
) -> None:
    at = await make_card(office)
    unit = await add_unit("Відділ", head=None, head_official=None, institution=office.home.id)
    head = await office.enter(Role.MANAGER)

    empty = await head.post(f"{at}/steps/resolve", main="unit:nobody", resolution="До дії")
    given = await head.post(f"{at}/steps/resolve", main=f"unit:{unit}", resolution="До дії")
    late = await head.post(f"{at}/steps/extend", until="2027-01-08", reason="Перевірка")
    extended = await head.post(f"{at}/steps/extend", until="2027-01-07", reason="Перевірка")
    card = (await head.get(at)).text

    assert empty.status_code == 422
    assert given.status_code == extended.status_code == 303
    assert late.status_code == 409
    assert "стаття 20" in late.text
    assert "07.01.2027" in late.text
    assert "Передано виконавцю" in card
    assert "Продовжено до" in card


async def test_the_head_shortens_a_term_at_a_demand_and_the_card_says_so(office: Office) -> None:
    at = await make_card(office)
    head = await office.enter(Role.MANAGER)

    wordless = await head.post(f"{at}/steps/shorten", sooner="2026-12-01", demand="")
    past = await head.post(f"{at}/steps/shorten", sooner="2026-11-22", demand="Вимога № 12")
    done = await head.post(f"{at}/steps/shorten", sooner="2026-12-01", demand="Вимога № 12")
    card = (await head.get(at)).text

    assert (wordless.status_code, past.status_code, done.status_code) == (422, 409, 303)
    assert "Оберіть день, який ще не минув" in past.text
    assert "Керівник скоротив строк" in card
    assert "Вимога № 12" in card


async def test_a_clerk_is_not_offered_what_the_head_decides(office: Office) -> None:
    at = await make_card(office)
    clerk = await office.enter(Role.CLERK)

    card = (await clerk.get(at)).text
    refused = await clerk.post(f"{at}/steps/stop", stop_ground="anonymous", stop_text="Без адреси")

    assert "steps/forward" in card
    assert "steps/stop" not in card
    assert refused.status_code == 403
    assert "статті 8" in refused.text


async def test_an_answer_is_no_way_to_return_forward_or_stop(office: Office) -> None:
    at = await make_card(office)
    clerk = await office.enter(Role.CLERK)

    card = (await clerk.get(at)).text
    for result in ("9.4", "9.5", "9.6"):
        refused = await clerk.post(f"{at}/answer", text="Не підлягає розгляду.", result=result)
        assert refused.status_code == 422

    assert "Дано роз’яснення" in card
    assert "Не підлягає розгляду" not in card


@pytest.mark.parametrize(
    ("step", "form"),
    [
        ("forward", {"forward_body": "9" * 30, "forward_text": "За належністю"}),
        ("resolve", {"main": "unit:" + "9" * 30, "resolution": "До дії"}),
        ("draft", {"reply_text": "Відповідь по суті.", "answer_" + "9" * 5000: "Так"}),
        ("link", {"earlier": "я" * 500, "link_kind": "mass"}),
    ],
)
async def test_what_no_page_of_ours_sends_is_refused_and_nothing_breaks(
    office: Office, step: str, form: dict[str, str]
) -> None:
    at = await make_card(office)
    head = await office.enter(Role.MANAGER)

    answer = await head.post(f"{at}/steps/{step}", **form)

    assert 400 <= answer.status_code < 500


async def test_a_reply_is_written_and_checked_on_the_card(office: Office) -> None:
    at = await make_card(office)
    head, clerk = await office.enter(Role.MANAGER), await office.enter(Role.CLERK)
    account = clerk.staff.account
    text, result = "Субсидію нараховано.", "9.1"

    asked = await clerk.post(f"{at}/steps/add-question", more="Коли виплата?")
    await head.post(f"{at}/steps/resolve", main=f"account:{account}", resolution="До дії")
    half = await clerk.post(f"{at}/steps/draft", reply_text=text, reply_result=result)
    wrong = await clerk.post(f"{at}/steps/draft", reply_text=text, reply_result="99.9")
    await clerk.post(f"{at}/steps/draft", reply_text=text, reply_result=result, answer_2="Так.")
    mine, theirs = (await clerk.get(at)).text, (await head.get(at)).text
    own = await clerk.post(f"{at}/steps/check")
    for step in ("check", "sign"):
        await head.post(f"{at}/steps/{step}")
    await clerk.post(f"{at}/steps/send", outgoing_number="01-17/5")
    closed = await clerk.post(f"{at}/steps/close")

    assert asked.status_code == closed.status_code == 303
    assert half.status_code == own.status_code == 409
    assert "кожне питання" in half.text
    assert wrong.status_code == 422
    assert ("steps/check" in mine, "steps/check" in theirs) == (False, True)
    assert "Відповідь перевіряє не той, хто її склав." in mine
    assert "<strong>Вирішено позитивно</strong>" in theirs
    assert await fetch_value("select state from appeal") == "closed"
    assert "Так." in (await clerk.get(at)).text
    assert (await clerk.post(f"{at}/steps/unknown")).status_code == 404


async def test_a_unit_is_set_up_once(office: Office) -> None:
    head = await office.enter(Role.MANAGER)

    nameless = await head.post("/staff/units")
    added = await head.post("/staff/units", unit_name="Відділ субсидій")
    again = await head.post("/staff/units", unit_name="Відділ субсидій")
    body = await head.post("/staff/units/bodies", body_name="Пенсійний фонд", address="м. Рівне")
    page = (await head.get("/staff/units")).text

    assert (nameless.status_code, again.status_code) == (422, 409)
    assert added.status_code == body.status_code == 303
    assert "Відділ субсидій" in page
    assert "Пенсійний фонд" in page
