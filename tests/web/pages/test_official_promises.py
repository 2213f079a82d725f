"""What the official promises, noted on his own page: request by request."""

from datetime import timedelta

import httpx
import pytest
from tests.factories import NOW, make_appeal, make_staff
from tests.fakes import FrozenClock
from tests.played import bring_official, call_in, leave_air, open_session, put_on_air, step
from tests.web.pages.test_official import PART, address_of

from hotline_sessions.domain.promises import Promise, PromiseDeed
from hotline_sessions.domain.sessions import Session, SessionEvent, SessionState
from hotline_sessions.services.appeals import Origin
from hotline_sessions.services.promises import propose
from hotline_sessions.store.appeals import list_appeals_of_call
from hotline_sessions.store.engine import fetch_rows
from hotline_sessions.store.promises import list_changes, list_promises


pytestmark = pytest.mark.anyio

TEXT = "Полагодити дорогу на Соборній"
NEW = {"promised": TEXT, "due_on": "2026-12-01", "about": "everybody", "form_mark": "m" * 20}


async def list_of(session: Session) -> list[Promise]:
    return await list_promises(institution=session.institution, session=session.id)


async def test_a_promise_made_in_a_talk_becomes_one_about_its_appeal(
    client: httpx.AsyncClient,
) -> None:
    session = await open_session()
    await bring_official(session)
    leg = await put_on_air(await call_in(session, name="Гончар Марія"))
    at = address_of(session)
    sent = {**NEW, "about": leg.public_id}

    first = await client.post(f"{at}/promises", data=sent, headers=PART)
    again = await client.post(f"{at}/promises", data=sent)

    assert first.status_code == again.status_code == 200
    assert "Обіцянку записано." in first.text
    assert "до 1 грудня 2026" in first.text
    (promise,) = await list_of(session)
    assert (promise.text, promise.call, promise.appeal) == (TEXT, leg.id, None)
    assert "Гончар Марія" not in promise.promised_by

    staff = await make_staff(institution=session.institution)
    origin = Origin(received_at=NOW, session=session.id, call=leg.id)
    await make_appeal(staff=staff, origin=origin)
    await make_appeal(staff=staff, origin=origin)
    appeals = await list_appeals_of_call(leg.id, institution=session.institution)
    (linked,) = await list_of(session)
    assert linked.appeal == appeals[0].id
    steps = await fetch_rows(
        "select appeal, action from appeal_step where action = 'appeal_promised' order by place"
    )
    assert [row["appeal"] for row in steps] == [appeals[0].id]


async def test_a_promise_to_everybody_is_bound_to_the_session_and_one_after_the_register_to_both(
    client: httpx.AsyncClient,
) -> None:
    session = await open_session()
    await bring_official(session)
    leg = await put_on_air(await call_in(session, name="Гончар Марія"))
    staff = await make_staff(institution=session.institution)
    await make_appeal(staff=staff, origin=Origin(received_at=NOW, session=session.id, call=leg.id))
    at = f"{address_of(session)}/promises"

    await client.post(at, data=NEW)
    await client.post(at, data={**NEW, "about": leg.public_id, "form_mark": "n" * 20})

    found = sorted(await list_of(session), key=lambda each: each.id)
    assert [each.call for each in found] == [None, leg.id]
    assert found[0].appeal is None
    assert found[1].register_index.endswith("-2026")


async def test_what_is_filled_in_wrongly_is_told_at_its_field_and_stays(
    client: httpx.AsyncClient,
) -> None:
    session, other = await open_session(), await open_session()
    await bring_official(other)
    foreign = await put_on_air(await call_in(other))
    at = f"{address_of(session)}/promises"

    answers = [
        await client.post(at, data={**NEW, **wrong}, headers=PART)
        for wrong in (
            {"promised": ""},
            {"promised": "а" * 1001},
            {"due_on": ""},
            {"due_on": "хтозна"},
            {"due_on": "2026-11-22"},
            {"due_on": "9999-12-31"},
            {"about": foreign.public_id},
            {"about": "нічого"},
            {"about": ""},
        )
    ]

    assert [each.status_code for each in answers] == [422] * 9
    assert all(TEXT in each.text for each in answers[2:])
    assert all("<details" in each.text and " open>" in each.text for each in answers)
    assert await list_of(session) == []


async def test_a_promise_is_corrected_until_the_session_is_over(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await open_session()
    at = address_of(session)
    await client.post(f"{at}/promises", data=NEW)
    (promise,) = await list_of(session)
    place = f"{at}/promises/{promise.public_id}"

    opened = await client.get(f"{at}/promises?correct={promise.public_id}")
    right = {"promised": f"{TEXT}, 5", "due_on": "2026-12-10"}
    corrected = await client.post(place, data=right, headers=PART)
    wrong = await client.post(place, data={**right, "due_on": "2020-01-01"}, headers=PART)
    await step(session, SessionEvent.CLOSE, SessionState.CLOSED)
    late = await client.post(place, data={**right, "promised": "Нічого не робити"}, headers=PART)

    assert "Виправити обіцянку" in opened.text
    assert "Обіцянку виправлено." in corrected.text
    assert (wrong.status_code, late.status_code) == (422, 409)
    assert "Виправити" not in (await client.get(at)).text
    (now,) = await list_of(session)
    assert (now.text, str(now.due_on)) == (f"{TEXT}, 5", "2026-12-10")
    changes = await list_changes(promise.id)
    assert [each.deed for each in changes] == [PromiseDeed.NOTE, PromiseDeed.CORRECT]
    assert (changes[1].text_before, str(changes[1].due_before)) == (TEXT, "2026-12-01")


async def test_what_staff_have_begun_to_publish_is_theirs_to_change(
    client: httpx.AsyncClient,
) -> None:
    session, other = await open_session(), await open_session()
    await client.post(f"{address_of(session)}/promises", data=NEW)
    (promise,) = await list_of(session)
    staff = await make_staff(institution=session.institution)
    place = f"/promises/{promise.public_id}"
    right = {"promised": "Щось інше зовсім", "due_on": "2026-12-10"}

    foreign = await client.post(f"{address_of(other)}{place}", data=right)
    await propose(promise.public_id, "Дорогу полагодять", staff=staff, now=NOW)
    settled = await client.post(f"{address_of(session)}{place}", data=right)

    assert (foreign.status_code, settled.status_code) == (404, 409)
    assert [each.text for each in await list_of(session)] == [TEXT]


async def test_panels_bring_the_form_of_the_next_talk_and_only_then(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await open_session()
    await bring_official(session)
    first = await put_on_air(await call_in(session, name="Гончар Марія"))
    at = f"{address_of(session)}/panels?open_talk={first.public_id}"

    same = (await client.get(f"{at}&offered_talk={first.public_id}", headers=PART)).text
    await leave_air(first, NOW + timedelta(minutes=1))
    second = await put_on_air(await call_in(session, name="Їжак Петро", slot=1))
    other = (await client.get(f"{at}&offered_talk={first.public_id}", headers=PART)).text

    assert "#promises" not in same
    assert 'hx-target="#promises"' in other
    assert f'value="{second.public_id}"' in other
