"""A deputy acts in place of who is away, as far as that person may, and it is written down."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from tests.factories import NOW, PASSWORD, SECRET, make_institution, make_staff
from tests.services.colleagues import TODAY, Colleagues, gather_colleagues, leave, of

from hotline_sessions.domain.absences import (
    AbsenceEndsFirst,
    AbsenceOverlaps,
    AbsenceTooEarly,
    OwnDeputy,
)
from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import ComplainedOf, OnlyHead
from hotline_sessions.domain.errors import Forbidden, NotFound
from hotline_sessions.services.absences import end_absence, load_absences, note_absence
from hotline_sessions.services.accounts import find_signed_in, sign_in
from hotline_sessions.services.appeal_assignments import note_complained_of, start
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeal_replies import check, draft, sign
from hotline_sessions.services.appeal_steps import list_steps
from hotline_sessions.services.appeals import get_for_staff


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

DAY = timedelta(days=1)


@pytest.fixture
async def team() -> Colleagues:
    return await gather_colleagues()


async def list_acted_for(public_id: str, staff: Staff) -> list[tuple[str, str | None]]:
    followed = await get_for_staff(public_id, staff=staff)
    steps = await list_steps(followed.appeal)
    return [(step.action, step.acting_for) for step in steps[1:]]


async def test_a_deputy_does_what_the_absent_may_do_and_each_step_says_for_whom(
    team: Colleagues,
) -> None:
    appeal = await team.register("Коваль")
    await team.assign(appeal)
    for_clerk, for_head = await leave(team.clerk, team.other), await leave(team.head, team.clerk)
    await start(appeal, staff=for_clerk, now=NOW)
    await draft(appeal, "Субсидію нараховано.", {}, result="9.1", staff=team.other, now=NOW)
    await check(appeal, staff=for_head, now=NOW)
    with pytest.raises(OnlyHead):
        await sign(appeal, staff=for_clerk, now=NOW)
    await sign(appeal, staff=for_head, now=NOW)

    assert await list_acted_for(appeal, team.head) == [
        ("appeal_assigned", None),
        ("appeal_started", "Ада"),
        ("appeal_drafted", None),
        ("appeal_checked", None),
        ("appeal_signed", "Голова"),
    ]


async def test_nobody_acts_in_place_of_a_head_of_whom_the_appeal_complains(
    team: Colleagues,
) -> None:
    appeal = await team.register("Скаржник")
    await note_complained_of(appeal, of(team.head), staff=team.clerk, now=NOW)
    deputy = await leave(team.head, team.clerk)

    with pytest.raises(OnlyHead):
        await extend(appeal, date(2027, 1, 4), "Перевірка", staff=deputy, now=NOW)
    with pytest.raises(ComplainedOf):
        await extend(appeal, date(2027, 1, 4), "Перевірка", staff=team.head, now=NOW)


async def test_who_signs_in_stands_in_on_the_days_of_the_absence_and_until_it_is_ended(
    team: Colleagues,
) -> None:
    token = await sign_in(team.other.login, PASSWORD, secret=SECRET, now=NOW)
    args: dict[str, Any] = {"account": team.clerk.account, "staff": team.head, "now": NOW}
    await note_absence(team.other.account, TODAY - DAY, TODAY, **args)
    await note_absence(team.other.account, TODAY + DAY, TODAY + DAY, **args)

    async def list_absent() -> list[str]:
        found = await find_signed_in(token, secret=SECRET, now=NOW)
        assert found is not None
        return [each.full_name for each in found.stands_in_for]

    assert await list_absent() == ["Ада"]
    noted = (await load_absences(staff=team.other, now=NOW)).noted
    assert [each.from_on for each in noted] == [TODAY - DAY, TODAY + DAY]
    with pytest.raises(Forbidden):
        await end_absence(noted[0].id, staff=team.other, now=NOW)
    await end_absence(noted[0].id, staff=team.clerk, now=NOW)
    assert await list_absent() == []
    with pytest.raises(NotFound):
        await end_absence(noted[0].id, staff=team.clerk, now=NOW)


async def test_an_absence_that_cannot_be_is_refused(team: Colleagues) -> None:
    stranger = await make_staff(institution=(await make_institution()).id)
    refused = [
        (team.other, TODAY, TODAY - DAY, AbsenceEndsFirst),
        (team.other, TODAY - 2 * DAY, TODAY - DAY, AbsenceTooEarly),
        (team.clerk, TODAY, TODAY, OwnDeputy),
        (stranger, TODAY, TODAY, NotFound),
    ]

    for deputy, first, last, refusal in refused:
        with pytest.raises(refusal):
            await note_absence(deputy.account, first, last, staff=team.clerk, now=NOW)
    await note_absence(team.other.account, TODAY, TODAY + DAY, staff=team.clerk, now=NOW)
    with pytest.raises(AbsenceOverlaps):
        await note_absence(team.head.account, TODAY + DAY, TODAY + DAY, staff=team.clerk, now=NOW)
    with pytest.raises(Forbidden):
        await note_absence(
            team.head.account, TODAY, TODAY, account=team.clerk.account, staff=team.other, now=NOW
        )
    head_elsewhere = replace(team.head, institution=stranger.institution)
    with pytest.raises(NotFound):
        await note_absence(
            stranger.account,
            TODAY,
            TODAY,
            account=team.clerk.account,
            staff=head_elsewhere,
            now=NOW,
        )
