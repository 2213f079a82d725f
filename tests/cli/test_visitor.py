"""The visitor of the demo reads pages as a person without scripts does."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qs

import pytest

from hotline_sessions.cli.visitor import Page, Visitor


pytestmark = pytest.mark.anyio

PAGE = """<!doctype html>
<title>Запис</title><style>p { color: red }</style><script>var hidden = 1</script>
<h1>Запис на
   розмову</h1>
<p><a href="/sessions/1">Розмова 25.11</a></p>
<form action="/search" method="get"><input name="q" value="старе"></form>
<form action="/book?step=2" method="post">
  <input type="hidden" name="csrf" value="знак">
  <input name="name"><input type="submit" name="go" value="Так"><input type="file" name="scan">
  <input type="radio" name="slot" value="10:00"><input type="radio" name="slot" value="10:10" checked>
  <input type="checkbox" name="agree">
  <select name="kind"><option value="3.1">А</option><option value="3.2" selected>Б</option></select>
  <textarea name="question">
Коли буде тепло?</textarea>
</form>
"""  # noqa: E501 - a page


class Site(BaseHTTPRequestHandler):
    """Answers with the page, and remembers what was asked."""

    asked: ClassVar[list[tuple[str, str, str, str | None]]] = []

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(body)

    def _answer(self, body: str) -> None:
        self.asked.append((self.command, self.path, body, self.headers["Origin"]))
        self.send_response(404 if self.path == "/none" else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    Site.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


async def open_page(visitor: Visitor, address: str = "/") -> Page:
    page = await visitor.open(address)
    await visitor.close()
    return page


async def test_a_page_is_read_as_it_is_seen(site: str) -> None:
    page = await open_page(Visitor(site))

    assert "Запис на розмову" in page.text
    assert "hidden" not in page.text
    assert "color" not in page.text
    assert page.links == [("Розмова 25.11", "/sessions/1")]
    assert (page.status, page.url) == (200, f"{site}/")


async def test_a_form_would_send_what_its_fields_hold(site: str) -> None:
    page = await open_page(Visitor(site))

    form = page.form("question")

    assert form.values == {
        "csrf": "знак",
        "name": "",
        "slot": "10:10",
        "kind": "3.2",
        "question": "Коли буде тепло?",
    }
    assert form.options == {
        "slot": ["10:00", "10:10"],
        "agree": ["on"],
        "kind": ["3.1", "3.2"],
    }
    assert page.form("slot") is page.form_to("/book")


async def test_a_form_that_is_not_there_is_told_with_the_address(site: str) -> None:
    page = await open_page(Visitor(site), "/none")

    assert page.status == 404
    with pytest.raises(LookupError, match="/none"):
        page.form("phone")
    with pytest.raises(LookupError, match="/none"):
        page.form_to("/cancel")


async def test_a_form_is_sent_with_its_values_and_what_was_filled_in(site: str) -> None:
    visitor = Visitor(site)
    page = await visitor.open("/")

    await visitor.submit(page, page.form("name"), name="Олена")
    await visitor.submit(page, page.form("q"), q="тарифи і ціни")
    await visitor.close()

    post, get = Site.asked[1:]
    assert (post[0], post[1], post[3]) == ("POST", "/book?step=2", site)
    sent = parse_qs(post[2])
    assert (sent["name"], sent["csrf"], sent["kind"]) == (["Олена"], ["знак"], ["3.2"])
    assert parse_qs(get[1].partition("?")[2]) == {"q": ["тарифи і ціни"]}
