"""Letters are taken by a real mail server and shown on the page; none is sent on."""

from email.message import EmailMessage

import aiosmtplib
import pytest
from tests.phonesim.product import FakeProduct
from tests.phonesim.served import free_port
from tests.phonesim.world import configure

from hotline_sessions.phonesim.play import open_control
from hotline_sessions.phonesim.server import create_phonesim


pytestmark = pytest.mark.anyio


def write_letter() -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = "line@rivne.example"
    letter["To"] = "maria@example.org"
    letter["Subject"] = "Пряма лінія"
    letter.set_content("Запис на 25.11\n")
    letter.add_alternative("BEGIN:VCALENDAR", subtype="calendar")
    *_, part = letter.iter_parts()
    assert isinstance(part, EmailMessage)
    part.set_param("method", "REQUEST")
    return letter


async def test_a_letter_is_shown_with_its_words_and_what_it_asks_of_the_calendar() -> None:
    port = free_port()
    app = create_phonesim(configure(FakeProduct(), smtp_port=port))
    async with app.lifespan(), open_control(app) as control:
        page = (await control.get("/phone")).text
        await aiosmtplib.send(write_letter(), hostname="127.0.0.1", port=port, start_tls=False)
        shown = (await control.get("/sim/v1/state")).json()["letters"]

    assert 'id="letters"' in page
    [letter] = shown
    assert letter.pop("at")
    assert letter == {
        "sender": "line@rivne.example",
        "recipient": "maria@example.org",
        "subject": "Пряма лінія",
        "body": "Запис на 25.11\n",
        "method": "REQUEST",
    }


async def test_without_a_port_there_is_no_mail() -> None:
    app = create_phonesim(configure(FakeProduct()))
    async with app.lifespan(), open_control(app) as control:
        assert 'id="letters"' not in (await control.get("/phone")).text
        assert (await control.get("/sim/v1/state")).json()["letters"] == []
