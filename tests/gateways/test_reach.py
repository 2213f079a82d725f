import httpx
import pytest

from hotline_sessions.cli.twilio_words import tell
from hotline_sessions.domain.console_findings import Finding, Level
from hotline_sessions.gateways.reach import Reach, find_reach, is_private
from hotline_sessions.i18n import load_catalogues


pytestmark = pytest.mark.anyio

OURS = "https://hotline.example.gov.ua"


def answer(status: int, text: str) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(status, text=text))


def refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


async def test_only_our_own_answer_is_ours() -> None:
    assert await find_reach(OURS, transport=answer(200, "ok")) is Reach.OURS
    assert await find_reach(OURS, transport=answer(200, "<html>")) is Reach.OTHERS
    assert await find_reach(OURS, transport=answer(404, "ok")) is Reach.OTHERS
    assert await find_reach(OURS, transport=answer(302, "ok")) is Reach.OTHERS
    assert await find_reach(OURS, transport=httpx.MockTransport(refuse)) is Reach.NOBODY


async def test_what_is_not_on_the_internet_is_not_even_asked() -> None:
    for address in ("http://127.0.0.1:8000", "https://10.0.0.7", "https://localhost"):
        assert await find_reach(address, transport=answer(200, "ok")) is Reach.PRIVATE


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("hotline.example.gov.ua", False),
        ("8.8.8.8", False),
        ("192.168.1.4", True),
        ("169.254.169.254", True),
        ("::1", True),
        ("intranet", True),
        ("", True),
    ],
)
def test_private_hosts_are_told_by_their_form(host: str, expected: bool) -> None:  # noqa: FBT001 - an example
    assert is_private(host) is expected


@pytest.mark.parametrize("reach", Reach)
def test_each_of_these_is_told_in_words(reach: Reach) -> None:
    finding = Finding(code=f"address-{reach}", level=Level.PROBLEM, found=OURS)

    says, advises = tell(finding, load_catalogues().words("uk"))

    assert OURS in says
    assert bool(advises) is (reach is not Reach.OURS)
