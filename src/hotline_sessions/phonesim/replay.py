"""The people of a trace once more: what they did, at the moments they did it."""

from collections.abc import Iterable
from typing import Any

import msgspec

from hotline_sessions.phonesim.engine import CannotDo
from hotline_sessions.phonesim.simulator import Simulator


async def replay(simulator: Simulator, lines: Iterable[str]) -> int:
    """Do what the people of a trace did; how much of it could not be done this time.

    The simulator needs the same SIM cards, and its clock has to move meanwhile. Faults
    come again with the same seed and the same rules.
    """
    refused = 0
    for line in lines:
        event: dict[str, Any] = msgspec.json.decode(line)
        if event["kind"] != "person":
            continue
        await simulator.clock.sleep(float(event["at"]) - simulator.clock.elapsed())
        try:
            await _do(simulator, event)
        except CannotDo:
            refused += 1
    return refused


async def _do(simulator: Simulator, event: dict[str, Any]) -> None:
    engine, carrier = simulator.engine, simulator.carrier
    handset = carrier.handsets.get(event["phone"])
    if handset is None:
        raise CannotDo("no-such-telephone")
    match event["what"]:
        case "dial":
            engine.dial(handset, event["to"], shown_as=event.get("shown_as"))
        case "connect" if event["application"] in carrier.applications:
            engine.connect(handset, carrier.applications[event["application"]], event["params"])
        case "answer" | "decline":
            engine.pick_up(handset, answer=event["what"] == "answer")
        case "press":
            engine.press(handset, event["digits"])
        case "say":
            engine.say(handset, event["text"])
        case "hang-up":
            await engine.hang_up(handset)
        case _:
            raise CannotDo("unknown")
