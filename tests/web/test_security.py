import pytest
from litestar import Litestar, get
from litestar.testing import TestClient
from tests.web.conftest import SECRET, SESSION_TOKEN

from hotline_sessions.web.security import csrf_token
from hotline_sessions.web.shell import create_web


Client = TestClient[Litestar]


def test_public_pages_allow_only_our_own_files_and_trusted_types(client: Client) -> None:
    policy = client.get("/accessibility").headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/link", "/staff/sample", "/en/staff/sample", "/staff/nothing"])
def test_personal_and_staff_pages_are_never_stored_and_their_address_never_leaves(
    client: Client, path: str
) -> None:
    headers = client.get(path).headers

    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-robots-tag"] == "noindex"


def test_browsers_are_held_to_https_only_where_the_site_has_it(client: Client) -> None:
    plain = create_web([], public_base_url="http://127.0.0.1:8000")

    with TestClient(plain) as other:
        assert "strict-transport-security" not in other.get("/").headers
    assert "strict-transport-security" in client.get("/").headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 422),
        ({"sec-fetch-site": "same-origin"}, 422),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 422),
        ({"sec-fetch-site": "none"}, 422),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://lines.example"}, 422),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_public_forms_are_taken_only_from_our_own_pages(
    client: Client, headers: dict[str, str], status: int
) -> None:
    assert client.post("/sample", data={"name": "Олена"}, headers=headers).status_code == status


def test_a_machine_may_post_without_a_page(client: Client) -> None:
    answer = client.post(
        "/machine", data={"CallSid": "CA1"}, headers={"origin": "https://evil.example"}
    )

    assert answer.text == "CA1"


def test_staff_forms_need_the_token_of_their_session(client: Client) -> None:
    token = csrf_token(SESSION_TOKEN, SECRET)
    other = csrf_token("session-of-somebody-else", SECRET)
    fields = {"topic": "дороги"}

    assert client.post("/staff/sample", data=fields).status_code == 403
    assert client.post("/staff/sample", data={**fields, "csrf_token": other}).status_code == 403
    assert client.post("/staff/sample", data={**fields, "csrf_token": "ї"}).status_code == 403
    assert client.post("/staff/sample", data={**fields, "csrf_token": token}).text == "дороги"
    assert (
        client.post("/staff/sample", data=fields, headers={"x-csrf-token": token}).text == "дороги"
    )


def test_staff_pages_carry_the_token_for_scripts(client: Client) -> None:
    token = csrf_token(SESSION_TOKEN, SECRET)

    assert f'<meta name="csrf-token" content="{token}">' in client.get("/staff/sample").text


@get("/telephone", opt={"softphone": True}, sync_to_thread=False)
def show_telephone() -> str:
    return "rings"


@get("/plain", sync_to_thread=False)
def show_plain() -> str:
    return "silent"


def test_only_a_page_that_is_a_telephone_may_hear_and_connect_elsewhere() -> None:
    app = create_web(
        [show_telephone, show_plain],
        public_base_url="https://lines.example",
        softphone_sources=("wss://voice-js.dublin.twilio.com",),
    )
    with TestClient(app) as client:
        telephone, plain = client.get("/telephone").headers, client.get("/plain").headers

    policy = telephone["content-security-policy"]
    assert "connect-src 'self' wss://voice-js.dublin.twilio.com;" in policy
    assert "media-src 'self' blob: mediastream:;" in policy
    assert "microphone=(self)" in telephone["permissions-policy"]
    assert "connect-src 'self';" in plain["content-security-policy"]
    assert "microphone=()" in plain["permissions-policy"]
