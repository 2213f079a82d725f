"""Document systems are told of each step, signed, until they have taken it."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from tests.factories import NOW, SECRET, make_appeal, make_institution, make_staff
from tests.fakes import FrozenClock

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.network import OutcomeUnknown
from hotline_sessions.domain.systems import PAUSES, BadHookUrl, Event
from hotline_sessions.services.appeals import answer
from hotline_sessions.services.hooks import (
    MadeHook,
    change_hook,
    forget_told,
    make_hook,
    note_deliveries,
    show_told,
    tell_systems,
)


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

URL = "https://sed.example/hooks"


class FakeSystem:
    """An address that writes down what it is told and answers as it was told to."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.heard: list[tuple[str, dict[str, str], bytes]] = []

    async def send(self, url: str, headers: dict[str, str], body: bytes) -> int:
        self.heard.append((url, headers, body))
        status = self.answers.pop(0) if self.answers else 204
        if not status:
            raise OutcomeUnknown
        return status


async def make_listener(*events: Event) -> tuple[Staff, MadeHook]:
    staff = await make_staff(institution=(await make_institution()).id)
    made = await make_hook(URL, events, staff=staff, secret=SECRET, may_be_private=False, now=NOW)
    return staff, made


async def tell(system: FakeSystem, clock: FrozenClock) -> None:
    while await note_deliveries(clock=clock):
        pass
    await tell_systems(system, secret=SECRET, public_url="https://lines.example", clock=clock)


async def test_the_steps_that_were_chosen_are_told_once_signed_and_without_persons() -> None:
    staff, made = await make_listener(Event.REGISTERED, Event.ANSWERED)
    clock, system = FrozenClock(NOW), FakeSystem()
    appeal = (await make_appeal(staff=staff)).appeal
    await answer(appeal.public_id, "Усе виправлено.", result="9.1", staff=staff, now=NOW)

    await tell(system, clock)
    await tell(system, clock)

    bodies = [json.loads(body) for _, _, body in system.heard]
    assert [each["type"] for each in bodies] == ["appeal.registered", "appeal.answered"]
    assert bodies[0]["data"] == {
        "institution": bodies[0]["data"]["institution"],
        "public_id": appeal.public_id,
        "register_index": "К-1-2026",
        "state": "answered",
        "url": f"https://lines.example/api/v1/appeals/{appeal.public_id}",
    }
    _, headers, body = system.heard[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))


async def test_what_is_not_taken_is_told_again_later_and_later_under_one_name() -> None:
    staff, made = await make_listener(Event.REGISTERED)
    clock, system = FrozenClock(NOW), FakeSystem(500, 0)
    await make_appeal(staff=staff)

    await tell(system, clock)
    await tell(system, clock)
    clock.pass_time(PAUSES[0])
    await tell(system, clock)
    clock.pass_time(PAUSES[1])
    await tell(system, clock)
    told = await show_told(made.public_id, staff=staff, secret=SECRET)

    assert len({headers["webhook-id"] for _, headers, _ in system.heard}) == 1
    assert [(each.state, each.attempts, each.status) for each in told.deliveries] == [
        ("sent", 3, 204)
    ]


async def test_an_address_that_fails_for_days_is_stopped_and_can_be_started_again() -> None:
    staff, made = await make_listener(Event.REGISTERED)
    clock, system = FrozenClock(NOW), FakeSystem(*[503] * (len(PAUSES) + 1))
    await make_appeal(staff=staff)
    for pause in (timedelta(), *PAUSES):
        clock.pass_time(pause)
        await tell(system, clock)

    stopped = await show_told(made.public_id, staff=staff, secret=SECRET)
    await make_appeal(staff=staff)
    await tell(system, clock)
    heard = len(system.heard)
    await change_hook(made.public_id, "start", staff=staff, now=clock.now())
    await tell(system, clock)

    assert (stopped.hook.stopped_for, stopped.deliveries[0].state) == ("failing", "failed")
    assert heard == len(PAUSES) + 1
    assert len(system.heard) == heard + 2
    clock.pass_time(timedelta(days=91))
    assert await forget_told(clock=clock) == 2


async def test_an_address_that_says_it_is_gone_is_not_told_again() -> None:
    staff, made = await make_listener(Event.REGISTERED)
    await make_appeal(staff=staff)

    await tell(FakeSystem(410), FrozenClock(NOW))

    told = await show_told(made.public_id, staff=staff, secret=SECRET)
    assert told.hook.stopped_for == "gone"


async def test_an_address_belongs_to_its_institution() -> None:
    _, made = await make_listener(Event.REGISTERED)
    stranger = await make_staff(institution=(await make_institution()).id)

    with pytest.raises(NotFound):
        await show_told(made.public_id, staff=stranger, secret=SECRET)
    with pytest.raises(NotFound):
        await change_hook(made.public_id, "remove", staff=stranger, now=NOW)
    with pytest.raises(BadHookUrl):
        await make_hook(
            "http://sed.example/", [Event.CLOSED], staff=stranger,
            secret=SECRET, may_be_private=False, now=NOW,
        )  # fmt: skip
