import re
from datetime import date, time, timedelta

import httpx
import msgspec
import pytest
from tests.factories import NOW, make_booking, make_session, make_slots
from tests.web.pages.desk.conftest import Office, watch

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.calls import CallEvent, CallState, Identity, Leg
from hotline_sessions.domain.calls import Role as Side
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.names import split_name
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.domain.talk_notes import TalkOutcome
from hotline_sessions.services.legs import note
from hotline_sessions.store.calls import add_leg, list_live_legs
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.sessions import lock_session, mark_state
from hotline_sessions.store.talk_notes import save_talk_note
from hotline_sessions.store.transaction import transaction
from hotline_sessions.web.pages.desk.streams import follow


pytestmark = pytest.mark.anyio

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


async def open_session(office: Office) -> Session:
    session = await make_session(
        institution=office.home,
        held_on=date(2026, 11, 23),
        opens_clock=time(10),
        closes_clock=time(11),
        now=NOW - timedelta(days=1),
    )
    await mark_state(session.id, SessionState.OPEN, NOW)
    return session


async def call_in(session: Session, *, name: str = "", number: str | None = None) -> Leg:
    booking = None
    if name:
        slot = (await make_slots(session))[0]
        taken = await make_booking(
            session=session, slot=slot, name=name, now=NOW - timedelta(days=1)
        )
        booking = taken.booking.id
    async with transaction():
        locked = await lock_session(session.id)
        leg = await add_leg(
            locked, Side.CITIZEN, CallState.GREETING, NOW, peer_number=number, booking=booking
        )
        known = msgspec.structs.replace(
            leg,
            identity=Identity.CODE if name else Identity.NONE,
            sid=CallSid(f"CA{leg.id:032}"),
        )
        return await note(known, CallEvent.ADMITTED, NOW)


async def happen(session: Session, side: Side, *events: CallEvent) -> None:
    async with transaction():
        await lock_session(session.id)
        legs = [leg for leg in await list_live_legs(session.id) if leg.role is side]
        leg = next((leg for leg in legs if leg.is_on_air), legs[0])
        for event in events:
            leg = await note(leg, event, NOW)


async def bring_official(session: Session) -> None:
    async with transaction():
        locked = await lock_session(session.id)
        leg = await add_leg(locked, Side.OFFICIAL, CallState.DIALLING, NOW)
        for event in (CallEvent.ANSWERED, CallEvent.CONFIRMED, CallEvent.ENTERED_AIR):
            leg = await note(leg, event, NOW)


def read_key(answer: httpx.Response) -> str:
    found = re.search(r'name="form_key" value="(\w+)"', answer.text)
    assert found
    return found[1]


async def test_who_waits_is_shown_by_name_or_by_masked_number(office: Office) -> None:
    session = await open_session(office)
    await call_in(session, name="Гончар Марія")
    await call_in(session, number="+380671234577")
    await call_in(session)
    browser = await office.enter(Role.OPERATOR)

    text = (await browser.get(f"/staff/desk/{session.public_id}")).text

    assert "Гончар Марія" in text
    assert "+380 67 ••• •• 77" in text
    assert "671234577" not in text
    assert "номер приховано" in text
    assert "запис на 10:00" in text


async def test_from_the_desk_a_booking_opens_beside_it_and_a_walk_in_has_none(
    office: Office,
) -> None:
    session = await open_session(office)
    booked = await call_in(session, name="Гончар Марія")
    await call_in(session, number="+380671234577")
    browser = await office.enter(Role.OPERATOR)
    booking = await fetch_value("select public_id from booking where id = $1", booked.booking)

    desk = (await browser.get(f"/staff/desk/{session.public_id}")).text
    await bring_official(session)
    await browser.post(f"/staff/desk/{session.public_id}/next")
    on_air = (await browser.get(f"/staff/desk/{session.public_id}/panels")).text

    link = f'href="/staff/bookings/{booking}"'
    assert desk.count("/staff/bookings/") == desk.count(link) == 1
    assert link in on_air
    assert (await browser.get(f"/staff/bookings/{booking}")).status_code == 200


async def test_a_deed_that_is_not_possible_is_said_above_the_panels(office: Office) -> None:
    session = await open_session(office)
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/desk/{session.public_id}"

    without_official = await browser.post(f"{at}/next", headers=PART)
    whole_page = await browser.post(f"{at}/end")

    assert without_official.status_code == whole_page.status_code == 409
    assert "<html" not in without_official.text
    assert "Посадової особи немає на лінії: спершу" in without_official.text
    assert "<html" in whole_page.text
    assert "В ефірі нікого немає." in whole_page.text


async def test_the_official_is_called_and_the_next_citizen_put_through(office: Office) -> None:
    session = await open_session(office)
    await call_in(session, name="Гончар Марія")
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/desk/{session.public_id}"

    called = await browser.post(f"{at}/official")
    twice = await browser.post(f"{at}/official", headers=PART)
    assert called.status_code == 303
    assert twice.status_code == 409
    await browser.post(f"{at}/official", deed="hang-up")
    await bring_official(session)
    through = await browser.post(f"{at}/next", headers=PART)

    assert "з’єднуємо" in through.text
    assert "<hx-partial" in through.text
    open_already = await browser.get(f"{at}/panels?open_call=another", **PART)
    assert "<hx-partial" not in open_already.text
    assert "Відкрити форму для цієї розмови" in open_already.text


async def test_an_appeal_of_a_talk_is_registered_once_and_its_code_shown_once(
    office: Office,
) -> None:
    session = await open_session(office)
    leg = await call_in(session, name="Гончар Марія Іванівна", number="+380671234577")
    await bring_official(session)
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/desk/{session.public_id}"
    await browser.post(f"{at}/next")
    await happen(session, Side.CITIZEN, CallEvent.CAME, CallEvent.ENTERED_AIR)
    page = await browser.get(at)
    fields = {
        "call": leg.public_id, "form_key": read_key(page), "surname": "Гончар",
        "given_name": "Марія", "residence": "м. Рівне", "phone": "067 123 45 77", "kind": "3.2",
        "question": "Коли буде перерахунок?", "needs_study": "on",
    }  # fmt: skip

    wrong = await browser.post(f"{at}/appeal", **(fields | {"residence": "", "kind": "7.1"}))
    unknown = await browser.post(f"{at}/appeal", **(fields | {"kind": "7.1"}), headers=PART)
    done = await browser.post(f"{at}/appeal", **fields, headers=PART)
    again = await browser.post(f"{at}/appeal", **fields, headers=PART)
    more = await browser.get(f"{at}/appeal?call={leg.public_id}", **PART)

    assert 'value="Гончар"' in page.text
    assert wrong.status_code == unknown.status_code == 422
    assert "Введіть місце проживання" in wrong.text
    assert "Оберіть вид звернення" in unknown.text
    assert "Г-1-2026" in done.text
    assert "середа, 23 грудня 2026" in done.text
    assert re.search(r"hs-done__code\">\d{3} \d{3}<", done.text)
    assert "hs-done__code" not in again.text
    assert "вже було надіслано" in again.text
    assert "Г-1-2026" in more.text
    assert read_key(more) != fields["form_key"]


async def test_a_talk_without_an_appeal_stays_in_sight_until_one_is_registered(
    office: Office,
) -> None:
    session = await open_session(office)
    leg = await call_in(session, name="Гончар Марія Іванівна")
    await bring_official(session)
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/desk/{session.public_id}"
    await browser.post(f"{at}/next")
    await happen(session, Side.CITIZEN, CallEvent.CAME, CallEvent.ENTERED_AIR)
    await browser.post(f"{at}/end")
    await happen(session, Side.CITIZEN, CallEvent.LEFT_AIR)

    before = (await browser.get(f"{at}/panels", **PART)).text
    form = await browser.get(f"{at}?call={leg.public_id}")
    await browser.post(
        f"{at}/appeal", call=leg.public_id, form_key=read_key(form), surname="Гончар",
        given_name="Марія", residence="м. Рівне", kind="3.1", question="Прошу відновити маршрут.",
    )  # fmt: skip
    after = (await browser.get(f"{at}/panels", **PART)).text

    assert "ще немає звернення" in before
    assert leg.public_id in before
    assert "ще немає звернення" not in after


async def test_a_citizen_who_waits_can_be_seen_off(office: Office) -> None:
    session = await open_session(office)
    leg = await call_in(session, number="+380671234577")
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/desk/{session.public_id}"

    gone = await browser.post(f"{at}/dismiss", waiting=leg.public_id, headers=PART)
    again = await browser.post(f"{at}/dismiss", waiting=leg.public_id, headers=PART)

    assert "•••" not in gone.text
    assert again.status_code == 409


async def test_who_registers_sees_how_the_official_settled_it_and_not_the_notes(
    office: Office,
) -> None:
    session = await open_session(office)
    leg = await call_in(session, name="Гончар Марія")
    noted = TalkOutcome.UNDER_CONTROL
    await save_talk_note(leg.id, "Лише для мене", noted, session=session, now=NOW)
    browser = await office.enter(Role.OPERATOR)

    form = await browser.get(f"/staff/desk/{session.public_id}/appeal?call={leg.public_id}", **PART)

    assert "Взято на мій контроль" in form.text
    assert "Лише для мене" not in form.text


async def test_a_call_of_another_session_opens_no_form(office: Office) -> None:
    session = await open_session(office)
    other = await make_session(institution=office.home, held_on=date(2026, 11, 24))
    leg = await call_in(session, name="Гончар Марія")
    browser = await office.enter(Role.OPERATOR)

    part = await browser.get(f"/staff/desk/{other.public_id}/appeal?call={leg.public_id}", **PART)
    whole = await browser.get(f"/staff/desk/{other.public_id}?call={leg.public_id}")

    assert part.status_code == 404
    assert "Гончар" not in whole.text


async def test_the_stream_tells_of_its_own_session_and_that_it_lives() -> None:
    stream = follow(watch, PublicId("mine"))
    said = [await anext(stream) for _ in range(4)]

    assert said == [
        "retry: 1000\nevent: changed\ndata: look\n\n",
        "event: here\ndata: here\n\n",
        "event: changed\ndata: look\n\n",
        "event: changed\ndata: look\n\n",
    ]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Гончар Марія Іванівна", ("Гончар", "Марія", "Іванівна")),
        ("Марія Іванівна", (None, "Марія", "Іванівна")),
        ("Олена Петрівна Коваль", ("Коваль", "Олена", "Петрівна")),
        ("Гончар Марія", ("Гончар", "Марія", None)),
        ("Марія", (None, "Марія", None)),
        ("", (None, None, None)),
    ],
)
def test_a_booked_name_is_split_in_either_order(
    name: str, parts: tuple[str | None, str | None, str | None]
) -> None:
    found = split_name(name)

    assert tuple(map(found.get, ("surname", "given_name", "patronymic"))) == parts
