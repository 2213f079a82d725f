"""Whoever owns the database may change anything in it; what is changed is found."""

from datetime import timedelta

import msgspec
import pytest
from tests.factories import (
    NOW,
    SECRET,
    make_appeal,
    make_booking,
    make_institution,
    make_session,
    make_slots,
    make_staff,
)
from tests.fakes import FrozenClock
from tests.services.recorded import FakeStorage, Fuse

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.integrity import Check, SignedHead
from hotline_sessions.domain.times import local_date
from hotline_sessions.services import registering
from hotline_sessions.services.appeals import answer
from hotline_sessions.services.integrity import Verdict, verify
from hotline_sessions.services.signed_heads import read_heads, sign_heads
from hotline_sessions.store.engine import fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

EDIT = "update appeal set question = 'Інше питання.' where number = 1;"
REWRITE = """
do $$
declare step record; before bytea := decode(repeat('00', 32), 'hex');
begin
    for step in select * from appeal_step order by place loop
        step.hash := hash_of_step(step.institution, step.place, step.appeal, step.action,
                                  step.account, step.done_at, step.facts,
                                  appeal_digest(step.appeal), before);
        update appeal_step set digest = appeal_digest(step.appeal), previous = before,
                               hash = step.hash
         where institution = step.institution and place = step.place;
        update chain_head set place = step.place, hash = step.hash
         where institution = step.institution;
        before := step.hash;
    end loop;
end $$
"""


async def keep_register(cards: int = 4) -> Staff:
    """A register of so many cards; the second one is answered."""
    staff = await make_staff(institution=(await make_institution(slug="rivne")).id)
    made = [await make_appeal(staff=staff) for _ in range(cards)]
    await answer(made[1].appeal.public_id, "Нараховано.", result="9.1", staff=staff, now=NOW)
    return staff


async def tamper(statements: str) -> None:
    """Change what no guard of the database keeps from its superuser."""
    await run_sql(f"set local session_replication_role = replica; {statements}")


async def look(heads: list[SignedHead] | None = None) -> Verdict:
    return await verify(heads or [], secrets=[SECRET], now=NOW)


async def found(heads: list[SignedHead] | None = None) -> list[tuple[Check, str, str]]:
    return [(each.check, each.where, each.what) for each in (await look(heads)).findings]


async def sign_day(storage: FakeStorage) -> list[SignedHead]:
    """Sign the chains today; the ends as the file outside of the database has them."""
    await sign_heads(SECRET, storage, clock=FrozenClock(NOW))
    return read_heads(storage.kept[f"heads/{local_date(NOW).isoformat()}.json"])


async def test_a_register_that_nobody_tampered_with_is_whole() -> None:
    await keep_register()

    verdict = await look()

    assert verdict.is_clean, verdict.findings
    assert (verdict.looked_at["cards"], verdict.looked_at["steps"]) == (4, 5)
    assert set(verdict.found) == set(Check)


async def test_a_card_that_was_edited_is_found() -> None:
    await keep_register()
    await tamper("update appeal set question = 'Інше питання.' where number = 3")

    assert await found() == [(Check.CARDS, "К-3-2026", "the card is not as step 3 has left it")]


@pytest.mark.parametrize(
    "edit",
    [
        "update answer set text = 'Відмовлено.'",
        "update appeal set code_mac = 'x' where number = 2",
        "insert into complained_of (appeal, account) select 2, id from account",
        "update appeal set has_priority = true where number = 2",
    ],
)
async def test_whatever_belongs_to_a_card_is_kept_by_its_digest(edit: str) -> None:
    await keep_register()
    await tamper(edit)

    assert await found() == [(Check.CARDS, "К-2-2026", "the card is not as step 5 has left it")]


async def test_a_card_that_was_deleted_with_its_counter_set_back_is_found() -> None:
    await keep_register()
    await tamper("delete from appeal where number = 4; update register set last_number = 3")

    assert await found() == [
        (Check.CARDS, "card 4", "the card is gone; its history begins with step 4")
    ]


async def test_a_step_that_was_edited_is_found() -> None:
    await keep_register()
    await tamper("update appeal_step set action = 'appeal_closed' where place = 2")

    assert await found() == [(Check.CHAIN, "step 2", "it is not what was written")]


async def test_a_step_that_was_edited_with_its_hash_is_found_at_the_next_one() -> None:
    await keep_register()
    await tamper(
        """update appeal_step set action = 'appeal_closed', hash = hash_of_step(
               institution, place, appeal, 'appeal_closed', account, done_at, facts, digest,
               previous) where place = 2"""
    )

    assert await found() == [(Check.CHAIN, "step 3", "it does not follow from the one before")]


async def test_a_step_that_was_deleted_is_found() -> None:
    await keep_register()
    await tamper("delete from appeal_step where place = 3")

    assert (await found())[0] == (Check.CHAIN, "step 4", "the one before it is missing")


async def test_a_step_that_was_deleted_with_the_others_moved_up_is_found() -> None:
    await keep_register()
    await tamper(
        """delete from appeal_step where place = 3;
           update appeal_step set place = place - 1 where place = 4;
           update appeal_step set place = place - 1 where place = 5;
           update chain_head set place = 4"""
    )

    assert {where for check, where, _ in await found() if check is Check.CHAIN} == {
        "step 3",
        "step 4",
    }


async def test_two_steps_that_changed_places_are_found() -> None:
    await keep_register()
    await tamper(
        """update appeal_step set place = 99 where place = 2;
           update appeal_step set place = 2 where place = 3;
           update appeal_step set place = 3 where place = 99"""
    )

    places = {where for check, where, _ in await found() if check is Check.CHAIN}
    assert places == {"step 2", "step 3", "step 4"}


async def test_a_tail_that_was_cut_off_is_found_by_the_head() -> None:
    await keep_register()
    await tamper("delete from appeal_step where place = 5")

    assert (await found())[0] == (
        Check.CHAIN,
        "step 5",
        "the chain ends at step 4, its head says 5",
    )


async def test_a_tail_that_was_cut_off_with_all_that_hangs_on_it_is_found_by_what_was_signed() -> (
    None
):
    await keep_register()
    heads = await sign_day(FakeStorage(Fuse()))
    # The answer, its step, the state of the card: as if there had been none.
    await tamper(
        """delete from appeal_step where place = 5; delete from answer; delete from signed_head;
           update appeal set state = 'registered';
           update chain_head set place = 4, hash = (select hash from appeal_step where place = 4)"""
    )

    assert (await look()).is_clean, "the database alone cannot tell"
    assert (Check.HEADS, "head of 2026-11-23", "the chain does not reach step 5 any more") in (
        await found(heads)
    )


async def test_a_chain_that_was_written_anew_is_found_by_what_was_signed() -> None:
    await keep_register()
    heads = await sign_day(FakeStorage(Fuse()))
    await tamper(EDIT + REWRITE)

    step = "step 5 is another one than that which was signed"
    assert await found() == [(Check.HEADS, "head of 2026-11-23", step)]
    await tamper("delete from signed_head")
    assert (await look()).is_clean, "the database alone cannot tell"
    assert (Check.HEADS, "head of 2026-11-23", step) in await found(heads)


async def test_a_head_that_was_signed_anew_by_who_has_no_key_is_found() -> None:
    await keep_register()
    await sign_day(FakeStorage(Fuse()))
    await tamper(EDIT + REWRITE)
    await tamper("update signed_head set hash = (select hash from chain_head)")

    assert await found() == [
        (Check.HEADS, "head of 2026-11-23", "it is not signed with the key of this installation")
    ]


async def test_a_missing_number_and_a_counter_that_is_wrong_are_found() -> None:
    await keep_register()
    await tamper("update register set last_number = 9; update appeal set number = 8 where id = 4")

    assert [each for each in await found() if each[0] is not Check.CARDS] == [
        (Check.NUMBERS, "register 2026", "numbers 4 to 7 are missing"),
        (Check.COUNTERS, "register 2026", "the counter stands at 9, the greatest number is 8"),
    ]


async def test_a_number_that_was_given_twice_is_found() -> None:
    await keep_register()
    await run_sql("alter table appeal drop constraint one_appeal_per_index")
    await tamper("update appeal set number = 3 where id = 4; update register set last_number = 3")

    assert (await found())[0] == (Check.NUMBERS, "register 2026", "number 3 stands on two cards")


async def test_with_a_sequence_in_place_of_the_counter_the_look_finds_the_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The counter row matters: what fails after drawing from a sequence leaves a gap."""
    staff = await make_staff(institution=(await make_institution()).id)
    await run_sql("create sequence naive")

    async def take(count: int, **_: object) -> list[int]:
        return [await fetch_value("select nextval('naive')") for _ in range(count)]

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no paper left")

    monkeypatch.setattr(registering, "take_numbers", take)
    await make_appeal(staff=staff)
    with monkeypatch.context() as broken:
        broken.setattr(registering, "note_messages", fail)
        with pytest.raises(RuntimeError):
            await make_appeal(staff=staff)
    await make_appeal(staff=staff)

    assert (await found())[0] == (Check.NUMBERS, "register 2026", "numbers 2 to 3 are missing")


async def test_a_last_day_that_does_not_follow_from_its_inputs_is_found() -> None:
    await keep_register()
    await tamper(
        """update appeal set legal_on = legal_on - 1 where number = 1;
            update appeal set deadline = jsonb_set(deadline, '{reading,carry_over}', 'false'),
                              received_on = received_on - 1 where number = 2;
            update appeal set deadline = jsonb_set(deadline, '{calendar_version}', '"x"')
             where number = 3"""
    )
    await tamper(REWRITE)

    assert await found() == [
        (
            Check.DEADLINES,
            "К-2-2026",
            "the deadline was reckoned for another day or term than the card says",
        ),
        (Check.DEADLINES, "К-1-2026", "the last day on the card is not that of its deadline"),
        (Check.DEADLINES, "К-3-2026", "no calendar is called x"),
    ]


async def test_a_talk_without_a_question_and_one_that_nobody_registered_are_found() -> None:
    session = await make_session()
    for number, state in enumerate(("none", "open", "closed")):
        call = await fetch_value(
            """insert into call (public_id, institution, session, role, state, state_since,
                   identity, language, step, code_tries, consent, mode, is_outbound, is_browser,
                   stands_by, precedence, talk_seconds, extra_seconds, turn, started_at, on_air_at,
                   ended_at)
               values ($1, $2, $3, 'citizen', 'ended', $4, 'none', 'uk', '', 0, 'none', '', false,
                   false, false, 0, 0, 0, 0, $4, $4, $4) returning id""",
            f"call{number}",
            session.institution,
            session.id,
            NOW,
        )
        if state != "none":
            await run_sql(
                """insert into question (public_id, institution, session, call, origin,
                       machine_words, state, reason, asked_at)
                   values ($1, $2, $3, $4, 'talk', '', $5, '', $6)""",
                f"question{number}",
                session.institution,
                session.id,
                call,
                state,
                NOW,
            )
    at_once = await found()
    later = await verify([], secrets=[SECRET], now=NOW + timedelta(days=1))

    assert [(where, what) for _, where, what in at_once] == [
        ("call 1", "the talk has no question"),
        ("call 3", "the talk was closed for no reason"),
    ]
    assert [each.what for each in later.findings] == [
        "the talk has no question",
        "the talk was neither registered nor closed for a reason in time",
        "the talk was closed for no reason",
    ]


async def test_a_time_that_is_booked_twice_is_found() -> None:
    session = await make_session()
    slots = await make_slots(session)
    await make_booking(session=session, slot=slots[0])
    second = await make_booking(session=session, slot=slots[1])
    assert (await look()).is_clean
    await run_sql("drop index one_live_booking_per_slot")
    await run_sql("update booking set slot = $1 where id = $2", slots[0].id, second.booking.id)

    bookings = [each for each in await found() if each[0] is not Check.GUARDS]
    assert bookings == [
        (
            Check.BOOKINGS,
            f"booking {second.booking.id}",
            "it begins before another booking of the session is over",
        )
    ]


async def test_ends_are_signed_once_a_day_and_kept_outside() -> None:
    staff = await keep_register()
    storage, clock = FakeStorage(Fuse()), FrozenClock(NOW)

    first = await sign_heads(SECRET, storage, clock=clock)
    await make_appeal(staff=staff)
    again = await sign_heads(SECRET, storage, clock=clock)
    clock.pass_time(timedelta(days=1))
    next_day = await sign_heads(SECRET, storage, clock=clock)

    assert (first, again, next_day) == (1, 0, 1)
    kept = {key: read_heads(content) for key, content in storage.kept.items()}
    assert {key: [(each.slug, each.place) for each in heads] for key, heads in kept.items()} == {
        "heads/2026-11-23.json": [("rivne", 5)],
        "heads/2026-11-24.json": [("rivne", 6)],
    }
    everything = [each for heads in kept.values() for each in heads]
    assert (await look(everything)).is_clean
    assert "Коваленко" not in msgspec.json.encode(everything).decode()


async def test_what_could_not_be_stored_is_stored_later() -> None:
    await keep_register()
    storage = FakeStorage(Fuse())
    storage.is_down = True
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the storage raises
        await sign_heads(SECRET, storage, clock=FrozenClock(NOW))
    storage.is_down = False

    assert await sign_heads(SECRET, storage, clock=FrozenClock(NOW)) == 1
    assert list(storage.kept) == ["heads/2026-11-23.json"]


GUARDS = [
    (
        "alter table appeal_step disable trigger history_is_only_added_to",
        "appeal_step.history_is_only_added_to",
    ),
    ("alter table appeal_step enable replica trigger history_is_only_added_to", "appeal_step."),
    ("drop trigger history_is_only_added_to on appeal_step", "trigger appeal_step."),
    (
        (
            "create or replace function refuse_changed_history() returns trigger language plpgsql"
            " as $$ begin return null; end $$"
        ),
        "function refuse_changed_history",
    ),
    ("drop index one_live_booking_per_slot", "unique booking.one_live_booking_per_slot"),
    (
        (
            "drop index one_live_booking_per_slot;"
            " create index one_live_booking_per_slot on booking (slot)"
        ),
        "unique booking.one_live_booking_per_slot",
    ),
    (
        (
            "update pg_index set indisvalid = false"
            " where indexrelid = 'one_live_booking_per_slot'::regclass"
        ),
        "booking.one_live_booking_per_slot",
    ),
    ("alter table absence drop constraint absence_once_a_day", "exclusion absence."),
    ("alter table promise drop constraint promise_of_two_people", "check promise."),
    (
        (
            "alter table promise drop constraint promise_of_two_people; alter table promise"
            " add constraint promise_of_two_people check (public_text is not null) not valid"
        ),
        "promise.promise_of_two_people",
    ),
    ("alter table booking disable trigger all", "booking.RI_ConstraintTrigger"),
    ("set session_replication_role = replica", "session_replication_role"),
]
"""What takes a guard away → what the finding begins with."""


@pytest.mark.parametrize(("harm", "where"), GUARDS)
async def test_a_guard_that_was_taken_away_is_found(harm: str, where: str) -> None:
    try:
        await run_sql(harm)
        guards = [each for check, each, _ in await found() if check is Check.GUARDS]
    finally:
        await run_sql("set session_replication_role = origin")

    assert guards
    assert all(each.startswith(where) for each in guards)


async def test_a_role_that_is_let_past_the_triggers_is_found() -> None:
    base = await fetch_value("select current_database()")
    alter = f'alter database "{base}"'
    try:
        await run_sql(f"{alter} set session_replication_role = replica")
        guards = [each for check, each, _ in await found() if check is Check.GUARDS]
    finally:
        await run_sql(f"{alter} reset session_replication_role")

    assert guards == ["role everybody"]
