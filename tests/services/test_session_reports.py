"""What came of a session is drawn from the register and let out by a second person."""

import asyncpg
import pytest
from tests.factories import NOW, make_appeal, make_institution, make_session, make_staff

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.session_reports import (
    Facts,
    NoReport,
    OwnReport,
    ReportChanged,
    ReportState,
    SessionNotOver,
)
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.appeals import Origin
from hotline_sessions.services.session_reports import (
    approve_report,
    get_public_report,
    get_report,
    propose_report,
    withdraw_report,
)
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.session_reports import draw_facts


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

WORDS = "Найбільше запитували про субсидії."


async def make_held(*, appeals: int = 0) -> tuple[Session, Staff, Staff]:
    """A session that is over, who writes its report and who approves it."""
    home = await make_institution()
    writer, reader = [await make_staff(institution=home.id) for _ in range(2)]
    session = await make_session(institution=home, staff=writer)
    for _ in range(appeals):
        await make_appeal(staff=writer, origin=Origin(received_at=NOW, session=session.id))
    await run_sql("update session set state = 'closed' where id = $1", session.id)
    return session, writer, reader


async def add_call(
    session: Session, phone: str | None, *, talked: bool, resumes: int | None = None
) -> int:
    added = await fetch_value(
        """insert into call (public_id, institution, session, role, state, state_since, started_at,
                             peer_number, on_air_at, resumes)
           select substr(md5(random()::text), 1, 12), institution, id, 'citizen', 'ended',
                  $2::timestamptz, $2, $3, case when $4 then $2 end, $5
             from session where id = $1 returning id""",
        session.id,
        NOW,
        phone,
        talked,
        resumes,
    )
    return int(added)


async def answer_all(session: Session, days: int) -> None:
    await run_sql(
        """insert into answer (appeal, result, text, answered_at)
           select a.id, '9.1', 'так', (s.held_on + $2::int) + time '09:00'
             from appeal a join session s on s.id = a.session
            where s.id = $1 and not exists (select 1 from answer w where w.appeal = a.id)""",
        session.id,
        days,
    )


async def test_numbers_come_from_calls_and_from_the_register() -> None:
    session, writer, _ = await make_held(appeals=2)
    await answer_all(session, 0)
    await make_appeal(staff=writer, origin=Origin(received_at=NOW, session=session.id))
    await answer_all(session, 3)
    await make_appeal(staff=writer, origin=Origin(received_at=NOW, session=session.id))
    broken = await add_call(session, "+380501112233", talked=True)
    await add_call(session, "+380501112233", talked=True, resumes=broken)
    await add_call(session, None, talked=True)
    await add_call(session, None, talked=False)

    facts = await draw_facts(session.id)

    assert facts == Facts(
        callers=3, talks=2, asked=4, at_once=2, later=1, communities={"м. Рівне": 4}
    )


async def test_the_public_reads_what_two_people_stand_for() -> None:
    session, writer, reader = await make_held(appeals=6)
    name = session.public_id

    await propose_report(name, WORDS, staff=writer, now=NOW)
    await propose_report(name, WORDS, staff=writer, now=NOW)
    waiting = (await get_report(name, staff=writer)).proposed
    assert waiting is not None
    assert (await get_public_report(session.id, now=NOW)).edition is None
    with pytest.raises(OwnReport):
        await approve_report(name, waiting.id, staff=writer, now=NOW)
    await approve_report(name, waiting.id, staff=reader, now=NOW)

    shown = (await get_public_report(session.id, now=NOW)).edition
    assert shown is not None
    assert (shown.words, shown.figures.asked, shown.approved_name is not None) == (WORDS, 6, True)
    assert len((await get_report(name, staff=writer)).editions) == 1, "sent twice, it is one"


async def test_what_is_published_is_what_was_looked_at() -> None:
    session, writer, reader = await make_held(appeals=6)
    name = session.public_id
    await propose_report(name, WORDS, staff=writer, now=NOW)
    seen = (await get_report(name, staff=reader)).proposed
    assert seen is not None

    await propose_report(name, "Інше", staff=writer, now=NOW)
    with pytest.raises(ReportChanged):
        await approve_report(name, seen.id, staff=reader, now=NOW)
    later = (await get_report(name, staff=reader)).proposed
    assert later is not None
    await make_appeal(staff=writer, origin=Origin(received_at=NOW, session=session.id))
    await approve_report(name, later.id, staff=reader, now=NOW)

    shown = (await get_public_report(session.id, now=NOW)).edition
    assert shown is not None
    assert (shown.words, shown.figures.asked) == ("Інше", 6), "not of the moment of approval"


async def test_a_later_edition_replaces_the_one_before_and_can_be_taken_back() -> None:
    session, writer, reader = await make_held()
    name = session.public_id
    for words in ("Перше", "Друге"):
        await propose_report(name, words, staff=writer, now=NOW)
        waiting = (await get_report(name, staff=reader)).proposed
        assert waiting is not None
        await approve_report(name, waiting.id, staff=reader, now=NOW)

    assert [each.state for each in (await get_report(name, staff=writer)).editions] == [
        ReportState.PUBLISHED,
        ReportState.REPLACED,
    ]
    await withdraw_report(name, "Названо людину", staff=writer, now=NOW)
    assert (await get_public_report(session.id, now=NOW)).edition is None
    with pytest.raises(NoReport):
        await withdraw_report(name, "Названо людину", staff=writer, now=NOW)


async def test_nothing_is_reported_of_a_session_that_is_not_over_or_of_others() -> None:
    session = await make_session()
    staff = await make_staff(institution=session.institution)
    other = await make_staff(institution=(await make_institution()).id)

    with pytest.raises(SessionNotOver):
        await propose_report(session.public_id, WORDS, staff=staff, now=NOW)
    with pytest.raises(NotFound):
        await get_report(session.public_id, staff=other)


async def test_the_next_session_of_the_same_post_is_named_first() -> None:
    session, writer, _ = await make_held()
    home = await get_institution(session.institution)
    other = await make_session(
        institution=home, staff=writer, held_on=session.held_on.replace(day=27)
    )

    coming = (await get_public_report(session.id, now=NOW)).coming

    assert coming is not None
    assert coming.public_id == other.public_id


async def test_one_person_alone_publishes_nothing_even_past_the_rules() -> None:
    session, writer, _ = await make_held()
    await propose_report(session.public_id, WORDS, staff=writer, now=NOW)

    with pytest.raises(asyncpg.CheckViolationError):
        await run_sql("update session_report set state = 'published', approved_by = proposed_by")
    await run_sql("alter table session_report drop constraint session_report_of_two_people")
    await run_sql("update session_report set state = 'published', approved_by = proposed_by")
    assert (await get_public_report(session.id, now=NOW)).edition is not None
