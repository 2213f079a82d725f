from datetime import date

import pytest
from tests.factories import (
    NOW,
    make_booking,
    make_line,
    make_post,
    make_session,
    make_staff,
)
from tests.web.pages.desk.conftest import Browser, Office

from hotline_sessions.domain.access import Role
from hotline_sessions.services.sessions import cancel


pytestmark = pytest.mark.anyio


async def plan(browser: Browser, office: Office, **changes: object) -> str:
    post = await make_post(institution=office.home.id)
    fields: dict[str, object] = {
        "post": post.id, "held_on": "2026-12-01", "opens_clock": "10:00", "closes_clock": "11:00",
        "talk_minutes": "10", "rest_minutes": "0", "walk_in_percent": "50", "deed": "save",
    }  # fmt: skip
    answer = await browser.post("/staff/sessions/new", **(fields | changes))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_a_plan_is_looked_at_before_it_is_saved(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    post = await make_post(institution=office.home.id)
    fields = {
        "post": post.id, "held_on": "2026-12-01", "opens_clock": "10:00", "closes_clock": "11:00",
        "talk_minutes": "10", "rest_minutes": "5", "walk_in_percent": "50",
    }  # fmt: skip

    answer = await browser.post("/staff/sessions/new", deed="preview", **fields)

    assert answer.status_code == 200
    assert "4 розмови" in answer.text
    assert "10:45–10:55" in answer.text
    assert "Таких прямих ліній немає" in (await browser.get("/staff/sessions?part=drafts")).text


async def test_every_field_of_a_plan_is_told_its_mistake(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    post = await make_post(institution=office.home.id)

    empty = await browser.post("/staff/sessions/new", deed="save")
    past = await browser.post(
        "/staff/sessions/new", deed="save", post=post.id, held_on="2026-11-22",
        opens_clock="10:00", closes_clock="11:00",
    )  # fmt: skip

    assert empty.status_code == past.status_code == 422
    for sentence in ("Оберіть, хто відповідатиме", "Введіть день", "Введіть час початку"):
        assert sentence in empty.text
    assert "Цей день минув" in past.text


async def test_a_talk_that_is_not_recorded_is_not_transcribed(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    post = await make_post(institution=office.home.id)

    answer = await browser.post(
        "/staff/sessions/new", deed="save", post=post.id, held_on="2026-12-01",
        opens_clock="10:00", closes_clock="11:00", is_transcribed="yes",
    )  # fmt: skip

    assert answer.status_code == 422
    assert "Розшифрувати можна лише записану розмову" in answer.text


async def test_a_draft_without_a_line_is_announced_only_after_one_is_chosen(
    office: Office,
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    line = await make_line(institution=office.home.id)
    at = await plan(browser, office)

    refused = await browser.post(f"{at}/publish")
    await browser.post(f"{at}/phones", line=line.id, ring_number="050 765 43 21")
    done = await browser.post(f"{at}/publish")
    text = (await browser.get(at)).text

    assert refused.status_code == 422
    assert "Оберіть лінію, на яку телефонують громадяни" in refused.text
    assert done.status_code == 303
    assert "+380 50 765 43 21" in text
    assert "Заплановано" in text


async def test_the_line_of_an_announced_session_stays(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    session = await make_session(institution=office.home)
    other = await make_line(institution=office.home.id, number="+380800500500")

    answer = await browser.post(f"/staff/sessions/{session.public_id}/phones", line=other.id)

    assert answer.status_code == 409
    assert "Номер лінії вже оголошено" in answer.text


async def test_a_session_is_cancelled_only_with_a_reason_and_a_tick(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    session = await make_session(institution=office.home)
    at = f"/staff/sessions/{session.public_id}"

    without_reason = await browser.post(f"{at}/cancel", agreed="yes")
    without_tick = await browser.post(f"{at}/cancel", reason="Посадова особа хворіє.")
    done = await browser.post(f"{at}/cancel", reason="Посадова особа хворіє.", agreed="yes")
    again = await browser.post(f"{at}/cancel", reason="Посадова особа хворіє.", agreed="yes")

    assert without_reason.status_code == without_tick.status_code == 422
    assert "Напишіть причину" in without_reason.text
    assert "Позначте, що" in without_tick.text
    assert done.status_code == 303
    assert "Посадова особа хворіє." in (await browser.get(at)).text
    assert again.status_code == 409


async def test_a_moved_session_leads_to_the_new_one(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    session = await make_session(institution=office.home)
    at = f"/staff/sessions/{session.public_id}"
    form = await browser.get(f"{at}/move")
    fields = {
        "post": session.post, "line": session.line, "held_on": "2026-11-30",
        "opens_clock": "12:00", "closes_clock": "13:00", "talk_minutes": "10",
    }  # fmt: skip

    answer = await browser.post(f"{at}/move", **fields)

    assert 'value="10:00"' in form.text
    assert answer.status_code == 303
    assert answer.headers["location"] in (await browser.get(at)).text


async def test_two_sessions_of_a_post_cannot_start_at_once(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    session = await make_session(institution=office.home)

    answer = await browser.post(
        "/staff/sessions/new", deed="save", post=session.post, held_on="2026-11-25",
        opens_clock="10:00", closes_clock="11:00",
    )  # fmt: skip

    assert answer.status_code == 422
    assert "вже є пряма лінія, що починається тоді" in answer.text


async def test_the_list_is_narrowed_by_part_and_by_words(office: Office) -> None:
    staff = await make_staff(institution=office.home.id)
    browser = await office.enter(Role.CLERK)
    await make_session(institution=office.home, topic="Субсидії")
    off = await make_session(institution=office.home, topic="Дороги", held_on=date(2026, 11, 26))
    await cancel(off.public_id, "Хвороба", staff=staff, now=NOW)

    coming = (await browser.get("/staff/sessions")).text
    past = (await browser.get("/staff/sessions?part=past&q=ДОРОГ")).text
    nothing = (await browser.get("/staff/sessions?part=all&q=%25")).text

    assert "Субсидії" in coming
    assert "Дороги" not in coming
    assert "Дороги" in past
    assert "Таких прямих ліній немає" in nothing


async def test_names_and_questions_are_shown_only_to_who_prepares_or_runs_the_session(
    office: Office,
) -> None:
    session = await make_session(institution=office.home)
    await make_booking(session=session, name="Гончар Марія")
    at = f"/staff/sessions/{session.public_id}"

    seen = {role: "Гончар" in (await (await office.enter(role)).get(at)).text for role in Role}

    assert seen == {role: role is not Role.CLERK for role in Role}


async def test_how_talks_go_is_chosen_with_the_plan_and_moves_with_it(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    line = await make_line(institution=office.home.id)

    silent = await plan(browser, office)
    at = await plan(
        browser, office, held_on="2026-12-02", line=line.id, is_recorded="yes", is_automatic="yes"
    )
    await browser.post(f"{at}/publish")
    moving = (await browser.get(f"{at}/move")).text

    assert "за згодою" not in (await browser.get(silent)).text
    sheet = (await browser.get(at)).text
    assert "за згодою" in sheet
    assert "автоматично" in sheet
    for name, ticked in (("is_recorded", True), ("is_automatic", True), ("is_transcribed", False)):
        box = moving[moving.index(f'id="{name}"') :].partition(">")[0]
        assert ("checked" in box) is ticked, name


async def test_a_plan_may_say_when_registration_opens_and_closes_and_that_lots_fall(
    office: Office,
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)

    at = await plan(
        browser, office, registration_opens_on="2026-11-24", registration_opens_clock="09:00",
        registration_closes_on="2026-11-30", registration_closes_clock="18:00",
        booking_mode="draw",
    )  # fmt: skip
    text = (await browser.get(at)).text

    assert "24 листопада 2026" in text
    assert "09:00" in text
    assert "30 листопада 2026" in text
    assert "18:00" in text
    assert "Кого визначить жеребкування" in text


@pytest.mark.parametrize(
    ("entered", "sentence"),
    [
        ({"registration_opens_on": "2026-11-24"}, "також час відкриття"),
        ({"registration_closes_clock": "18:00"}, "також день закриття"),
        ({"booking_mode": "draw"}, "тоді відбудеться жеребкування"),
        (
            {"registration_closes_on": "2026-12-01", "registration_closes_clock": "10:01"},
            "до початку",
        ),
        (
            {
                "registration_opens_on": "2026-11-24",
                "registration_opens_clock": "09:00",
                "registration_closes_on": "2026-11-24",
                "registration_closes_clock": "09:00",
            },
            "пізніше, ніж відкривається",
        ),
    ],
)
async def test_a_registration_that_cannot_be_is_told_its_mistake(
    office: Office, entered: dict[str, str], sentence: str
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    post = await make_post(institution=office.home.id)

    answer = await browser.post(
        "/staff/sessions/new", deed="preview", post=post.id, held_on="2026-12-01",
        opens_clock="10:00", closes_clock="11:00", **entered,
    )  # fmt: skip

    assert answer.status_code == 422
    assert sentence in answer.text
