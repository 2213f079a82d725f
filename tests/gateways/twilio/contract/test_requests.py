"""Every request that the product can make is one that Twilio describes."""

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.gateways.twilio.contract.gate import (
    ACCOUNT,
    ContractError,
    ContractHttp,
    Sent,
    check_request,
    open_gate,
)

from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.commands import Announce, Destination, Move, SetHold
from hotline_sessions.domain.console import Webhooks
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.prompts import Notice, Parting
from hotline_sessions.domain.recordings import RecordingSid
from hotline_sessions.gateways import twilio
from hotline_sessions.gateways.twilio.account import TwilioConsole
from hotline_sessions.gateways.twilio.addresses import Addresses
from hotline_sessions.gateways.twilio.line import TwilioPhoneLine
from hotline_sessions.gateways.twilio.recordings import TwilioRecordings
from hotline_sessions.gateways.twilio.strays import TwilioStrays
from hotline_sessions.gateways.twilio.texts import TwilioTexts


pytestmark = pytest.mark.anyio

CALL = CallSid("CA" + "b" * 32)
SOUND = RecordingSid("RE" + "c" * 32)
NUMBER = "PN" + "d" * 32
LEG = PublicId("leg0000001")
SESSION = PublicId("sess000001")
OLENA = "+380501234567"
ADDRESSES = Addresses("https://hotline.example.gov.ua")
WEBHOOKS = Webhooks(
    voice_url=ADDRESSES.incoming(),
    fallback_url="https://backup.example.gov.ua/fallback.xml",
    fallback_method="GET",
    status_url=ADDRESSES.incoming_status(),
)
SINCE = datetime(2026, 12, 1, 8, tzinfo=UTC)


async def fetch(_address: str) -> bytes:
    return b""


class Gate:
    """Everything that asks Twilio, behind the gate."""

    def __init__(self) -> None:
        self.client, self.http = open_gate()
        self.line = TwilioPhoneLine(
            self.client,
            ADDRESSES,
            "+380441234567",
            trunk="BY" + "9" * 32,
            fallback_url="https://backup.example.gov.ua/hotline/fallback.xml",
        )
        self.texts = TwilioTexts(self.client, ADDRESSES, "Hotline")
        self.console = TwilioConsole(self.client)
        self.strays = TwilioStrays(self.client)
        self.recordings = TwilioRecordings(self.client, fetch, account_sid=ACCOUNT)


Exercise = Callable[[Gate], Awaitable[object]]


async def ring_everybody(gate: Gate) -> None:
    for role in Role:
        await gate.line.ring(OLENA, leg=LEG, role=role)


async def move_everywhere(gate: Gate) -> None:
    for destination in Destination:
        for why in (None, *Parting):
            await gate.line.move(CALL, Move(leg=LEG, to=destination, turn=3, why=why))


async def hold_and_go_on(gate: Gate) -> None:
    for is_held in (True, False):
        await gate.line.set_hold(CALL, SetHold(leg=LEG, session=SESSION, is_held=is_held, turn=1))


async def announce_everything(gate: Gate) -> None:
    for notice in Notice:
        order = Announce(leg=LEG, session=SESSION, notice=notice, turn=2)
        await gate.line.announce(CALL, order)


EXERCISES: dict[str, Exercise] = {
    "TwilioPhoneLine.ring": ring_everybody,
    "TwilioPhoneLine.move": move_everywhere,
    "TwilioPhoneLine.hang_up": lambda gate: gate.line.hang_up(CALL),
    "TwilioPhoneLine.set_hold": hold_and_go_on,
    "TwilioPhoneLine.announce": announce_everything,
    "TwilioPhoneLine.stop_recording": lambda gate: gate.line.stop_recording(CALL, SOUND),
    "TwilioPhoneLine.stop_recordings": lambda gate: gate.line.stop_recordings(CALL, until=None),
    "TwilioPhoneLine.end_air": lambda gate: gate.line.end_air(SESSION),
    "TwilioPhoneLine.fetch_status": lambda gate: gate.line.fetch_status(CALL),
    "TwilioPhoneLine.find_calls": lambda gate: gate.line.find_calls(OLENA, since=SINCE),
    "TwilioPhoneLine.list_on_air": lambda gate: gate.line.list_on_air(SESSION),
    "TwilioTexts.send": lambda gate: gate.texts.send(OLENA, "Ваш код 418205"),
    "TwilioRecordings.stop": lambda gate: gate.recordings.stop(CALL, SOUND),
    "TwilioRecordings.delete": lambda gate: gate.recordings.delete(SOUND),
    "TwilioRecordings.list_kept": lambda gate: gate.recordings.list_kept(),
    "TwilioStrays.list_kept": lambda gate: gate.strays.list_kept(),
    "TwilioStrays.fetch_call": lambda gate: gate.strays.fetch_call(CALL),
    "TwilioConsole.fetch_account": lambda gate: gate.console.fetch_account(),
    "TwilioConsole.fetch_balance": lambda gate: gate.console.fetch_balance(),
    "TwilioConsole.list_numbers": lambda gate: gate.console.list_numbers(),
    "TwilioConsole.list_verified": lambda gate: gate.console.list_verified(),
    "TwilioConsole.list_applications": lambda gate: gate.console.list_applications(),
    "TwilioConsole.list_countries": lambda gate: gate.console.list_countries(),
    "TwilioConsole.fetch_trunk": lambda gate: gate.console.fetch_trunk("BY" + "e" * 32),
    "TwilioConsole.change_number": lambda gate: gate.console.change_number(NUMBER, WEBHOOKS),
    "TwilioConsole.change_application": (
        lambda gate: gate.console.change_application("AP" + "f" * 32, WEBHOOKS)
    ),
    "TwilioConsole.add_application": lambda gate: gate.console.add_application(WEBHOOKS),
    "TwilioConsole.change_trunk": (
        lambda gate: gate.console.change_trunk("BY" + "e" * 32, WEBHOOKS)
    ),
}
WITHOUT_THE_CLIENT = {"TwilioRecordings.fetch_sound"}
"""What asks by other means: its address is tested with it."""


def list_gateways() -> list[type[Any]]:
    """Classes of the gateway that are given Twilio's client."""
    found = []
    for module_info in pkgutil.iter_modules(twilio.__path__):
        module = importlib.import_module(f"{twilio.__name__}.{module_info.name}")
        found += [
            each
            for _, each in inspect.getmembers(module, inspect.isclass)
            if each.__module__ == module.__name__
            and "client" in inspect.signature(each.__init__).parameters
        ]
    return found


def list_deeds() -> set[str]:
    """Everything they can do."""
    return {
        f"{each.__name__}.{name}"
        for each in list_gateways()
        for name, _ in inspect.getmembers(each, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }


def test_everything_that_asks_twilio_is_tried_here() -> None:
    assert set(EXERCISES) | WITHOUT_THE_CLIENT == list_deeds()


@pytest.mark.parametrize("name", EXERCISES)
async def test_every_request_is_one_that_twilio_describes(name: str) -> None:
    gate = Gate()

    await EXERCISES[name](gate)

    assert gate.http.sent
    for sent in gate.http.sent:
        check_bounds(sent)


def check_bounds(sent: Sent) -> None:
    """What the description does not say, but Twilio's pages do."""
    for name, value in (sent.form | sent.query).items():
        if name.endswith("Url") or name in {"StatusCallback", "Url"}:
            assert str(value).startswith("https://"), name
        if name.endswith("Event"):
            assert isinstance(value, list)
            assert set(value) <= {"initiated", "ringing", "answered", "completed"}
    if "/Calls" in sent.path and sent.form.get("Url"):
        assert sent.form["FallbackUrl"].startswith("https://backup.example.gov.ua/hotline/")
        assert sent.form["FallbackMethod"] == "GET"  # The host of files answers nothing else.
    if sent.path.endswith("/Calls.json") and sent.method == "POST":
        assert sent.form["Byoc"] == "BY" + "9" * 32
        assert 0 < sent.form["Timeout"] <= 600
        assert 0 < sent.form["TimeLimit"] <= 14_400
    if "HoldUrl" in sent.form:
        assert sent.form["HoldMethod"] == "POST"  # The default is GET.


def test_several_values_of_one_field_are_several_fields() -> None:
    fields = {"To": OLENA, "From": OLENA, "Url": "https://x.ua", "StatusCallbackEvent": ["a", "b"]}
    sent = Sent(
        "POST", f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Calls.json", {}, fields
    )

    check_request(sent)

    assert b"StatusCallbackEvent=a&StatusCallbackEvent=b" in sent.as_request().body


BAD = {
    "a-missing-field": ("POST", "Calls", {"From": OLENA, "Url": "https://x.ua"}),
    "a-field-nobody-knows": ("POST", "Calls", {"To": OLENA, "From": OLENA, "Uri": "https://x.ua"}),
    "a-wrong-word": ("POST", f"Calls/{CALL}", {"Status": "over"}),
    "a-wrong-name": ("POST", "Calls/CA1", {"Status": "completed"}),
    "no-number": ("POST", "Calls", {"To": OLENA, "From": OLENA, "Timeout": "long"}),
    "an-unknown-place": ("POST", "Call", {"To": OLENA}),
    "an-unknown-deed": ("DELETE", "Balance", {}),
}


@pytest.mark.parametrize("name", BAD)
def test_what_twilio_does_not_describe_does_not_pass(name: str) -> None:
    method, path, form = BAD[name]
    address = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/{path}.json"

    with pytest.raises(ContractError):
        check_request(Sent(method, address, {}, form))


def test_a_question_with_a_filter_nobody_knows_does_not_pass() -> None:
    address = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Conferences.json"

    with pytest.raises(ContractError):
        check_request(Sent("GET", address, {"Name": "s-1-air"}, {}))


async def test_the_gate_stands_where_the_client_sends() -> None:
    """A canary: a new release of the library may go round it."""
    gate = Gate()

    await gate.line.fetch_status(CALL)

    assert isinstance(gate.client.http_client, ContractHttp)
    assert [(sent.method, sent.path) for sent in gate.http.sent] == [
        ("GET", f"/2010-04-01/Accounts/{ACCOUNT}/Calls/{CALL}.json")
    ]
