"""The waiting list page by page: join, see one's place, answer an offer; nothing changes on GET."""

import re
from datetime import timedelta

import httpx
import pytest
from tests.factories import NOW, PHONE, SECRET, make_proof, make_session
from tests.fakes import FrozenClock
from tests.services.waiting import Full, look, make_full

from hotline_sessions.domain.waiting_list import WaitingState
from hotline_sessions.services.bookings import cancel_booking
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.web.cookies import PROOF
from hotline_sessions.web.links import booking_path


pytestmark = pytest.mark.anyio

WISH = {"community": "Рівне", "question": "Коли буде перерахунок субсидії?"}


async def prove(client: httpx.AsyncClient, phone: str = PHONE) -> None:
    client.cookies.set(PROOF, await make_proof(phone=phone))


async def offer_to(full: Full, phone: str | None = None, *, earlier: bool = False) -> str:
    """An offer that stands, by its address."""
    entry = await full.join(phone=phone, earlier=earlier)
    await cancel_booking(full.booked[0].public_id, now=full.now)
    return f"/o/{await full.offer_of(entry.phone)}"


async def test_from_a_full_session_a_citizen_joins_the_list_and_sees_the_place(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    full = await make_full()
    await full.join()
    clock.set(NOW + timedelta(minutes=1))
    await prove(client)
    at = f"/sessions/{full.session.public_id}"

    assert f'href="{at}/wait"' in (await client.get(at)).text
    assert f'href="{at}/wait"' in (await client.get(f"{at}/slot")).text
    assert (await client.get(f"{at}/wait")).status_code == 200
    empty = await client.post(f"{at}/wait", data={})
    wrong = await client.post(f"{at}/wait", data={**WISH, "email": "марія"})
    joined = await client.post(
        f"{at}/wait", data={**WISH, "any_session": "yes", "email": "maria@example.org"}
    )

    assert [empty.status_code, wrong.status_code] == [422, 422]
    assert "email-error" in wrong.text
    assert await fetch_value("select email from waiting_entry where phone = $1", PHONE) == (
        "maria@example.org"
    )
    assert "govuk-error-message" in empty.text
    assert joined.status_code == 303
    mine = await client.get(joined.headers["location"])
    assert "Ваше місце: 2" in mine.text
    assert mine.headers["Referrer-Policy"] == "same-origin"
    assert joined.headers["location"] in (await client.get(f"{at}/slot")).text
    again = await client.post(f"{at}/wait", data=WISH)
    assert again.headers["location"] == joined.headers["location"]


async def test_who_leaves_is_off_the_list_and_may_press_twice(client: httpx.AsyncClient) -> None:
    full = await make_full()
    await prove(client)
    joined = await client.post(f"/sessions/{full.session.public_id}/wait", data=WISH)
    place = joined.headers["location"]

    for _ in range(2):
        assert (await client.post(f"{place}/leave")).headers["location"] == place

    assert "Вас уже немає в списку" in (await client.get(place)).text
    assert await fetch_value("select state from waiting_entry") == "left"


async def test_the_list_is_for_a_proven_phone_and_only_when_all_is_taken(
    client: httpx.AsyncClient,
) -> None:
    full, session = await make_full(), await make_session()

    for method in ("GET", "POST"):
        answer = await client.request(method, f"/sessions/{full.session.public_id}/wait", data=WISH)
        assert answer.headers["location"].endswith("/book")
    await prove(client)
    for method in ("GET", "POST"):
        answer = await client.request(method, f"/sessions/{session.public_id}/wait", data=WISH)
        assert answer.headers["location"].endswith("/slot")
    assert await fetch_value("select count(*) from waiting_entry") == 0


async def test_opening_an_offer_changes_nothing_and_yes_makes_the_booking(
    client: httpx.AsyncClient,
) -> None:
    full = await make_full()
    offer = await offer_to(full)

    for _ in range(2):
        assert "Так, беру цей час" in (await client.get(offer)).text
    assert await fetch_value("select count(*) from booking where state = 'offered'") == 1
    accepted = await client.post(offer)

    assert accepted.status_code == 303
    mine = await client.get(accepted.headers["location"])
    assert re.search(r">\d{6}<", mine.text)
    assert "Цей час Ваш" in (await client.get(offer)).text
    assert "Цей час Ваш" in (await client.post(offer)).text


async def test_no_hands_the_time_to_the_next_and_keeps_the_place(
    client: httpx.AsyncClient,
) -> None:
    full = await make_full()
    offer = await offer_to(full)
    entry = await look(await fetch_value("select public_id from waiting_entry"))

    declined = await client.post(f"{offer}/decline")

    assert declined.headers["location"] == f"{offer}?done=declined"
    kept = await client.get(declined.headers["location"])
    assert "Ваше місце в списку очікування зберігається" in kept.text
    assert "Ця пропозиція завершилася" in (await client.get(offer)).text
    assert "Ця пропозиція завершилася" in (await client.post(f"{offer}/decline")).text
    assert (await look(entry.public_id)).state is WaitingState.WAITING


async def test_an_offer_that_has_ended_says_so(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    full = await make_full()
    offer = await offer_to(full)
    clock.set(NOW + timedelta(hours=3))

    assert "Ця пропозиція завершилася" in (await client.get(offer)).text
    assert "Ця пропозиція завершилася" in (await client.post(offer)).text
    assert await fetch_value("select count(*) from booking where state = 'booked'") == 3


async def test_an_earlier_time_is_asked_for_on_the_page_of_the_booking(
    client: httpx.AsyncClient,
) -> None:
    full = await make_full()
    late = full.booked[3]
    path = booking_path(late, secret=SECRET)

    assert f'href="{path}/earlier"' in (await client.get(path)).text
    assert (await client.get(f"{path}/earlier")).status_code == 200
    assert await fetch_value("select count(*) from waiting_entry") == 0
    joined = await client.post(f"{path}/earlier")
    assert "Ви чекаєте на раніший час" in (await client.get(joined.headers["location"])).text
    await cancel_booking(full.booked[0].public_id, now=full.now)
    offer = f"/o/{await full.offer_of(late.phone)}"
    assert offer in (await client.get(joined.headers["location"])).text
    accepted = await client.post(offer)

    assert accepted.headers["location"].startswith(f"/bookings/{late.public_id}.")
    assert accepted.headers["location"].endswith("?done=moved")


async def test_who_could_have_an_earlier_time_at_once_is_led_to_it(
    client: httpx.AsyncClient,
) -> None:
    full = await make_full()
    await cancel_booking(full.booked[0].public_id, now=full.now)
    path = booking_path(full.booked[3], secret=SECRET)

    answer = await client.post(f"{path}/earlier")

    assert answer.headers["location"] == f"{path}/move"


async def test_whoever_guesses_names_of_offers_is_stopped(client: httpx.AsyncClient) -> None:
    answers = [(await client.get(f"/o/{number:010}")).status_code for number in range(61)]

    assert answers == [404] * 60 + [429]


async def test_every_form_of_the_list_is_known_again_when_it_is_sent_twice(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    full = await make_full()
    clock.set(NOW + timedelta(minutes=1))
    await prove(client)
    at = f"/sessions/{full.session.public_id}/wait"
    marked = {"form_mark": "j" * 20}

    asked = await client.get(at)
    joined = [await client.post(at, data={**WISH, **marked}) for _ in range(2)]
    other = await client.post(at, data={**WISH, "community": "Дубно", **marked})
    place = joined[0].headers["location"]
    shown = await client.get(place)
    left = [await client.post(f"{place}/leave", data={"form_mark": "l" * 20}) for _ in range(2)]

    assert 'name="form_mark"' in asked.text
    assert 'name="form_mark"' in shown.text
    assert joined[1].headers["location"] == place
    assert other.status_code == 422
    assert [each.headers["location"] for each in left] == [place, place]


async def test_both_copies_of_a_yes_get_the_same_booking_and_the_same_code(
    client: httpx.AsyncClient,
) -> None:
    full = await make_full()
    offer = await offer_to(full)
    marked = {"form_mark": "y" * 20}

    first, second = [await client.post(offer, data=marked) for _ in range(2)]
    codes = []
    for answer in (first, second):
        client.cookies.clear()
        for name, value in answer.cookies.items():
            client.cookies.set(name, value)
        found = re.search(r">(\d{6})<", (await client.get(answer.headers["location"])).text)
        codes.append(found[1] if found else None)

    assert first.headers["location"] == second.headers["location"]
    assert codes[0] == codes[1] is not None
    told = """select count(*) from message m join waiting_entry w on w.phone = m.recipient
               where m.purpose = 'booking-confirmed'"""
    assert await fetch_value(told) == 1


async def test_a_no_sent_twice_does_not_refuse_what_is_offered_next(
    client: httpx.AsyncClient,
) -> None:
    full = await make_full()
    offer = await offer_to(full)

    answers = [
        await client.post(f"{offer}/decline", data={"form_mark": "n" * 20}) for _ in range(2)
    ]

    assert [each.headers.get("location") for each in answers] == [f"{offer}?done=declined"] * 2
