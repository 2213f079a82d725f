"""A number or a browser dialled from a document."""

import pytest
from tests.phonesim.world import HOTLINE, OFFICIAL, OLENA, TARAS, World, open_world

from hotline_sessions.phonesim.config import SimConfig
from hotline_sessions.phonesim.legs import CallStatus, Goto


pytestmark = pytest.mark.anyio

DIAL = '<Dial action="/after" timeout="20" callerId="{}" {}><Number {}>{}</Number></Dial>'
EVENTS = 'statusCallback="/child" statusCallbackEvent="initiated ringing answered completed"'


async def bring_together(world: World, more: str = "", noun: str = EVENTS) -> None:
    world.product.answer("/in", DIAL.format(HOTLINE, more, noun, OFFICIAL))
    world.product.answer("/after", "<Say>Далі</Say>")
    await world.dial(OLENA, 2)
    world.engine.pick_up(world.phone(OFFICIAL), answer=True)
    await world.clock.advance(2)


async def test_both_ends_hear_each_other_until_one_hangs_up() -> None:
    async with open_world() as world:
        await bring_together(world)
        world.engine.say(world.phone(OLENA), "Добрий день")
        world.engine.say(world.phone(OFFICIAL), "Вітаю")
        assert world.heard(OFFICIAL) == ["Добрий день"]
        assert world.heard(OLENA) == ["Вітаю"]
        assert world.look(OLENA).company == ["Посадовець"]
        await world.engine.hang_up(world.phone(OFFICIAL))
        await world.clock.advance(1)
        outcome = world.product.asked("/after")[0]
        assert (outcome["DialCallStatus"], outcome["CallStatus"]) == ("completed", "in-progress")
        child = world.carrier.legs[outcome["DialCallSid"]]
        assert (child.from_, child.direction) == (HOTLINE, "outbound-dial")
        assert int(outcome["DialCallDuration"]) >= 1
        statuses = world.product.events("/child", "CallStatus")
        assert statuses == ["initiated", "ringing", "in-progress", "completed"]
        assert world.product.asked("/child")[0]["ParentCallSid"] == child.parent_sid


@pytest.mark.parametrize(("answer", "status"), [(False, "busy"), (None, "no-answer")])
async def test_whom_nobody_reaches_the_call_goes_on_without(
    answer: bool | None,  # noqa: FBT001 - a case
    status: str,
) -> None:
    async with open_world() as world:
        world.product.answer("/in", DIAL.format(HOTLINE, "", "", OFFICIAL))
        await world.dial(OLENA, 2)
        if answer is not None:
            world.engine.pick_up(world.phone(OFFICIAL), answer=answer)
        await world.clock.advance(30)
        assert world.product.events("/after", "DialCallStatus") == [status]


async def test_who_hangs_up_while_it_rings_takes_the_call_back() -> None:
    async with open_world() as world:
        world.product.answer("/in", DIAL.format(HOTLINE, "", "", OFFICIAL))
        await world.dial(OLENA, 2)
        assert world.look(OFFICIAL).state == "ringing"
        await world.engine.hang_up(world.phone(OLENA))
        await world.clock.advance(1)
        assert world.look(OFFICIAL).state == "idle"
        child = next(leg for leg in world.carrier.legs.values() if leg.parent_sid)
        assert child.status is CallStatus.CANCELED


async def test_star_and_the_time_limit_end_a_bridge() -> None:
    async with open_world() as world:
        await bring_together(world, 'hangupOnStar="true" timeLimit="60"')
        await world.press(OLENA, "1*")
        assert world.heard(OLENA) == ["Далі"]
        assert world.look(OFFICIAL).state == "idle"
    async with open_world() as world:
        await bring_together(world, 'timeLimit="60"')
        await world.clock.advance(62)
        assert world.heard(OLENA) == ["Далі"]


async def test_a_whisper_is_heard_by_who_answers_only() -> None:
    async with open_world() as world:
        world.product.answer("/whisper", "<Say>Дзвінок з лінії</Say>")
        await bring_together(world, noun='url="/whisper"')
        await world.clock.advance(5)
        world.engine.say(world.phone(OLENA), "Алло")
        assert world.heard(OFFICIAL) == ["Дзвінок з лінії", "Алло"]
        assert world.heard(OLENA) == []


async def test_an_end_that_is_taken_elsewhere_lives_on() -> None:
    async with open_world() as world:
        await bring_together(world)
        child = next(leg for leg in world.carrier.legs.values() if leg.parent_sid)
        world.product.answer("/new", "<Say>Нове місце</Say><Pause length='60'/>")
        await world.engine.redirect(child, Goto(url=world.product.url("/new")))
        await world.clock.advance(3)
        assert world.heard(OFFICIAL) == ["Нове місце"]
        assert world.heard(OLENA) == ["Далі"]
        assert not child.is_ended


async def test_of_several_the_first_to_answer_is_talked_to() -> None:
    async with open_world() as world:
        nouns = "".join(f"<Number>{number}</Number>" for number in (OFFICIAL, TARAS))
        world.product.answer("/in", f'<Dial action="/after">{nouns}</Dial>')
        await world.dial(OLENA, 2)
        world.engine.pick_up(world.phone(TARAS), answer=True)
        await world.clock.advance(1)
        assert world.look(OFFICIAL).state == "idle"
        assert world.look(OLENA).company == ["Тарас"]


async def test_a_browser_is_dialled_with_parameters() -> None:
    async with open_world() as world:
        page = world.carrier.add_handset(SimConfig(name="Пульт", number="client:official-x"))
        page.is_registered = True
        client = (
            '<Client><Identity>official-x</Identity><Parameter name="leg" value="L1"/></Client>'
        )
        world.product.answer("/in", f'<Dial action="/after">{client}</Dial>')
        await world.dial(OLENA, 2)
        leg = world.carrier.legs[page.call_sid]
        assert (leg.to, leg.params) == ("client:official-x", {"leg": "L1"})
        world.engine.pick_up(page, answer=True)
        await world.clock.advance(1)
        assert world.look(OLENA).state == "on-air"
