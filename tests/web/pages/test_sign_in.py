import pytest
from tests.factories import PASSWORD, make_staff
from tests.web.pages.desk.conftest import Office, office

from hotline_sessions.web.guards import SIGN_IN_COOKIE


__all__ = ["office"]

pytestmark = pytest.mark.anyio


async def test_signing_in_leads_to_the_page_that_was_asked_for(office: Office) -> None:
    staff = await make_staff(institution=office.home.id)
    client = office.stranger()

    form = await client.get("/en/staff/sign-in?next=/en/staff/appeals")
    answer = await client.post(
        "/en/staff/sign-in",
        data={"login": staff.login, "password": PASSWORD, "next": "/en/staff/appeals"},
    )

    assert 'value="/en/staff/appeals"' in form.text
    assert answer.status_code == 303
    assert answer.headers["location"] == "/en/staff/appeals"
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(SIGN_IN_COOKIE)
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" in cookie
    assert (await client.get("/staff/appeals")).status_code == 200


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/staff", "//evil.example", "/", "/s/abc", "/staff/../s", "/staff\\x",
     "/staff?x=1", "/staff/sign-in", "/staffing", "/staff/\r\nx", ""],
)  # fmt: skip
async def test_after_signing_in_nobody_is_led_away_from_the_pages_of_staff(
    office: Office, wanted: str
) -> None:
    staff = await make_staff(institution=office.home.id)

    answer = await office.stranger().post(
        "/staff/sign-in", data={"login": staff.login, "password": PASSWORD, "next": wanted}
    )

    assert answer.headers["location"] == "/staff"


async def test_a_wrong_password_does_not_say_whether_the_login_exists(office: Office) -> None:
    staff = await make_staff(institution=office.home.id)
    client = office.stranger()

    known = await client.post("/staff/sign-in", data={"login": staff.login, "password": "wrong"})
    unknown = await client.post("/staff/sign-in", data={"login": "nobody", "password": "wrong"})

    assert known.status_code == unknown.status_code == 422
    assert "Логін і пароль не збігаються" in known.text
    assert known.text.replace(staff.login, "nobody") == unknown.text


async def test_after_ten_wrong_passwords_a_login_has_to_wait(office: Office) -> None:
    client = office.stranger()
    for _ in range(10):
        await client.post("/staff/sign-in", data={"login": "olena", "password": "wrong"})

    answer = await client.post("/staff/sign-in", data={"login": "olena", "password": "wrong"})

    assert answer.status_code == 429
    assert "Забагато неправильних паролів" in answer.text


async def test_an_empty_form_is_told_both_fields(office: Office) -> None:
    answer = await office.stranger().post("/staff/sign-in", data={})

    assert answer.status_code == 422
    assert "Введіть логін" in answer.text
    assert "Введіть пароль" in answer.text


async def test_after_signing_out_a_kept_cookie_opens_nothing(office: Office) -> None:
    browser = await office.enter()
    token = browser.client.cookies[SIGN_IN_COOKIE]

    answer = await browser.post("/staff/sign-out")

    assert answer.headers["location"] == "/staff/sign-in"
    kept = office.stranger()
    kept.cookies.set(SIGN_IN_COOKIE, token)
    assert (await kept.get("/staff")).status_code == 303


async def test_one_address_may_not_try_one_login_after_the_other(office: Office) -> None:
    client = office.stranger()

    tries = [await client.post("/staff/sign-in", data={"login": "a"}) for _ in range(21)]

    assert [answer.status_code for answer in tries] == [422] * 20 + [429]
    assert int(tries[-1].headers["retry-after"]) >= 1
