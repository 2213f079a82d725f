"""Letters about sessions by e-mail: nobody gets them who has not pressed the button."""

import re
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from zoneinfo import ZoneInfo

import httpx
import pytest
from msgspec.structs import replace
from tests.factories import NOW, SECRET, make_institution, make_session, make_staff
from tests.fakes import FakeMails, FrozenClock
from tests.web.site import ADDRESS

from hotline_sessions.domain.mails import Mail
from hotline_sessions.domain.sessions import Session
from hotline_sessions.gateways.mail import build_letter
from hotline_sessions.services.digests import forget_addresses, write_letters
from hotline_sessions.services.messages import send_mails
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.services.sessions import cancel, reschedule
from hotline_sessions.store.engine import fetch_value


pytestmark = pytest.mark.anyio

BASE = ADDRESS
EMAIL = "olena@example.com"
MONDAY = datetime(2026, 11, 30, 8, tzinfo=ZoneInfo("Europe/Kyiv"))


async def run(clock: FrozenClock) -> list[Mail]:
    """Letters that go out now."""
    mails = FakeMails()
    await forget_addresses(clock=clock)
    await write_letters(secret=SECRET, public_url=BASE, clock=clock)
    while await send_mails(mails, public_url=BASE, clock=clock):
        pass
    return mails.sent


async def ask(client: httpx.AsyncClient, rhythm: str = "weekly", **more: str) -> httpx.Response:
    fields = {"email": EMAIL, "rhythm": rhythm, **more}
    return await client.post("/subscribe/letters", data=fields)


def find_link(mail: Mail) -> str:
    found = re.search(rf"{BASE}(/(?:en/)?subscribe/letters/\S+)", mail.body)
    assert found is not None
    return found[1]


async def confirm(client: httpx.AsyncClient, clock: FrozenClock, rhythm: str, **more: str) -> str:
    await ask(client, rhythm, **more)
    (question,) = await run(clock)
    link = find_link(question)
    assert (await client.post(link)).status_code == 200
    return link


async def count() -> int:
    found: int = await fetch_value("select count(*) from subscriber")
    return found


async def test_an_address_is_written_to_only_after_the_button_was_pressed(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    await make_session()
    assert 'action="/subscribe/letters"' in (await client.get("/subscribe")).text
    first = await ask(client)
    again = await ask(client)
    trap = await ask(client, email="robot@example.com", website="https://spam.example")
    assert first.status_code == again.status_code == trap.status_code == 303
    assert first.headers["location"] == trap.headers["location"]

    mails = await run(clock)
    link = find_link(mails[0])
    looked = await client.get(link)
    assert [(mail.recipient, mail.subject) for mail in mails] == [
        (EMAIL, "Підтвердьте: листи про прямі телефонні лінії")
    ]
    assert "Так, надсилайте листи" in looked.text
    assert looked.headers["cache-control"] == "no-store"

    clock.set(MONDAY)
    assert await run(clock) == []
    assert await count() == 0, "nobody has confirmed it in two days"
    assert "Ви не отримуєте таких листів" in (await client.post(link)).text


async def test_a_weekly_letter_comes_once_with_what_is_news_and_ends_by_one_press(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    old, gone, moved = [
        await make_session(institution=home, held_on=date(2026, 12, day), topic=f"Тема {day}")
        for day in (8, 9, 10)
    ]
    await make_session(held_on=date(2026, 12, 3), topic="Чужа установа")
    await confirm(client, clock, "weekly", institution=home.slug)
    await make_session(institution=home, held_on=date(2026, 12, 11), topic="Газ & <вода>")
    await cancel(gone.public_id, "Хвороба", staff=staff, now=NOW)
    await reschedule(moved.public_id, plan_like(moved), staff=staff, now=NOW)

    assert await run(clock) == []
    clock.set(MONDAY - timedelta(seconds=1))
    assert await run(clock) == []
    clock.set(MONDAY)
    (mail,) = await run(clock)
    assert await run(clock) == []

    assert mail.subject == "Прямі телефонні лінії: 4 зміни"
    parts = mail.body.split("\n\n")
    said = {
        topic: next(part for part in parts if f"Тема: {topic}." in part).split(".")[0]
        for topic in ("Тема 9", "Газ & <вода>")
    }
    assert said == {"Тема 9": "СКАСОВАНО", "Газ & <вода>": "НОВЕ"}
    assert sum(part.startswith("ПЕРЕНЕСЕНО. ") for part in parts) == 1
    assert sum(part.startswith("НОВЕ. ") for part in parts) == 2
    assert f"{BASE}/s/{old.public_id}" in mail.body
    assert "Чужа установа" not in mail.body
    assert "Газ &amp; &lt;вода&gt;" in mail.html

    letter = message_from_bytes(build_letter(mail, "line@example.org").as_bytes(), policy=default)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = str(letter["List-Unsubscribe"]).strip("<>").removeprefix(BASE)
    assert (await client.get(address)).status_code == 200
    assert await count() == 1, "opening it changes nothing"
    ended = await client.post(
        address,
        data={"List-Unsubscribe": "One-Click"},
        headers={"origin": "https://mail.example", "sec-fetch-site": "cross-site"},
    )
    once_more = await client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert (ended.status_code, once_more.status_code) == (200, 200)
    assert await count() == 0
    left = await fetch_value("select count(*) from message where recipient = $1", EMAIL)
    assert left == 0


async def test_news_come_by_themselves_and_only_news(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    session = await make_session(institution=home, held_on=date(2026, 12, 8))
    link = await confirm(client, clock, "announced")
    clock.pass_time(timedelta(minutes=16))
    assert await run(clock) == []

    await cancel(session.public_id, "Хвороба", staff=staff, now=clock.now())
    clock.pass_time(timedelta(minutes=16))
    (mail,) = await run(clock)
    clock.pass_time(timedelta(minutes=16))

    assert await run(clock) == []
    assert "СКАСОВАНО" in mail.body
    assert "Причина: Хвороба." in mail.body
    assert "Більше не надсилайте листів" in (await client.get(link)).text


async def test_what_is_no_address_and_no_link_is_refused(client: httpx.AsyncClient) -> None:
    wrong = await ask(client, email="olena@", institution="rivne")
    none = await client.post("/en/subscribe/letters", data={"email": EMAIL})

    assert (wrong.status_code, none.status_code) == (422, 422)
    assert "Введіть адресу електронної пошти" in wrong.text or "email-error" in wrong.text
    assert 'name="institution" value="rivne"' in wrong.text
    assert "Choose how often" in none.text
    for bad in ("x", "abcdefghjk.7fffffff.AAAAAAAAAAAAAAAAAAAA"):
        assert (await client.get(f"/subscribe/letters/{bad}")).status_code == 404
        assert (await client.post(f"/subscribe/letters/{bad}/end")).status_code == 404


async def test_where_no_mail_is_sent_no_letters_are_promised(client: httpx.AsyncClient) -> None:
    state = client._transport.app.state  # type: ignore[attr-defined]  # noqa: SLF001
    state.facts = replace(state.facts, sends_mail=False)

    assert "/subscribe/letters" not in (await client.get("/subscribe")).text
    assert (await ask(client)).status_code == 404


def plan_like(session: Session) -> Plan:
    return Plan(
        post=session.post,
        line=session.line,
        held_on=date(2026, 12, 14),
        opens_clock=session.opens_clock,
        closes_clock=session.closes_clock,
    )
