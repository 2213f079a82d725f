"""The way from a session to a booked talk, request by request."""

import re
from datetime import timedelta

import httpx
import pytest
from tests.factories import (
    NOW,
    PHONE,
    SECRET,
    list_all_bookings,
    make_booking,
    make_phone,
    make_proof,
    make_session,
    make_slots,
)
from tests.fakes import FrozenClock
from tests.web.site import create_site, open_client

from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.web.cookies import PROOF


pytestmark = pytest.mark.anyio

QUESTION = {"community": "Рівне", "question": "Коли буде перерахунок субсидії?"}


async def read_code() -> str:
    body = await fetch_value(
        "select body from message where purpose = 'one-time-code' order by id desc limit 1"
    )
    return str(body)[:6]


async def prove(client: httpx.AsyncClient, *, phone: str = PHONE, now: object = NOW) -> None:
    client.cookies.set(PROOF, await make_proof(phone=phone))


async def test_name_phone_code_and_slot_make_a_booking_whose_code_is_not_in_an_address(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    at = f"/sessions/{session.public_id}"
    sent = await client.post(f"{at}/book", data={"name": "Марія", "phone": "(050) 123-45-67"})
    shown = await client.get(f"{at}/code")
    proven = await client.post(f"{at}/code", data={"code": await read_code()})
    choice = await client.get(f"{at}/slot")
    offered = re.findall(r'name="starts_at"[^>]*?value="([^"]+)"', choice.text)

    booked = await client.post(f"{at}/slot", data={"starts_at": offered[0], **QUESTION})

    assert [sent.status_code, proven.status_code, booked.status_code] == [303, 303, 303]
    assert "+380\u00a050\u00a0•••\u00a0••\u00a067" in shown.text
    assert len(offered) == len(await make_slots(session))
    mine = await client.get(booked.headers["location"])
    code = re.search(r">(\d{6})<", mine.text)
    assert code is not None
    assert code[1] not in booked.headers["location"]
    assert "Середа" in mine.text or "середа, 25 листопада 2026" in mine.text
    (booking,) = await list_all_bookings(session)
    assert booking.phone == PHONE
    assert booking.code_hint == code[1][-2:]


async def test_every_cookie_of_a_citizen_is_kept_from_scripts_and_other_sites(
    database: str, clock: FrozenClock
) -> None:
    session = await make_session()
    address = "https://lines.example"
    async with open_client(create_site(clock, address=address), address=address) as client:
        answer = await client.post(
            f"/sessions/{session.public_id}/book", data={"name": "Марія", "phone": PHONE}
        )

    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" in cookie
    assert answer.headers["cache-control"] == "no-store"


async def test_a_device_whose_phone_is_proven_goes_straight_to_the_slots(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    await prove(client)

    answer = await client.get(f"/sessions/{session.public_id}/book")

    assert answer.headers["location"] == f"/sessions/{session.public_id}/slot"
    other = await client.get(f"/sessions/{session.public_id}/book?again=1")
    assert other.status_code == 200


async def test_the_proof_of_a_phone_lasts_a_day(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_session()
    await prove(client)
    clock.pass_time(timedelta(hours=24))

    answer = await client.get(f"/sessions/{session.public_id}/slot")

    assert answer.headers["location"] == f"/sessions/{session.public_id}/book"


async def test_steps_cannot_be_skipped(client: httpx.AsyncClient) -> None:
    session = await make_session()
    at = f"/sessions/{session.public_id}"
    slot = (await make_slots(session))[0]

    answers = [
        await client.get(f"{at}/code"),
        await client.post(f"{at}/code", data={"code": "123456"}),
        await client.post(f"{at}/code/again"),
        await client.get(f"{at}/slot"),
        await client.post(f"{at}/slot", data={"starts_at": slot.starts_at.isoformat(), **QUESTION}),
    ]

    assert {answer.headers["location"] for answer in answers} == {f"{at}/book"}
    assert await list_all_bookings(session) == []


async def test_a_wrong_code_says_how_many_tries_are_left_until_there_is_none(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    at = f"/sessions/{session.public_id}"
    await client.post(f"{at}/book", data={"name": "Марія", "phone": PHONE})
    wrong = "000000" if await read_code() != "000000" else "000001"

    answers = [await client.post(f"{at}/code", data={"code": wrong}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429, 429]
    assert "Залишилося спроб: 4" in answers[0].text
    assert "Попросіть новий" in answers[-1].text


async def test_an_old_code_is_refused_and_a_new_one_can_be_asked_for(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_session()
    at = f"/sessions/{session.public_id}"
    await client.post(f"{at}/book", data={"name": "Марія", "phone": PHONE})
    soon = await client.post(f"{at}/code/again")
    clock.pass_time(timedelta(minutes=11))
    late = await client.post(f"{at}/code", data={"code": await read_code()})

    again = await client.post(f"{at}/code/again")

    assert soon.status_code == 429
    assert soon.headers["retry-after"] == "60"
    assert late.status_code == 410
    assert again.headers["location"] == f"{at}/code?sent=1"


async def test_the_form_of_the_phone_sent_twice_leads_to_the_code_and_sends_one(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    at = f"/sessions/{session.public_id}"

    answers = [
        await client.post(f"{at}/book", data={"name": "Марія", "phone": PHONE}) for _ in range(2)
    ]

    assert [answer.headers["location"] for answer in answers] == [f"{at}/code"] * 2
    assert await fetch_value("select count(*) from message") == 1


async def test_who_comes_second_gets_the_nearest_free_slots_and_keeps_what_was_typed(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    slots = await make_slots(session)
    await make_booking(session=session, slot=slots[2])
    await prove(client)

    answer = await client.post(
        f"/sessions/{session.public_id}/slot",
        data={"starts_at": slots[2].starts_at.isoformat(), **QUESTION},
    )

    assert answer.status_code == 409
    assert "Цей час щойно зайняла інша людина" in answer.text
    assert QUESTION["question"] in answer.text
    checked = re.search(r'value="([^"]+)"\s+checked', answer.text)
    assert checked is not None
    assert checked[1] == slots[3].starts_at.isoformat()
    assert slots[2].starts_at.isoformat() not in answer.text


async def test_who_comes_too_late_sends_on_what_was_typed_and_with_a_mark_of_their_own(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    slots = await make_slots(session)
    await make_booking(session=session, slot=slots[2])
    await prove(client)
    typed = {"community": "Здолбунів", "call_back": "yes", "email": "m@example.org"}

    answers = [
        await client.post(
            f"/sessions/{session.public_id}/slot",
            data={"starts_at": slots[2].starts_at.isoformat(), "question": question, **typed},
        )
        for question in ("Чому <b>так</b> & доки?", "А світло?")
    ]

    sent = [
        dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
        for answer in answers
    ]
    assert [each["question"] for each in sent] == [
        "Чому &lt;b&gt;так&lt;/b&gt; &amp; доки?",
        "А світло?",
    ]
    assert "<b>так" not in answers[0].text
    assert sent[0]["form_mark"] != sent[1]["form_mark"]
    assert typed.items() <= sent[0].items()


async def test_who_comes_too_late_for_the_last_slot_may_wait_or_call(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    slots = await make_slots(session)
    for slot in slots:
        await make_booking(session=session, slot=slot)
    await prove(client)

    answer = await client.post(
        f"/en/sessions/{session.public_id}/slot",
        data={"starts_at": slots[0].starts_at.isoformat(), **QUESTION},
    )

    assert answer.status_code == 409
    assert f"/en/sessions/{session.public_id}/wait" in answer.text
    assert 'href="tel:+380800502708"' in answer.text


async def test_the_last_form_sent_twice_leads_to_the_one_booking(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    slots = await make_slots(session)
    await prove(client)
    wish = {"starts_at": slots[0].starts_at.isoformat(), **QUESTION}
    first = await client.post(f"/sessions/{session.public_id}/slot", data=wish)

    second = await client.post(f"/sessions/{session.public_id}/slot", data=wish)
    third = await client.post(
        f"/sessions/{session.public_id}/slot",
        data={**wish, "starts_at": slots[1].starts_at.isoformat()},
    )

    assert second.headers["location"] == first.headers["location"]
    assert third.status_code == 409
    assert "Ви вже записані на цю лінію" in third.text
    assert first.headers["location"] in third.text
    assert len(await list_all_bookings(session)) == 1


async def test_a_full_session_offers_the_number_and_other_sessions(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    for slot in await make_slots(session):
        await make_booking(session=session, slot=slot)
    await prove(client)

    answer = await client.get(f"/sessions/{session.public_id}/slot")

    assert "Вільного часу не залишилося" in answer.text
    assert 'href="tel:+380800502708"' in answer.text


async def test_a_flood_of_code_requests_from_one_address_is_stopped(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    at = f"/sessions/{session.public_id}/book"
    answers = [
        await client.post(at, data={"name": "Марія", "phone": make_phone()}) for _ in range(61)
    ]

    assert [answer.status_code for answer in answers[:60]] == [303] * 60
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "Забагато спроб" in answers[-1].text


async def test_a_booking_is_found_by_phone_and_code_and_given_back_only_by_a_form(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    taken = await make_booking(session=session, phone=PHONE)
    found = await client.post("/bookings", data={"phone": "0501234567", "code": taken.code})
    mine = found.headers["location"]

    asked = await client.get(f"{mine}/cancel")
    still = await list_all_bookings(session)
    given_back = await client.post(f"{mine}/cancel")

    assert asked.status_code == 200
    assert len(still) == 1
    assert given_back.headers["location"] == mine
    assert await list_all_bookings(session) == []
    assert "Запис скасовано" in (await client.get(mine)).text
    assert (await client.post(f"{mine}/cancel")).status_code == 410


async def test_the_page_of_a_booking_hides_name_phone_and_code(client: httpx.AsyncClient) -> None:
    session = await make_session()
    taken = await make_booking(session=session, phone=PHONE, name="Марія Іванівна")
    found = await client.post("/bookings", data={"phone": PHONE, "code": taken.code})

    mine = await client.get(found.headers["location"])

    assert taken.code not in mine.text
    assert PHONE not in mine.text
    assert "Марія Іванівна" not in mine.text
    assert mine.headers["referrer-policy"] == "same-origin"
    assert mine.headers["cache-control"] == "no-store"


async def test_the_calendar_file_of_a_booking_reminds_and_names_nobody(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    taken = await make_booking(session=session, phone=PHONE)
    found = await client.post("/bookings", data={"phone": PHONE, "code": taken.code})

    answer = await client.get(found.headers["location"] + "/calendar.ics")

    assert "BEGIN:VALARM" in answer.text
    assert "DTSTART;TZID=Europe/Kyiv:20261125T100000" in answer.text
    assert "501234567" not in answer.text
    assert SECRET.decode() not in answer.text


async def test_a_form_sent_again_from_a_device_that_lost_the_answer_shows_the_code_again(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    at = f"/sessions/{session.public_id}/slot"
    await prove(client)
    shown = (await client.get(at)).text
    mark = re.search(r'name="form_mark" value="([^"]+)"', shown)
    assert mark is not None
    slot = (await make_slots(session))[0]
    form = {"starts_at": slot.starts_at.isoformat(), "form_mark": mark[1], **QUESTION}

    first = await client.post(at, data=form)
    again = await client.post(at, data=form)
    other = await client.post(at, data=form | {"community": "Дубно"})

    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    assert first.headers["set-cookie"] == again.headers["set-cookie"]
    assert other.status_code == 422
    assert len(await list_all_bookings(session)) == 1


async def test_a_slot_that_is_not_given_yet_says_from_when_it_is(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_session()
    opens_at = NOW + timedelta(hours=2)
    await run_sql("update session set registration_opens_at = $1", opens_at)
    await prove(client)
    slot = (await make_slots(session))[0]
    form = {"starts_at": slot.starts_at.isoformat(), **QUESTION}

    early = await client.post(f"/sessions/{session.public_id}/slot", data=form)
    clock.set(opens_at)
    in_time = await client.post(f"/sessions/{session.public_id}/slot", data=form)

    assert early.status_code == 409
    assert "12:00" in early.text
    assert in_time.status_code == 303


async def test_an_address_for_letters_may_be_given_and_is_not_needed(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    await prove(client)
    slot = (await make_slots(session))[0]
    form = {"starts_at": slot.starts_at.isoformat(), **QUESTION}
    at = f"/sessions/{session.public_id}/slot"

    wrong = await client.post(at, data=form | {"email": "марія"})
    right = await client.post(at, data=form | {"email": "maria@example.org"})

    assert wrong.status_code == 422
    assert "name@example.com" in wrong.text
    assert right.status_code == 303
    assert await fetch_value("select email from booking") == "maria@example.org"
