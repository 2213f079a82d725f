"""What is alike is found by a program; what it is, a person says, and may take back."""

import asyncio
from datetime import timedelta

import pytest
from tests.factories import NOW, NUMBERS, SECRET
from tests.services.colleagues import Colleagues, gather_colleagues, of

from hotline_sessions.domain.appeal_life import ComplainedOf
from hotline_sessions.domain.appeal_links import (
    DecidedBefore,
    LinkedToLater,
    LinkKind,
    NoLink,
    OtherAuthor,
    SameAuthor,
)
from hotline_sessions.domain.appeals import Appeal, NewAppeal
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.services.appeal_assignments import note_complained_of
from hotline_sessions.services.appeal_links import (
    confirm_link,
    find_alike,
    find_by_number,
    list_mass,
    show_group,
    undo_link,
)
from hotline_sessions.services.appeals import Origin, answer, get_for_staff, register
from hotline_sessions.services.integrity import verify
from hotline_sessions.store.appeal_links import list_links
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

TRAM = (
    "Просимо відновити рух тролейбуса номер сім до зупинки «Дитяча лікарня»: діти й літні люди"
    " не можуть дістатися до лікаря."
)
ALIKE_TRAM = (
    "Ми, мешканці вулиці Київської, просимо відновити рух тролейбуса номер сім до зупинки"
    " «Дитяча лікарня», бо літні люди не можуть дістатися до лікаря."
)
TEXT = "Рух тролейбуса відновлено з понеділка за попереднім розкладом."


@pytest.fixture
async def team() -> Colleagues:
    return await gather_colleagues()


async def send(
    team: Colleagues,
    question: str = TRAM,
    *,
    surname: str = "Коваленко",
    phone: str = "",
    days_ago: int = 0,
    first: str = "",
    form_of_receipt: str = "1.1.1",
    subject: str = "",
) -> Appeal:
    """An appeal of this author; under the number of the ``first``, if it is named."""
    made = await register(
        NewAppeal(
            surname=surname,
            given_name="Марія",
            residence="м. Рівне",
            phone=phone,
            kind="3.2",
            question=question,
            subject=subject,
            people=2 if subject == "5.2" else 0,
        ),
        Origin(received_at=NOW - timedelta(days=days_ago), form_of_receipt=form_of_receipt),
        form_key=f"form-{next(NUMBERS)}",
        staff=team.clerk,
        secret=SECRET,
        now=NOW,
        duplicate_of=first,
    )
    return made.appeal


async def link(
    team: Colleagues, later: Appeal, earlier: Appeal, kind: LinkKind, *, days: int = 0
) -> None:
    now = NOW + timedelta(days=days)
    await confirm_link(later.public_id, earlier.public_id, kind, staff=team.clerk, now=now)


async def sign_of(team: Colleagues, appeal: Appeal) -> str:
    return (await get_for_staff(appeal.public_id, staff=team.clerk)).appeal.sign


async def decide(team: Colleagues, appeal: Appeal, *, days_ago: int = 0) -> None:
    now = NOW - timedelta(days=days_ago)
    await answer(appeal.public_id, TEXT, result="9.1", staff=team.clerk, now=now)


async def is_whole() -> bool:
    return (await verify([], secrets=[SECRET], now=NOW)).is_clean


async def test_alike_appeals_of_the_author_come_first_and_others_only_of_the_last_months(
    team: Colleagues,
) -> None:
    old_own = await send(team, "Тролейбус номер сім не їздить до лікарні", days_ago=300)
    other = await send(team, ALIKE_TRAM, surname="Мельник", days_ago=20)
    await send(team, TRAM, surname="Бойко", days_ago=200)
    await send(team, "Коли відремонтують міст через Устю?", surname="Бойко")
    strangers = await gather_colleagues()
    await send(strangers)
    asked = await send(team)

    found = await find_alike(asked, staff=team.clerk)

    assert [(each.public_id, each.is_same_author, each.is_decided) for each in found] == [
        (old_own.public_id, True, True),
        (other.public_id, False, False),
    ]


async def test_what_somebody_has_decided_on_is_not_asked_again_until_it_is_taken_back(
    team: Colleagues,
) -> None:
    first, asked = await send(team), await send(team)

    await link(team, asked, first, LinkKind.UNRELATED)
    assert await find_alike(asked, staff=team.clerk) == []
    assert await list_links(asked.id) == []
    await undo_link(asked.public_id, first.public_id, "Помилка", staff=team.clerk, now=NOW)

    assert len(await find_alike(asked, staff=team.clerk)) == 1


async def test_a_confirmed_link_marks_the_card_keeps_its_number_and_can_be_undone(
    team: Colleagues,
) -> None:
    first, asked = await send(team), await send(team)
    await link(team, asked, first, LinkKind.DUPLICATE)
    marked = (await get_for_staff(asked.public_id, staff=team.clerk)).appeal

    assert (marked.sign, marked.register_index) == ("2.3", asked.register_index)
    await undo_link(asked.public_id, first.public_id, "Інше питання", staff=team.clerk, now=NOW)

    assert await sign_of(team, asked) == ""
    assert await list_links(asked.id) == []
    row = (await fetch_rows("select undone_for, undone_by from appeal_link order by id"))[0]
    assert (row["undone_for"], row["undone_by"]) == ("Інше питання", team.clerk.account)
    assert await is_whole()
    with pytest.raises(NoLink):
        await undo_link(asked.public_id, first.public_id, "Ще раз", staff=team.clerk, now=NOW)


async def test_a_sign_that_somebody_has_chosen_meanwhile_stays(team: Colleagues) -> None:
    first, asked = await send(team), await send(team)
    await link(team, asked, first, LinkKind.DUPLICATE)
    await decide(team, first)
    await link(team, asked, first, LinkKind.REPEATED)

    assert await sign_of(team, asked) == "2.2"
    assert [each.kind for each in await list_links(asked.id)] == [LinkKind.REPEATED]


async def test_after_the_decision_it_is_repeated_and_before_a_duplicate(team: Colleagues) -> None:
    first, asked = await send(team, days_ago=5), await send(team)
    await decide(team, first, days_ago=2)

    with pytest.raises(DecidedBefore):
        await link(team, asked, first, LinkKind.DUPLICATE)
    with pytest.raises(SameAuthor):
        await link(team, asked, first, LinkKind.MASS)
    with pytest.raises(LinkedToLater):
        await link(team, first, asked, LinkKind.REPEATED)
    await link(team, asked, first, LinkKind.REPEATED)


async def test_who_is_complained_of_says_nothing_about_the_appeal(team: Colleagues) -> None:
    first, asked = await send(team), await send(team)
    await note_complained_of(asked.public_id, of(team.clerk), staff=team.other, now=NOW)

    with pytest.raises(ComplainedOf):
        await link(team, asked, first, LinkKind.DUPLICATE)


async def test_an_appeal_of_another_institution_is_not_linked_to(team: Colleagues) -> None:
    strange, asked = await send(await gather_colleagues()), await send(team)

    with pytest.raises(NotFound):
        await link(team, asked, strange, LinkKind.MASS)
    assert await find_by_number("К-1-2026", staff=team.clerk, now=NOW) == asked.public_id
    assert await find_by_number("К-2-2026", staff=team.clerk, now=NOW) is None


async def test_many_who_ask_the_same_are_one_group_by_whichever_they_were_linked(
    team: Colleagues,
) -> None:
    many = [await send(team, surname=name) for name in ("Ткачук", "Бондар", "Шевчук", "Лисенко")]
    await link(team, many[1], many[0], LinkKind.MASS)
    await link(team, many[2], many[1], LinkKind.MASS)
    await link(team, many[3], many[2], LinkKind.MASS)

    group = await show_group(many[2].public_id, staff=team.clerk)
    assert [each.id for each in group.members] == [each.id for each in many]
    (listed,) = await list_mass(staff=team.clerk)
    assert (listed.public_id, listed.members, listed.left) == (many[0].public_id, 4, 4)
    assert await find_alike(many[3], staff=team.clerk) == []
    assert await list_mass(staff=(await gather_colleagues()).clerk) == []


async def test_a_duplicate_stands_under_the_number_of_the_first_and_takes_none(
    team: Colleagues,
) -> None:
    first = await send(team)
    second = await send(team, first=first.public_id)
    third = await send(team, first=second.public_id)
    fresh = await send(team, surname="Мельник")

    assert [each.register_index for each in (first, second, third, fresh)] == [
        "К-1-2026",
        "К-1-2026/1",
        "К-1-2026/2",
        "М-2-2026",
    ]
    assert await sign_of(team, second) == "2.3"
    assert [each.register_index for each in await list_links(second.id)] == [
        "К-1-2026",
        "К-1-2026/2",
    ]
    assert await is_whole()


async def test_duplicates_that_come_at_once_get_numbers_one_after_another(
    team: Colleagues,
) -> None:
    first = await send(team)
    await asyncio.gather(*(send(team, first=first.public_id) for _ in range(6)))

    found = await fetch_value("select array_agg(duplicate order by duplicate) from appeal")
    assert found == list(range(7))
    assert await is_whole()


async def test_a_duplicate_that_is_missing_is_found_by_the_look_at_the_register(
    team: Colleagues,
) -> None:
    first = await send(team)
    await send(team, first=first.public_id)
    await run_sql("update appeal set duplicate = 2 where duplicate = 1")

    verdict = await verify([], secrets=[SECRET], now=NOW)
    assert "duplicate 1/1 is missing" in [each.what for each in verdict.findings]


async def test_no_duplicate_is_registered_of_what_is_another_s_or_was_decided(
    team: Colleagues,
) -> None:
    first = await send(team, days_ago=5)
    with pytest.raises(OtherAuthor):
        await send(team, surname="Мельник", first=first.public_id)
    await decide(team, first, days_ago=2)

    with pytest.raises(DecidedBefore):
        await send(team, first=first.public_id)
    # The same letter that another body forwards comes late and is a duplicate all the same.
    forwarded = await send(team, first=first.public_id, form_of_receipt="1.6")
    assert forwarded.register_index == f"{first.register_index}/1"
    with pytest.raises(NotFound):
        await send(await gather_colleagues(), first=first.public_id)


async def test_a_collective_appeal_has_its_mark_in_the_number(team: Colleagues) -> None:
    assert (await send(team, subject="5.2")).register_index == "КО-1-2026"
