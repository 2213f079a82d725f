"""Services by phone, through signed webhooks: everything a citizen can do without the web."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.factories import (
    NOW,
    list_all_bookings,
    make_booking,
    make_institution,
    make_phone,
    make_session,
    make_slots,
)
from tests.fakes import FrozenClock
from tests.services.telephony import make_live_show
from tests.web.webhooks.keypad import Keypad, open_site

from hotline_sessions.domain.bookings import Booking, BookingState
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.phone_menu import BOOKING_TRIES, MOST_STEPS
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.services.bookings import Taken, cancel_booking, get_booking
from hotline_sessions.services.dialogue_cleanup import KEPT, clean_dialogues
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.sessions import mark_state


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

SIX_DIGITS = re.compile(r"\b(\d{6})\b")
COUNT_REPLIES = "select count(*) from webhook_delivery where reply like '%' || $1 || '%'"
FIGURES = {
    word: str(digit)
    for digit, word in enumerate(
        ["нуль", "один", "два", "три", "чотири", "п’ять", "шість", "сім", "вісім", "дев’ять"]
    )
}


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
async def site(clock: FrozenClock) -> AsyncIterator[httpx.AsyncClient]:
    async with open_site(clock) as client:
        yield client


@pytest.fixture
async def home() -> Institution:
    return await make_institution()


@pytest.fixture
async def session(home: Institution) -> Session:
    return await make_session(institution=home)


async def call(site: httpx.AsyncClient, caller: str | None = None) -> Keypad:
    phone = Keypad(site, caller or make_phone())
    await phone.dial()
    return phone


async def read_sms_code(phone: str) -> str:
    """The code in the latest SMS to ``phone``, be it written already or not."""
    text = await fetch_value(
        "select coalesce(nullif(body, ''), facts::text) from message "
        "where recipient = $1 order by id desc limit 1",
        phone,
    )
    found = SIX_DIGITS.search(text)
    assert found is not None
    return found[1]


def hear_code(heard: str) -> str:
    """The code as it is read out."""
    said = re.search(r"Код: ([^.]+)\.", heard)
    assert said is not None
    return "".join(FIGURES[word] for word in said[1].split(", "))


async def come_to_slots(phone: Keypad) -> str:
    """Through session, number and one-time code."""
    await phone.press("1")
    await phone.press("1")
    await phone.press("1")
    return await phone.press(await read_sms_code(phone.caller))


async def open_own(phone: Keypad, taken: Taken) -> str:
    """To the booking by its code."""
    await phone.press("2")
    return await phone.press(taken.code)


async def count_codes() -> int:
    return int(await fetch_value("select count(*) from one_time_code"))


async def book_by_web(session: Session, *, slot: int = 0, phone: str | None = None) -> Taken:
    slots = await make_slots(session)
    return await make_booking(session=session, slot=slots[slot], phone=phone)


async def state_of(booking: Booking) -> BookingState:
    return (await get_booking(booking.public_id)).state


async def test_a_call_without_a_session_is_offered_the_services(
    site: httpx.AsyncClient, session: Session
) -> None:
    phone = await call(site)

    assert "Зараз пряма лінія не працює." in phone.heard
    assert "Наступна відбудеться у середу, двадцять п’ятого листопада, о десятій." in phone.heard
    assert phone.heard.endswith("For English, press nine.")
    assert "запитання" not in phone.heard
    assert "Добрий день" not in await phone.press("")


async def test_a_talk_is_booked_by_keys_alone(site: httpx.AsyncClient, session: Session) -> None:
    phone = await call(site)

    assert "Олена Петрівна Коваль" in await phone.press("1")
    assert "Ви телефонуєте з номера" in await phone.press("1")
    assert "шість цифр" in await phone.press("1")
    heard = await phone.press(await read_sms_code(phone.caller))
    assert "О десятій — натисніть один." in heard
    assert "О десятій десять — натисніть два." in heard
    heard = await phone.press("2")

    booking = (await list_all_bookings(session))[0]
    assert booking.phone == phone.caller
    assert booking.caller_name == "Запис телефоном"
    assert booking.starts_at == session.starts_at + timedelta(minutes=10)
    assert "Ваша розмова — у середу, двадцять п’ятого листопада, о десятій десять." in heard
    assert hear_code(heard) == await read_sms_code(phone.caller)
    await phone.press("")
    assert phone.is_over


async def test_a_call_at_the_time_of_the_talk_is_promised_by_one_key(
    site: httpx.AsyncClient, session: Session
) -> None:
    phone = await call(site)
    await come_to_slots(phone)
    assert "Щоб ми самі зателефонували вам у цей час, натисніть один." in await phone.press("1")
    assert not (await list_all_bookings(session))[0].wants_call_back

    assert (await phone.press("1")).startswith("Домовилися:")
    assert (await list_all_bookings(session))[0].wants_call_back


async def test_a_number_that_the_network_shows_books_nothing_without_the_code(
    site: httpx.AsyncClient, session: Session
) -> None:
    """TEL-13: a forged caller's number gives a question, and no slot."""
    phone = await call(site)
    await phone.press("1")
    await phone.press("1")
    await phone.press("1")
    code = await read_sms_code(phone.caller)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"

    for _ in range(4):
        assert "Код не підійшов." in await phone.press(wrong)
    assert "Цей код уже не дійсний." in await phone.press(wrong)
    assert await list_all_bookings(session) == []


async def test_who_hides_the_number_proves_another_one(
    site: httpx.AsyncClient, session: Session
) -> None:
    phone = await call(site, "anonymous")
    await phone.press("1")
    assert "Наберіть свій мобільний номер" in await phone.press("1")
    number = make_phone()
    await phone.press("0" + number.removeprefix("+380"))
    await phone.press(await read_sms_code(number))
    await phone.press("1")

    assert [booking.phone for booking in await list_all_bookings(session)] == [number]


async def test_a_number_without_sms_is_not_offered_and_not_taken(
    site: httpx.AsyncClient, session: Session
) -> None:
    phone = await call(site, "+380362220011")
    await phone.press("1")
    assert "Наберіть свій мобільний номер" in await phone.press("1")
    assert "Це не номер українського мобільного" in await phone.press("0362220011")
    assert "Це не номер українського мобільного" in await phone.press("12")
    assert await count_codes() == 0


async def test_another_number_may_get_the_code(site: httpx.AsyncClient, session: Session) -> None:
    phone = await call(site)
    await phone.press("1")
    await phone.press("1")
    await phone.press("2")
    other = make_phone()
    await phone.press("0" + other.removeprefix("+380"))
    await phone.press(await read_sms_code(other))
    await phone.press("1")

    assert [booking.phone for booking in await list_all_bookings(session)] == [other]


async def test_the_code_may_be_spoken(site: httpx.AsyncClient, session: Session) -> None:
    phone = await call(site)
    await phone.press("1")
    await phone.press("1")
    await phone.press("1")
    words = {figure: word for word, figure in FIGURES.items()}
    code = await read_sms_code(phone.caller)

    heard = await phone.press("", said=" ".join(words[digit] for digit in code))

    assert "Оберіть час розмови." in heard
    kept = await fetch_rows("select body::text as body from webhook_delivery")
    assert not [row for row in kept if words[code[0]] in row["body"]]


async def test_codes_are_sent_as_rarely_by_phone_as_on_the_web(
    site: httpx.AsyncClient, session: Session, clock: FrozenClock
) -> None:
    phone = await call(site)
    for _ in range(3):
        await phone.press("1")
        await phone.press("1")
        await phone.press("1")
        clock.set(clock.now() + timedelta(seconds=61))
        await phone.press("*")
        await phone.press("*")
    await phone.press("1")
    await phone.press("1")
    assert "забагато кодів" in await phone.press("1")
    assert await count_codes() == 3


async def test_a_second_code_is_not_sent_within_a_minute(
    site: httpx.AsyncClient, session: Session
) -> None:
    number = make_phone()
    first = await call(site, number)
    for keys in "111":
        await first.press(keys)
    assert "шість цифр" in first.heard
    await first.press("*")
    await first.press("1")
    assert "шість цифр" in await first.press("1")
    second = await call(site, number)
    await second.press("1")
    await second.press("1")
    assert "щойно надіслано" in await second.press("1")
    assert await count_codes() == 1


async def test_more_times_are_told_until_they_begin_again(
    site: httpx.AsyncClient, session: Session
) -> None:
    phone = await call(site)
    first = await come_to_slots(phone)
    second = await phone.press("3")

    assert first.count("натисніть") == second.count("натисніть") == 3
    assert first != second
    assert await phone.press("3") == first


async def test_a_slot_that_was_taken_meanwhile_leads_to_the_others(
    site: httpx.AsyncClient, session: Session
) -> None:
    phone = await call(site)
    await come_to_slots(phone)
    await book_by_web(session, slot=0)

    heard = await phone.press("1")

    assert heard.startswith("На жаль, цей час щойно зайняли.")
    assert "О десятій —" not in heard
    await phone.press("1")
    assert len(await list_all_bookings(session)) == 2


async def test_one_number_books_one_talk_of_a_session(
    site: httpx.AsyncClient, session: Session
) -> None:
    number = make_phone()
    await book_by_web(session, phone=number)
    phone = await call(site, number)
    await come_to_slots(phone)

    assert "вже є запис" in (await phone.press("1")).replace("уже", "вже")
    assert len(await list_all_bookings(session)) == 1


async def test_a_line_without_a_session_has_nothing_to_choose(
    site: httpx.AsyncClient, session: Session
) -> None:
    await mark_state(session.id, SessionState.CANCELLED, NOW)
    phone = await call(site)

    assert "вільним часом поки не оголошено" in await phone.press("1")


async def test_a_session_filled_while_its_times_are_asked_for_says_so(
    site: httpx.AsyncClient, session: Session
) -> None:
    phone = await call(site)
    for keys in "111":
        await phone.press(keys)
    code = await read_sms_code(phone.caller)
    for slot in range(4):
        await book_by_web(session, slot=slot)

    assert "Усі години зайняті" in await phone.press(code)


async def test_a_session_called_off_meanwhile_gives_no_slot(
    site: httpx.AsyncClient, session: Session
) -> None:
    phone = await call(site)
    await come_to_slots(phone)
    await mark_state(session.id, SessionState.CANCELLED, NOW)

    assert "увесь час уже зайнято" in await phone.press("1")


async def test_a_booking_is_heard_by_its_code(site: httpx.AsyncClient, session: Session) -> None:
    number = make_phone()
    taken = await book_by_web(session, phone=number)
    phone = await call(site, number)

    heard = await open_own(phone, taken)

    assert heard.startswith(
        "Ваш запис: Олена Петрівна Коваль, Директор департаменту соціальної політики, "
        "у середу, двадцять п’ятого листопада, о десятій."
    )
    assert await phone.press("3") == heard


async def test_a_booking_of_another_number_is_heard_after_keying_that_number(
    site: httpx.AsyncClient, session: Session
) -> None:
    number = make_phone()
    taken = await book_by_web(session, phone=number)
    for caller in (None, "anonymous"):
        phone = await call(site, caller)
        await phone.press("2")
        if caller is None:
            await phone.press("0")
        assert "шість цифр" in await phone.press("0" + number.removeprefix("+380"))
        assert "Ваш запис" in await phone.press(taken.code)


async def test_a_booking_is_cancelled_after_a_second_key(
    site: httpx.AsyncClient, session: Session
) -> None:
    number = make_phone()
    taken = await book_by_web(session, phone=number)
    phone = await call(site, number)
    await open_own(phone, taken)
    assert "остаточно" in await phone.press("2")
    assert "залишається без змін" in await phone.press("2")
    assert await state_of(taken.booking) is BookingState.BOOKED
    await phone.press("2")

    assert "скасовано" in await phone.press("1")
    assert await state_of(taken.booking) is BookingState.CANCELLED


async def test_a_booking_is_moved_to_another_time(
    site: httpx.AsyncClient, session: Session
) -> None:
    number = make_phone()
    taken = await book_by_web(session, phone=number)
    phone = await call(site, number)
    await open_own(phone, taken)
    await phone.press("1")
    heard = await phone.press("1")
    assert "О десятій —" not in heard
    heard = await phone.press("2")

    booking = await get_booking(taken.booking.public_id)
    assert booking.starts_at > taken.booking.starts_at
    assert "Код залишається той самий." in heard
    assert len(await list_all_bookings(session)) == 1


async def test_a_booking_is_moved_to_another_day_with_a_new_code(
    site: httpx.AsyncClient, session: Session, home: Institution
) -> None:
    later = await make_session(institution=home, held_on=session.held_on + timedelta(days=7))
    number = make_phone()
    taken = await book_by_web(session, phone=number)
    phone = await call(site, number)
    await open_own(phone, taken)
    await phone.press("1")
    await phone.press("2")
    heard = await phone.press("1")

    assert hear_code(heard) == await read_sms_code(number)
    assert await list_all_bookings(session) == []
    assert len(await list_all_bookings(later)) == 1


async def test_a_code_is_tried_three_times_in_a_call(
    site: httpx.AsyncClient, session: Session
) -> None:
    """TEL-14."""
    number = make_phone()
    taken = await book_by_web(session, phone=number)
    wrong = f"{(int(taken.code) + 1) % 1_000_000:06}"
    phone = await call(site, number)
    await phone.press("2")
    assert "Код не підійшов." in await phone.press(wrong)
    assert "Код не підійшов." in await phone.press(wrong)
    assert "не знайшли" in await phone.press(wrong)
    assert "забагато неправильних кодів" in await phone.press("2")


async def test_a_booking_is_locked_after_five_wrong_codes_even_for_the_right_one(
    site: httpx.AsyncClient, session: Session, clock: FrozenClock
) -> None:
    """TEL-14."""
    number = make_phone()
    taken = await book_by_web(session, phone=number)
    wrong = f"{(int(taken.code) + 1) % 1_000_000:06}"
    for _ in range(BOOKING_TRIES):
        phone = await call(site, number)
        await open_own(phone, taken)
        assert "Ваш запис" in phone.heard
        phone = await call(site, number)
        await phone.press("2")
        await phone.press(wrong)

    phone = await call(site, number)
    assert "забагато неправильних кодів" in await open_own(phone, taken)
    clock.set(clock.now() + timedelta(hours=24, seconds=1))
    phone = await call(site, number)
    assert "Ваш запис" in await open_own(phone, taken)


async def test_no_booking_is_opened_after_a_hundred_wrong_codes_on_the_line(
    site: httpx.AsyncClient, session: Session, home: Institution
) -> None:
    """TEL-14: of a million codes a hundred tries find one with a probability of 10⁻⁴."""
    number = make_phone()
    taken = await book_by_web(session, phone=number)
    other = await book_by_web(session, slot=1)
    await run_sql(
        "insert into code_try (institution, booking, tried_at) "
        "select $1, $2, $3 from generate_series(1, 100)",
        home.id,
        other.booking.id,
        NOW,
    )
    phone = await call(site, number)

    assert "забагато неправильних кодів" in await open_own(phone, taken)


async def test_nothing_is_told_of_whether_a_number_has_a_booking(
    site: httpx.AsyncClient, session: Session
) -> None:
    number = make_phone()
    taken = await book_by_web(session, phone=number)
    wrong = f"{(int(taken.code) + 1) % 1_000_000:06}"
    known, unknown = await call(site, number), await call(site)
    for phone in (known, unknown):
        await phone.press("2")
        await phone.press(wrong)

    assert known.heard == unknown.heard


async def test_a_booking_cancelled_on_the_web_meanwhile_can_no_longer_be_changed(
    site: httpx.AsyncClient, session: Session
) -> None:
    number = make_phone()
    taken = await book_by_web(session, phone=number)
    phone = await call(site, number)
    await open_own(phone, taken)
    await phone.press("2")
    await cancel_booking(taken.booking.public_id, now=NOW)

    assert "вже не можна змінити" in (await phone.press("1")).replace("уже", "вже")


async def test_a_question_is_recorded_for_the_latest_session_of_the_day(
    site: httpx.AsyncClient, session: Session, clock: FrozenClock
) -> None:
    await mark_state(session.id, SessionState.CLOSED, NOW)
    clock.set(session.ends_at + timedelta(hours=1))
    phone = await call(site)
    assert "Щоб залишити запитання голосом, натисніть три." in phone.heard
    await phone.press("3")

    assert [verb.name for verb in phone.document.verbs][-1] in {"Record", "Redirect", "Hangup"}
    assert "/question/done" in phone.action
    state = await fetch_value("select state from call where sid = $1", phone.sid)
    assert state == "question"


async def test_a_day_without_a_session_takes_no_question(
    site: httpx.AsyncClient, session: Session
) -> None:
    phone = await call(site)

    assert "в день, коли працює пряма лінія" in await phone.press("3")


async def test_silence_three_times_ends_politely(site: httpx.AsyncClient, session: Session) -> None:
    phone = await call(site)
    await phone.press("")
    await phone.press("")
    assert not phone.is_over
    assert await phone.press("") == "Дякуємо за дзвінок. До побачення."
    assert phone.is_over


async def test_keys_without_a_meaning_are_told_and_counted_like_silence(
    site: httpx.AsyncClient, session: Session
) -> None:
    phone = await call(site)
    assert (await phone.press("7")).startswith("Такої клавіші тут немає.")
    await phone.press("8")
    await phone.press("7")
    assert phone.is_over


async def test_the_star_leads_back_step_by_step_and_then_out(
    site: httpx.AsyncClient, session: Session
) -> None:
    phone = await call(site)
    start = await phone.press("")
    sessions = await phone.press("1")
    await phone.press("1")
    assert await phone.press("*") == sessions
    assert await phone.press("*") == start
    await phone.press("*")
    assert phone.is_over


async def test_nine_changes_the_language_and_back(
    site: httpx.AsyncClient, session: Session
) -> None:
    phone = await call(site)
    heard = await phone.press("9")
    assert heard.startswith("To book a talk with an official, press one.")
    assert heard.endswith("Щоб слухати українською, натисніть дев’ять.")
    assert "Director of the Department" in await phone.press("1")
    await phone.press("*")
    assert "Щоб записатися" in await phone.press("9")


async def test_going_round_in_circles_ends(site: httpx.AsyncClient, session: Session) -> None:
    phone = await call(site)
    for _ in range(MOST_STEPS):
        if phone.is_over:
            break
        await phone.press("9")

    assert phone.is_over


async def test_a_repeated_webhook_books_nothing_twice_and_says_the_same(
    site: httpx.AsyncClient, session: Session
) -> None:
    phone = await call(site)
    await come_to_slots(phone)
    action = phone.action
    first = await phone.press("1")

    assert await phone.visit(action, Digits="1") == first
    assert await phone.visit(action, Digits="2") == first
    assert len(await list_all_bookings(session)) == 1


async def test_the_menu_is_not_taken_over_by_another_call(
    site: httpx.AsyncClient, session: Session
) -> None:
    victim, thief = await call(site), await call(site)
    await come_to_slots(victim)
    await thief.visit(victim.action, Digits="1")

    assert thief.is_over
    assert await list_all_bookings(session) == []


async def test_the_star_in_a_greeting_leads_to_the_menu_and_back() -> None:
    show = await make_live_show()
    async with open_site(show.clock) as site:
        phone = await call(site)
        assert "зірочку" in phone.heard
        assert "Щоб записатися" in await phone.press("*")
        await phone.press("9")
        heard = await phone.press("0")
        assert "key in or say the six digits" in heard
        assert "To book" in await phone.press("*")
        assert "/menu/step" in phone.action


async def test_read_out_codes_are_forgotten_with_the_dialogue(
    site: httpx.AsyncClient, session: Session, clock: FrozenClock
) -> None:
    phone = await call(site)
    await come_to_slots(phone)
    said = re.search(r"Код: ([^.]+)\.", await phone.press("1"))
    assert said is not None
    assert await fetch_value(COUNT_REPLIES, said[1]) == 1

    clock.set(clock.now() + KEPT)
    assert await clean_dialogues(clock=clock) == 0
    clock.set(clock.now() + timedelta(seconds=1))
    assert await clean_dialogues(clock=clock) == 1

    assert await fetch_value(COUNT_REPLIES, said[1]) == 0
    await phone.press("1")
    assert phone.is_over


async def test_a_key_that_comes_after_the_dialogue_was_forgotten_ends_the_call(
    site: httpx.AsyncClient, session: Session
) -> None:
    phone = await call(site)
    await run_sql("delete from dialogue")
    await phone.press("1")

    assert phone.is_over


KEYS = st.lists(
    st.sampled_from(["", "*", "0", "1", "2", "3", "4", "9", "0501112233", "123456", "код", "sms"]),
    min_size=1,
    max_size=25,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(KEYS)
@example(["0"])
@example(["1", "1", "1", "sms", "1"])
async def test_whatever_is_keyed_in_a_call_ends_well(database: str, keys: list[str]) -> None:
    """Never an error, never two bookings, never a booking changed without its code."""
    # Examples share the database: the line is that of this one's institution alone.
    await run_sql("update line set valid_to = valid_from + 1")
    home = await make_institution()
    session = await make_session(institution=home)
    number, clock = make_phone(), FrozenClock(NOW)
    foreign = await book_by_web(session, slot=0, phone=number)
    async with open_site(clock) as site:
        phone = await call(site, number)
        codes = False
        for key in keys:
            if phone.is_over or not phone.action:
                break
            clock.set(clock.now() + timedelta(seconds=20))
            codes = codes or key == "код"
            text = {"код": foreign.code, "sms": await _last_code(number)}.get(key, key)
            await phone.press(text)
        for _ in range(3):
            if not phone.is_over and phone.action:
                await phone.press("")
        assert phone.is_over
    rows = await fetch_rows("select state, slot from booking where phone = $1", number)
    assert sum(row["state"] == "booked" for row in rows) <= 1
    if not codes:
        assert [(row["state"], row["slot"]) for row in rows] == [("booked", foreign.booking.slot)]


async def _last_code(number: str) -> str:
    body = await fetch_value(
        "select body from message where recipient = $1 and purpose = 'one-time-code' "
        "order by id desc limit 1",
        number,
    )
    found = SIX_DIGITS.search(body or "")
    return found[1] if found else "000000"
