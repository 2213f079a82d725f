"""Many appeals are given out at once, each by the rules, and a form twice is a form once."""

from datetime import date

import pytest
from tests.factories import NOW, SECRET, make_appeal, make_institution, make_staff
from tests.services.colleagues import Colleagues, gather_colleagues, of

from hotline_sessions.domain.appeal_life import Party, TargetPassed, TargetTooLate
from hotline_sessions.domain.bookings import OtherForm
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.services.appeal_assignments import Order, note_complained_of, resolve
from hotline_sessions.services.appeal_sharing import Outcome, share_out
from hotline_sessions.services.appeals import answer
from hotline_sessions.services.sent_forms import SentForm
from hotline_sessions.store.engine import fetch_rows, fetch_value


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

INNER = date(2026, 12, 1)


@pytest.fixture
async def team() -> Colleagues:
    return await gather_colleagues()


async def share(
    team: Colleagues, *chosen: str, main: Party | None = None, form: SentForm | None = None
) -> list[Outcome]:
    order = Order(text="До дії", main=main or of(team.clerk), internal_on=INNER)
    return await share_out(chosen, order, staff=team.head, secret=SECRET, now=NOW, form=form)


async def test_what_can_be_given_is_given_and_the_rest_stays_wholly_as_it_was(
    team: Colleagues,
) -> None:
    good, against, done, late = [
        await team.register(surname, days_ago=days)
        for surname, days in (("Добрий", 0), ("Скаржник", 0), ("Готовий", 0), ("Давній", 28))
    ]
    await note_complained_of(against, of(team.clerk), staff=team.head, now=NOW)
    await answer(done, "Роз'яснено телефоном.", result="9.3", staff=team.clerk, now=NOW)
    home = await make_institution()
    foreign = await make_appeal(staff=await make_staff(institution=home.id))

    outcomes = await share(team, late, done, foreign.appeal.public_id, against, good)

    assert [(each.public_id, each.code) for each in outcomes] == [
        (good, ""),
        (against, "complained-of"),
        (done, "appeal-step-not-next"),
        (late, "target-too-late"),
    ]
    assert [tuple(row) for row in await fetch_rows("""
        select surname, state, internal_on = '2026-12-01',
               (select count(*) from resolution r where r.appeal = a.id),
               (select count(*) from appeal_step e where e.appeal = a.id
                                                      and e.action = 'appeal_assigned')
          from appeal a where institution = $1 order by id""", team.head.institution)
    ] == [
        ("Добрий", "assigned", True, 1, 1),
        ("Скаржник", "registered", False, 0, 0),
        ("Готовий", "answered", False, 0, 0),
        ("Давній", "registered", False, 0, 0),
    ]  # fmt: skip


async def test_a_form_sent_twice_gives_once_and_says_the_same(team: Colleagues) -> None:
    chosen = [await team.register("Перший"), await team.register("Другий")]
    form = SentForm(mark="m" * 16, digest="d")

    first = await share(team, *chosen, form=form)
    second = await share(team, *chosen, form=form)

    assert first == second
    assert await fetch_value("select count(*) from resolution") == 2
    with pytest.raises(OtherForm):
        await share(team, chosen[0], form=SentForm(mark="m" * 16, digest="other"))


async def test_an_executor_of_another_institution_is_not_found_and_nothing_is_given(
    team: Colleagues,
) -> None:
    stranger = await make_staff(institution=(await make_institution()).id)
    appeal = await team.register("Перший")

    with pytest.raises(NotFound):
        await share(team, appeal, main=of(stranger))
    assert await fetch_value("select state from appeal") == "registered"


async def test_nobody_who_is_no_head_gives_anything_out(team: Colleagues) -> None:
    appeal = await team.register("Перший")
    order = Order(text="До дії", main=of(team.clerk))

    outcomes = await share_out([appeal], order, staff=team.other, secret=SECRET, now=NOW)

    assert [each.code for each in outcomes] == ["only-head"]


@pytest.mark.parametrize(
    ("day", "refused"),
    [
        pytest.param(date(2026, 11, 22), TargetPassed, id="yesterday"),
        pytest.param(date(2026, 12, 24), TargetTooLate, id="after-the-law"),
    ],
)
async def test_staff_aim_at_a_day_from_today_to_the_last_lawful_one(
    team: Colleagues, day: date, refused: type[Exception]
) -> None:
    appeal = await team.register("Перший")
    party = of(team.clerk)

    with pytest.raises(refused):
        await resolve(appeal, "До дії", main=party, internal_on=day, staff=team.head, now=NOW)
    for good in (date(2026, 11, 23), date(2026, 12, 23)):
        await resolve(appeal, "До дії", main=party, internal_on=good, staff=team.head, now=NOW)
