"""Waiting list and draw by keys alone: join, hear the place, answer an offer, take part."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from tests.factories import (
    NOW,
    list_all_bookings,
    make_institution,
    make_phone,
    make_session,
    make_slots,
    plan_registration_days,
)
from tests.fakes import FrozenClock
from tests.services.waiting import Full, fill, make_pair
from tests.web.webhooks.keypad import Keypad, open_site
from tests.web.webhooks.test_phone_menu import read_sms_code

from hotline_sessions.services.bookings import cancel_booking
from hotline_sessions.services.waiting_offers import tell_offers
from hotline_sessions.store.draws import find_wishes
from hotline_sessions.store.engine import fetch_row, fetch_value


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
async def site(clock: FrozenClock) -> AsyncIterator[httpx.AsyncClient]:
    async with open_site(clock) as client:
        yield client


@pytest.fixture
async def full() -> Full:
    return await fill(await make_session(institution=await make_institution()))


async def call(site: httpx.AsyncClient, caller: str | None = None) -> Keypad:
    phone = Keypad(site, caller or make_phone())
    await phone.dial()
    return phone


async def prove(phone: Keypad) -> str:
    """Confirm the number that calls, then key in the code; what is said after it."""
    await phone.press("1")
    return await phone.press(await read_sms_code(phone.caller))


async def join(site: httpx.AsyncClient, *, keys: str = "1", caller: str | None = None) -> Keypad:
    phone = await call(site, caller)
    for key in "11":
        await phone.press(key)
    await prove(phone)
    await phone.press(keys)
    return phone


async def call_about_place(site: httpx.AsyncClient, caller: str, clock: FrozenClock) -> Keypad:
    clock.set(clock.now() + timedelta(minutes=2))
    phone = await call(site, caller)
    await phone.press("4")
    await prove(phone)
    return phone


async def give_back(full: Full, clock: FrozenClock) -> None:
    """The first slot falls free and is offered; offers are told."""
    clock.set(NOW + timedelta(minutes=5))
    await cancel_booking(full.booked[0].public_id, now=clock.now())
    assert await tell_offers(public_url="https://a.ua", clock=clock) == 1


async def test_who_finds_all_times_taken_joins_the_list_and_hears_the_place(
    site: httpx.AsyncClient, full: Full, clock: FrozenClock
) -> None:
    await full.join()
    clock.set(full.now + timedelta(minutes=1))
    phone = await call(site)

    assert "усе зайнято: натисніть один" in await phone.press("1")
    await phone.press("1")
    assert "Щоб стати в список очікування, натисніть один." in await prove(phone)
    assert "Ваше місце: два." in await phone.press("2")

    row = await fetch_row("select * from waiting_entry where phone = $1", phone.caller)
    assert row is not None
    assert (row["origin"], row["any_session"]) == ("phone", True)


async def test_the_way_to_ones_place_is_told_only_while_somebody_waits(
    site: httpx.AsyncClient, full: Full
) -> None:
    before = await call(site)
    assert "натисніть чотири" not in before.heard
    assert "Такої клавіші тут немає" in await before.press("4")
    await full.join()

    assert "натисніть чотири" in (await call(site)).heard


async def test_who_calls_again_hears_the_place_and_may_leave(
    site: httpx.AsyncClient, full: Full, clock: FrozenClock
) -> None:
    caller = (await join(site)).caller

    phone = await call_about_place(site, caller, clock)
    assert "Ваше місце: один." in phone.heard
    assert "Ваше місце: один." in await phone.press("1")
    assert "Вас більше немає в списку" in await phone.press("2")
    assert await fetch_value("select state from waiting_entry") == "left"


async def test_a_number_on_no_list_is_told_so_only_after_its_proof(
    site: httpx.AsyncClient, full: Full
) -> None:
    await full.join()
    phone = await call(site)

    assert "Ви телефонуєте з номера" in await phone.press("4")
    assert "немає в жодному списку" in await prove(phone)


async def test_an_offer_tells_the_number_of_the_line_and_is_accepted_by_calling_it(
    site: httpx.AsyncClient, full: Full, clock: FrozenClock
) -> None:
    caller = (await join(site)).caller
    await give_back(full, clock)
    text = await fetch_value("select body from message where purpose = 'slot-offered-by-phone'")
    assert "Дзвоніть 0 800 " in text

    phone = await call_about_place(site, caller, clock)
    assert "Для вас тримають час" in phone.heard
    assert "не пізніше ніж" in phone.heard
    assert "Код:" in await phone.press("1")

    (own,) = [each for each in await list_all_bookings(full.session) if each.phone == caller]
    assert own.starts_at == full.booked[0].starts_at
    assert await fetch_value("select state from waiting_entry") == "booked"


async def test_an_offer_is_declined_by_telephone_and_the_place_stays(
    site: httpx.AsyncClient, full: Full, clock: FrozenClock
) -> None:
    caller = (await join(site)).caller
    await give_back(full, clock)
    phone = await call_about_place(site, caller, clock)

    heard = await phone.press("2")

    assert "Цей час запропонуємо наступному." in heard
    assert "Ваше місце: один." in heard
    assert await fetch_value("select count(*) from booking where state = 'offered'") == 0


async def test_an_offer_that_ends_while_it_is_told_is_not_taken(
    site: httpx.AsyncClient, full: Full, clock: FrozenClock
) -> None:
    caller = (await join(site)).caller
    await give_back(full, clock)
    phone = await call_about_place(site, caller, clock)
    clock.set(clock.now() + timedelta(hours=5))

    assert "уже не тримають" in await phone.press("1")
    assert await fetch_value("select count(*) from booking where state = 'booked'") == 3


async def test_who_waits_for_two_sessions_hears_of_both(
    site: httpx.AsyncClient, clock: FrozenClock
) -> None:
    pair, other = await make_pair()
    both = [pair, await fill(other)]
    caller = make_phone()
    for full in both:
        await full.join(phone=caller)
    phone = await call_about_place(site, caller, clock)

    heard = [phone.heard, await phone.press("3"), await phone.press("3")]

    assert all("натисніть три" in each for each in heard)
    assert heard[0] == heard[2] != heard[1]


async def test_a_draw_is_entered_and_left_by_keys(
    site: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_session(registration=plan_registration_days())
    clock.set(session.registration_opens_at or NOW)
    phone = await call(site)
    for key in "11":
        await phone.press(key)

    assert "розподіляють жеребкуванням" in await prove(phone)
    assert "Ви берете участь" in await phone.press("1")
    row = await fetch_row("select * from waiting_entry")
    assert row is not None
    assert (row["origin"], row["is_draw"], row["phone"]) == ("phone", True, phone.caller)
    assert "більше не берете участі" in await phone.press("2")
    assert await fetch_value("select state from waiting_entry") == "left"


async def test_who_enters_a_draw_by_keys_names_the_times_that_suit(
    site: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_session(registration=plan_registration_days())
    starts = [slot.starts_at for slot in await make_slots(session)]
    clock.set(session.registration_opens_at or NOW)
    phone = await call(site)
    for key in "11":
        await phone.press(key)
    asked = await prove(phone)

    first = await phone.press("3")
    later = await phone.press("3")
    named = await phone.press("1")
    again = await phone.press("3")
    both = await phone.press("1")
    entered = await phone.press("2")

    assert "назвати зручний для вас час, натисніть три" in asked
    assert "Який час для вас найзручніший?" in first
    assert later != first
    assert "Ви назвали" in named
    assert "Який час для вас найзручніший?" in again
    assert "Ви назвали" in both
    assert "Ви берете участь" in entered
    entry = await fetch_value("select id from waiting_entry")
    wishes = await find_wishes(entry)
    assert wishes.times == (starts[2], starts[0])
    assert not wishes.any


async def test_a_caller_who_goes_back_names_times_anew_and_takes_any(
    site: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_session(registration=plan_registration_days())
    starts = [slot.starts_at for slot in await make_slots(session)]
    clock.set(session.registration_opens_at or NOW)
    phone = await call(site)
    for key in "11":
        await phone.press(key)
    await prove(phone)

    for key in ("3", "1"):
        await phone.press(key)
    back = await phone.press("*")
    for key in ("3", "2", "3", "1", "3"):
        await phone.press(key)
    full = await phone.press("1")
    none_left = await phone.press("3")
    entered = await phone.press("1")

    assert "розподіляють жеребкуванням" in back
    assert "ще один час" not in full
    assert "Ви назвали" in none_left
    assert "Ви берете участь" in entered
    entry = await fetch_value("select id from waiting_entry")
    wishes = await find_wishes(entry)
    assert wishes.times == (starts[1], starts[0], starts[2])
    assert wishes.any
