"""An appeal goes through its life in lawful steps, and the citizen is told of them."""

from datetime import date, timedelta

import asyncpg
import pytest
from tests.factories import NOW, make_appeal, make_institution, make_staff

from hotline_sessions.domain.access import Role, Staff
from hotline_sessions.domain.appeal_life import (
    ComplainedOf,
    ImpossibleStep,
    NoRepetition,
    OwnDraft,
    Party,
    PartyKind,
    ReturnGround,
    StopGround,
    Unanswered,
    WrittenReplyWanted,
)
from hotline_sessions.domain.appeal_links import LinkedToItself, LinkKind, StillConsidered
from hotline_sessions.domain.appeals import Appeal, AppealState
from hotline_sessions.domain.complaints import (
    ComplaintInTime,
    DecisionDays,
    NoDecisionDays,
    NotComplaint,
)
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.services.appeal_assignments import (
    ask_more,
    note_complained_of,
    resolve,
    start,
)
from hotline_sessions.services.appeal_exits import forward, give_back_to_author, stop
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeal_links import confirm_link
from hotline_sessions.services.appeal_replies import (
    check,
    close,
    draft,
    give_back,
    send,
    sign,
    tell,
)
from hotline_sessions.services.appeal_steps import list_steps
from hotline_sessions.services.appeals import answer, get_for_staff
from hotline_sessions.services.units import change_unit
from hotline_sessions.store.appeal_corrections import mark_card
from hotline_sessions.store.appeal_links import list_alike
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.units import add_body, add_unit


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

TEXT = "Субсидію нараховано, кошти надійдуть до кінця тижня."


class Office:
    """A head, two clerks, a unit and a body outside; and an appeal."""

    def __init__(self, head: Staff, clerk: Staff, other: Staff, appeal: Appeal) -> None:
        self.head, self.clerk, self.other, self.appeal = head, clerk, other, appeal

    @property
    def name(self) -> str:
        return self.appeal.public_id

    @property
    def main(self) -> Party:
        return of(self.clerk)

    async def state(self) -> AppealState:
        return (await get_for_staff(self.name, staff=self.head)).appeal.state

    async def assign(self) -> None:
        await resolve(self.name, "До виконання", main=self.main, staff=self.head, now=NOW)


def of(staff: Staff) -> Party:
    return Party(kind=PartyKind.ACCOUNT, id=staff.account)


async def open_office() -> Office:
    home = await make_institution()
    head = await make_staff(institution=home.id, roles=frozenset({Role.MANAGER}))
    clerk = await make_staff(institution=home.id, roles=frozenset({Role.CLERK}))
    other = await make_staff(institution=home.id, roles=frozenset({Role.CLERK}))
    return Office(head, clerk, other, (await make_appeal(staff=clerk)).appeal)


async def make_body(office: Office) -> Party:
    added = await add_body(
        "Пенсійний фонд", address="м. Рівне", institution=office.head.institution
    )
    assert added is not None
    return Party(kind=PartyKind.BODY, id=added)


async def list_purposes() -> list[str]:
    return [row["purpose"] for row in await fetch_rows("select purpose from message order by id")]


async def test_a_reply_goes_from_its_draft_to_the_citizen_by_several_hands() -> None:
    office = await open_office()
    await office.assign()
    await start(office.name, staff=office.clerk, now=NOW)
    await draft(office.name, TEXT, {}, result="9.1", staff=office.clerk, now=NOW)
    with pytest.raises(OwnDraft):
        await check(office.name, staff=office.clerk, now=NOW)
    await check(office.name, staff=office.other, now=NOW)
    await sign(office.name, staff=office.head, now=NOW)
    with pytest.raises(WrittenReplyWanted):
        await tell(office.name, staff=office.clerk, now=NOW)
    await send(office.name, "01-17/5", staff=office.clerk, now=NOW)
    await close(office.name, staff=office.clerk, now=NOW)

    assert await office.state() is AppealState.CLOSED
    assert [step.action for step in await list_steps(office.appeal)] == [
        "appeal_registered",
        "appeal_assigned",
        "appeal_started",
        "appeal_drafted",
        "appeal_checked",
        "appeal_signed",
        "appeal_sent",
        "appeal_closed",
    ]
    assert await list_purposes() == ["appeal-registered", "appeal-answered"]


async def test_a_draft_that_is_given_back_is_written_anew_and_kept() -> None:
    office = await open_office()
    await office.assign()
    await draft(office.name, TEXT, {}, result="9.1", staff=office.clerk, now=NOW)
    await give_back(office.name, staff=office.other, now=NOW)
    await draft(office.name, TEXT * 2, {}, result="9.1", staff=office.clerk, now=NOW)

    assert await fetch_value("select count(*) from reply") == 2


async def test_a_reply_without_an_answer_to_each_question_is_no_reply() -> None:
    office = await open_office()
    place = await ask_more(office.name, "Коли чергова виплата?", staff=office.clerk, now=NOW)
    await office.assign()
    with pytest.raises(Unanswered):
        await draft(office.name, TEXT, {}, result="9.1", staff=office.clerk, now=NOW)
    with pytest.raises(Unanswered):
        await answer(office.name, TEXT, result="9.1", staff=office.clerk, now=NOW)
    await draft(office.name, TEXT, {place: "П’ятого."}, result="9.1", staff=office.clerk, now=NOW)

    assert await office.state() is AppealState.DRAFTED


async def test_the_database_closes_no_appeal_with_a_question_unanswered() -> None:
    office = await open_office()
    await answer(office.name, TEXT, result="9.1", staff=office.clerk, now=NOW)
    await run_sql(
        "insert into appeal_question (appeal, place, text) values ($1, 2, 'Коли?')",
        office.appeal.id,
    )

    with pytest.raises(asyncpg.CheckViolationError):
        await run_sql("update appeal set state = 'closed' where id = $1", office.appeal.id)


async def test_without_its_guard_it_would_close_it() -> None:
    office = await open_office()
    await run_sql("drop trigger appeal_closed_when_answered on appeal")
    try:
        await run_sql("update appeal set state = 'closed' where id = $1", office.appeal.id)

        assert await office.state() is AppealState.CLOSED
    finally:
        await run_sql(
            """create trigger appeal_closed_when_answered after insert or update of state
               on appeal for each row execute function refuse_unanswered()"""
        )


async def test_an_extension_is_told_and_the_database_knows_the_cap() -> None:
    office = await open_office()
    last = office.appeal.received_on + timedelta(days=45)
    await extend(office.name, last, "Потрібна перевірка", staff=office.head, now=NOW)

    followed = await get_for_staff(office.name, staff=office.head)
    assert followed.appeal.legal_on == last
    assert followed.appeal.deadline == office.appeal.deadline
    assert (await list_purposes())[-1] == "appeal-extended"
    with pytest.raises(asyncpg.CheckViolationError):
        await run_sql("update appeal set legal_on = legal_on + 1")


async def test_who_is_complained_of_neither_executes_nor_checks_nor_gets_it_forwarded() -> None:
    office = await open_office()
    body = await make_body(office)
    for party in (of(office.other), body):
        await note_complained_of(office.name, party, staff=office.clerk, now=NOW)

    with pytest.raises(ComplainedOf):
        await resolve(office.name, "До дії", main=of(office.other), staff=office.head, now=NOW)
    with pytest.raises(ComplainedOf):
        await forward(office.name, body.id, "За належністю", staff=office.clerk, now=NOW)
    await office.assign()
    await draft(office.name, TEXT, {}, result="9.1", staff=office.clerk, now=NOW)
    with pytest.raises(ComplainedOf):
        await check(office.name, staff=office.other, now=NOW)


async def test_the_head_of_a_unit_complained_of_does_not_execute_it() -> None:
    office = await open_office()
    unit = await add_unit(
        "Відділ субсидій",
        head=office.clerk.account,
        head_official=None,
        institution=office.head.institution,
    )
    assert unit is not None
    party = Party(kind=PartyKind.UNIT, id=unit)
    await note_complained_of(office.name, party, staff=office.other, now=NOW)

    with pytest.raises(ComplainedOf):
        await office.assign()


async def test_an_executor_is_released_before_being_complained_of() -> None:
    office = await open_office()
    await office.assign()

    with pytest.raises(ComplainedOf):
        await note_complained_of(office.name, office.main, staff=office.other, now=NOW)
    assert await fetch_value("select count(*) from complained_of") == 0


async def test_the_database_takes_no_executor_complained_of() -> None:
    office = await open_office()
    await office.assign()

    with pytest.raises(asyncpg.CheckViolationError):
        await run_sql(
            "insert into complained_of (appeal, account) values ($1, $2)",
            office.appeal.id,
            office.clerk.account,
        )


async def test_without_its_guards_an_executor_complained_of_would_be_taken() -> None:
    office = await open_office()
    await office.assign()
    await run_sql("drop trigger complained_of_no_executor on complained_of")

    await run_sql(
        "insert into complained_of (appeal, account) values ($1, $2)",
        office.appeal.id,
        office.clerk.account,
    )

    assert await fetch_value("select count(*) from complained_of") == 1


async def test_a_reply_by_somebody_who_is_complained_of_since_is_neither_checked_nor_signed() -> (
    None
):
    office = await open_office()
    await office.assign()
    await draft(office.name, TEXT, {}, result="9.1", staff=office.other, now=NOW)
    await note_complained_of(office.name, of(office.other), staff=office.clerk, now=NOW)

    with pytest.raises(ComplainedOf):
        await check(office.name, staff=office.clerk, now=NOW)
    await give_back(office.name, staff=office.clerk, now=NOW)
    await draft(office.name, TEXT, {}, result="9.1", staff=office.clerk, now=NOW)
    await check(office.name, staff=office.head, now=NOW)
    await note_complained_of(office.name, of(office.head), staff=office.clerk, now=NOW)
    with pytest.raises(ComplainedOf):
        await sign(office.name, staff=office.head, now=NOW)


async def test_whoever_becomes_the_head_of_a_unit_complained_of_owes_nothing_in_that_matter() -> (
    None
):
    office = await open_office()
    home = office.head.institution
    unit = await add_unit("Відділ субсидій", head=None, head_official=None, institution=home)
    assert unit is not None
    await note_complained_of(
        office.name, Party(kind=PartyKind.UNIT, id=unit), staff=office.other, now=NOW
    )
    await office.assign()

    with pytest.raises(ComplainedOf):
        await change_unit(
            unit,
            "Відділ субсидій",
            head=office.clerk.account,
            head_official=None,
            members=[],
            staff=office.head,
            now=NOW,
        )
    with pytest.raises(asyncpg.CheckViolationError):
        await run_sql("update unit set head = $1", office.clerk.account)


async def test_of_whom_the_first_complains_nobody_deals_with_what_repeats_it() -> None:
    office = await open_office()
    again = (await make_appeal(staff=office.clerk)).appeal
    await note_complained_of(office.name, of(office.other), staff=office.clerk, now=NOW)

    async def say(kind: LinkKind) -> None:
        await confirm_link(again.public_id, office.name, kind, staff=office.clerk, now=NOW)

    async def give(party: Party) -> None:
        await resolve(again.public_id, "До дії", main=party, staff=office.head, now=NOW)

    await give(of(office.other))
    with pytest.raises(ComplainedOf):
        await say(LinkKind.DUPLICATE)
    await give(office.main)
    await say(LinkKind.DUPLICATE)
    with pytest.raises(ComplainedOf):
        await give(of(office.other))


async def test_a_complaint_is_out_of_time_only_by_the_days_of_the_decision() -> None:
    office = await open_office()

    async def stop_it(days: DecisionDays | None) -> None:
        ground, head = StopGround.OUT_OF_TIME, office.head
        await stop(office.name, ground, "Пропущено строк", staff=head, now=NOW, days=days)

    late = DecisionDays(decided_on=date(2026, 1, 12), learnt_on=date(2026, 9, 1))
    with pytest.raises(NotComplaint):
        await stop_it(late)
    await mark_card(office.appeal.id, {"kind": "3.3"}, institution=office.head.institution)
    for days in (None, DecisionDays(decided_on=date(2026, 9, 1), learnt_on=date(2026, 1, 12))):
        with pytest.raises(NoDecisionDays):
            await stop_it(days)
    with pytest.raises(ComplaintInTime) as refused:
        await stop_it(DecisionDays(decided_on=date(2026, 1, 12), learnt_on=date(2026, 11, 2)))
    await stop_it(late)

    assert refused.value.facts == {"last": "02.12.2026"}
    assert await office.state() is AppealState.STOPPED


async def test_an_executor_of_another_institution_is_unknown() -> None:
    office, stranger = await open_office(), await open_office()

    with pytest.raises(NotFound):
        await resolve(office.name, "До дії", main=stranger.main, staff=office.head, now=NOW)


async def test_the_author_is_told_of_every_exit() -> None:
    returned, forwarded, stopped = [await open_office() for _ in range(3)]
    ground = ReturnGround.PARTICULARS
    await give_back_to_author(returned.name, ground, "Немає підпису", staff=returned.clerk, now=NOW)
    body = await make_body(forwarded)
    await forward(forwarded.name, body.id, "За належністю", staff=forwarded.clerk, now=NOW)
    await stop(stopped.name, StopGround.ANONYMOUS, "Без адреси", staff=stopped.head, now=NOW)

    assert [await each.state() for each in (returned, forwarded, stopped)] == [
        AppealState.RETURNED,
        AppealState.FORWARDED,
        AppealState.STOPPED,
    ]
    assert (await list_purposes())[3:] == [
        "appeal-returned",
        "appeal-forwarded",
        "appeal-stopped",
    ]
    with pytest.raises(ImpossibleStep):
        await answer(stopped.name, TEXT, result="9.1", staff=stopped.clerk, now=NOW)


async def test_an_alike_appeal_is_found_and_as_repeated_it_may_be_stopped() -> None:
    office = await open_office()
    again = (await make_appeal(staff=office.clerk)).appeal.public_id
    await make_appeal(staff=office.clerk, question="Коли відремонтують міст через Устю?")

    async def stop_it() -> None:
        await stop(again, StopGround.REPEATED, "Вже вирішено", staff=office.head, now=NOW)

    repeated = (await get_for_staff(again, staff=office.clerk)).appeal
    home = office.clerk.institution
    (alike,) = await list_alike(repeated, institution=home)
    assert alike.public_id == office.name
    assert alike.is_same_author
    with pytest.raises(LinkedToItself):
        await confirm_link(again, again, LinkKind.REPEATED, staff=office.clerk, now=NOW)
    with pytest.raises(StillConsidered):
        await confirm_link(again, office.name, LinkKind.REPEATED, staff=office.clerk, now=NOW)
    with pytest.raises(NoRepetition):
        await stop_it()
    await answer(office.name, TEXT, result="9.1", staff=office.clerk, now=NOW)
    await confirm_link(again, office.name, LinkKind.REPEATED, staff=office.clerk, now=NOW)
    await stop_it()

    assert await list_alike(repeated, institution=home) == []
    assert date(2026, 11, 23) == office.appeal.received_on
