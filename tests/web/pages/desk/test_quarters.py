"""Staff describe a quarter in a form, look at what is proposed, pin it, and make drafts of it."""

import asyncio
from datetime import UTC, datetime

import pytest
from tests.factories import make_line, make_post
from tests.fakes import FrozenClock
from tests.web.pages.desk.conftest import Browser, Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.quarter_plans import (
    Impossible,
    Place,
    Problem,
    Progress,
    Proposal,
    Wish,
)
from hotline_sessions.gateways.planner.solve import solve
from hotline_sessions.services.plan_ports import Tell
from hotline_sessions.services.quarter_plans import solve_queued
from hotline_sessions.store.engine import fetch_value


pytestmark = pytest.mark.anyio

CLOCK = FrozenClock(datetime(2026, 11, 24, 9, tzinfo=UTC))


class Solver:
    """CP-SAT in a thread of this process."""

    async def solve(
        self, problem: Problem, *, seconds: float, near: tuple[Place, ...], tell: Tell
    ) -> Proposal | Impossible:
        tell(Progress(seconds=0.1, cost=9, bound=1))
        return await asyncio.to_thread(solve, problem, seconds=seconds, near=near)


async def make_fields(office: Office, **changes: object) -> dict[str, object]:
    """First quarter of 2027: one official, twice, nine or eleven; frequency alone matters."""
    post = await make_post(institution=office.home.id)
    line = await make_line(institution=office.home.id)
    return {
        "quarter": "2027-1", "hours": ["9", "11"], "minutes": "60", "lines": [line.id],
        "posts": [post.id], "wanted": "2", "gap_days": "3", "most_a_day": "", "most_at_once": "1",
        "distance_days": "7", "goal_a_day": "3", "goal_at_once": "2", "evening_hour": "17",
        "evenings_a_week": "0", "topic_a_month": "1", "community_a_month": "1",
        **{f"weight_{wish}": "0" for wish in Wish},
        "weight_frequency": "10", **changes,
    }  # fmt: skip


async def describe(browser: Browser, fields: dict[str, object]) -> str:
    made = await browser.post("/staff/quarters/new", **fields)
    assert made.status_code == 303, made.text
    return str(made.headers["location"])


async def propose(browser: Browser, home: str, **fields: object) -> str:
    asked = await browser.post(home, deed="search", **fields)
    assert asked.status_code == 303, asked.text
    waiting = await browser.get(home)
    part = await browser.get(home, **{"HX-Request-Type": "partial"})
    assert "План складається" in waiting.text
    assert "План складається" in part.text
    assert "<h1" not in part.text
    assert await solve_queued(solver=Solver(), clock=CLOCK) == 1
    return str((await browser.get(home)).text)


async def test_a_quarter_is_described_proposed_pinned_and_taken(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    home = await describe(browser, await make_fields(office))

    proposed = await propose(browser, home)
    official = await fetch_value("select post from quarter_place limit 1")
    day = await fetch_value("select min(held_on) from quarter_place")
    pins = {"month": str(day.month), "pins": [f"{official}@{day}"]}
    again = await propose(browser, home, **pins)
    pinned = await fetch_value("select held_on from quarter_place where is_pinned")
    taken = await browser.post(home, deed="take")
    shown = await browser.get(f"{home}?month={day.month}")
    listed = await browser.get("/staff/quarters")

    assert "1 квартал 2027 року" in proposed
    assert "Нічого: усі побажання враховано" in proposed
    assert (pinned, "● " in again) == (day, True)
    assert taken.status_code == 303
    assert "у розкладі" in shown.text
    assert await fetch_value("select count(*) from session where source like 'quarter:%'") == 2
    assert "запропоновано" in listed.text


async def test_wishes_of_one_official_can_make_a_quarter_impossible_and_the_page_says_why(
    office: Office,
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    fields = await make_fields(office, gap_days="30")
    home = await describe(browser, fields)
    seat = f"{home}/officials/{fields['posts'][0]}"  # type: ignore[index]

    kept = await browser.post(seat, wanted="4", least="4", weekdays=["0"], favourite="")
    filled = await browser.get(seat)
    impossible = await propose(browser, home)

    assert kept.status_code == 303
    assert 'value="4"' in filled.text
    assert "Такий квартал неможливий" in impossible
    assert "Олена Петрівна Коваль: ліній у кварталі — щонайменше 4" in impossible
    assert "щонайменше 30" in impossible


async def test_what_is_missed_is_said_in_words(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    fields = await make_fields(office, weight_topics="5", wanted="1", weight_evenings="3")
    fields |= {"evenings_a_week": "1", "lines": fields["lines"]}
    home = await describe(browser, fields)

    text = await propose(browser, home)

    assert "Вечірні лінії щотижня" in text
    assert "Тиждень із 28.12.2026: вечірніх ліній — 0, бажано щонайменше 1" in text
    assert "Тема «" in text or "скільки бажано" in text


async def test_a_description_sent_twice_makes_one_plan(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    fields = await make_fields(office, form_mark="m" * 22)

    first, second = await describe(browser, fields), await describe(browser, fields)

    assert first == second
    assert await fetch_value("select count(*) from quarter_plan") == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"hours": []}, "Оберіть щонайменше одну годину", id="no-hour"),
        pytest.param({"minutes": "180"}, "накладалися б одна на одну", id="too-long"),
        pytest.param({"quarter": "2025-1"}, "Квартал минув", id="past"),
        pytest.param({"quarter": "2099-9"}, "quarter", id="no-such-quarter"),
        pytest.param({"wanted": "1" * 30}, "Число завелике", id="huge"),
        pytest.param({"posts": ["999999"]}, "Оберіть один із варіантів", id="foreign-post"),
        pytest.param({"lines": ["999999"]}, "Оберіть один із варіантів", id="foreign-line"),
        pytest.param({"gap_days": "x"}, "gap_days", id="no-number"),
    ],
)
async def test_what_cannot_be_planned_is_said_at_its_field(
    office: Office, changes: dict[str, object], said: str
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)

    answer = await browser.post("/staff/quarters/new", **await make_fields(office, **changes))

    assert answer.status_code == 422, answer.text
    assert said in answer.text
    assert "govuk-error-summary" in answer.text


async def test_a_plan_of_another_institution_or_a_made_up_pin_is_refused(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    home = await describe(browser, await make_fields(office))

    assert (await browser.get("/staff/quarters/AAAAAAAAAAAA")).status_code == 404
    assert (await browser.get(f"{home}/officials/999")).status_code == 404
    for pin in ("7@2027-01-12", "x@y", "9" * 30 + "@2027-01-12"):
        answer = await browser.post(home, deed="pin", month="1", pins=pin)
        assert answer.status_code == 409, pin
    assert (await browser.post(home, deed="pin", month="12", pins="")).status_code == 404
