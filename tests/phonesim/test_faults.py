"""What goes wrong on purpose, and what is seen of it."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.phonesim.test_rest_answers import OPEN_ENDED, VOICE, Rest, open_rest
from tests.phonesim.world import HOTLINE, OLENA, TARAS, World, open_world

from hotline_sessions.phonesim.config import ACCOUNT_SID, AUTH_TOKEN, WebhookPolicy
from hotline_sessions.phonesim.faults import FaultKind, FaultRule, Faults
from hotline_sessions.phonesim.rest.answering import AnswerLost, answer_request


pytestmark = pytest.mark.anyio

PATIENT = WebhookPolicy(retries=2, retry_on=("ct", "rt", "5xx"), pauses=(1.0,))
ROOM = (
    "<Dial><Conference statusCallback='/conf' statusCallbackEvent='join leave end'>r"
    "</Conference></Dial>"
)


@asynccontextmanager
async def suffer(*rules: FaultRule) -> AsyncIterator[World]:
    """A world in which these faults strike and webhooks are tried three times."""
    async with open_world(webhooks=PATIENT) as world:
        for rule in rules:
            world.simulator.faults.add(rule)
        world.product.answer("/in", "<Say>Так</Say><Pause length='600'/>")
        yield world


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (FaultKind.DROP, 1),
        (FaultKind.ERROR, 1),
        (FaultKind.TIMEOUT, 1),
        (FaultKind.LOST_ANSWER, 2),
        (FaultKind.DUPLICATE, 2),
        (FaultKind.DUPLICATE_LATER, 2),
        (FaultKind.DELAY, 1),
    ],
)
async def test_a_document_comes_in_the_end_however_it_is_disturbed(
    kind: FaultKind, asked: int
) -> None:
    async with suffer(FaultRule(kind=kind, match="/in", times=1, seconds=3)) as world:
        await world.dial(OLENA, 18)
        if kind is FaultKind.TIMEOUT:  # Fifteen seconds are all a webhook has, tried or not.
            assert 11200 in world.codes()
        else:
            assert world.heard(OLENA) == ["Так"]
        assert len(world.product.asked("/in")) == asked
        assert world.simulator.counts[f"fault_{kind.value}"] == 1


async def test_an_answer_that_comes_too_late_is_asked_for_again_if_the_url_says_when() -> None:
    async with suffer(FaultRule(kind=FaultKind.TIMEOUT, match="/in", times=1)) as world:
        number = next(iter(world.carrier.numbers.values()))
        number.voice_url += "#rc=2&rp=ct,rt,5xx&rt=5000"
        await world.dial(OLENA, 10)
        assert len(world.product.asked("/in")) == 2
        assert world.heard(OLENA) == ["Так"]


async def test_a_product_that_is_down_sends_the_caller_to_the_fallback() -> None:
    async with suffer(FaultRule(kind=FaultKind.ERROR, match="/in")) as world:
        world.product.answer("/fallback", "<Say>Вибачте</Say>")
        next(iter(world.carrier.numbers.values())).voice_fallback_url = world.product.url(
            "/fallback"
        )
        await world.dial(OLENA, 10)
        assert world.heard(OLENA) == ["Вибачте"]
        asked = world.product.asked("/fallback")[0]
        assert (asked["ErrorCode"], asked["ErrorUrl"]) == ("11200", world.product.url("/in"))


async def test_what_comes_again_later_is_the_same_to_the_letter() -> None:
    again = FaultRule(
        kind=FaultKind.DUPLICATE_LATER, match="/conf", event="participant-join", seconds=60
    )
    async with suffer(again) as world:
        world.product.answer("/in", ROOM)
        await world.dial(OLENA, 5)
        assert world.product.events("/conf") == ["participant-join"]
        await world.clock.advance(60)
        first, second = world.product.asked("/conf")
        assert first == second


async def test_others_overtake_what_is_delayed_or_shuffled() -> None:
    late = FaultRule(kind=FaultKind.DELAY, match="/conf", event="participant-join", seconds=30)
    async with suffer(late) as world:
        world.product.answer("/in", ROOM)
        await world.dial(OLENA, 5)
        await world.engine.hang_up(world.phone(OLENA))
        await world.clock.advance(40)
        assert world.product.events("/conf") == [
            "participant-leave",
            "conference-end",
            "participant-join",
        ]


async def test_within_a_window_everything_may_change_its_order() -> None:
    async with suffer(FaultRule(kind=FaultKind.REORDER, match="/conf", seconds=9)) as world:
        world.product.answer("/in", ROOM)
        for number in (OLENA, TARAS):
            await world.dial(number, 0.1)
        for number in (OLENA, TARAS):
            await world.engine.hang_up(world.phone(number))
        await world.clock.advance(10)
        order = [int(value) for value in world.product.events("/conf", "SequenceNumber")]
        assert sorted(order) != order


async def test_the_providers_clock_may_be_wrong() -> None:
    async with suffer(FaultRule(kind=FaultKind.SKEW, match="/conf", seconds=-3600)) as world:
        world.product.answer("/in", ROOM)
        await world.dial(OLENA, 5)
        assert "07:00:0" in world.product.asked("/conf")[0]["Timestamp"]


async def test_without_media_nobody_is_heard_for_a_while() -> None:
    loss = FaultRule(
        kind=FaultKind.MEDIA_LOSS, on="call", match=OLENA, seconds=2, lasts=10, times=1
    )
    async with suffer(loss) as world:
        world.product.answer("/in", ROOM)
        await world.dial(OLENA)
        await world.dial(TARAS, 3)
        world.engine.say(world.phone(OLENA), "Алло")
        world.engine.say(world.phone(TARAS), "Чуєте?")
        await world.clock.advance(10)
        world.engine.say(world.phone(OLENA), "Тепер чую")
        assert world.heard(TARAS) == ["Тепер чую"]
        assert world.heard(OLENA) == []


async def test_a_telephone_may_vanish() -> None:
    async with suffer(FaultRule(kind=FaultKind.VANISH, on="call", seconds=5)) as world:
        leg = await world.dial(OLENA, 4)
        assert not leg.is_ended
        await world.clock.advance(2)
        assert leg.is_ended


def test_a_rule_may_strike_the_third_time_only() -> None:
    faults = Faults(1)
    faults.add(FaultRule(kind=FaultKind.DROP, match="x", nth=3))
    assert [bool(faults.choose("webhook", "x")) for _ in range(5)] == [
        False,
        False,
        True,
        False,
        False,
    ]


def test_a_rule_for_an_event_leaves_the_others_alone() -> None:
    faults = Faults(1)
    faults.add(FaultRule(kind=FaultKind.DROP, event="participant-join"))
    assert not faults.choose("webhook", "participant-join", frozenset({"participant-leave"}))
    assert faults.choose("webhook", "x", frozenset({"participant-join"}))


async def break_rest(rest: Rest, **rule: object) -> None:
    rest.simulator.faults.add(FaultRule(on="rest", times=1, **rule))  # type: ignore[arg-type]


async def test_the_race_with_who_hangs_up_is_21220() -> None:
    async with open_rest(OPEN_ENDED) as rest:
        sid = await rest.dial(OLENA)
        await break_rest(rest, kind=FaultKind.ENDED_BEFORE, match="/Calls/CA")
        assert await rest.refused("POST", f"/Calls/{sid}.json", Url=VOICE) == (400, 21220)


async def test_an_answer_may_be_garbage_though_the_call_was_made() -> None:
    async with open_rest() as rest:
        await break_rest(rest, kind=FaultKind.GARBAGE, match="POST")
        asked = {"To": OLENA, "From": HOTLINE, "Url": VOICE}
        answer = await rest.client.post(
            f"http://phones.test/2010-04-01/Accounts/{rest.simulator.config.account_sid}/Calls.json",
            data=asked,
        )
        assert answer.text.startswith("<html>")
        assert len(rest.simulator.carrier.legs) == 1


async def test_an_answer_may_never_come_though_the_call_was_made() -> None:
    async with open_rest() as rest:
        await break_rest(rest, kind=FaultKind.LOST_ANSWER, status=0, seconds=0)
        path = f"/2010-04-01/Accounts/{rest.simulator.config.account_sid}/Calls.json"
        body = f"To={OLENA}&From={HOTLINE}&Url={VOICE}".replace("+", "%2B").encode()
        header = "Basic " + base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
        with pytest.raises(AnswerLost):
            await answer_request(rest.simulator, "POST", path, body=body, authorization=header)
        assert len(rest.simulator.carrier.legs) == 1


async def test_too_many_requests_at_once_are_20429_and_are_not_processed() -> None:
    async with open_rest() as rest:
        await break_rest(rest, kind=FaultKind.ERROR, status=429, code=20429)
        asked = {"To": OLENA, "From": HOTLINE, "Url": VOICE}
        assert await rest.refused("POST", "/Calls.json", **asked) == (429, 20429)
        assert rest.simulator.carrier.legs == {}
