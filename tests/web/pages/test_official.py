"""The official's page without a browser: what the link opens, shows and changes."""

from datetime import datetime, timedelta
from io import BytesIO

import httpx
import pytest
from msgspec.structs import replace
from pypdf import PdfReader
from tests.factories import NOW, SECRET, make_appeal, make_booking, make_slots, make_staff
from tests.fakes import FrozenClock
from tests.played import (
    YESTERDAY,
    bring_official,
    call_in,
    leave_air,
    list_states,
    open_session,
    plan_session,
    put_on_air,
)
from tests.web.site import create_site, open_client

from hotline_sessions.domain.calls import CallState, Mode
from hotline_sessions.domain.links import sign
from hotline_sessions.domain.officials import Official
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.domain.softphones import Softphone, SoftphoneKind
from hotline_sessions.domain.talk_notes import TalkOutcome
from hotline_sessions.services.live import get_live_desk
from hotline_sessions.services.official_links import build_official_token
from hotline_sessions.services.official_page import list_noted_talks
from hotline_sessions.services.operator_calls import join_room
from hotline_sessions.services.substitution import substitute_official
from hotline_sessions.services.tokens import build_official_pin
from hotline_sessions.store.officials import add_official, list_officials
from hotline_sessions.store.sessions import get_session, mark_state
from hotline_sessions.store.talk_notes import find_talk_outcome


pytestmark = pytest.mark.anyio

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def address_of(session: Session) -> str:
    return f"/official/{build_official_token(session, secret=SECRET)}"


async def add_substitute(session: Session) -> Official:
    key = await add_official(
        "Тарас Ґудзь",
        institution=session.institution,
        ring_number="+380362220099",
        valid_from=YESTERDAY.date(),
    )
    people = await list_officials(institution=session.institution)
    return next(each for each in people if each.id == key)


async def test_the_link_shows_who_is_on_air_and_who_comes_next(
    client: httpx.AsyncClient,
) -> None:
    session = await open_session()
    await bring_official(session)
    first = await call_in(session, name="Гончар Марія", question="Чому не гріють батареї?")
    await call_in(session, name="Їжак Петро", question="Де зупинка?", slot=1)
    await call_in(session, number="+380671234577")
    await put_on_air(first)

    text = (await client.get(address_of(session))).text

    assert "Гончар Марія" in text
    assert "Чому не гріють батареї?" in text
    assert "Їжак Петро" in text
    assert "Абонент без запису" in text
    assert "Розмовляє з вами, українською" in text
    assert "ви в ефірі" in text


async def test_no_number_of_a_citizen_is_on_the_page(client: httpx.AsyncClient) -> None:
    session = await open_session()
    await bring_official(session)
    await call_in(session, number="+380671234577")

    text = (await client.get(address_of(session))).text

    assert "4577" not in text
    assert "34 57" not in text


async def test_the_page_tells_the_line_and_the_pin(client: httpx.AsyncClient) -> None:
    session = await open_session()
    pin = build_official_pin(SECRET, session.public_id)

    text = (await client.get(address_of(session))).text

    assert f"{pin[:3]} {pin[3:]}" in text
    assert "0 800 502 708" in text.replace("\xa0", " ")


async def test_looking_changes_nothing_however_often(client: httpx.AsyncClient) -> None:
    session = await open_session()
    await bring_official(session)
    await call_in(session)
    before = await get_session(session.id, institution=session.institution)
    at = address_of(session)

    for path in (at, f"{at}/panels", f"{at}/end", f"{at}/note", f"{at}/briefing", at):
        assert (await client.get(path)).status_code == 200

    assert await get_session(session.id, institution=session.institution) == before
    assert await list_states(session) == [CallState.PRESENT, CallState.WAITING]


async def test_the_page_is_never_stored_nor_found_by_search(client: httpx.AsyncClient) -> None:
    session = await open_session()

    answer = await client.get(address_of(session))

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["referrer-policy"] == "same-origin"


async def test_a_link_that_was_not_signed_by_us_opens_nothing(client: httpx.AsyncClient) -> None:
    session = await open_session()
    until = NOW + timedelta(days=1)
    forged = [
        sign(b"another secret of somebody else", "official-1", session.public_id, until),
        sign(SECRET, "booking", session.public_id, until),
        "nothing",
        f"{session.public_id}.ffffffff.aaaaaaaaaaaaaaaaaaaa",
    ]

    for token in forged:
        for path in ("", "/panels", "/events", "/briefing", "/briefing.pdf"):
            assert (await client.get(f"/official/{token}{path}")).status_code == 404
        assert (await client.post(f"/official/{token}", data={"deed": "next"})).status_code == 404


async def test_the_link_is_good_until_a_day_after_the_end(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await open_session()
    at = address_of(session)

    clock.set(session.ends_at + timedelta(hours=23, minutes=59))
    still = await client.get(at)
    clock.set(session.ends_at + timedelta(days=1))
    late = await client.get(at)

    assert still.status_code == 200
    assert late.status_code == 410
    assert "Пряма лінія завершилася, а з нею й це посилання." in late.text


async def test_a_substitute_gets_a_link_and_the_old_one_opens_nothing(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await plan_session()
    staff = await make_staff(institution=session.institution)
    other = await add_substitute(session)
    old = address_of(session)
    assert (await client.get(old)).status_code == 200

    await substitute_official(session.public_id, other.id, staff=staff, clock=clock)

    changed = await get_session(session.id, institution=session.institution)
    assert (await client.get(old)).status_code == 404
    assert (await client.post(old, data={"deed": "end-session"})).status_code == 404
    fresh = await client.get(address_of(changed))
    assert fresh.status_code == 200
    assert "Тарас Ґудзь" in fresh.text


async def test_a_session_that_was_called_off_has_no_page(client: httpx.AsyncClient) -> None:
    session = await plan_session()
    await mark_state(session.id, SessionState.CANCELLED, NOW)

    assert (await client.get(address_of(session))).status_code == 404


async def test_next_puts_the_first_one_through_without_scripts(client: httpx.AsyncClient) -> None:
    session = await open_session()
    await bring_official(session)
    await call_in(session)
    at = address_of(session)

    answer = await client.post(at, data={"deed": "next"})

    assert answer.status_code == 303
    assert answer.headers["location"] == at
    assert await list_states(session) == [CallState.PRESENT, CallState.SUMMONED]


async def test_next_during_a_talk_ends_it_and_then_wants_the_next(
    client: httpx.AsyncClient,
) -> None:
    session = await open_session()
    await bring_official(session)
    first = await call_in(session)
    await call_in(session)
    await put_on_air(first)

    await client.post(address_of(session), data={"deed": "next"})

    assert CallState.WRAPPING in await list_states(session)
    assert (await get_session(session.id, institution=session.institution)).next_wanted


async def test_more_minutes_are_given_to_the_talk(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await open_session()
    await bring_official(session)
    await put_on_air(await call_in(session))
    at = address_of(session)
    before = (await client.get(f"{at}/panels", headers=PART)).text

    after = await client.post(at, data={"deed": "more-talk"}, headers=PART)

    assert "до 10:10" in before
    assert after.status_code == 200
    assert "до 10:15" in after.text


async def test_the_session_can_be_held_longer_and_be_ended(client: httpx.AsyncClient) -> None:
    session = await open_session()
    at = address_of(session)

    longer = await client.post(at, data={"deed": "more-session"}, headers=PART)
    asked = await client.get(f"{at}/end")
    ended = await client.post(at, data={"deed": "end-session"})

    assert "закінчується о 11:10" in longer.text
    assert "Завершити пряму лінію зараз?" in asked.text
    assert ended.status_code == 303
    state = (await get_session(session.id, institution=session.institution)).state
    assert state in {SessionState.CLOSING, SessionState.CLOSED}


async def test_call_me_rings_the_official(client: httpx.AsyncClient) -> None:
    session = await open_session()

    answer = await client.post(address_of(session), data={"deed": "call-me"}, headers=PART)

    assert answer.status_code == 200
    assert "вам телефонують" in answer.text
    assert await list_states(session) == [CallState.SUBMITTING]


async def test_who_asks_for_the_operator_is_told_that_the_desk_knows(
    client: httpx.AsyncClient,
) -> None:
    session = await open_session()
    at = address_of(session)
    absent = await client.post(at, data={"deed": "operator"}, headers=PART)
    await bring_official(session)

    asked = await client.post(at, data={"deed": "operator"}, headers=PART)

    assert absent.status_code == 409
    assert "Оператора сповіщено." in asked.text
    desk = await get_live_desk(session.id, institution=session.institution, now=NOW)
    assert desk.official
    assert desk.official.asks_operator


async def test_once_the_operator_has_come_the_official_asks_no_more(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    session = await open_session()
    staff = await make_staff(institution=session.institution)
    await bring_official(session)
    at = address_of(session)
    await client.post(at, data={"deed": "operator"})

    await join_room(
        session.id,
        mode=Mode.WHISPER,
        institution=session.institution,
        by=staff.account,
        clock=clock,
        from_browser=True,
    )

    assert "Оператора сповіщено." not in (await client.get(at)).text


async def test_what_is_not_possible_now_is_said_above_the_panels(
    client: httpx.AsyncClient,
) -> None:
    session = await open_session()
    at = address_of(session)

    part = await client.post(at, data={"deed": "end-talk"}, headers=PART)
    whole = await client.post(at, data={"deed": "next"})
    unknown = await client.post(at, data={"deed": "drop-table"})

    assert part.status_code == whole.status_code == unknown.status_code == 409
    assert "<html" not in part.text
    assert "<html" in whole.text
    assert 'role="alert"' in part.text


async def test_a_form_from_another_site_is_refused(client: httpx.AsyncClient) -> None:
    session = await open_session()

    answer = await client.post(
        address_of(session),
        data={"deed": "end-session"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403
    state = (await get_session(session.id, institution=session.institution)).state
    assert state is SessionState.LIVE


async def test_a_note_is_kept_for_the_official_and_its_outcome_for_the_office(
    client: httpx.AsyncClient,
) -> None:
    session = await open_session()
    await bring_official(session)
    leg = await put_on_air(await call_in(session, name="Гончар Марія"))
    at = address_of(session)
    note = {"call": leg.public_id, "words": "Перевірити договір", "outcome": "under-control"}

    first = await client.post(f"{at}/note", data=note, headers=PART)
    again = await client.post(f"{at}/note", data={**note, "words": "Договір є"}, headers=PART)

    assert "Нотатку збережено." in first.text
    assert "Договір є" in again.text
    talks = await list_noted_talks(session)
    assert [talk.note.words for talk in talks if talk.note] == ["Договір є"]
    assert await find_talk_outcome(leg.id) is TalkOutcome.UNDER_CONTROL


async def test_the_note_of_an_earlier_talk_can_still_be_opened(client: httpx.AsyncClient) -> None:
    session = await open_session()
    await bring_official(session)
    leg = await put_on_air(await call_in(session, name="Гончар Марія"))
    at = address_of(session)
    await client.post(f"{at}/note", data={"call": leg.public_id, "words": "Подзвонити в ЖЕК"})
    await leave_air(leg)
    await put_on_air(await call_in(session, name="Їжак Петро", slot=1))

    now = (await client.get(at)).text
    then = (await client.get(f"{at}?talk={leg.public_id}")).text

    assert "Нотатка: Їжак Петро" in now
    assert "Подзвонити в ЖЕК" not in now
    assert "Нотатка: Гончар Марія" in then
    assert "Подзвонити в ЖЕК" in then


async def test_a_note_of_a_talk_of_another_session_is_refused(client: httpx.AsyncClient) -> None:
    session, other = await open_session(), await open_session()
    await bring_official(other)
    foreign = await put_on_air(await call_in(other))
    waiting = await call_in(session)
    at = address_of(session)

    for leg in (foreign, waiting):
        answer = await client.post(f"{at}/note", data={"call": leg.public_id, "words": "чужа"})
        assert answer.status_code == 404
    assert await list_noted_talks(session) == []


async def test_a_note_that_is_too_long_comes_back_as_it_was_typed(
    client: httpx.AsyncClient,
) -> None:
    session = await open_session()
    await bring_official(session)
    leg = await put_on_air(await call_in(session))
    words = "є" * 4001

    answer = await client.post(
        f"{address_of(session)}/note", data={"call": leg.public_id, "words": words}, headers=PART
    )

    assert answer.status_code == 422
    assert words in answer.text
    assert "скоротіть її до 4000 знаків" in answer.text


class Phones:
    """Telephones for browsers, made of names only."""

    def issue(self, identity: str, *, ends_at: datetime, now: datetime) -> Softphone:  # noqa: ARG002 - the port
        return Softphone(
            kind=SoftphoneKind.SIMULATOR, identity=identity, token="a token", expires_at=ends_at
        )


async def test_the_telephone_in_the_page_is_that_of_the_official(
    database: str, clock: FrozenClock
) -> None:
    session = await open_session()
    app = create_site(clock)
    app.state.facts = replace(app.state.facts, softphones=Phones())
    at = address_of(session)
    async with open_client(app) as client:
        shown = await client.get(at)
        phone = (await client.post(f"{at}/softphone", data={"purpose": "talk"})).json()
        stranger = await client.post("/official/nothing/softphone")

    assert phone["identity"] == f"official-{session.public_id}"
    assert datetime.fromisoformat(phone["expires_at"]) == session.ends_at
    assert f'data-token-url="{at}/softphone"' in shown.text
    assert "microphone=(self)" in shown.headers["permissions-policy"]
    assert stranger.status_code == 404


async def test_without_telephones_in_browsers_the_page_does_not_offer_one(
    client: httpx.AsyncClient,
) -> None:
    session = await open_session()
    at = address_of(session)

    assert "data-softphone" not in (await client.get(at)).text
    assert (await client.post(f"{at}/softphone")).status_code == 404


async def test_the_briefing_tells_who_has_booked_with_what_and_what_they_asked_before(
    client: httpx.AsyncClient,
) -> None:
    session = await plan_session()
    staff = await make_staff(institution=session.institution)
    phone = "+380501112233"
    earlier = await make_appeal(staff=staff, phone=phone, received_at=YESTERDAY)
    await make_booking(
        session=session,
        slot=(await make_slots(session))[0],
        phone=phone,
        name="Гончар Марія Іванівна",
        community="Здолбунів",
        question='#eval("1+1") *Чому* не гріють батареї?',
        now=YESTERDAY,
    )

    page = (await client.get(f"{address_of(session)}/briefing")).text
    paper = await client.get(f"{address_of(session)}/briefing.pdf")

    text = read_pdf(paper.content)
    for said in ("Гончар Марія Іванівна", "Здолбунів", earlier.appeal.register_index, "10:00"):
        assert said in page
        assert said in text
    assert '#eval("1+1") *Чому* не гріють батареї?' in text
    assert "1112233" not in text.replace(" ", "")
    assert "1112233" not in page.replace(" ", "")
    assert paper.headers["content-type"] == "application/pdf"


def read_pdf(content: bytes) -> str:
    """Text of all pages; where a line was broken there is a blank."""
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)
