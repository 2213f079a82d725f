from datetime import date, time, timedelta

import httpx
import pytest
from tests.factories import (
    NOW,
    make_booking,
    make_institution,
    make_post,
    make_session,
    make_slots,
    make_staff,
)
from tests.fakes import FrozenClock

from hotline_sessions.services.session_plans import Plan
from hotline_sessions.services.sessions import cancel, reschedule
from hotline_sessions.store.engine import run_sql


pytestmark = pytest.mark.anyio


async def test_without_sessions_the_page_says_so_and_leads_on(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")

    assert answer.status_code == 200
    assert "Прямих ліній поки не заплановано" in answer.text
    assert 'href="/calendar.ics"' in answer.text


async def test_sessions_stand_under_their_days_in_time_s_order(client: httpx.AsyncClient) -> None:
    await make_session(topic="Пізніша", held_on=date(2026, 11, 26))
    await make_session(topic="Раніша", held_on=date(2026, 11, 24))

    text = (await client.get("/")).text

    assert text.index("Вівторок" if "Вівторок" in text else "вівторок") < text.index("четвер")
    assert text.index('">Раніша</a>') < text.index('">Пізніша</a>')
    assert "завтра" in text


async def test_a_draft_is_never_shown(client: httpx.AsyncClient) -> None:
    draft = await make_session(topic="Таємна", published=False)

    assert "Таємна" not in (await client.get("/")).text
    assert (await client.get(f"/sessions/{draft.public_id}")).status_code == 404


async def test_a_live_session_is_on_top_with_the_number_to_call(
    client: httpx.AsyncClient,
) -> None:
    await make_session(topic="Завтрашня", held_on=date(2026, 11, 24))
    live = await make_session(
        topic="Триває", held_on=date(2026, 11, 25), opens_clock=time(10), closes_clock=time(12)
    )
    await run_sql("update session set state = 'live' where id = $1", live.id)

    text = (await client.get("/")).text

    assert "Зараз в ефірі" in text
    assert 'href="tel:+380800502708"' in text
    assert text.index('href="/sessions/' + live.public_id) < text.index('">Завтрашня</a>')


async def test_filters_narrow_the_list_and_the_calendar_link_keeps_them(
    client: httpx.AsyncClient,
) -> None:
    home = await make_institution(slug="rivne")
    doctor = await make_post(institution=home.id, title_uk="Заступник з медицини")
    await make_session(institution=home, topic="Субсидії")
    await make_session(institution=home, post=doctor, topic="Ліки", held_on=date(2026, 11, 26))

    answer = await client.get(f"/?official={doctor.public_id}")

    assert '">Ліки</a>' in answer.text
    assert '">Субсидії</a>' not in answer.text
    assert f'href="/calendar.ics?official={doctor.public_id}"' in answer.text


async def test_a_filter_that_finds_nothing_leads_back_to_all(client: httpx.AsyncClient) -> None:
    await make_session()

    answer = await client.get("/?topic=nothing&institution=%27%22%3E&official=x")

    assert answer.status_code == 200
    assert "За цими умовами нічого не знайдено" in answer.text
    assert "Є ще 1 пряма лінія." in answer.text


async def test_only_sessions_with_free_slots_are_shown_when_asked_for(
    client: httpx.AsyncClient,
) -> None:
    full = await make_session(topic="Зайнята", closes_clock=time(10, 20))
    for slot in await make_slots(full):
        await make_booking(session=full, slot=slot)
    await make_session(topic="Вільна", held_on=date(2026, 11, 26))

    text = (await client.get("/?free=1")).text

    assert '">Вільна</a>' in text
    assert '">Зайнята</a>' not in text
    assert "Усі місця зайнято" in (await client.get("/")).text


async def test_a_cancelled_session_says_why_and_a_moved_one_when(
    client: httpx.AsyncClient,
) -> None:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    off = await make_session(institution=home, held_on=date(2026, 11, 24))
    await cancel(off.public_id, "Посадова особа хворіє.", staff=staff, now=NOW)
    old = await make_session(institution=home, held_on=date(2026, 11, 25))
    plan = Plan(
        post=old.post,
        line=old.line,
        held_on=date(2026, 12, 2),
        opens_clock=time(9),
        closes_clock=time(10),
    )
    new = await reschedule(old.public_id, plan, staff=staff, now=NOW)

    text = (await client.get("/")).text

    assert "Посадова особа хворіє." in text
    assert "Новий час: середа, 2 грудня 2026" in text
    assert new.public_id in (await client.get(f"/sessions/{old.public_id}")).text


async def test_far_sessions_are_one_link_away(client: httpx.AsyncClient) -> None:
    await make_session(topic="Скоро")
    await make_session(topic="Нескоро", held_on=date(2027, 3, 1))

    first = (await client.get("/")).text

    assert '">Нескоро</a>' not in first
    assert "Показати ще 1 пізнішу лінію" in first
    assert '">Нескоро</a>' in (await client.get("/?every=1")).text


async def test_if_nothing_is_near_the_nearest_day_is_shown(client: httpx.AsyncClient) -> None:
    await make_session(topic="Нескоро", held_on=date(2027, 3, 1))

    assert '">Нескоро</a>' in (await client.get("/")).text


async def test_the_page_speaks_english_under_en(client: httpx.AsyncClient) -> None:
    session = await make_session()

    text = (await client.get("/en")).text

    assert '<html lang="en"' in text
    assert f'href="/en/sessions/{session.public_id}"' in text
    assert "Director of the Department of Social Policy" in text


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        pytest.param(0, "Записатися на розмову", id="ahead"),
        pytest.param(49, "Ця пряма лінія завершилася", id="past-its-end"),
    ],
)
async def test_a_session_is_told_as_it_is_at_the_moment(
    client: httpx.AsyncClient, clock: FrozenClock, hours: int, told: str
) -> None:
    session = await make_session()
    clock.pass_time(timedelta(hours=hours))

    answer = await client.get(f"/sessions/{session.public_id}")

    assert told in answer.text


async def test_the_short_address_of_a_poster_leads_to_the_session(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()

    answer = await client.get(f"/en/s/{session.public_id}")

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/en/sessions/{session.public_id}"
