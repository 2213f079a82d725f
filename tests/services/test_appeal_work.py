"""Everybody sees what they have to do, and only what is still to be done."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import NOW, make_institution, make_staff
from tests.services.colleagues import (
    Colleagues,
    find,
    gather_colleagues,
    leave,
    of,
)

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.appeal_life import ComplainedOf, Party, PartyKind
from hotline_sessions.domain.appeal_search import PAGE, Wanted, Which, Whose
from hotline_sessions.domain.appeals import AppealState
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.services.appeal_assignments import note_complained_of
from hotline_sessions.services.appeal_exits import give_back_to_author
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeal_replies import check, draft
from hotline_sessions.services.appeal_search import find_appeals
from hotline_sessions.services.appeal_work import count_work
from hotline_sessions.services.appeals import answer
from hotline_sessions.services.units import change_unit, set_up_unit, turn_unit
from hotline_sessions.store.appeal_work import Owed
from hotline_sessions.store.engine import fetch_value


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


@pytest.fixture
async def team() -> Colleagues:
    return await gather_colleagues()


async def make_unit(team: Colleagues, *members: int) -> Party:
    await set_up_unit("Відділ", staff=team.head, now=NOW, head=team.other.account)
    number = await fetch_value("select max(id) from unit")
    party = Party(kind=PartyKind.UNIT, id=number)
    if members:
        await change_unit(
            number,
            "Відділ субсидій",
            head=team.other.account,
            head_official=None,
            members=members,
            staff=team.head,
            now=NOW,
        )
    return party


async def test_my_work_is_what_i_still_owe_alone_or_with_others_until_it_is_done(
    team: Colleagues,
) -> None:
    late, mine, shared, given_away = [
        await team.register(surname, days_ago=days)
        for surname, days in (("Давній", 40), ("Мій", 2), ("Спільний", 1), ("Чужий", 0))
    ]
    for each in (late, mine):
        await team.assign(each)
    await team.assign(shared, of(team.other), of(team.clerk))
    await team.assign(given_away)
    await team.assign(given_away, of(team.other))

    assert await find(team.clerk, Whose.MINE) == ["Давній", "Мій", "Спільний"]
    assert await find(team.clerk, Whose.MINE, Which.OVERDUE) == ["Давній"]
    assert await find(team.other, Whose.MINE) == ["Спільний", "Чужий"]
    assert await find(team.head, Whose.MINE) == []

    await answer(mine, "Роз'яснено телефоном.", result="9.3", staff=team.clerk, now=NOW)
    await extend(shared, date(2027, 1, 4), "Перевірка", staff=team.head, now=NOW)

    assert await find(team.clerk, Whose.MINE) == ["Давній", "Спільний"]
    assert await find(team.clerk, Whose.MINE, Which.ENDED) == ["Мій"]
    assert await find(team.clerk, Whose.MINE, Which.ALL) == ["Спільний", "Мій", "Давній"]
    assert await find(team.clerk, Whose.MINE, Which.ALL, text="субсидія") == [
        "Спільний", "Мій", "Давній",
    ]  # fmt: skip
    mine_until = "select max(due_on) from assignment where account = $1"
    assert await fetch_value(mine_until, team.clerk.account) == date(2027, 1, 4)


async def test_a_deputy_sees_the_work_of_who_is_away_and_counts_it(team: Colleagues) -> None:
    await team.assign(await team.register("Давній", days_ago=40))
    await team.assign(await team.register("Новий"), of(team.clerk), of(team.other))
    deputy = await leave(team.clerk, team.other)

    assert await find(team.other, Whose.MINE) == ["Новий"]
    assert await find(deputy, Whose.MINE) == ["Давній", "Новий"]
    work = await count_work(staff=deputy, now=NOW)
    assert work.mine == work.institution == Owed(all=2, overdue=1)
    assert (work.unit, work.unassigned, work.waiting) == (None, None, 0)


async def test_a_unit_sees_its_own_appeals_and_those_of_its_people(team: Colleagues) -> None:
    unit = await make_unit(team, team.clerk.account)
    for surname, executor in (("Відділ", unit), ("Ада", of(team.clerk)), ("Голова", of(team.head))):
        await team.assign(await team.register(surname), executor)

    assert await find(team.clerk, Whose.UNIT) == ["Відділ", "Ада"]
    assert await find(team.other, Whose.UNIT) == ["Відділ", "Ада"]
    assert await find(team.head, Whose.UNIT) == []
    assert await find(team.head, executor=unit) == ["Відділ"]
    assert await find(team.head, which=Which.ALL, executor=of(team.clerk)) == ["Ада"]
    assert await find(team.head, which=Which.ALL, executor=unit, whose=Whose.MINE) == []
    official = Party(kind=PartyKind.OFFICIAL, id=1)
    assert await find(team.head, which=Which.ALL, executor=official) == []
    assert (await count_work(staff=team.clerk, now=NOW)).unit == Owed(all=2)


async def test_a_draft_waits_for_a_check_by_others_and_then_for_the_head(team: Colleagues) -> None:
    first, second = [await team.register(surname) for surname in ("Перший", "Другий")]
    for each in (first, second):
        await team.assign(each)
        await draft(each, "Субсидію нараховано.", {}, result="9.1", staff=team.clerk, now=NOW)
    await check(second, staff=team.other, now=NOW)
    deputy = await leave(team.head, team.clerk)

    assert await find(team.clerk, Whose.WAITING) == []
    assert await find(team.other, Whose.WAITING, Which.ALL) == ["Перший"]
    assert await find(team.head, Whose.WAITING) == ["Перший", "Другий"]
    assert await find(deputy, Whose.WAITING) == ["Другий"]
    assert (await count_work(staff=team.head, now=NOW)).waiting == 2


@pytest.mark.parametrize(
    ("which", "state", "found"),
    [
        (Which.ALL, AppealState.REGISTERED, ["Новий"]),
        (Which.ALL, AppealState.RETURNED, ["Повернутий"]),
        (Which.ENDED, AppealState.RETURNED, ["Повернутий"]),
        (Which.ENDED, AppealState.REGISTERED, []),
        (Which.OPEN, AppealState.RETURNED, []),
    ],
)
async def test_a_state_is_a_filter_beside_the_tabs(
    team: Colleagues, which: Which, state: AppealState, found: list[str]
) -> None:
    await team.register("Новий")
    left = await team.register("Повернутий")
    ground = "particulars"
    await give_back_to_author(left, ground, "Без адреси", staff=team.clerk, now=NOW)  # type: ignore[arg-type]

    assert await find(team.clerk, which=which, state=state) == found


async def test_all_that_somebody_was_ever_given_comes_page_by_page(team: Colleagues) -> None:
    for number in range(PAGE + 2):
        await team.assign(await team.register(f"Автор{number}"))
    wanted = Wanted(which=Which.ALL, whose=Whose.MINE)

    first = await find_appeals(wanted, staff=team.clerk, now=NOW)
    second = await find_appeals(wanted, staff=team.clerk, now=NOW, after=first.next)

    assert [each.surname for each in second.appeals] == ["Автор1", "Автор0"]
    assert second.next is None
    assert set(first.executors.values()) == {"Ада"}


async def test_a_closed_unit_is_given_nothing_and_keeps_what_it_has(team: Colleagues) -> None:
    unit = await make_unit(team)
    before, after = [await team.register(surname) for surname in ("До", "Після")]
    await team.assign(before, unit)
    await turn_unit(unit.id, is_active=False, staff=team.head, now=NOW)

    with pytest.raises(NotFound):
        await team.assign(after, unit)
    assert await find(team.other, Whose.UNIT) == ["До"]

    await turn_unit(unit.id, is_active=True, staff=team.head, now=NOW)
    await team.assign(after, unit)
    assert await fetch_value(
        "select array_agg(action order by id) from audit where subject = 'unit'"
    ) == ["unit_added", "unit_closed", "unit_reopened"]


async def test_who_is_complained_of_is_not_made_head_of_the_unit_that_owes_the_answer(
    team: Colleagues,
) -> None:
    unit = await make_unit(team)
    appeal = await team.register("Скаржник")
    await note_complained_of(appeal, of(team.clerk), staff=team.head, now=NOW)
    await team.assign(appeal, unit)
    heads: dict[str, Any] = {"head_official": None, "members": [], "staff": team.head, "now": NOW}

    with pytest.raises(ComplainedOf):
        await change_unit(unit.id, "Відділ", head=team.clerk.account, **heads)
    await change_unit(unit.id, "Відділ", head=team.head.account, **heads)


async def test_another_institution_sees_and_changes_nothing_of_it(team: Colleagues) -> None:
    unit = await make_unit(team)
    await team.assign(await team.register("Свій"), unit)
    home = await make_institution()
    stranger = await make_staff(institution=home.id, roles=frozenset({Role.MANAGER}))

    assert await find(stranger, executor=unit) == []
    assert (await count_work(staff=stranger, now=NOW + timedelta(days=60))).institution == Owed()
    with pytest.raises(NotFound):
        await turn_unit(unit.id, is_active=False, staff=stranger, now=NOW)
