"""What can go wrong with calls, and what becomes of them: one test for every row of the table.

Each is played through signed webhooks, against the real use cases and the real database.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from tests.factories import make_phone
from tests.failures.network import CONFERENCE, Network, open_network, read_verbs
from tests.services.telephony import Show, book, make_live_show, make_show

from hotline_sessions.domain.calls import CallState
from hotline_sessions.domain.dispatching import PauseReason
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.network import (
    CallOver,
    LineStatus,
    OutcomeUnknown,
    RetryLater,
)
from hotline_sessions.domain.prompts import Notice
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.services import dispatch, pauses, sessions
from hotline_sessions.services.bookings import Taken
from hotline_sessions.services.reconcile import reconcile
from hotline_sessions.store.call_backs import list_call_backs
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

OFFICIAL = CallSid("CA" + "1".rjust(32, "0"))


@pytest.fixture
async def show() -> Show:
    show = await make_live_show()
    show.line.on_air.add(OFFICIAL)
    return show


@pytest.fixture
async def network(show: Show) -> AsyncIterator[Network]:
    async with open_network(show) as network:
        yield network
    assert set(network.statuses) <= {200, 204}, "a genuine webhook is never refused"


async def talk(network: Network, number: str = "") -> CallSid:
    """A citizen who is on the air."""
    sid = await network.wait(number)
    await network.show.put_next()
    await network.show.send()
    await network.talk(sid)
    return sid


async def make_automatic(show: Show) -> None:
    await dispatch.set_automatic(
        show.session.id,
        is_automatic=True,
        institution=show.session.institution,
        by=show.staff.account,
        clock=show.clock,
    )


async def make_called_back() -> tuple[Show, Taken]:
    """A live session and a booking of its second slot whose holder wants to be called."""
    show = await make_show()
    taken = await book(show, slot=1)
    await run_sql("update booking set wants_call_back = true")
    await show.open()
    await show.bring_official()
    show.clock.set(taken.booking.starts_at - timedelta(seconds=89))
    await show.step()
    await show.send()
    return show, taken


async def find_ringing(show: Show, role: str = "citizen") -> tuple[CallSid, str]:
    """The latest call that we have placed: its name at the network, and the leg's."""
    row = await fetch_row(
        """select sid, public_id from call where session = $1 and role = $2 and is_outbound
            order by id desc limit 1""",
        show.session.id,
        role,
    )
    assert row is not None
    return CallSid(row["sid"]), row["public_id"]


def count_rings(show: Show, number: str) -> int:
    return sum(deed[:2] == ("ring", number) for deed in show.line.done)


@pytest.mark.parametrize("outcome", ["no-answer", "busy", "failed"])
async def test_a_citizen_who_does_not_answer_is_called_once_more_and_then_told_by_sms(
    outcome: str,
) -> None:
    show, taken = await make_called_back()
    phone = taken.booking.phone
    async with open_network(show) as network:
        sid, name = await find_ringing(show)
        await network.status(sid, outcome, leg=name)
        show.clock.set(taken.booking.starts_at + timedelta(seconds=61))
        await network.pass_seconds(0)
        assert count_rings(show, phone) == 2
        sid, name = await find_ringing(show)
        await network.status(sid, outcome, leg=name)
        await network.pass_seconds(300)

    assert count_rings(show, phone) == 2
    told = await fetch_value("select count(*) from message where purpose = 'call-missed'")
    assert told == 1


async def test_a_voicemail_presses_nothing_and_is_left_without_a_word() -> None:
    show, taken = await make_called_back()
    async with open_network(show) as network:
        sid, name = await find_ringing(show)
        asked = await network.ask(f"/in/back?leg={name}", sid)
        once = await network.ask(f"/in/press?leg={name}&n=1", sid, digits="")
        left = await network.ask(f"/in/press?leg={name}&n=2", sid, digits="")

    assert read_verbs(asked) == read_verbs(once) == ["Gather", "Say"]
    assert read_verbs(left)[-1] == "Hangup"
    (promise,) = await list_call_backs(show.session.id)
    assert (promise.state, promise.attempts) == ("due", 1), "it counts as no answer"
    assert taken.booking.phone == promise.phone


async def test_who_drops_out_of_a_talk_and_calls_again_goes_first_with_the_time_that_is_left(
    network: Network, show: Show
) -> None:
    phone = make_phone()
    sid = await talk(network, phone)
    other = await network.wait(make_phone())
    show.clock.pass_time(timedelta(minutes=3))
    await network.hang_up(sid)

    again = await network.dial(phone)
    leg = await network.leg(again)

    assert leg.state is CallState.WAITING, "nobody is asked twice for a code"
    assert leg.talk_seconds == 180
    await show.put_next()
    assert await network.state(again) is CallState.SUMMONED
    assert await network.state(other) is CallState.WAITING


async def test_who_drops_out_early_and_does_not_call_is_called_once(
    network: Network, show: Show
) -> None:
    phone = make_phone()
    sid = await talk(network, phone)
    show.clock.pass_time(timedelta(minutes=1))
    await network.hang_up(sid)

    await network.pass_seconds(21)
    ringing, name = await find_ringing(show)
    await network.status(ringing, "no-answer", leg=name)
    for _ in range(10):
        await network.pass_seconds(30)

    assert count_rings(show, phone) == 1


async def test_when_the_official_drops_out_the_citizen_is_held_and_the_official_rung_again(
    network: Network, show: Show
) -> None:
    sid = await talk(network)
    rung = len(show.line.done)

    await network.hang_up(OFFICIAL)
    await network.pass_seconds(1)

    assert await network.state(sid) is CallState.HELD
    assert (await show.fresh_session()).state is SessionState.NO_OFFICIAL
    assert [deed[0] for deed in show.line.done[rung:]] == ["hold", "ring"]
    await show.bring_official()
    await show.send()
    assert await network.state(sid) is CallState.TALKING
    assert show.line.done[-1][0] == "unhold"


async def test_an_official_who_never_comes_back_leaves_questions_to_be_recorded(
    network: Network, show: Show
) -> None:
    talking, waiting = await talk(network), await network.wait()
    await network.hang_up(OFFICIAL)
    for _ in range(40):
        await network.pass_seconds(10)
        if (await show.desk()).official is not None:
            ringing, name = await find_ringing(show, "official")
            await network.status(ringing, "no-answer", leg=name)

    assert (await show.fresh_session()).state is SessionState.QUESTIONS_ONLY
    name = (await network.leg(talking)).public_id
    document = await network.ask(f"/question?leg={name}&why=no-official&n=1", talking)
    assert "Record" in read_verbs(document)
    assert await network.state(waiting) is CallState.QUESTION
    rings = sum(deed[0] == "ring" for deed in show.line.done)
    assert rings >= 4, "tried at once, after half a minute, a minute and two"


async def test_two_webhooks_in_parallel_put_one_citizen_on_the_air(
    network: Network, show: Show
) -> None:
    first = await talk(network)
    waiting = [await network.wait(make_phone()) for _ in range(3)]
    await make_automatic(show)

    await asyncio.gather(
        *(network.room("leave", first, is_over=True) for _ in range(3)),
        *(network.status(first, "completed", number=str(number)) for number in range(3)),
    )

    states = [await network.state(sid) for sid in waiting]
    assert sorted(states) == [CallState.SUMMONED, CallState.WAITING, CallState.WAITING]


async def test_a_citizen_who_is_gone_before_the_move_frees_the_air_for_the_next(
    network: Network, show: Show
) -> None:
    """Error 21220: the call is not in progress."""
    await make_automatic(show)
    gone, following = show.new_sid(), show.new_sid()
    await network.dial(make_phone(), gone)
    await network.dial(make_phone(), following)
    for sid in (gone, following):
        leg = await network.leg(sid)
        show.line.fail_with = CallOver() if sid == gone else None
        await network.ask(f"/in/code?leg={leg.public_id}&n=1", sid, digits="")
        await show.send()

    assert await network.state(gone) is CallState.ENDED
    assert await network.state(following) is CallState.SUMMONED


async def test_a_participant_who_is_not_there_is_asked_after_and_nobody_is_lost(
    network: Network, show: Show
) -> None:
    """Error 20404 on a participant."""
    sid = await talk(network)
    show.line.fail_with = CallOver()
    await network.hang_up(OFFICIAL)
    await show.send()
    assert await network.state(sid) is CallState.HELD, "the call itself may go on"

    show.line.statuses[sid] = LineStatus.OVER
    show.line.on_air.discard(sid)
    await network.pass_seconds(25)

    assert await network.state(sid) is CallState.ENDED


async def test_what_was_not_accepted_for_being_too_much_is_sent_again(
    network: Network, show: Show
) -> None:
    """Error 20429."""
    sid = await network.wait()
    await show.put_next()
    for _ in range(3):
        show.line.fail_with = RetryLater()
        await show.send()
        show.clock.pass_time(timedelta(seconds=5))
    await show.send()

    moves = [deed for deed in show.line.done if deed[:2] == ("to-air", sid)]
    assert len(moves) == 4
    await network.talk(sid)
    assert await network.state(sid) is CallState.TALKING


async def test_a_call_whose_creation_was_not_answered_is_found_and_not_placed_twice() -> None:
    show = await make_show()
    show.line.fail_with = OutcomeUnknown()
    await show.open()
    number = str(show.session.ring_number)
    placed = show.new_sid()
    show.line.placed[number] = [placed]

    show.clock.pass_time(timedelta(seconds=11))
    await reconcile(show.line, clock=show.clock)
    await show.send()

    assert (await show.leg(placed)).state is CallState.DIALLING
    assert count_rings(show, number) == 1


async def test_a_call_that_was_never_placed_is_placed_again_after_half_a_minute() -> None:
    show = await make_show()
    show.line.fail_with = OutcomeUnknown()
    await show.open()
    async with open_network(show) as network:
        for _ in range(5):
            await network.pass_seconds(10)

    assert count_rings(show, str(show.session.ring_number)) == 2


async def test_a_move_that_was_not_answered_is_sent_again_with_the_same_turn(
    network: Network, show: Show
) -> None:
    sid = await network.wait()
    await show.put_next()
    show.line.fail_with = OutcomeUnknown()
    await show.send()
    show.clock.pass_time(timedelta(seconds=1))
    await show.send()

    moves = [deed for deed in show.line.done if deed[0] == "to-air"]
    assert len(moves) == 2
    assert moves[0] == moves[1]
    await network.talk(sid)
    assert await network.state(sid) is CallState.TALKING


async def test_what_a_lost_webhook_would_have_said_is_found_out(
    network: Network, show: Show
) -> None:
    sid = await network.wait()
    await show.put_next()
    await show.send()
    await network.come(sid)
    show.line.on_air = {sid, OFFICIAL}

    await network.pass_seconds(16)

    assert await network.state(sid) is CallState.TALKING


async def test_a_restart_in_the_middle_changes_nothing_for_those_on_the_line(show: Show) -> None:
    async with open_network(show) as network:
        talking, waiting = await talk(network), await network.wait()
        await show.end_talk(then_next=True)
    show.line.on_air = {OFFICIAL}

    async with open_network(show) as network:
        await network.pass_seconds(13)
        name = (await network.leg(waiting)).public_id
        document = await network.ask(f"/q/wait?leg={name}", waiting, queueTime="40")

    assert await show.state(talking) is CallState.ENDED
    assert await show.state(waiting) is CallState.SUMMONED, "the wish of the operator is kept"
    assert "Response" in document


async def test_a_callback_that_comes_twice_or_late_has_one_effect(
    network: Network, show: Show
) -> None:
    sid = await talk(network)
    await network.hang_up(sid)
    events = await fetch_rows("select id from call_event")

    await network.status(sid, "completed")
    await network.status(sid, "ringing", number="1")
    await network.post(
        f"/conf?s={show.session.public_id}",
        conferenceSid=CONFERENCE,
        friendlyName=f"s-{show.session.public_id}-air",
        statusCallbackEvent="participant-join",
        sequenceNumber="99",
        callSid=sid,
    )

    assert await network.state(sid) is CallState.ENDED
    assert len(await fetch_rows("select id from call_event")) == len(events)


@pytest.mark.parametrize("from_", ["", "anonymous", "+266696687", "+7378742833", "+86282452253"])
async def test_a_withheld_number_is_nobodys_number(from_: str, network: Network) -> None:
    first, second = await network.wait(from_), await network.wait(from_)

    legs = [await network.leg(sid) for sid in (first, second)]

    assert [leg.peer_number for leg in legs] == [None, None]
    assert [leg.state for leg in legs] == [CallState.WAITING, CallState.WAITING]


async def test_a_caller_who_is_early_hears_the_time_and_waits_within_the_lobby() -> None:
    show = await make_show()
    async with open_network(show) as network:
        before = await network.ask("/in", show.new_sid(), callStatus="ringing")
        await show.open()
        sid = await network.wait()
        name = (await network.leg(sid)).public_id
        hold = await network.ask(f"/q/wait?leg={name}", sid)

    assert "Enqueue" not in read_verbs(before)
    assert await show.state(sid) is CallState.WAITING
    assert "Say" in read_verbs(hold) or "Play" in read_verbs(hold)


async def test_a_caller_who_is_late_keeps_the_turn_within_the_grace_and_not_beyond() -> None:
    show = await make_show()
    soon, late = await book(show, slot=0), await book(show, slot=1)
    await show.open()
    await show.bring_official()
    grace = timedelta(minutes=show.session.talk_minutes / 2)
    async with open_network(show) as network:
        show.clock.set(soon.booking.starts_at + grace)
        walk_in = await network.wait(make_phone())
        in_time = await network.dial(soon.booking.phone)
        name = (await network.leg(in_time)).public_id
        await network.ask(f"/in/code?leg={name}&n=1", in_time, digits=soon.code[-2:])
        assert (await show.desk()).waiting[0].caller.call == name

        show.clock.set(late.booking.starts_at + grace + timedelta(seconds=1))
        too_late = await network.dial(late.booking.phone)
        name = (await network.leg(too_late)).public_id
        await network.ask(f"/in/code?leg={name}&n=1", too_late, digits=late.code[-2:])

    order = [card.caller.call for card in (await show.desk()).waiting]
    assert order.index(name) > order.index((await show.leg(walk_in)).public_id)


async def test_a_talk_that_overruns_is_announced_and_ended_when_others_wait(
    network: Network, show: Show
) -> None:
    await make_automatic(show)
    sid = await network.wait()
    await show.send()
    await network.talk(sid)
    await network.wait()
    for _ in range(show.session.talk_minutes):
        await network.pass_seconds(60)
    warned = [notice for _, notice in show.line.told]
    assert warned.count(Notice.ENDING_SOON) == 2, "both are told, once"
    assert await network.state(sid) is CallState.TALKING

    await network.pass_seconds(121)

    assert await network.state(sid) is CallState.WRAPPING


async def test_a_session_that_is_extended_goes_on_and_one_that_is_cancelled_tells_who_waits(
    network: Network, show: Show
) -> None:
    waiting = await network.wait()
    await dispatch.extend_session(
        show.session.id,
        10,
        institution=show.session.institution,
        by=show.staff.account,
        clock=show.clock,
    )
    show.clock.set(show.session.ends_at + timedelta(minutes=9))
    await show.step()
    assert (await show.fresh_session()).state is SessionState.LIVE
    assert await network.state(waiting) is CallState.WAITING

    await sessions.cancel(show.session.public_id, "Хвороба", staff=show.staff, now=show.clock.now())
    await show.send()

    assert await network.state(waiting) is CallState.ENDED
    name = (await network.leg(waiting)).public_id
    assert ("out", waiting, name, "cancelled") in show.line.done


async def test_after_an_air_alert_the_session_goes_on_in_the_same_order(
    network: Network, show: Show
) -> None:
    """F-58."""
    talking = await talk(network, make_phone())
    first, phone = await network.wait(make_phone()), make_phone()
    second = await network.wait(phone)
    await pauses.pause_session(
        show.session.id,
        PauseReason.AIR_ALERT,
        institution=show.session.institution,
        by=show.staff.account,
        clock=show.clock,
    )
    await show.send()
    name, turn = (await network.leg(talking)).public_id, "1"
    await network.ask(f"/q/back?leg={name}&n={turn}", talking)
    await network.hang_up(second)
    show.clock.pass_time(timedelta(minutes=20))

    await pauses.resume_session(
        show.session.id,
        institution=show.session.institution,
        by=show.staff.account,
        clock=show.clock,
    )
    await network.pass_seconds(1)
    again = await network.dial(phone)

    session = await show.fresh_session()
    assert session.closes_at == show.session.ends_at + timedelta(minutes=20)
    order = [card.caller.call for card in (await show.desk()).waiting]
    expected = [(await network.leg(sid)).public_id for sid in (talking, first, again)]
    assert order == expected, "nobody has lost the place, not even who has hung up"
    assert show.line.done[-1][0] == "ring", "the official is called back from the shelter"


async def test_when_the_conference_breaks_down_all_come_back_to_it(
    network: Network, show: Show
) -> None:
    sid = await talk(network)
    leg, official = await network.leg(sid), await network.leg(OFFICIAL)

    document = await network.ask(f"/air/after?leg={leg.public_id}&t={leg.turn}", sid)
    menu = await network.ask(f"/official/after?leg={official.public_id}&n=1", OFFICIAL)
    back = await network.ask(f"/official/menu?leg={official.public_id}&n=2", OFFICIAL, digits="")

    assert "Enqueue" in read_verbs(document)
    assert await network.state(sid) is CallState.WAITING
    assert "Gather" in read_verbs(menu)
    assert "Conference" in read_verbs(back)
    await network.room("join", OFFICIAL)
    await show.put_next()
    assert await network.state(sid) is CallState.SUMMONED, "at the head of the queue"


async def test_a_second_call_from_one_number_takes_the_place_of_the_first(
    network: Network, show: Show
) -> None:
    """TEL-17: one active call per caller."""
    phone = make_phone()
    first = await network.wait(phone)
    await network.wait(make_phone())

    second = await network.dial(phone)
    await show.send()

    assert await network.state(first) is CallState.ENDED
    assert ("hang-up", first) in show.line.done
    waiting = (await show.desk()).waiting
    assert len([card for card in waiting if card.caller.phone == phone]) <= 1
    assert (await network.leg(second)).waiting_since == (await network.leg(first)).waiting_since
