import pytest
from litestar import Litestar
from litestar.testing import TestClient


Client = TestClient[Litestar]
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("method", "path", "status", "heading"),
    [
        ("GET", "/nothing", 404, "Такої сторінки немає"),
        ("GET", "/en/nothing", 404, "There is no such page"),
        ("POST", "/link", 405, "Ця адреса так не працює"),
        ("GET", "/sample?q=%FF", 400, "Запит не вдалося прочитати"),
        ("GET", "/sample?q=%00", 400, "Запит не вдалося прочитати"),
        ("GET", "/refuse/late", 410, "Час для цього минув"),
        ("GET", "/refuse/conflict", 409, "Тим часом дещо змінилося"),
        ("GET", "/refuse/m%C3", 400, "Запит не вдалося прочитати"),
        ("GET", "/bug", 500, "Сталася помилка з нашого боку"),
    ],
)
def test_a_reader_is_told_in_the_language_of_the_page_what_went_wrong(
    client: Client, method: str, path: str, status: int, heading: str
) -> None:
    answer = client.request(method, path)

    assert answer.status_code == status
    assert heading in answer.text
    assert "text/html" in answer.headers["content-type"]
    assert "Content-Security-Policy" in answer.headers


def test_a_bug_shows_nothing_of_itself(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    answer = client.get("/bug")
    logged = "".join(capsys.readouterr())

    assert "Коваленко" not in answer.text
    assert "RuntimeError" in logged
    assert "+380501234567" not in logged


def test_a_refusal_for_a_program_is_a_problem_document_with_its_code(client: Client) -> None:
    answer = client.get("/refuse/many", headers={"accept": "application/json"})

    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "30"
    assert answer.json()["code"] == "too-many"
    assert answer.json()["detail"] == "Забагато спроб. Зачекайте трохи та спробуйте ще раз."


def test_a_script_that_asks_for_a_part_gets_a_notice_not_a_page(client: Client) -> None:
    answer = client.get("/refuse/late", headers={"hx-request-type": "partial"})

    assert answer.status_code == 410
    assert 'role="alert"' in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 60_000, 400),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400),
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 70_000, 413),
    ],
)
def test_deep_broken_or_big_json_is_never_our_bug(client: Client, body: bytes, status: int) -> None:
    answer = client.post("/json", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"name=%FF", 400),
        (b"name=\xd0\xff", 400),
        (b"name=a%00b", 400),
        (b"&".join(b"f=1" for _ in range(201)), 400),
        (b"name=" + b"a" * 70_000, 413),
    ],
)
def test_a_form_that_cannot_be_read_gets_a_clear_answer(
    client: Client, body: bytes, status: int
) -> None:
    answer = client.post("/sample", content=body, headers=FORM)

    assert answer.status_code == status
    assert "<h1" in answer.text


def test_a_body_sent_in_pieces_is_measured_too(client: Client) -> None:
    answer = client.post("/sample", content=(b"a" * 8192 for _ in range(10)), headers=FORM)

    assert answer.status_code == 413


def test_what_is_not_a_form_is_refused(client: Client) -> None:
    answer = client.post("/sample", json={"name": "Олена"})

    assert answer.status_code == 415


def test_a_broken_multipart_form_is_refused(client: Client) -> None:
    answer = client.post(
        "/sample", content=b"nothing", headers={"content-type": "multipart/form-data; boundary=x"}
    )

    assert 400 <= answer.status_code < 500
