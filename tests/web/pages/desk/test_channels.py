"""How staff name a Telegram channel, post to it, and see to what went wrong."""

import pytest
from msgspec.structs import replace
from tests.factories import make_session
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.channel_posts import ChannelGone
from hotline_sessions.domain.network import OutcomeUnknown
from hotline_sessions.services.channels import note_posts, send_posts


pytestmark = pytest.mark.anyio

ALL = "/en/staff/publications"


class OnePost:
    """A channel whose first post gets no answer, and whose changes are refused."""

    async def post(self, chat: str, text: str) -> int:
        del chat, text
        raise OutcomeUnknown

    async def edit(self, chat: str, message: int, text: str) -> None:
        del chat, message, text
        raise ChannelGone


async def run(office: Office) -> None:
    await note_posts(public_url="https://lines.example", clock=office.clock)
    await send_posts(OnePost(), clock=office.clock)


async def test_a_channel_is_named_posted_to_and_looked_after(office: Office) -> None:
    office.app.state.facts = replace(office.app.state.facts, has_bot=True)
    browser = await office.enter(Role.COMMUNICATIONS)
    session = await make_session(institution=office.home)
    at = f"/en/staff/sessions/{session.public_id}/publications"

    bad = await browser.post(f"{ALL}/channel", chat="rada lines", by_itself="yes")
    assert (bad.status_code, "Enter the name of a public channel" in bad.text) == (422, True)
    assert (await browser.post(f"{ALL}/channel", chat="@rada_lines")).status_code == 303
    assert "Post to the channel" in (await browser.get(at)).text

    assert (await browser.post(f"{at}/channel", deed="post")).status_code == 303
    assert "It will be posted within a minute." in (await browser.get(at)).text
    await run(office)
    assert "does the post stand there?" in (await browser.get(at)).text
    assert f'{at}">' in (await browser.get(ALL)).text
    assert "1 post could not be made or changed" in (await browser.get("/en/staff")).text

    nowhere = await browser.post(f"{at}/channel", deed="found", message="there")
    assert (nowhere.status_code, "Enter the number of the post" in nowhere.text) == (422, True)
    found = await browser.post(f"{at}/channel", deed="found", message="t.me/rada_lines/12")
    twice = await browser.post(f"{at}/channel", deed="found", message="t.me/rada_lines/12")
    assert (found.status_code, twice.status_code) == (303, 409)
    shown = (await browser.get(at)).text
    assert 'href="https://t.me/rada_lines/12"' in shown
    assert "Telegram, @rada_lines" in shown
    assert (await browser.post(f"{ALL}/channel/again")).status_code == 303
    assert (await browser.post(f"{at}/channel", deed="dance")).status_code == 422


async def test_where_there_is_no_bot_nothing_is_said_of_telegram(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    session = await make_session(institution=office.home)

    assert "Telegram" not in (await browser.get(ALL)).text
    at = f"/en/staff/sessions/{session.public_id}/publications"
    assert (await browser.post(f"{at}/channel", deed="post")).status_code == 404
