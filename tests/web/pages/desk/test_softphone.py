"""What a page gets that wants to be a telephone."""

import pytest
from litestar.datastructures import State
from tests.factories import SECRET
from tests.web.pages.desk.conftest import BASE, Office, watch
from tests.web.pages.desk.test_live import open_session

from hotline_sessions.domain.access import Role
from hotline_sessions.gateways.twilio.softphone import SimulatedSoftphones, SoftphoneKey
from hotline_sessions.gateways.twilio.softphone_sources import list_sources
from hotline_sessions.web.dependencies import WebFacts


pytestmark = pytest.mark.anyio

KEY = SoftphoneKey(account_sid="AC" + "1" * 32, sid="SK" + "2" * 32, secret="s3cret")


@pytest.fixture
def ringing(office: Office) -> Office:
    """An office whose browsers can talk."""
    softphones = SimulatedSoftphones(KEY, base_url="http://127.0.0.1:4020")
    office.app.state = State(
        {
            "facts": WebFacts(
                clock=office.clock,
                secret=SECRET,
                public_url=BASE,
                watch=watch,
                softphones=softphones,
            )
        }
    )
    return office


async def test_an_operator_gets_a_telephone_by_the_name_of_the_account(ringing: Office) -> None:
    session = await open_session(ringing)
    browser = await ringing.enter(Role.OPERATOR)

    answer = await browser.post(f"/staff/desk/{session.public_id}/softphone")

    given = answer.json()
    assert given["kind"] == "simulator"
    assert given["identity"] == f"operator-{browser.staff.account}"
    assert given["address"].endswith(f"/sim/v1/softphone/operator-{browser.staff.account}")
    assert given["token"].count(".") == 2
    assert answer.headers["cache-control"] == "no-store"


async def test_a_page_that_only_tries_gets_a_name_by_which_nobody_is_called(
    ringing: Office,
) -> None:
    session = await open_session(ringing)
    browser = await ringing.enter(Role.OPERATOR)

    answer = await browser.post(f"/staff/desk/{session.public_id}/softphone", purpose="check")

    assert answer.json()["identity"] == f"check-operator-{browser.staff.account}"


async def test_where_browsers_cannot_talk_the_page_says_so_and_offers_no_telephone(
    office: Office,
) -> None:
    session = await open_session(office)
    browser = await office.enter(Role.OPERATOR)

    answer = await browser.post(f"/staff/desk/{session.public_id}/softphone")
    page = await browser.get(f"/staff/desk/{session.public_id}")

    assert answer.status_code == 404
    assert answer.json() == {"reason": "unsupported"}
    assert "data-token-url" not in page.text


def test_a_page_may_connect_to_its_telephone_network_and_to_nothing_else() -> None:
    assert list_sources(base_url="http://127.0.0.1:4020") == ("ws://127.0.0.1:4020",)
    assert list_sources(base_url="", region="ie1", edge="dublin") == (
        "wss://voice-js.dublin.twilio.com",
        "https://eventgw.twilio.com",
        "https://eventgw.ie1.twilio.com",
    )
    assert list_sources(base_url="")[0] == "wss://voice-js.roaming.twilio.com"
