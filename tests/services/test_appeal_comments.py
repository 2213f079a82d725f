"""Staff tell each other things about an appeal, and nobody else ever hears them."""

import asyncpg
import pytest
from tests.factories import NOW, SECRET, make_institution, make_staff
from tests.services.colleagues import gather_colleagues, of

from hotline_sessions.domain.appeal_life import ComplainedOf
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.services.appeal_assignments import note_complained_of
from hotline_sessions.services.appeal_cards import load_life, load_public_life
from hotline_sessions.services.appeal_comments import comment
from hotline_sessions.services.appeals import get_for_staff
from hotline_sessions.services.sent_forms import SentForm
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.web.pages.desk.appeal_life_words import PUBLIC


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

TEXT = "Пані Коваленко телефонувала вдруге."


async def test_a_comment_is_for_staff_and_a_form_twice_adds_it_once() -> None:
    team = await gather_colleagues()
    appeal = await team.register("Коваленко")
    form = SentForm(mark="m" * 16, digest="d")
    for _ in range(2):
        await comment(appeal, TEXT, staff=team.clerk, secret=SECRET, now=NOW, form=form)
    card = (await get_for_staff(appeal, staff=team.head)).appeal

    life = await load_life(card, staff=team.head)

    assert [(each.text, each.by) for each in life.comments] == [(TEXT, "Ада")]
    steps = [step.action for step in (await load_public_life(card)).steps]
    assert steps == ["appeal_registered", "appeal_commented"]
    assert "appeal_commented" not in PUBLIC
    assert "Коваленко" not in await fetch_value("select string_agg(detail::text, '') from audit")


async def test_a_comment_stays_as_it_was_said() -> None:
    team = await gather_colleagues()
    appeal = await team.register("Коваленко")
    await comment(appeal, TEXT, staff=team.clerk, secret=SECRET, now=NOW)

    for change in ("update appeal_comment set text = 'x'", "delete from appeal_comment"):
        with pytest.raises(asyncpg.CheckViolationError):
            await run_sql(change)


async def test_who_is_complained_of_and_other_institutions_say_nothing() -> None:
    team = await gather_colleagues()
    appeal = await team.register("Коваленко")
    await note_complained_of(appeal, of(team.other), staff=team.head, now=NOW)
    stranger = await make_staff(institution=(await make_institution()).id)

    with pytest.raises(ComplainedOf):
        await comment(appeal, TEXT, staff=team.other, secret=SECRET, now=NOW)
    with pytest.raises(NotFound):
        await comment(appeal, TEXT, staff=stranger, secret=SECRET, now=NOW)
