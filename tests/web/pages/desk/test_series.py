"""Staff make a series in one form, look at its days before, and change it with care."""

import re
from datetime import date

import pytest
from tests.factories import NOW, make_booking, make_institution, make_line, make_post, make_staff
from tests.web.pages.desk.conftest import Browser, Office

from hotline_sessions.domain.access import Role
from hotline_sessions.services.sessions import publish
from hotline_sessions.store.engine import fetch_rows, fetch_value
from hotline_sessions.store.sessions import find_session


pytestmark = pytest.mark.anyio


async def make_fields(office: Office, **changes: object) -> dict[str, object]:
    """1st and 3rd Tuesday of December, 9 to 10."""
    post = await make_post(institution=office.home.id)
    line = await make_line(institution=office.home.id)
    return {
        "post": post.id, "line": line.id, "topic": "Усі питання", "place": "Кабінет 12",
        "weekdays_1": ["1"], "ordinals_1": ["1", "3"], "weeks": "1",
        "from_on": "2026-12-01", "until_on": "2026-12-31", "left_out": "", "skips_days_off": "yes",
        "opens_clock": "09:00", "closes_clock": "10:00", "talk_minutes": "10",
        "rest_minutes": "0", "walk_in_percent": "30", **changes,
    }  # fmt: skip


def find_seen(text: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', text)
    assert found
    return found[1]


async def save(browser: Browser, path: str, fields: dict[str, object]) -> str:
    """Look, then do; the address that the answer leads to."""
    preview = await browser.post(path, **fields, deed="preview")
    assert preview.status_code == 200, preview.text
    done = await browser.post(path, **fields, deed="save", seen=find_seen(preview.text))
    assert done.status_code == 303, done.text
    return str(done.headers["location"])


async def test_a_series_is_looked_at_day_by_day_before_anything_is_written(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    fields = await make_fields(office, left_out="15.12.2026")

    unseen = await browser.post("/staff/series/new", **fields, deed="save")
    home = await save(browser, "/staff/series/new", fields)
    shown = await browser.get(home)
    listed = await browser.get("/staff/series")

    assert unseen.status_code == 200
    assert "1 грудня" in unseen.text
    assert "день пропущено" in unseen.text
    assert await fetch_value("select count(*) from session") == 1
    assert "1-й у місяці, 3-й у місяці" in shown.text
    assert "Дні без прямої лінії" in shown.text
    assert "вівторок" in listed.text


async def test_a_form_sent_twice_makes_one_series(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    fields = await make_fields(office)
    preview = await browser.post("/staff/series/new", **fields, deed="preview")
    seen = find_seen(preview.text)

    first = await browser.post("/staff/series/new", **fields, deed="save", seen=seen)
    second = await browser.post("/staff/series/new", **fields, deed="save", seen=seen)

    assert first.status_code == 303
    assert second.status_code == 409
    assert "Відтоді дещо змінилося" in second.text
    assert "Посадова особа в цей час відповідає на іншій прямій лінії" in second.text
    assert await fetch_value("select count(*) from session") == 2


async def test_an_announced_day_is_changed_only_where_it_is_ticked(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    fields = await make_fields(office)
    home = await save(browser, "/staff/series/new", fields)
    rows = await fetch_rows("select public_id from session order by starts_at")
    staff = await make_staff(institution=office.home.id)
    for row in rows:
        await publish(row["public_id"], staff=staff, now=NOW)
    first = await find_session(rows[0]["public_id"])
    assert first
    await make_booking(session=first)
    later: dict[str, object] = {
        **fields,
        "opens_clock": "09:30",
        "closes_clock": "10:30",
        "scope": "all",
    }

    preview = await browser.post(f"{home}/change", **later, deed="preview")
    await save(browser, f"{home}/change", later | {"agreed": "2026-12-01"})

    assert preview.text.count('name="agreed"') == 2
    assert "1 запис" in preview.text
    states = await fetch_rows("select state from session order by starts_at, id")
    assert [row["state"] for row in states] == ["rescheduled", "published", "published"]


async def test_for_whom_sessions_are_is_said_of_a_whole_series_and_of_announced_ones(
    office: Office,
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    fields = await make_fields(office, community="Здолбунівська громада")
    home = await save(browser, "/staff/series/new", fields)
    rows = await fetch_rows("select public_id from session order by starts_at")
    await publish(rows[0]["public_id"], staff=await make_staff(institution=office.home.id), now=NOW)

    form = await browser.get(f"{home}/change")
    changed = {**fields, "community": "Острозька громада", "scope": "all", "agreed": "2026-12-01"}
    await save(browser, f"{home}/change", changed)

    assert 'value="Здолбунівська громада"' in form.text
    after = await fetch_rows("select state, community, sequence from session order by starts_at")
    assert [tuple(row) for row in after] == [
        ("published", "Острозька громада", 2),
        ("draft", "Острозька громада", 0),
    ]


async def test_following_days_are_changed_from_a_day_that_is_named(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    fields = await make_fields(office)
    home = await save(browser, "/staff/series/new", fields)
    form = await browser.get(f"{home}/change?since=2026-12-15")
    changed = {**fields, "scope": "following", "weekdays_1": ["2"]}

    missing = await browser.post(f"{home}/change", **changed, deed="preview")
    new_home = await save(browser, f"{home}/change", changed | {"since": "2026-12-15"})

    assert 'value="2026-12-15"' in form.text
    assert missing.status_code == 422
    assert new_home != home
    days = await fetch_rows("select held_on from session order by held_on")
    assert [row["held_on"] for row in days] == [date(2026, 12, 1), date(2026, 12, 16)]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"weekdays_1": []}, "Оберіть хоча б один день тижня"),
        ({"until_on": "2026-11-30"}, "Останній день не може бути раніше"),
        ({"until_on": "2030-11-30"}, "щонайбільше 366 днів"),
        ({"ordinals_1": ["5"], "until_on": "2026-12-20"}, "немає такого дня тижня"),
        ({"weeks": "2"}, "лише з «щотижня»"),
        ({"recurrence": "FREQ=HOURLY"}, "Правило не вдалося прочитати"),
        ({"left_out": "35.12.2026"}, "один день або проміжок"),
        ({"left_out": "01.01.2026–31.12.2030"}, "один день або проміжок"),
        ({"closes_clock": "08:00"}, "Завершення має бути пізніше"),
        ({"talk_minutes": "90"}, "Розмова довша"),
        ({"from_on": "9999-12-31", "until_on": "9999-12-31"}, "щонайбільше 366 днів"),
        ({"from_on": "0001-01-01", "until_on": "0001-01-01"}, "щонайбільше 366 днів"),
        ({"post": "999999"}, "Оберіть"),
    ],
)
async def test_every_mistake_is_told_at_its_field(
    office: Office, changes: dict[str, object], sentence: str
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    fields = await make_fields(office, **changes)

    answer = await browser.post("/staff/series/new", **fields, deed="preview")

    assert answer.status_code == 422
    assert sentence in answer.text


async def test_series_are_for_planners_of_their_institution(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    home = await save(browser, "/staff/series/new", await make_fields(office))
    operator = await office.enter(Role.OPERATOR)
    stranger = await Office(await make_institution(), office.clock).enter(Role.COMMUNICATIONS)

    for path in ("/staff/series", "/staff/series/new", home, f"{home}/change"):
        assert (await operator.get(path)).status_code == 403
    for path in (home, f"{home}/change", "/staff/series/nothing"):
        assert (await stranger.get(path)).status_code == 404


async def test_one_draft_of_a_series_is_changed_by_itself_and_stays_so(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    fields = await make_fields(office)
    home = await save(browser, "/staff/series/new", fields)
    first, second = await fetch_rows("select public_id from session order by starts_at")
    path = f"/staff/sessions/{first['public_id']}/edit"
    changed = {
        name: fields[name]
        for name in ("post", "line", "topic", "place", "talk_minutes", "closes_clock")
    } | {"held_on": "2026-12-03", "opens_clock": "09:20"}

    form = await browser.get(path)
    done = await browser.post(path, **changed)
    taken = await browser.post(path, **(changed | {"held_on": "2026-12-15"}))
    await save(browser, f"{home}/change", {**fields, "topic": "Інша тема"})

    assert 'value="2026-12-01"' in form.text
    assert done.status_code == 303, done.text
    assert taken.status_code == 409
    rows = await fetch_rows(
        """select held_on, topic, (select count(*) from slot where slot.session = s.id) as talks
             from session s order by starts_at"""
    )
    assert [tuple(row) for row in rows] == [
        (date(2026, 12, 3), "Усі питання", 4),
        (date(2026, 12, 15), "Інша тема", 6),
    ]
    assert "змінено окремо" in (await browser.get(home)).text
    staff = await make_staff(institution=office.home.id)
    await publish(second["public_id"], staff=staff, now=NOW)
    announced = await browser.post(f"/staff/sessions/{second['public_id']}/edit", **changed)
    assert announced.status_code == 409
