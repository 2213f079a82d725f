"""Commands to the network that fail, are lost, or come too late."""

from datetime import timedelta

import pytest
from tests.factories import make_phone
from tests.services.telephony import Show, make_live_show, make_open_show, make_show

from hotline_sessions.domain.calls import CallState
from hotline_sessions.domain.commands import PATIENCE, StopRecording
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.network import (
    CallOver,
    LineStatus,
    NetworkError,
    NetworkRefusal,
    OutcomeUnknown,
    RetryLater,
)
from hotline_sessions.domain.recordings import RecordingSid
from hotline_sessions.domain.watches import NEVER_PLACED as RING_PATIENCE
from hotline_sessions.services import dispatch
from hotline_sessions.services.legs import command
from hotline_sessions.services.outbox import LEASE
from hotline_sessions.services.reconcile import reconcile
from hotline_sessions.services.reports import CallReport, note_call_status
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

SID = CallSid("CA" + "7".rjust(32, "0"))


async def last_command() -> str:
    return str(
        await fetch_value(
            "select state from phone_command where kind <> 'announce' order by id desc limit 1"
        )
    )


async def try_in_vain(show: Show, error: type[NetworkError], times: int) -> None:
    """Let the network fail ``times`` times, each attempt at its own moment."""
    for _ in range(times):
        show.line.fail_with = error()
        await show.send()
        show.clock.pass_time(max(PATIENCE))


async def official_state(show: Show) -> CallState | None:
    official = (await show.desk()).official
    return official.state if official else None


async def status(show: Show, status: LineStatus, sid: CallSid = SID) -> None:
    """The network reports on the call that was placed for the official."""
    leg = await fetch_value("select public_id from call where role = 'official'")
    report = CallReport(sid=sid, status=status, outcome=status.value, leg=leg)
    await note_call_status(report, show.delivery(), clock=show.clock)


async def test_a_ring_whose_answer_is_lost_is_resolved_by_the_first_report() -> None:
    show = await make_show()
    show.line.fail_with = OutcomeUnknown()
    await show.open()

    await status(show, LineStatus.UNDER_WAY)
    show.clock.pass_time(timedelta(minutes=2))
    show.line.statuses[SID] = LineStatus.UNDER_WAY
    await reconcile(show.line, clock=show.clock)

    assert await official_state(show) is CallState.DIALLING
    assert (await show.leg(SID)).sid == SID
    assert [deed[0] for deed in show.line.done] == ["ring"]


async def test_a_lost_ring_nobody_hears_of_for_half_a_minute_ends_and_may_be_repeated() -> None:
    show = await make_show()
    show.line.fail_with = OutcomeUnknown()
    await show.open()
    show.clock.pass_time(RING_PATIENCE - timedelta(seconds=1))
    await reconcile(show.line, clock=show.clock)
    before = await official_state(show)

    show.clock.pass_time(timedelta(seconds=11))
    await reconcile(show.line, clock=show.clock)

    assert before is CallState.SUBMITTING
    assert await official_state(show) is None
    await call_official(show)
    await show.send()
    assert [deed[0] for deed in show.line.done] == ["ring", "ring"]


async def test_a_ring_whose_sender_has_died_is_not_sent_by_the_next_one() -> None:
    show = await make_show()
    show.clock.set(show.session.starts_at - timedelta(minutes=5))
    await show.step()
    lease_until = show.clock.now() + LEASE
    await run_sql("update phone_command set state = 'sending', lease_until = $1", lease_until)

    show.clock.pass_time(LEASE + timedelta(seconds=1))
    await show.send()

    assert show.line.done == []
    assert await last_command() == "unknown"


async def test_a_move_whose_sender_has_died_is_sent_by_the_next_one() -> None:
    show = await make_live_show()
    await show.wait(make_phone())
    await show.put_next()
    lease_until = show.clock.now() + LEASE
    await run_sql(
        "update phone_command set state = 'sending', lease_until = $1 where kind = 'move'",
        lease_until,
    )

    await show.send()
    before = show.line.done[-1][0]
    show.clock.pass_time(LEASE + timedelta(seconds=1))
    await show.send()

    assert (before, show.line.done[-1][0]) == ("ring", "to-air")


async def test_who_has_come_is_not_moved_again_when_only_the_answer_was_lost() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    show.line.fail_with = OutcomeUnknown()
    await show.send()
    await show.talk(citizen)

    show.clock.pass_time(max(PATIENCE))
    await show.send()

    assert [deed[0] for deed in show.line.done].count("to-air") == 1
    assert await show.state(citizen) is CallState.TALKING
    assert await last_command() == "done"


async def test_the_end_of_a_recording_is_asked_for_until_it_comes_and_holds_nothing_back() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    session, leg = await show.fresh_session(), await show.leg(citizen)
    stop = StopRecording(leg=leg.public_id, recording=RecordingSid("RE" + "0" * 32))
    async with transaction():
        await command(stop, session, leg, show.clock.now())
    await try_in_vain(show, RetryLater, 3 * len(PATIENCE))
    tries = len(show.line.done)
    show.clock.pass_time(-max(PATIENCE))

    await show.put_next()
    await show.send()
    show.clock.pass_time(max(PATIENCE))
    await show.send()

    assert [deed[0] for deed in show.line.done[tries:]] == ["to-air", "stop-recording"]


async def test_words_into_an_ear_whose_sender_has_died_are_not_said_a_second_time() -> None:
    show = await make_live_show()
    await show.wait(make_phone())
    await show.put_next()
    await run_sql(
        "update phone_command set state = 'sending', lease_until = $1 where kind = 'announce'",
        show.clock.now() + LEASE,
    )

    show.clock.pass_time(LEASE + timedelta(seconds=1))
    await show.send()

    said = await fetch_value("select state from phone_command where kind = 'announce'")
    assert (said, show.line.told) == ("unknown", [])


async def test_a_ring_that_had_to_wait_is_not_placed_for_a_leg_that_has_been_given_up() -> None:
    """Nobody worked for half a minute: the official must not be called for nothing."""
    show = await make_show()
    show.clock.set(show.session.starts_at - timedelta(minutes=5))
    await show.step()
    show.clock.pass_time(RING_PATIENCE)
    await reconcile(show.line, clock=show.clock)

    await show.send()

    assert show.line.done == []
    assert await last_command() == "done"


@pytest.mark.parametrize(
    ("error", "why"), [(NetworkRefusal, "refused"), (RetryLater, "unreachable")]
)
async def test_a_ring_that_cannot_be_placed_ends_and_says_why(
    error: type[NetworkError], why: str
) -> None:
    show = await make_show()
    show.clock.set(show.session.starts_at - timedelta(minutes=5))
    await show.step()

    await try_in_vain(show, error, len(PATIENCE) + 1)

    assert await official_state(show) is None
    assert await last_command() == "failed"
    said = await fetch_value("select detail->>'why' from call_event where event = 'hung-up'")
    assert said == why


async def test_a_move_that_is_refused_leads_back_to_the_head_of_the_queue() -> None:
    show = await make_live_show()
    first, second = await show.wait(make_phone()), await show.wait(make_phone())
    await show.put_next()
    show.line.fail_with = NetworkRefusal()

    await show.send()

    desk = await show.desk()
    assert desk.on_air is None
    waiting = [place.caller.call for place in desk.waiting]
    assert waiting == [await show.name(first), await show.name(second)]
    await show.put_next()
    assert await show.state(first) is CallState.SUMMONED


async def test_a_move_that_is_tried_in_vain_is_given_up_and_the_air_is_free() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()

    await try_in_vain(show, OutcomeUnknown, len(PATIENCE) + 1)

    assert await show.state(citizen) is CallState.WAITING
    assert await last_command() == "failed"


async def test_an_old_move_that_is_given_up_does_not_undo_a_newer_summons() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await run_sql("update call set turn = turn + 1 where sid = $1", citizen)
    show.line.fail_with = NetworkRefusal()

    await show.send()

    assert await show.state(citizen) is CallState.SUMMONED


async def test_a_caller_who_is_gone_before_the_move_gives_way_to_the_next_who_is_wanted() -> None:
    show = await make_live_show()
    first, second = await show.wait(make_phone()), await show.wait(make_phone())
    await show.put_next()
    await run_sql("update session set next_wanted = true")
    show.line.fail_with = CallOver()

    await show.send()

    assert await show.state(first) is CallState.ENDED
    assert await show.state(second) is CallState.SUMMONED
    assert show.line.done[-1][:2] == ("to-air", second)


async def test_a_goodbye_that_cannot_be_said_becomes_a_hang_up_so_that_the_air_is_freed() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.send()
    await show.talk(citizen)
    await show.end_talk()
    show.line.fail_with = NetworkRefusal()

    await show.send()

    assert [deed[0] for deed in show.line.done[-2:]] == ["out", "hang-up"]


async def test_a_hang_up_waits_until_the_name_of_the_call_is_known() -> None:
    show = await make_show()
    show.line.fail_with = OutcomeUnknown()
    await show.open()
    await dispatch.hang_up_official(
        show.session.id,
        institution=show.session.institution,
        by=show.staff.account,
        clock=show.clock,
    )
    await show.send()
    before = list(show.line.done)

    await status(show, LineStatus.UNDER_WAY)
    show.clock.pass_time(timedelta(seconds=1))
    await show.send()

    assert [deed[0] for deed in before] == ["ring"]
    assert show.line.done[-1] == ("hang-up", SID)
    assert await official_state(show) is None


async def test_commands_of_one_call_are_sent_in_their_order() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    show.line.fail_with = RetryLater()
    await show.send()
    await show.end_talk()
    await show.send()
    before = [deed[0] for deed in show.line.done]

    show.clock.pass_time(timedelta(seconds=1))
    await show.send()

    assert before == ["ring", "to-air"]
    assert [deed[:2] for deed in show.line.done[2:]] == [("out", citizen)]


async def test_an_air_that_has_ended_already_needs_no_end() -> None:
    show = await make_live_show()
    show.clock.set(show.session.ends_at)
    await show.step()
    await run_sql("update phone_command set state = 'done' where kind = 'hang-up'")
    show.line.fail_with = CallOver()

    await show.send()

    assert show.line.done[-1] == ("end-air", show.session.public_id)
    assert await last_command() == "done"


async def test_who_is_rung_and_does_not_pick_up_is_not_on_the_line_any_more() -> None:
    show = await make_open_show()
    before = await official_state(show)

    await status(show, LineStatus.OVER, CallSid("CA" + "1".rjust(32, "0")))

    assert before is CallState.DIALLING
    assert await official_state(show) is None


async def call_official(show: Show) -> None:
    await dispatch.call_official(
        show.session.id,
        institution=show.session.institution,
        by=show.staff.account,
        clock=show.clock,
    )


async def test_a_hang_up_that_is_refused_leaves_everything_as_it_is_and_is_not_repeated() -> None:
    show = await make_live_show()
    await dispatch.hang_up_official(
        show.session.id,
        institution=show.session.institution,
        by=show.staff.account,
        clock=show.clock,
    )
    show.line.fail_with = NetworkRefusal()

    await show.send()
    show.clock.pass_time(timedelta(minutes=1))
    await show.send()

    assert await last_command() == "failed"
    assert [deed[0] for deed in show.line.done] == ["ring", "hang-up"]
    assert await official_state(show) is None
