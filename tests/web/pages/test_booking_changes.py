"""A booking at another time, or with another question, request by request."""

import re
from datetime import date, timedelta

import httpx
import pytest
from tests.factories import (
    NOW,
    PHONE,
    SECRET,
    list_all_bookings,
    make_booking,
    make_institution,
    make_phone,
    make_session,
    make_slots,
    plan_registration_days,
)
from tests.fakes import FrozenClock

from hotline_sessions.domain.bookings import Booking, BookingState
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.bookings import Taken
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.web.links import booking_path


pytestmark = pytest.mark.anyio

ANOTHER = "Коли відремонтують міст?"


def path_of(taken: Taken) -> str:
    return booking_path(taken.booking, secret=SECRET)


async def get_only(session: Session) -> Booking:
    (booking,) = await list_all_bookings(session)
    return booking


def list_offered(text: str) -> list[str]:
    return re.findall(r'name="starts_at"[^>]*?value="([^"]+)"', text)


async def test_a_booking_moves_within_its_session_and_keeps_its_code(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    taken = await make_booking(session=session)
    at = path_of(taken)
    choice = await client.get(f"{at}/move")
    before = await get_only(session)
    wanted = list_offered(choice.text)[-1]

    answer = await client.post(
        f"{at}/move", data={"session": session.public_id, "starts_at": wanted}
    )

    assert before == taken.booking, "looking at the page changes nothing"
    assert answer.status_code == 303
    after = await get_only(session)
    assert after.starts_at.isoformat() == wanted
    assert after.public_id == taken.booking.public_id
    shown = (await client.get(answer.headers["location"])).text
    assert "Ваш запис перенесено" in shown


async def test_a_booking_moves_to_another_session_and_gets_a_new_code_shown_once(
    client: httpx.AsyncClient,
) -> None:
    home = await make_institution()
    session = await make_session(institution=home)
    other = await make_session(institution=home, held_on=date(2026, 12, 2), topic="Дороги")
    taken = await make_booking(session=session, phone=PHONE)
    at = path_of(taken)
    listed = (await client.get(f"{at}/move")).text
    choice = (await client.get(f"{at}/move?session={other.public_id}")).text

    answer = await client.post(
        f"{at}/move", data={"session": other.public_id, "starts_at": list_offered(choice)[0]}
    )

    assert f"session={other.public_id}" in listed
    assert await list_all_bookings(session) == []
    moved = await get_only(other)
    assert (moved.phone, moved.question) == (PHONE, taken.booking.question)
    shown = (await client.get(answer.headers["location"])).text
    assert re.search(rf">\d{{4}}{moved.code_hint}<", shown)


async def test_who_wants_a_time_that_was_just_taken_keeps_his_own_and_sees_the_nearest(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    slots = await make_slots(session)
    taken = await make_booking(session=session, slot=slots[0])
    await make_booking(session=session, slot=slots[2])

    answer = await client.post(
        f"{path_of(taken)}/move",
        data={"session": session.public_id, "starts_at": slots[2].starts_at.isoformat()},
    )

    assert answer.status_code == 409
    assert "щойно зайняла інша людина" in answer.text
    checked = re.findall(r'value="([^"]+)" checked', answer.text)
    assert checked == [slots[3].starts_at.isoformat()]
    kept = await list_all_bookings(session)
    assert [each.slot for each in kept] == [slots[0].id, slots[2].id]


async def test_a_time_that_is_not_in_the_session_is_answered_with_those_that_are(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    taken = await make_booking(session=session)
    wrong = taken.booking.starts_at + timedelta(minutes=3)

    answer = await client.post(
        f"{path_of(taken)}/move",
        data={"session": session.public_id, "starts_at": wrong.isoformat()},
    )

    assert answer.status_code == 422
    assert "Такого часу на цій лінії немає" in answer.text
    assert await get_only(session) == taken.booking


@pytest.mark.parametrize("starts_at", ["", "soon", "2026-11-25T10:00"])
async def test_a_form_without_a_moment_is_shown_again(
    client: httpx.AsyncClient, starts_at: str
) -> None:
    session = await make_session()
    taken = await make_booking(session=session)

    answer = await client.post(
        f"{path_of(taken)}/move", data={"session": session.public_id, "starts_at": starts_at}
    )

    assert answer.status_code == 422
    assert list_offered(answer.text)
    assert await get_only(session) == taken.booking


async def test_a_booking_does_not_move_to_another_institution(client: httpx.AsyncClient) -> None:
    session = await make_session()
    stranger = await make_session(institution=await make_institution())
    taken = await make_booking(session=session)
    starts_at = (await make_slots(stranger))[0].starts_at.isoformat()

    shown = await client.get(f"{path_of(taken)}/move?session={stranger.public_id}")
    sent = await client.post(
        f"{path_of(taken)}/move", data={"session": stranger.public_id, "starts_at": starts_at}
    )

    assert [shown.status_code, sent.status_code] == [404, 404]
    assert await list_all_bookings(stranger) == []


async def test_who_has_a_booking_there_already_is_told_so(client: httpx.AsyncClient) -> None:
    home = await make_institution()
    session = await make_session(institution=home)
    other = await make_session(institution=home, held_on=date(2026, 12, 2))
    phone = make_phone()
    taken = await make_booking(session=session, phone=phone)
    await make_booking(session=other, phone=phone)
    starts_at = (await make_slots(other))[1].starts_at.isoformat()

    answer = await client.post(
        f"{path_of(taken)}/move", data={"session": other.public_id, "starts_at": starts_at}
    )

    assert answer.status_code == 409
    assert "уже закріплено час" in answer.text
    assert (await get_only(session)).state is BookingState.BOOKED


@pytest.mark.parametrize("query", ["?session=%00", "?session=nothing", "?session=" + "x" * 3000])
async def test_a_session_that_is_none_is_not_found(client: httpx.AsyncClient, query: str) -> None:
    taken = await make_booking(session=await make_session())

    answer = await client.get(f"{path_of(taken)}/move{query}")

    assert 400 <= answer.status_code < 500


async def test_the_question_may_be_changed_until_the_session_begins(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_session()
    taken = await make_booking(session=session, slot=(await make_slots(session))[1])
    at = path_of(taken)

    shown = await client.get(f"{at}/question")
    answer = await client.post(f"{at}/question", data={"question": ANOTHER})
    clock.set(session.starts_at)
    late = await client.post(f"{at}/question", data={"question": "Що?"})
    page = (await client.get(at)).text

    assert taken.booking.question in shown.text
    assert answer.status_code == 303
    assert late.status_code == 410
    assert "Скажіть про зміни телефоном" in late.text
    assert (await get_only(session)).question == ANOTHER
    assert "/question" not in page


async def test_a_question_that_is_none_is_refused_and_what_was_typed_stays(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    taken = await make_booking(session=session)

    answer = await client.post(f"{path_of(taken)}/question", data={"question": "Що?"})

    assert answer.status_code == 422
    assert ">Що?<" in answer.text
    assert (await get_only(session)).question == taken.booking.question


@pytest.mark.parametrize("deed", ["move", "question"])
async def test_nothing_of_a_cancelled_booking_can_be_changed(
    client: httpx.AsyncClient, deed: str
) -> None:
    session = await make_session()
    taken = await make_booking(session=session)
    await run_sql("update booking set state = 'cancelled', ended_at = $1", NOW)
    starts_at = (await make_slots(session))[1].starts_at.isoformat()
    data = {"session": session.public_id, "starts_at": starts_at, "question": ANOTHER}

    shown = await client.get(f"{path_of(taken)}/{deed}")
    sent = await client.post(f"{path_of(taken)}/{deed}", data=data)

    assert [shown.status_code, sent.status_code] == [410, 410]
    assert await fetch_value("select question from booking") == taken.booking.question


@pytest.mark.parametrize("deed", ["move", "question"])
async def test_a_forged_address_opens_nothing(client: httpx.AsyncClient, deed: str) -> None:
    taken = await make_booking(session=await make_session())
    forged = path_of(taken)[:-1] + ("A" if path_of(taken)[-1] != "A" else "B")

    assert (await client.get(f"{forged}/{deed}")).status_code == 404


async def test_after_the_closing_only_sessions_that_are_open_are_offered(
    client: httpx.AsyncClient,
) -> None:
    home = await make_institution()
    session = await make_session(institution=home)
    taken = await make_booking(session=session)
    open_one = await make_session(institution=home, held_on=date(2026, 11, 26))
    lots = await make_session(
        institution=home, held_on=date(2026, 11, 27), registration=plan_registration_days()
    )
    await run_sql("update session set registration_closes_at = $2 where id = $1", session.id, NOW)

    shown = await client.get(f"{path_of(taken)}/move")
    refused = await client.get(f"{path_of(taken)}/move?session={lots.public_id}")

    assert shown.status_code == 200
    assert list_offered(shown.text) == []
    assert open_one.public_id in shown.text
    assert lots.public_id not in shown.text
    assert refused.status_code == 409
