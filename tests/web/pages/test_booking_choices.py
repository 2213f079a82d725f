"""Choosing on the page of a booking when plans have changed, request by request."""

import re
from datetime import date, time
from html import unescape

import httpx
import pytest
from tests.factories import (
    HELD_ON,
    NOW,
    PHONE,
    SECRET,
    list_all_bookings,
    make_booking,
    make_institution,
    make_session,
    make_slots,
    make_staff,
)
from tests.fakes import FrozenClock

from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.bookings import Taken
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.services.sessions import cancel, reschedule
from hotline_sessions.services.substitution import substitute_official
from hotline_sessions.store.engine import fetch_row, fetch_value
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.officials import add_official
from hotline_sessions.web.links import booking_path


pytestmark = pytest.mark.anyio

LATER = date(2026, 12, 2)
APPEAL = {
    "surname": "Коваленко",
    "given_name": "Марія",
    "residence": "м. Рівне, вул. Соборна, 1",
    "question": "Коли буде перерахунок субсидії?",
    "deed": "file",
}


async def book(*, number: int = 0) -> tuple[Session, Taken]:
    session = await make_session(institution=await make_institution())
    slots = await make_slots(session)
    return session, await make_booking(session=session, slot=slots[number], phone=PHONE)


async def call_off(session: Session) -> None:
    staff = await make_staff(institution=session.institution)
    await cancel(session.public_id, "Посадова особа захворіла", staff=staff, now=NOW)


async def shift(session: Session) -> Session:
    staff = await make_staff(institution=session.institution)
    plan = Plan(
        post=session.post,
        line=session.line,
        held_on=LATER,
        opens_clock=time(10),
        closes_clock=time(11),
        talk_minutes=10,
    )
    return await reschedule(session.public_id, plan, staff=staff, now=NOW)


async def substitute(session: Session) -> None:
    staff = await make_staff(institution=session.institution)
    deputy = await add_official(
        "Петро Мельник", institution=session.institution, ring_number=None, valid_from=HELD_ON
    )
    await substitute_official(session.public_id, deputy, staff=staff, clock=FrozenClock(NOW))


def path_of(taken: Taken) -> str:
    return booking_path(taken.booking, secret=SECRET)


def list_choices(text: str) -> list[str]:
    return re.findall(r'name="choice" type="radio" value="([^"]+)"', text)


async def send(client: httpx.AsyncClient, taken: Taken, **fields: str) -> httpx.Response:
    return await client.post(f"{path_of(taken)}/choice", data=fields)


async def chosen() -> str | None:
    row = await fetch_row("select choice from booking_choice")
    assert row is not None
    return None if row["choice"] is None else str(row["choice"])


async def test_nothing_is_asked_while_plans_stand(client: httpx.AsyncClient) -> None:
    _, taken = await book()

    shown = (await client.get(path_of(taken))).text
    answer = await send(client, taken, choice="keep")

    assert list_choices(shown) == []
    assert answer.status_code == 409


async def test_of_a_substitute_the_page_tells_the_name_and_asks(client: httpx.AsyncClient) -> None:
    session, taken = await book()
    await substitute(session)

    shown = (await client.get(path_of(taken))).text
    answer = await send(client, taken, choice="keep")
    after = (await client.get(answer.headers["location"])).text

    assert "Відповідатиме інша посадова особа: Петро Мельник" in shown
    assert list_choices(shown) == ["keep", "other", "appeal", "give-up"]
    assert answer.status_code == 303
    assert "Ваш час залишається за вами" in after
    assert list_choices(after) == []
    assert await chosen() == "keep"


async def test_a_form_without_a_choice_is_shown_again_with_what_to_do(
    client: httpx.AsyncClient,
) -> None:
    session, taken = await book()
    await substitute(session)

    answer = await send(client, taken)

    assert answer.status_code == 422
    assert "Оберіть, що буде з вашим записом" in answer.text
    assert await chosen() is None


async def test_of_a_moved_session_the_same_time_is_one_tap_away(client: httpx.AsyncClient) -> None:
    session, taken = await book(number=2)
    new = await shift(session)

    shown = unescape((await client.get(path_of(taken))).text)
    offered = re.findall(r'name="starts_at"\s+value="([^"]+)"', shown)
    answer = await send(client, taken, choice="move", starts_at=offered[0])
    after = (await client.get(answer.headers["location"])).text

    assert "Перейти на нову пряму лінію, час: 10:30" in shown
    assert "середа, 2 грудня 2026" in shown
    (booking,) = await list_all_bookings(new)
    assert booking.starts_at.isoformat() == offered[0]
    assert "Ваш запис перенесено на цей час" in after
    assert "Ваш код" in after
    assert await chosen() == "move"


async def test_whose_time_has_just_been_taken_is_shown_the_free_ones(
    client: httpx.AsyncClient,
) -> None:
    session, taken = await book()
    new = await shift(session)
    slots = await make_slots(new)
    await make_booking(session=new, slot=slots[0])

    answer = await send(client, taken, choice="move", starts_at=slots[0].starts_at.isoformat())
    shown = (await client.get(answer.headers["location"])).text
    free = re.findall(r'name="starts_at"[^>]*?value="([^"]+)"', shown)
    moved = await client.post(
        f"{path_of(taken)}/move", data={"session": new.public_id, "starts_at": free[0]}
    )

    assert "щойно зайняли" in shown
    assert free == [slot.starts_at.isoformat() for slot in slots[1:]]
    assert moved.status_code == 303
    assert await chosen() == "move"


async def test_where_no_same_time_is_free_the_choice_leads_to_the_free_times(
    client: httpx.AsyncClient,
) -> None:
    session, taken = await book()
    new = await shift(session)
    await make_booking(session=new, slot=(await make_slots(new))[0])

    shown = (await client.get(path_of(taken))).text
    answer = await send(client, taken, choice="move")

    assert "Перейти на нову пряму лінію й обрати там час" in shown
    assert answer.headers["location"] == f"{path_of(taken)}/move?session={new.public_id}"
    assert await chosen() is None, "nothing is chosen before a time is"


async def test_of_a_cancelled_session_another_one_is_chosen(client: httpx.AsyncClient) -> None:
    session, taken = await book()
    home = await get_institution(session.institution)
    other = await make_session(institution=home, held_on=LATER, topic="Дороги")
    await call_off(session)

    shown = (await client.get(path_of(taken))).text
    led = await send(client, taken, choice="other")
    listed = (await client.get(led.headers["location"])).text
    slot = (await make_slots(other))[0]
    moved = await client.post(
        f"{path_of(taken)}/move",
        data={"session": other.public_id, "starts_at": slot.starts_at.isoformat()},
    )

    assert "Посадова особа захворіла" in shown
    assert list_choices(shown) == ["other", "appeal", "give-up"]
    assert f"session={other.public_id}" in listed
    assert moved.status_code == 303
    assert len(await list_all_bookings(other)) == 1
    assert await chosen() == "other"


async def test_where_there_is_no_other_session_it_is_said(client: httpx.AsyncClient) -> None:
    session, taken = await book()
    await call_off(session)

    shown = (await client.get(f"{path_of(taken)}/move")).text

    assert "На інших прямих лініях зараз немає вільного часу" in shown


async def test_a_written_appeal_takes_the_place_of_the_talk(client: httpx.AsyncClient) -> None:
    session, taken = await book()
    await substitute(session)

    led = await send(client, taken, choice="appeal")
    form = (await client.get(led.headers["location"])).text
    before = await chosen()
    checked = await client.post(
        f"{path_of(taken)}/appeal", data=APPEAL | {"deed": "", "instead": "1"}
    )
    await client.post(f"{path_of(taken)}/appeal", data=APPEAL | {"instead": "1"})

    assert "Воно замінить розмову" in form
    assert 'name="instead" value="1"' in checked.text
    assert before is None
    assert await chosen() == "appeal"
    assert await list_all_bookings(session) == []


async def test_an_appeal_filed_before_is_chosen_at_once(client: httpx.AsyncClient) -> None:
    session, taken = await book()
    await client.post(f"{path_of(taken)}/appeal", data=APPEAL)
    await call_off(session)

    led = await send(client, taken, choice="appeal")

    assert led.headers["location"] == f"{path_of(taken)}/appeal"
    assert await chosen() == "appeal"
    assert await fetch_value("select count(*) from appeal") == 1


async def test_who_gives_up_is_asked_no_more(client: httpx.AsyncClient) -> None:
    session, taken = await book()
    await call_off(session)

    answer = await send(client, taken, choice="give-up")
    shown = (await client.get(answer.headers["location"])).text

    assert "ви відмовилися від розмови" in shown
    assert list_choices(shown) == []
    assert (await send(client, taken, choice="give-up")).status_code == 409


async def test_looking_chooses_nothing(client: httpx.AsyncClient) -> None:
    session, taken = await book()
    await shift(session)

    for path in ("", "/move", "/appeal?instead=1", "/choice"):
        await client.get(path_of(taken) + path)

    assert await chosen() is None
    assert len(await list_all_bookings(session)) == 1
