"""What staff give out about sessions, and how they learn that it is no longer true."""

from datetime import date, time
from io import BytesIO

import docx
import pytest
from pypdf import PdfReader
from python_calamine import load_workbook
from tests.factories import NOW, make_post, make_session, make_staff
from tests.web.pages.desk.conftest import Browser, Office

from hotline_sessions.domain.access import Role
from hotline_sessions.services.approvals import Order, approve
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.services.sessions import cancel, reschedule
from hotline_sessions.services.substitution import substitute_official
from hotline_sessions.store.officials import add_official


pytestmark = pytest.mark.anyio

ALL = "/en/staff/publications"


def plain(text: str) -> str:
    """The text with plain blanks: dates are held together by narrow ones."""
    return " ".join(text.split())


async def note_post(browser: Browser, at: str, place: str) -> None:
    answer = await browser.post(f"{at}/text", kind="post", language="uk", place=place)
    assert answer.status_code == 303


async def test_a_poster_says_the_facts_and_is_noted_once_however_often_it_is_fetched(
    office: Office,
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    session = await make_session(institution=office.home)
    at = f"/en/staff/sessions/{session.public_id}/publications"

    await browser.post(f"{at}/paper", paper="a3", form="pdf", language="uk")
    answer = await browser.post(f"{at}/paper", paper="a3", form="pdf", language="uk")
    leaflet = await browser.post(f"{at}/paper", paper="a5", form="png", language="en")
    text = " ".join(PdfReader(BytesIO(answer.content)).pages[0].extract_text().split())
    shown = (await browser.get(at)).text

    for said in (
        "Середа, 25 листопада 2026 р.",
        "з 10:00 до 11:00",
        "0 800 502 708",
        "Дзвінок безкоштовний",
        f"lines.example/s/{session.public_id}",
        "Олена Петрівна Коваль",
    ):
        assert said in text, text
    assert leaflet.content.startswith(b"\x89PNG")
    assert "poster-2026-11-25-a3.pdf" in answer.headers["content-disposition"]
    assert shown.count("up to date") == 2


async def test_texts_to_copy_say_the_same_facts_in_both_languages(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    session = await make_session(institution=office.home, topic="Субсидії & пільги")

    at = f"/staff/sessions/{session.public_id}/publications"
    shown = plain((await browser.get(at)).text)

    assert "Коли: середа, 25 листопада 2026 р., з 10:00 до 11:00." in shown
    assert "Телефон: 0 800 502 708 (дзвінок безкоштовний)." in shown
    assert "Тема: Субсидії &amp; пільги." in shown
    assert "When: Wednesday, 25 November 2026, from 10:00 to 11:00." in shown
    assert f"https://lines.example/s/{session.public_id}" in shown
    assert f"https://lines.example/en/s/{session.public_id}" in shown


async def test_what_is_no_longer_true_is_told_until_somebody_has_seen_to_it(
    office: Office,
) -> None:
    browser = await office.enter()
    called_off = await make_session(institution=office.home)
    changed = await make_session(
        institution=office.home, opens_clock=time(14), closes_clock=time(15)
    )
    moved = await make_session(institution=office.home, held_on=date(2026, 11, 27))
    for number, each in enumerate((called_off, changed, moved)):
        at = f"/en/staff/sessions/{each.public_id}/publications"
        await note_post(browser, at, f"Канал {number}")
    fresh = (await browser.get(ALL)).text

    await cancel(called_off.public_id, "Хвороба", staff=browser.staff, now=NOW)
    other = await add_official(
        "Інша Особа", institution=office.home.id, ring_number=None, valid_from=date(2026, 1, 1)
    )
    await substitute_official(changed.public_id, other, staff=browser.staff, clock=office.clock)
    plan = Plan(
        post=moved.post,
        line=moved.line,
        held_on=date(2026, 11, 30),
        opens_clock=time(10),
        closes_clock=time(11),
    )
    await reschedule(moved.public_id, plan, staff=browser.staff, now=NOW)
    stale = (await browser.get(ALL)).text
    today = (await browser.get("/en/staff")).text
    text = (await browser.get(f"/en/staff/sessions/{called_off.public_id}/publications")).text

    assert fresh.count("up to date") == 3
    assert "3 publications must be replaced or taken down" in today
    assert stale.count("take down") == 1
    assert "Changed: who answers" in stale
    assert "Changed: called off or moved" in stale
    assert "СКАСОВАНО" in text
    assert "Причина: Хвороба." in text

    names = [part.split("/end")[0] for part in stale.split(f"{ALL}/")[1:] if "/end" in part[:20]]
    for name in names[:3]:
        assert (await browser.post(f"{ALL}/{name}/end", ending="replaced")).status_code == 303
    again = await browser.post(f"{ALL}/{names[0]}/end", ending="replaced")
    assert again.status_code == 409
    assert "must be replaced" not in (await browser.get("/en/staff")).text


async def test_the_schedule_of_a_month_holds_what_is_held_and_is_out_of_date_when_that_changes(
    office: Office,
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    await make_session(institution=office.home, topic="Перший")
    gone = await make_session(institution=office.home, held_on=date(2026, 11, 27), topic="Другий")
    await make_session(institution=office.home, held_on=date(2026, 12, 1), topic="Грудень")

    word = await browser.post("/staff/publications/schedule", month="2026-11", form="docx")
    excel = await browser.post("/staff/publications/schedule", month="2026-11", form="xlsx")
    fresh = (await browser.get(ALL)).text
    staff = await make_staff(institution=office.home.id)
    await cancel(gone.public_id, "Хвороба", staff=staff, now=NOW)
    stale = (await browser.get(ALL)).text

    (table,) = docx.Document(BytesIO(word.content)).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert [row[4] for row in rows[1:]] == ["Перший", "Другий"]
    assert [plain(cell) for cell in rows[1][1:3]] == ["25 листопада 2026 р., середа", "10:00–11:00"]
    assert rows[1][5] == "0 800 502 708\n(безкоштовно)"
    assert excel.content.startswith(b"PK")
    assert fresh.count("up to date") == 1, "one schedule, whatever the file"
    assert "Changed: called off or moved" in stale


async def test_a_widget_needs_a_place_and_is_never_out_of_date(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)

    nowhere = await browser.post(f"{ALL}/widget", place=" ")
    noted = await browser.post(f"{ALL}/widget", place="https://rada.example/lines")
    bad = await browser.post(f"{ALL}/sites", sites="https://rada.example\nscript-src *")
    good = await browser.post(f"{ALL}/sites", sites="rada.example")
    shown = (await browser.get(ALL)).text

    assert (nowhere.status_code, noted.status_code) == (422, 303)
    assert (bad.status_code, good.status_code) == (422, 303)
    assert "Line 2 is not the address of a site" in bad.text
    assert "updates itself" in shown
    assert "https://rada.example</textarea>" in shown


async def test_nobody_publishes_for_another_institution_or_without_the_right(
    office: Office,
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    stranger = await make_session()
    draft = await make_session(institution=office.home, published=False)
    await make_post(institution=office.home.id)
    operator = await office.enter(Role.OPERATOR)

    for session in (stranger, draft):
        at = f"/staff/sessions/{session.public_id}/publications"
        assert (await browser.get(at)).status_code == 404
        assert (await browser.post(f"{at}/paper")).status_code == 404
        assert (await browser.post(f"{at}/text", kind="post", place="Канал")).status_code == 404
    assert (await browser.post(f"{ALL}/nosuchthing/end", ending="replaced")).status_code == 404
    assert (await operator.get(ALL)).status_code == 403


@pytest.mark.parametrize("month", ["", "2026-13", "0000-01", "1000-01", "9999-12", "2026-1", "x"])
async def test_a_month_that_is_none_is_refused(office: Office, month: str) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)

    answer = await browser.post("/staff/publications/schedule", month=month)

    assert answer.status_code == 422


async def test_a_form_sent_twice_is_noted_once_and_ends_what_it_named_once(
    office: Office,
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    session = await make_session(institution=office.home)
    at = f"/en/staff/sessions/{session.public_id}/publications"
    mark = {"form_mark": "a" * 20}

    for _ in range(2):
        sent = await browser.post(f"{at}/text", kind="post", language="uk", place="Канал", **mark)
        assert sent.status_code == 303
    other = await browser.post(f"{at}/text", kind="post", language="uk", place="Інший", **mark)
    shown = (await browser.get(ALL)).text
    [name] = {part.split("/end")[0] for part in shown.split(f"{ALL}/")[1:] if "/end" in part[:20]}
    ended = [
        (await browser.post(f"{ALL}/{name}/end", ending="replaced", form_mark="b" * 20)).status_code
        for _ in range(2)
    ]

    assert (other.status_code, "sent before with something else" in other.text) == (422, True)
    assert 'name="form_mark"' in shown
    assert ended == [303, 303]


async def test_a_schedule_names_the_orders_that_approve_all_of_it(office: Office) -> None:
    browser = await office.enter()
    first, second = [
        await make_session(institution=office.home, held_on=date(2026, 11, day)) for day in (25, 27)
    ]
    order = Order(number="12-р", on=date(2026, 11, 20))

    async def read_top() -> str:
        answer = await browser.post("/staff/publications/schedule", month="2026-11", form="docx")
        return plain(docx.Document(BytesIO(answer.content)).paragraphs[0].text)

    await approve([first.public_id], order, staff=browser.staff, now=NOW)
    assert "Затверджено" not in await read_top(), "not all of it is approved"
    await approve([second.public_id], order, staff=browser.staff, now=NOW)
    assert await read_top() == "Затверджено розпорядженням № 12-р від 20 листопада 2026 р."
    other = await add_official(
        "Інша Особа", institution=office.home.id, ring_number=None, valid_from=date(2026, 1, 1)
    )
    await substitute_official(second.public_id, other, staff=browser.staff, clock=office.clock)
    assert (await read_top()).endswith("2026 р. (зі змінами)")
    excel = await browser.post("/staff/publications/schedule", month="2026-11", form="xlsx")
    sheet = load_workbook(BytesIO(excel.content)).get_sheet_by_index(0).to_python()
    assert plain(str(sheet[2][0])).startswith("Затверджено розпорядженням № 12-р")
