"""History is written at the end of a transaction, in one chain, and never changed."""

import asyncio
import re
import runpy
from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from tests.factories import NOW, make_appeal, make_institution, make_staff

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.history import NOTHING, NewStep, build_hash
from hotline_sessions.domain.ids import AppealId
from hotline_sessions.services.appeal_steps import note_step
from hotline_sessions.store.appeal_digests import DIGEST, PARTS
from hotline_sessions.store.appeal_history import add_steps, list_done, note_at_end
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.integrity import list_changed_cards, list_heads, stream_steps
from hotline_sessions.store.piccolo_app import MIGRATIONS
from hotline_sessions.store.transaction import reading, savepoint, transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

OF_THEIR_OWN = {
    "appeal_step": "the history itself",
    "appeal_words": "follow from the card",
    "appeal_following": "how the author is reached, which no answer depends on",
    "appeal_mail_code": "what proves an address of the author, for minutes",
    "appeal_reminder": "what staff were told, which changes nothing",
    "hook_delivery": "what other systems were told, which changes nothing",
    "reserved_number": "part of the register, which has a card or none for each number",
    "promise": "what was promised on the air, with a history of its own",
    "question": "what a citizen has asked on the air, before and beside the card",
}
"""Tables that name an appeal and are no part of its card, each with its reason."""


async def make_clerk() -> Staff:
    return await make_staff(institution=(await make_institution()).id)


async def list_actions() -> list[tuple[int, str]]:
    async with transaction():
        return [(step.appeal, step.action) async for step in stream_steps()]


async def test_each_step_carries_the_hash_of_the_one_before_and_anybody_can_reckon_it() -> None:
    staff = await make_clerk()
    first = (await make_appeal(staff=staff)).appeal
    async with transaction():
        await note_step("appeal_linked", first.id, staff=staff, now=NOW, facts={"б": "ї\n1"})

    async with transaction():
        steps = [step async for step in stream_steps()]

    assert [step.place for step in steps] == [1, 2]
    assert [step.hash for step in steps] == [build_hash(step) for step in steps]
    assert [step.previous for step in steps] == [NOTHING, steps[0].hash]
    (head,) = await list_heads()
    assert (head.place, head.hash) == (2, steps[1].hash)


async def test_institutions_have_chains_of_their_own() -> None:
    for _ in range(2):
        staff = await make_clerk()
        await make_appeal(staff=staff)
        await make_appeal(staff=staff)

    assert [head.place for head in await list_heads()] == [2, 2]


@pytest.mark.parametrize(
    "change",
    [
        "update appeal_step set action = 'appeal_closed'",
        "delete from appeal_step",
        "truncate appeal_step",
        "delete from chain_head",
        "truncate chain_head",
        "delete from signed_head",
    ],
)
async def test_the_database_refuses_to_change_history(change: str) -> None:
    await make_appeal(staff=await make_clerk())

    with pytest.raises(asyncpg.RestrictViolationError):
        await run_sql(change)


async def test_a_card_with_history_cannot_be_deleted() -> None:
    await make_appeal(staff=await make_clerk())
    await run_sql("delete from appeal_words")

    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await run_sql("delete from appeal")


async def test_a_step_holds_the_card_as_the_whole_transaction_has_left_it() -> None:
    staff = await make_clerk()
    made = (await make_appeal(staff=staff)).appeal

    async with transaction():
        await note_step("appeal_started", made.id, staff=staff, now=NOW)
        await run_sql("update appeal set topic = '5.1' where id = $1", made.id)

    assert await list_changed_cards() == []


async def start_two_at_once(note: Callable[[NewStep], Awaitable[None]]) -> None:
    """Two transactions that note a step each, wait for each other, and go on."""
    staff = await make_clerk()
    both_noted = asyncio.Barrier(2)

    async def work(appeal: AppealId) -> None:
        step = NewStep(
            institution=staff.institution,
            appeal=appeal,
            action="appeal_started",
            account=staff.account,
            done_at=NOW,
            facts={},
        )
        async with transaction():
            await note(step)
            await both_noted.wait()
            await run_sql("update appeal set topic = '5.1' where id = $1", appeal)

    made = [(await make_appeal(staff=staff)).appeal.id for _ in range(2)]
    async with asyncio.timeout(1), asyncio.TaskGroup() as group:
        for each in made:
            group.create_task(work(each))


async def test_the_end_of_the_chain_is_free_until_all_else_is_done() -> None:
    async def put_off(step: NewStep) -> None:
        note_at_end(step)

    await start_two_at_once(put_off)

    assert (await list_heads())[0].place == 4
    assert await list_changed_cards() == []


async def test_a_step_written_at_once_would_keep_the_others_waiting() -> None:
    with pytest.raises(TimeoutError):
        await start_two_at_once(lambda step: add_steps([step]))


async def test_what_fails_leaves_no_step() -> None:
    staff = await make_clerk()
    made = (await make_appeal(staff=staff)).appeal

    async def fail() -> None:
        async with savepoint():
            await note_step("appeal_closed", made.id, staff=staff, now=NOW)
            raise LookupError

    async with transaction():
        await note_step("appeal_started", made.id, staff=staff, now=NOW)
        with pytest.raises(LookupError):
            await fail()
        await note_step("appeal_drafted", made.id, staff=staff, now=NOW)

    actions = [action for _, action in await list_actions()]
    assert actions == ["appeal_registered", "appeal_started", "appeal_drafted"]


async def test_a_step_outside_of_a_transaction_is_refused_and_not_lost() -> None:
    staff = await make_clerk()
    with pytest.raises(RuntimeError):
        await note_step("appeal_started", AppealId(1), staff=staff, now=NOW)
    async with reading():
        with pytest.raises(RuntimeError):
            await note_step("appeal_started", AppealId(1), staff=staff, now=NOW)


async def test_a_step_of_an_appeal_of_another_institution_is_refused() -> None:
    staff, stranger = await make_clerk(), await make_clerk()
    made = (await make_appeal(staff=staff)).appeal

    with pytest.raises(asyncpg.NoDataFoundError):
        await add_steps(
            [
                NewStep(
                    institution=stranger.institution,
                    appeal=made.id,
                    action="appeal_closed",
                    account=None,
                    done_at=NOW,
                    facts={},
                )
            ]
        )


async def test_whoever_verifies_reckons_digests_as_the_database_does() -> None:
    await make_appeal(staff=await make_clerk())

    alike = f"select {DIGEST} = appeal_digest(a.id) from appeal a"  # noqa: S608 - a constant

    assert await fetch_value(alike)


async def test_every_table_that_names_an_appeal_belongs_to_its_card_or_says_why_not() -> None:
    text = await fetch_value("select prosrc from pg_proc where proname = 'appeal_digest'")
    rows = await fetch_rows(
        """select distinct conrelid::regclass::text as name from pg_constraint
            where contype = 'f' and confrelid = 'appeal'::regclass order by 1"""
    )
    named = {row["name"] for row in rows}

    assert {name for name in named if f"'{name}'" not in text} == set(OF_THEIR_OWN)
    assert named - set(PARTS) == set(OF_THEIR_OWN)


async def test_a_register_that_was_there_before_begins_its_chains_with_what_it_is() -> None:
    staff = await make_clerk()
    made = [(await make_appeal(staff=staff)).appeal for _ in range(3)]
    other = await make_clerk()
    await make_appeal(staff=other)

    # Changes of promises are kept by the same function, which goes away for a moment.
    kept = re.search(
        r"create trigger changes_of_promises.*?;", find_script("m0026", "FORWARDS"), re.DOTALL
    )
    assert kept is not None
    await run_sql("drop trigger changes_of_promises_are_kept on promise_change")
    await run_sql(find_script("m0017", "BACKWARDS"))
    await run_sql(find_script("m0017", "FORWARDS"))
    await run_sql(kept[0])

    async with transaction():
        steps = [step async for step in stream_steps()]
    assert [(step.action, step.appeal) for step in steps[:3]] == [
        ("carried-over", each.id) for each in made
    ]
    assert (len(steps), await list_changed_cards()) == (4, [])
    assert await list_done(made[0].id, institution=staff.institution) == []
    async with transaction():
        await note_step("appeal_started", made[0].id, staff=staff, now=NOW)
    assert [head.place for head in await list_heads()] == [4, 1]


async def test_cards_that_had_more_than_was_counted_go_on_with_it() -> None:
    staff = await make_clerk()
    rated, _ = [(await make_appeal(staff=staff)).appeal for _ in range(2)]
    await run_sql(find_script("m0023", "BACKWARDS"))
    await run_sql(
        """insert into appeal_rating (appeal, score, words, rated_at)
           select id, 5, '', registered_at from appeal where id = $1""",
        rated.id,
    )

    await run_sql(find_script("m0023", "FORWARDS"))

    assert await list_changed_cards() == []
    assert [each.action for each in await list_done(rated.id, institution=staff.institution)] == [
        "appeal_registered"
    ]


def find_script(number: str, name: str) -> str:
    """What a migration does, or undoes."""
    (path,) = MIGRATIONS.glob(f"{number}_*.py")
    script: str = runpy.run_path(str(path))[name]
    return script
