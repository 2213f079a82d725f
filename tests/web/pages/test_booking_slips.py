"""The sheet to put beside the telephone."""

from io import BytesIO

import httpx
import pytest
from pypdf import PdfReader
from tests.factories import (
    NOW,
    PHONE,
    SECRET,
    make_booking,
    make_proof,
    make_session,
    make_slots,
    make_staff,
)
from tests.fakes import FrozenClock

from hotline_sessions.domain.bookings import Caller, Wish
from hotline_sessions.domain.references import build_reference
from hotline_sessions.services.bookings import Taken, take_slot
from hotline_sessions.services.sessions import cancel
from hotline_sessions.web.cookies import FRESH, PROOF
from hotline_sessions.web.links import booking_path


pytestmark = pytest.mark.anyio

NAME = "Параска Пилипівна"
QUESTION = "Коли буде тепло в домі?"


async def book(*, wants_call_back: bool = False) -> Taken:
    session = await make_session()
    slot = (await make_slots(session))[1]
    return await take_slot(
        session.public_id,
        Wish(
            starts_at=slot.starts_at,
            community="Рівне",
            question=QUESTION,
            wants_call_back=wants_call_back,
        ),
        Caller(phone=PHONE, name=NAME),
        secret=SECRET,
        now=NOW,
    )


def read(answer: httpx.Response) -> str:
    pages = PdfReader(BytesIO(answer.content)).pages
    assert len(pages) == 1, "it lies beside the telephone and is not turned over"
    return " ".join(pages[0].extract_text().split())


def name(taken: Taken, *, english: bool = False) -> str:
    return ("/en" if english else "") + booking_path(taken.booking, secret=SECRET) + "/slip.pdf"


async def test_the_device_that_has_just_booked_prints_the_code_with_all_the_rest(
    client: httpx.AsyncClient,
) -> None:
    taken = await book()
    client.cookies.set(FRESH, f"{taken.booking.public_id}.{taken.code}")

    answer = await client.get(name(taken))
    text = read(answer)

    assert answer.headers["content-type"] == "application/pdf"
    for said in (
        "середа, 25 листопада 2026 р.",
        "10:10",
        "0 800 502 708",
        f"{taken.code[:3]} {taken.code[3:]}",
        build_reference(taken.booking.public_id),
        "Олена Петрівна Коваль",
        f"наберіть {taken.booking.code_hint}",
    ):
        assert said in text, text


async def test_another_device_is_sent_to_the_sms_for_the_code(client: httpx.AsyncClient) -> None:
    taken = await book()

    text = read(await client.get(name(taken)))

    assert f"{taken.code[:3]} {taken.code[3:]}" not in text
    assert taken.code not in text
    assert f"він є в SMS про ваш запис і закінчується на {taken.booking.code_hint}" in text


async def test_who_is_called_back_is_told_to_wait_by_the_telephone(
    client: httpx.AsyncClient,
) -> None:
    taken = await book(wants_call_back=True)

    text = read(await client.get(name(taken)))
    shown = (await client.get(booking_path(taken.booking, secret=SECRET))).text

    for told in (text, shown):
        assert "Тримайте телефон поруч" in told
        assert "натисніть 1" in told
        assert "Зателефонуйте за хвилину-дві" not in told


async def test_it_names_nobody_neither_inside_nor_in_the_list_of_a_printer(
    client: httpx.AsyncClient,
) -> None:
    taken = await book()

    answer = await client.get(name(taken))
    facts = str(answer.headers) + read(answer)

    assert 'filename="talk.pdf"' in answer.headers["content-disposition"]
    assert NAME not in facts
    assert QUESTION not in facts
    assert answer.headers["referrer-policy"] == "same-origin"


async def test_it_speaks_english_to_those_who_read_the_page_in_english(
    client: httpx.AsyncClient,
) -> None:
    taken = await book()

    text = read(await client.get(name(taken, english=True)))

    assert "At your time call this number yourself" in text
    assert "Wednesday, 25 November 2026" in text


async def test_there_is_none_once_the_talk_is_past(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    taken = await book()
    clock.set(taken.booking.starts_at)

    answer = await client.get(name(taken))

    assert answer.status_code == 410


async def test_there_is_none_once_the_session_is_called_off(client: httpx.AsyncClient) -> None:
    session = await make_session()
    taken = await make_booking(session=session)
    staff = await make_staff(institution=session.institution)
    await cancel(session.public_id, "Посадова особа захворіла", staff=staff, now=NOW)

    assert (await client.get(name(taken))).status_code == 410


async def test_the_page_shows_the_reference_and_leads_to_the_sheet(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    taken = await make_booking(session=session, phone=PHONE)
    client.cookies.set(PROOF, await make_proof())

    shown = (await client.get(booking_path(taken.booking, secret=SECRET))).text

    assert build_reference(taken.booking.public_id) in shown
    assert name(taken) in shown
