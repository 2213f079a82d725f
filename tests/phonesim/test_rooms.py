"""Who hears whom in a conference, who gets in, and how it ends."""

import pytest
from tests.phonesim.world import OFFICIAL, OLENA, TARAS, World, open_world

from hotline_sessions.phonesim.conferences import announce, set_coaching, set_hold
from hotline_sessions.phonesim.config import Switches
from hotline_sessions.phonesim.legs import Goto
from hotline_sessions.phonesim.rooms import Conference, NobodyToCoach


pytestmark = pytest.mark.anyio

ROOM = '<Dial action="/after"><Conference beep="false" {}>air</Conference></Dial>'
EVENTS = (
    'statusCallback="/conf"'
    ' statusCallbackEvent="start end join leave mute hold modify announcement"'
)


def room(world: World) -> Conference:
    return next(reversed(world.carrier.conferences.values()))


async def join(world: World, number: str, attributes: str = "") -> str:
    world.product.answer("/in", ROOM.format(f"{attributes} {EVENTS}"))
    return (await world.dial(number)).sid


async def test_who_coaches_hears_all_and_is_heard_by_the_coached_only() -> None:
    async with open_world() as world:
        coached = await join(world, OFFICIAL)
        await join(world, OLENA)
        await join(world, TARAS, f'coach="{coached}" startConferenceOnEnter="false"')
        world.engine.say(world.phone(TARAS), "Спитайте про дорогу")
        world.engine.say(world.phone(OLENA), "Добрий день")
        assert world.heard(OFFICIAL) == ["Спитайте про дорогу", "Добрий день"]
        assert world.heard(OLENA) == []
        assert world.heard(TARAS) == ["Добрий день"]


async def test_without_the_one_to_coach_nobody_comes_in() -> None:
    async with open_world() as world:
        world.product.answer("/after", "<Say>Далі</Say>")
        await join(world, OLENA, 'coach="CA0"')
        assert world.codes() == [13240]
        assert world.product.asked("/after")[0]["ErrorCode"] == "13240"
        assert world.carrier.conferences == {}


async def test_coaching_may_be_taken_up_and_given_up_in_the_room() -> None:
    async with open_world() as world:
        for number in (OFFICIAL, OLENA, TARAS):
            await join(world, number)
        official, _, coach = room(world).participants
        set_coaching(world.simulator.stage, room(world), coach, official.leg.sid)
        world.engine.say(world.phone(TARAS), "Тихо")
        set_coaching(world.simulator.stage, room(world), coach, "")
        world.engine.say(world.phone(TARAS), "Уголос")
        assert world.heard(OLENA) == ["Уголос"]
        with pytest.raises(NobodyToCoach):
            set_coaching(world.simulator.stage, room(world), coach, "CA0")


async def test_a_full_room_sends_away() -> None:
    async with open_world() as world:
        world.product.answer("/after", "<Say>Далі</Say>")
        for number in (OFFICIAL, OLENA, TARAS):
            await join(world, number, 'maxParticipants="2"')
        assert world.codes() == [16020]
        assert len(room(world).participants) == 2


async def test_who_enters_muted_is_not_heard() -> None:
    async with open_world() as world:
        await join(world, OFFICIAL)
        await join(world, OLENA, 'muted="true"')
        world.engine.say(world.phone(OLENA), "Алло")
        assert world.heard(OFFICIAL) == []


async def test_a_room_waits_for_who_starts_it() -> None:
    async with open_world() as world:
        for number in (OLENA, TARAS):
            await join(world, number, 'startConferenceOnEnter="false"')
        assert room(world).status == "init"
        await join(world, OFFICIAL)
        assert room(world).status == "in-progress"


@pytest.mark.parametrize(("hold", "ended"), [(False, True), (True, False)])
async def test_the_end_with_somebodys_leaving_is_forgotten_while_he_is_on_hold(
    hold: bool,  # noqa: FBT001 - a case
    ended: bool,  # noqa: FBT001 - a case
) -> None:
    async with open_world() as world:
        await join(world, OFFICIAL, 'endConferenceOnExit="true"')
        await join(world, OLENA)
        if hold:
            official = room(world).participants[0]
            music = Goto(url="")
            set_hold(world.simulator.stage, room(world), official, hold=True, music=music)
        await world.engine.hang_up(world.phone(OFFICIAL))
        await world.clock.advance(1)
        assert (not room(world).is_active) is ended
        if ended:
            last = world.product.asked("/conf")[-1]
            reason = "participant-with-end-conference-on-exit-left"
            assert last["ReasonConferenceEnded"] == reason


async def test_an_announcement_to_all_is_over_once() -> None:
    async with open_world() as world:
        world.product.answer("/announce", "<Say>Перерва</Say>")
        for number in (OFFICIAL, OLENA):
            await join(world, number)
        everybody = room(world).participants
        goto = Goto(url=world.product.url("/announce"))
        announce(everybody, goto, for_all=True)
        announce(everybody[:1], goto, for_all=False)
        await world.clock.advance(10)
        assert world.heard(OFFICIAL) == ["Перерва", "Перерва"]
        assert world.heard(OLENA) == ["Перерва"]
        ends = [
            f
            for f in world.product.asked("/conf")
            if f["StatusCallbackEvent"] == "announcement-end"
        ]
        assert sorted("CallSid" in fields for fields in ends) == [False, True]


@pytest.mark.parametrize(("choice", "heard"), [("silence", []), ("wait_music", ["Музика"])])
async def test_what_the_last_one_in_a_started_room_hears_is_a_switch(
    choice: str, heard: list[str]
) -> None:
    async with open_world(Switches(alone_in_started_room=choice)) as world:
        world.product.answer("/music", "<Say>Музика</Say><Pause length='600'/>")
        await join(world, OLENA)
        await join(world, OFFICIAL, 'waitUrl="/music"')
        await world.engine.hang_up(world.phone(OLENA))
        await world.clock.advance(3)
        assert world.heard(OFFICIAL) == heard


async def test_where_star_means_nothing_in_a_conference_one_stays() -> None:
    async with open_world(Switches(hangup_on_star_in_conference=False)) as world:
        world.product.answer("/in", ROOM.format("").replace("action", 'hangupOnStar="true" action'))
        await world.dial(OLENA)
        await world.press(OLENA, "*")
        assert world.look(OLENA).state == "lobby"


async def test_the_ignored_request_may_come_late() -> None:
    async with open_world(Switches(phantom_action_delay=4.0)) as world:
        await join(world, OLENA)
        leg = world.carrier.legs[world.phone(OLENA).call_sid]
        world.product.answer("/new", "<Say>Нове</Say><Pause length='60'/>")
        await world.engine.redirect(leg, Goto(url=world.product.url("/new")))
        await world.clock.advance(2)
        assert world.heard(OLENA) == ["Нове"]
        assert world.product.asked("/after") == []
        await world.clock.advance(3)
        assert len(world.product.asked("/after")) == 1
