"""Calls that a carrier hands over or forwards, as signed webhooks: the number may be missing."""

import pytest
from tests.factories import LINE
from tests.services.telephony import Show, book
from tests.web.webhooks.test_webhooks import ACCOUNT, Caller, caller, show

from hotline_sessions.store.engine import fetch_value


__all__ = ["caller", "show"]

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

TWILIO = "+353861234567"
CALL = "CA" + "d" * 32
OLENA = "+380671112233"
NATIONAL = "0671112233"
TAIL = 'numDigits="2"'
CODE = 'numDigits="6"'


async def call(caller: Caller, **fields: str) -> tuple[int, str]:
    form = {
        "AccountSid": ACCOUNT,
        "CallSid": CALL,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "From": OLENA,
        "To": LINE,
    }
    return await caller.post("/in", form | fields)


async def find_peer() -> str | None:
    found: str | None = await fetch_value("select peer_number from call where sid = $1", CALL)
    return found


@pytest.mark.parametrize(
    "written",
    [NATIONAL, f"sip:{NATIONAL}@carrier.example;user=phone", "sip:%2B380671112233@10.0.0.1"],
    ids=["national", "sip", "sip-escaped"],
)
async def test_a_booked_citizen_is_known_however_the_carrier_writes_the_number(
    caller: Caller, show: Show, written: str
) -> None:
    await book(show, phone=OLENA)

    status, document = await call(caller, From=written)

    assert status == 200
    assert TAIL in document
    assert await find_peer() == OLENA


async def test_a_line_of_ones_own_carrier_may_be_called_by_its_address(caller: Caller) -> None:
    status, document = await call(caller, To="sip:0800502708@hotline.sip.twilio.com")

    assert status == 200
    assert CODE in document


async def test_a_forwarded_call_is_for_the_line_that_was_dialled(caller: Caller) -> None:
    status, document = await call(caller, To=TWILIO, ForwardedFrom="0800502708")

    assert status == 200
    assert CODE in document
    assert await find_peer() == OLENA


async def test_without_it_a_call_to_another_number_is_for_nobody(caller: Caller) -> None:
    status, _ = await call(caller, To=TWILIO)

    assert status == 403


@pytest.mark.parametrize("lost", [LINE, "0800502708", "anonymous", "+266696687", ""])
async def test_where_the_carrier_loses_the_number_the_code_is_asked_for(
    caller: Caller, show: Show, lost: str
) -> None:
    """The number of the line is nobody's: whoever had booked with it would be recognised."""
    await book(show, phone=OLENA)

    status, document = await call(caller, From=lost, To=TWILIO, ForwardedFrom=LINE)

    assert status == 200
    assert CODE in document
    assert await find_peer() is None
