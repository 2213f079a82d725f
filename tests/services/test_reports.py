"""Reports of the network: of calls nobody knows, of other people's calls, late and repeated."""

import pytest
from tests.factories import make_phone
from tests.services.telephony import Show, make_live_show, make_open_show

from hotline_sessions.domain.calls import CallState
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.network import LineStatus
from hotline_sessions.services.reports import (
    CallReport,
    RoomEvent,
    RoomReport,
    note_call_status,
    note_conference,
)
from hotline_sessions.store.engine import fetch_value


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def count_events() -> int:
    return int(await fetch_value("select count(*) from call_event"))


async def report_over(show: Show, sid: CallSid, *, key: str = "") -> None:
    report = CallReport(sid=sid, status=LineStatus.OVER, outcome="completed")
    await note_call_status(report, show.delivery(key), clock=show.clock)


async def test_a_call_nobody_knows_is_noted_as_delivered_and_changes_nothing() -> None:
    show = await make_live_show()
    before = await count_events()

    await report_over(show, show.new_sid())
    await show.enter(show.new_sid())

    assert await count_events() == before


async def test_a_report_that_names_the_leg_of_another_call_changes_nothing() -> None:
    show = await make_open_show()
    official = (await show.desk()).official
    assert official is not None
    foreign = CallReport(
        sid=show.new_sid(), status=LineStatus.OVER, outcome="completed", leg=official.call
    )

    await note_call_status(foreign, show.delivery(), clock=show.clock)

    now = (await show.desk()).official
    assert now is not None
    assert now.state is CallState.DIALLING


async def test_the_same_report_twice_is_noted_once() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())

    await report_over(show, citizen, key="over:1")
    before = await count_events()
    await report_over(show, citizen, key="over:1")

    assert await count_events() == before


async def test_a_talk_that_is_over_before_it_is_reported_keeps_its_question() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.come(citizen)

    await report_over(show, citizen)
    before = await fetch_value("select count(*) from question")
    await show.enter(citizen)
    await show.enter(citizen)

    assert await show.state(citizen) is CallState.ENDED
    assert (before, await fetch_value("select count(*) from question")) == (0, 1)
    assert (await show.desk()).on_air is None


async def test_what_comes_late_does_not_bring_a_call_back() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await report_over(show, citizen)

    late = CallReport(sid=citizen, status=LineStatus.UNDER_WAY, outcome="ringing")
    await note_call_status(late, show.delivery(), clock=show.clock)
    await show.enter(citizen)

    assert await show.state(citizen) is CallState.ENDED


async def test_who_leaves_the_conference_by_hanging_up_is_gone_at_once() -> None:
    show = await make_live_show()
    official = CallSid("CA" + "1".rjust(32, "0"))

    left = RoomReport(sid=official, event=RoomEvent.LEFT, is_over=True)
    await note_conference(left, show.delivery(), clock=show.clock)

    assert await show.state(official) is CallState.ENDED
    assert (await show.desk()).official is None


async def test_an_entry_that_is_reported_before_the_answer_to_the_summons_counts() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()

    await show.enter(citizen)

    assert await show.state(citizen) is CallState.TALKING
