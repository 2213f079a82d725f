"""What reports that never came would have said is found out by asking."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from tests.factories import make_phone
from tests.fakes import FakePhoneLine
from tests.services.telephony import Show, make_live_show, make_open_show

from hotline_sessions.domain.calls import CallState
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.network import CallOver, LineStatus, OutcomeUnknown, RetryLater, Seat
from hotline_sessions.domain.watches import ASKED_AGAIN, PATIENCE
from hotline_sessions.services.reconcile import reconcile
from hotline_sessions.store.calls import find_leg_by_sid


OFFICIAL = CallSid("CA" + "1".rjust(32, "0"))

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


class Forgetful(FakePhoneLine):
    """A network that does not know ``forgotten`` any more and does not speak of ``secret``.

    What it says of ``garbled`` nobody understands.
    """

    def __init__(self) -> None:
        super().__init__()
        self.forgotten: set[CallSid] = set()
        self.secret: set[CallSid] = set()
        self.garbled: set[CallSid] = set()
        self.hides_rooms = False

    async def list_on_air(self, session: PublicId) -> Mapping[CallSid, Seat]:
        if self.hides_rooms:
            raise RetryLater
        return await super().list_on_air(session)

    async def fetch_status(self, call: CallSid) -> LineStatus:
        if call in self.garbled:
            raise LookupError
        if call in self.forgotten:
            raise CallOver
        if call in self.secret:
            raise OutcomeUnknown
        return await super().fetch_status(call)


class Meanwhile(FakePhoneLine):
    """A network during whose answer the citizen comes into the conference by himself."""

    def __init__(self, show: Show, citizen: CallSid) -> None:
        super().__init__()
        self.show = show
        self.citizen = citizen

    async def fetch_status(self, call: CallSid) -> LineStatus:
        if call == self.citizen:
            await self.show.enter(call)
        return await super().fetch_status(call)


LONG = timedelta(seconds=125)
"""Longer than any leg is left alone."""


async def look(show: Show, line: FakePhoneLine | None = None) -> int:
    show.clock.pass_time(LONG)
    return await reconcile(line or show.line, clock=show.clock)


async def test_an_official_who_has_come_in_unnoticed_is_there() -> None:
    show = await make_open_show()
    official = await show.bring_official()
    await show.leave(official)
    show.line.on_air = {official}

    assert await look(show) == 1
    assert await show.state(official) is CallState.PRESENT


async def test_an_official_who_has_gone_out_unnoticed_is_not_there() -> None:
    show = await make_live_show()
    assert await look(show) == 1
    await show.send()

    assert await show.state(OFFICIAL) is CallState.ENTERING
    assert ("to-studio", OFFICIAL, await show.name(OFFICIAL)) in show.line.done


async def test_a_talk_whose_call_has_ended_unnoticed_frees_the_air() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.talk(citizen)
    show.line.statuses[citizen] = LineStatus.OVER

    await look(show)

    assert await show.state(citizen) is CallState.ENDED
    assert (await show.desk()).on_air is None


async def test_a_talk_whose_beginning_was_not_reported_counts_from_when_it_began() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.come(citizen)
    began_at = show.clock.now() + timedelta(seconds=2)
    show.line.on_air, show.line.seated_at = {citizen, OFFICIAL}, began_at

    await look(show)

    talk = await find_leg_by_sid(citizen)
    assert talk is not None
    assert (talk.state, talk.on_air_at) == (CallState.TALKING, began_at)


async def test_a_talk_whose_room_has_broken_down_goes_on_from_the_queue() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.talk(citizen)

    await look(show)
    await show.send()

    assert ("to-queue", citizen, await show.name(citizen)) in show.line.done
    await look(show)
    assert await show.state(citizen) is CallState.WAITING
    assert (await show.desk()).on_air is None


async def test_a_talk_that_is_held_though_the_official_is_there_goes_on() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.talk(citizen)
    show.line.on_air = {citizen, OFFICIAL}
    show.line.held = {citizen}

    await look(show)
    await show.send()

    assert ("unhold", citizen, await show.name(citizen)) in show.line.done


async def test_who_was_seen_off_unnoticed_gives_way_to_the_next_who_is_wanted() -> None:
    show = await make_live_show()
    first, second = await show.wait(make_phone()), await show.wait(make_phone())
    await show.put_next()
    await show.talk(first)
    await show.end_talk(then_next=True)
    show.line.on_air = {OFFICIAL}

    await look(show)

    assert await show.state(first) is CallState.ENDED
    assert await show.state(second) is CallState.SUMMONED


@pytest.mark.parametrize("has_come", [False, True])
async def test_who_was_summoned_and_is_nowhere_waits_again(
    has_come: bool,  # noqa: FBT001 - a case
) -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    if has_come:
        await show.come(citizen)

    await look(show)

    assert await show.state(citizen) is CallState.WAITING
    assert (await show.desk()).on_air is None


async def test_who_was_seen_off_and_stays_in_the_conference_is_hung_up() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.talk(citizen)
    await show.end_talk()
    show.line.on_air = {citizen, OFFICIAL}

    await look(show)
    await show.send()

    assert await show.state(citizen) is CallState.WRAPPING, "the air is kept until he has left"
    assert ("hang-up", citizen) in show.line.done


async def test_who_waits_and_is_found_on_the_air_is_taken_back_to_the_queue() -> None:
    show = await make_live_show()
    stray = await show.wait(make_phone())
    show.line.on_air = {stray, OFFICIAL}

    await look(show)
    await show.send()

    assert ("to-queue", stray, await show.name(stray)) in show.line.done


async def test_a_leg_that_has_changed_a_moment_ago_is_left_alone() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    show.line.statuses[citizen] = LineStatus.OVER
    show.clock.pass_time(timedelta(seconds=PATIENCE[CallState.WAITING].first - 1))

    await reconcile(show.line, clock=show.clock)

    assert await show.state(citizen) is CallState.WAITING


async def test_who_has_been_looked_at_is_looked_at_a_little_early_together_with_another() -> None:
    show = await make_live_show()
    await show.enter(OFFICIAL)
    first = await show.wait(make_phone())
    show.clock.pass_time(timedelta(seconds=30))
    await show.wait(make_phone())
    show.clock.pass_time(timedelta(seconds=PATIENCE[CallState.WAITING].first - 29))
    await reconcile(show.line, clock=show.clock)
    show.clock.pass_time(timedelta(seconds=30))
    await reconcile(show.line, clock=show.clock)
    show.line.statuses[first] = LineStatus.OVER
    again = PATIENCE[CallState.WAITING].again
    show.clock.pass_time(timedelta(seconds=again - PATIENCE[CallState.WAITING].early - 29))

    await reconcile(show.line, clock=show.clock)

    assert await show.state(first) is CallState.ENDED


async def test_a_leg_that_moves_on_while_the_network_answers_is_left_alone() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.come(citizen)
    line = Meanwhile(show, citizen)
    line.on_air = {OFFICIAL}

    assert await look(show, line) == 0
    assert await show.state(citizen) is CallState.TALKING


async def test_a_call_the_network_has_forgotten_is_over() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    line = Forgetful()
    line.forgotten = {citizen}

    await look(show, line)

    assert await show.state(citizen) is CallState.ENDED


async def test_a_call_the_network_does_not_speak_of_stops_nobody_elses_correction() -> None:
    show = await make_live_show()
    silent, gone = await show.wait(make_phone()), await show.wait(make_phone())
    line = Forgetful()
    line.secret, line.forgotten = {silent}, {gone}

    await look(show, line)

    assert await show.state(silent) is CallState.WAITING
    assert await show.state(gone) is CallState.ENDED


@pytest.mark.parametrize("is_room_hidden", [True, False])
async def test_a_network_that_did_not_answer_is_asked_again_at_once(
    *, is_room_hidden: bool
) -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.talk(citizen)
    line = Forgetful()
    line.secret, line.hides_rooms = {citizen}, is_room_hidden
    await look(show, line)
    talked_on = await show.state(citizen)

    line.secret, line.hides_rooms, line.forgotten = set(), False, {citizen}
    show.clock.pass_time(ASKED_AGAIN + timedelta(seconds=1))
    await reconcile(line, clock=show.clock)

    assert talked_on is CallState.TALKING
    assert await show.state(citizen) is CallState.ENDED


async def test_who_waits_long_is_asked_after_and_left_waiting() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    show.line.on_air = {OFFICIAL}
    show.clock.pass_time(timedelta(minutes=20))

    assert await look(show) == 0
    assert await show.state(citizen) is CallState.WAITING


async def test_a_call_that_cannot_be_understood_holds_up_no_other() -> None:
    show = await make_open_show()
    line = Forgetful()
    garbled, over = await show.wait(make_phone()), await show.wait(make_phone())
    line.garbled, line.forgotten = {garbled}, {over}

    with pytest.raises(LookupError):
        await look(show, line)

    assert await show.state(over) is CallState.ENDED
    assert await show.state(garbled) is CallState.WAITING
