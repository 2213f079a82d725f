"""Registration that opens and closes, and the draw, request by request."""

import json
import re
from datetime import UTC, datetime, time, timedelta

import httpx
import pytest
from tests.factories import (
    PHONE,
    SECRET,
    choose_policy,
    list_all_bookings,
    make_booking,
    make_phone,
    make_post,
    make_proof,
    make_session,
    plan_registration_days,
)
from tests.fakes import FrozenClock

from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.bookings import Caller
from hotline_sessions.domain.draw_files import find_flaws
from hotline_sessions.domain.sessions import BookingMode, Session
from hotline_sessions.services.draw_entries import DrawWish, find_own_entry, register_for_draw
from hotline_sessions.services.draws import run_due_draws
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.web.cookies import PROOF


pytestmark = pytest.mark.anyio

OPENS = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CLOSES = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
ABOUT = {"community": "Рівне", "question": "Коли буде перерахунок субсидії?"}


async def make_timed_session(mode: BookingMode = BookingMode.DRAW) -> Session:
    """Registration from 11:00 on Monday until 18:00 on Tuesday."""
    return await make_session(registration=plan_registration_days(mode))


async def prove(client: httpx.AsyncClient, clock: FrozenClock, *, phone: str = PHONE) -> None:
    client.cookies.set(PROOF, await make_proof(phone=phone, now=clock.now()))


async def open_mine(client: httpx.AsyncClient, at: str) -> tuple[str, str]:
    """Address and text of the page of one's own entry."""
    led = await client.get(f"{at}/draw/mine")
    address = led.headers["location"]
    return address, (await client.get(address)).text


async def fill_up(session: Session, count: int, *, now: datetime) -> None:
    wish = DrawWish(any_time=True, community="Рівне", question="Коли буде тепло?")
    for _ in range(count):
        caller = Caller(phone=make_phone(), name="Петро")
        await register_for_draw(session.public_id, wish, caller, language="uk", now=now)


async def test_before_the_opening_the_page_says_when_it_is_and_nothing_can_be_booked(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_timed_session(BookingMode.FIRST_COME)
    at = f"/sessions/{session.public_id}"
    clock.set(OPENS - timedelta(milliseconds=1))

    shown = await client.get(at)
    await prove(client, clock)
    led_back = await client.get(f"{at}/slot")
    start = datetime(2026, 11, 25, 8, tzinfo=UTC).isoformat()
    refused = await client.post(f"{at}/slot", data={"starts_at": start, **ABOUT})

    assert "онеділок, 23 листопада 2026" in shown.text
    assert "11:00" in shown.text
    assert 'class="govuk-button"' not in shown.text
    assert f'href="{at}">Оновити' in re.sub(r"\s+", " ", shown.text).replace(" >", ">")
    assert led_back.headers["location"].startswith(at)
    assert not led_back.headers["location"].endswith("/slot")
    assert refused.status_code == 409
    assert "23.11.2026, 11:00" in refused.text


async def test_at_the_opening_the_form_is_there_and_after_the_closing_it_is_gone(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_timed_session(BookingMode.FIRST_COME)
    at = f"/sessions/{session.public_id}"

    clock.set(OPENS)
    opened = await client.get(at)
    clock.set(CLOSES)
    closed = await client.get(at)
    refused = await client.get(f"{at}/book")

    assert f'href="{at}/book"' in opened.text
    assert "івторок, 24 листопада 2026" in opened.text
    assert f'href="{at}/book"' not in closed.text
    assert "Реєстрацію закрито" in closed.text
    assert refused.status_code == 410
    assert "Телефонуйте без бронювання" in refused.text


async def test_name_phone_code_and_wishes_make_an_entry_under_a_pseudonym(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_timed_session()
    at = f"/sessions/{session.public_id}"
    clock.set(OPENS)
    await client.post(f"{at}/book", data={"name": "Марія", "phone": PHONE})
    body = await fetch_value("select body from message where purpose = 'one-time-code'")
    proven = await client.post(f"{at}/code", data={"code": str(body)[:6]})
    led_on = await client.get(proven.headers["location"])
    form = await client.get(led_on.headers["location"])
    times = list(dict.fromkeys(re.findall(r'<option value="([^"]+)"', form.text)))

    sent = {"first": times[2], "second": times[0], "any_time": "yes", **ABOUT}
    done = await client.post(f"{at}/draw/register", data=sent)
    again = await client.post(f"{at}/draw/register", data=sent)
    _, mine = await open_mine(client, at)

    assert len(times) == 4
    assert done.headers["location"] == again.headers["location"] == f"{at}/draw/mine"
    own = await find_own_entry(session.public_id, Caller(phone=PHONE, name="Марія"))
    assert own is not None
    assert own.pseudonym in mine
    assert [time.isoformat() for time in own.wishes.times] == [times[2], times[0]]
    assert "будь-який інший час" in mine
    assert "1 особа" in (await client.get(f"{at}/draw")).text


async def test_every_mistake_in_the_wishes_is_told(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_timed_session()
    at = f"/sessions/{session.public_id}/draw/register"
    clock.set(OPENS)
    await prove(client, clock)

    empty = await client.post(at, data={"first": "завтра"})
    no_time = await client.post(at, data=ABOUT)
    foreign = await client.post(at, data={"first": "2026-11-25T05:00:00+00:00", **ABOUT})

    assert [empty.status_code, no_time.status_code, foreign.status_code] == [422, 422, 422]
    assert "Оберіть час зі списку" in empty.text
    assert "Введіть місто, село або громаду" in empty.text or 'href="#community"' in empty.text
    assert 'href="#first"' in no_time.text
    assert "підходить будь-який" in foreign.text


async def test_an_entry_is_withdrawn_by_a_form_and_only_until_the_closing(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_timed_session()
    at = f"/sessions/{session.public_id}"
    clock.set(OPENS)
    await prove(client, clock)
    await client.post(f"{at}/draw/register", data={"any_time": "yes", **ABOUT})

    first, mine = await open_mine(client, at)
    gone = await client.post(f"{first}/withdraw")
    await client.post(f"{at}/draw/register", data={"any_time": "yes", **ABOUT})
    again, _ = await open_mine(client, at)
    twice = await client.post(f"{first}/withdraw")
    clock.set(CLOSES)
    await prove(client, clock)
    late = await client.post(f"{again}/withdraw")

    assert f'action="{first}/withdraw"' in mine
    assert gone.headers["location"] == twice.headers["location"] == at
    assert await fetch_value("select count(*) from waiting_entry where state = 'waiting'") == 1
    assert late.status_code == 410
    assert f'action="{again}/withdraw"' not in (await open_mine(client, at))[1]


async def test_the_page_of_an_entry_opens_by_its_link_without_a_new_proof(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_timed_session()
    at = f"/sessions/{session.public_id}"
    clock.set(OPENS)
    await prove(client, clock)
    await client.post(f"{at}/draw/register", data={"any_time": "yes", **ABOUT})
    address, _ = await open_mine(client, at)
    client.cookies.clear()

    shown = await client.get(address)
    wrong = await client.get(address[:-1] + ("A" if address[-1] != "A" else "B"))
    clock.set(CLOSES)
    await run_due_draws(secret=SECRET, clock=clock)
    won = await client.get(address)
    clock.set(CLOSES + timedelta(days=9))

    assert "Ви берете участь" in shown.text
    assert shown.headers["Referrer-Policy"] == "same-origin"
    assert wrong.status_code == 404
    assert won.headers["location"].startswith("/bookings/")
    assert (await client.get(address)).status_code == 410


async def test_a_form_sent_twice_registers_once_and_another_one_under_its_mark_is_refused(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_timed_session()
    at = f"/sessions/{session.public_id}"
    clock.set(OPENS)
    await prove(client, clock)
    form = await client.get(f"{at}/draw/register")
    sent = {"any_time": "yes", "form_mark": "m" * 20, **ABOUT}

    answers = [await client.post(f"{at}/draw/register", data=sent) for _ in range(2)]
    other = await client.post(f"{at}/draw/register", data={**sent, "question": "Щось інше?"})

    assert 'name="form_mark"' in form.text
    assert [each.status_code for each in answers] == [303, 303]
    assert other.status_code == 422
    assert await fetch_value("select count(*) from waiting_entry") == 1


async def test_on_whom_a_lot_falls_beyond_a_limit_reads_why_there_is_no_talk(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_timed_session()
    at = f"/sessions/{session.public_id}"
    clock.set(OPENS)
    await prove(client, clock)
    await client.post(f"{at}/draw/register", data={"any_time": "yes", **ABOUT})
    address, _ = await open_mine(client, at)
    home = await get_institution(session.institution)
    post = await make_post(institution=home.id, title_uk="Заступник голови")
    other = await make_session(
        institution=home, post=post, opens_clock=time(14), closes_clock=time(15)
    )
    await make_booking(session=other, phone=PHONE)
    await choose_policy(home.id, BookingPolicy(monthly_cap=1))
    clock.set(CLOSES)
    await run_due_draws(secret=SECRET, clock=clock)
    await prove(client, clock)

    told = (await client.get(address)).text

    assert "Жереб випав Вам, але розмови не буде" in told
    assert "останню — після Вашої реєстрації" in told
    assert (await open_mine(client, at))[0] == address
    assert find_flaws((await client.get(f"{at}/draw.json")).text) == []


async def test_the_commitment_is_public_before_the_draw_and_the_file_after_it(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_timed_session()
    at = f"/sessions/{session.public_id}"
    before = await client.get(f"{at}/draw")
    too_early = await client.get(f"{at}/draw.json")
    clock.set(OPENS)
    await fill_up(session, 6, now=OPENS)
    clock.set(CLOSES)
    drawing = await client.get(at)
    await run_due_draws(secret=SECRET, clock=clock)

    after = await client.get(f"{at}/draw")
    file = await client.get(f"{at}/draw.json")
    shown = await client.get(at)

    published = json.loads(file.text)
    assert published["commitment"] in before.text
    assert published["nonce"] not in before.text + too_early.text
    assert too_early.status_code == 404
    assert "триває жеребкування" in drawing.text
    assert find_flaws(file.text) == []
    assert "attachment" in file.headers["content-disposition"]
    for lot in published["result"]:
        assert lot["name"] in after.text
    assert "Жеребкування відбулося" in shown.text
    assert PHONE not in file.text
    assert not re.search(r"380\d{9}|Петро|Рівне|тепло", file.text)


async def test_after_the_draw_an_owner_sees_the_booking_or_the_place_on_the_list(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_timed_session()
    at = f"/sessions/{session.public_id}"
    await fill_up(session, 6, now=OPENS)
    clock.set(CLOSES)
    await run_due_draws(secret=SECRET, clock=clock)
    winner = (await list_all_bookings(session))[0].phone
    loser = str(
        await fetch_value("select phone from waiting_entry where state = 'waiting' and place = 2")
    )

    await prove(client, clock, phone=winner)
    won = await client.get(f"{at}/draw/mine")
    await prove(client, clock, phone=loser)
    _, lost = await open_mine(client, at)

    assert won.headers["location"].startswith("/bookings/")
    assert "Ваше місце у списку очікування" in lost
    assert "<strong>2</strong>" in lost


async def test_a_session_for_those_who_come_first_has_no_draw(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await make_timed_session(BookingMode.FIRST_COME)
    at = f"/sessions/{session.public_id}"
    clock.set(OPENS)
    await prove(client, clock)

    assert (await client.get(f"{at}/draw")).status_code == 404
    assert (await client.get(f"{at}/draw.json")).status_code == 404
    assert (await client.get(f"{at}/draw/register")).headers["location"] == at
    sent = {"any_time": "yes", **ABOUT}
    assert (await client.post(f"{at}/draw/register", data=sent)).status_code == 409
