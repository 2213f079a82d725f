"""Twilio's interface as far as the product needs it during a bench: it obeys at once."""

import asyncio
import time
from typing import Final, cast
from urllib.parse import parse_qs, parse_qsl, urlsplit

import msgspec

from hotline_sessions.cli.bench_callers import ACCOUNT_SID
from hotline_sessions.cli.bench_network import Caller, Network, name_room


CALLS: Final = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Calls"
CONFERENCES: Final = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Conferences"

Answer = tuple[int, dict[str, object]]


class Interface(asyncio.Protocol):
    """One connection of the product to the network."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._transport: asyncio.Transport | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer a request once it is complete."""
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        length = int(_header(head, b"content-length") or 0)
        if not separator or len(body) < length or self._transport is None:
            return
        self._buffer = b""
        method, target, _ = head.split(b" ", 2)
        status, answer = answer_request(
            self._network, method.decode(), target.decode(), dict(parse_qsl(body.decode()))
        )
        text = msgspec.json.encode(answer)
        self._transport.write(
            b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (status, len(text), text)
        )


def answer_request(network: Network, method: str, target: str, form: dict[str, str]) -> Answer:
    """What the network does, and what it says."""
    path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
    now = time.monotonic()
    if path == f"{CALLS}.json" and method == "POST":
        caller = network.place(
            form["To"], form["Url"], form.get("StatusCallback", ""), form["From"], now
        )
        return 201, _view(caller.sid, "queued")
    if path.startswith(f"{CALLS}/"):
        sid = path.removeprefix(f"{CALLS}/").partition(".")[0]
        return _answer_call(network, network.calls.get(sid), sid, form, now)
    if path == f"{CONFERENCES}.json":
        sid = name_room(query.get("FriendlyName", [""])[0])
        is_listed = query.get("Status") == ["in-progress"] and network.list_room(sid)
        return 200, {"conferences": [{"sid": sid, "status": "in-progress"}] if is_listed else []}
    if path.startswith(f"{CONFERENCES}/") and path.endswith("/Participants.json"):
        members = network.list_room(path.split("/")[5])
        return 200, {"participants": [{"call_sid": caller.sid} for caller in members]}
    return 200, {"sid": path.rpartition("/")[2]}


def _answer_call(
    network: Network, caller: Caller | None, sid: str, form: dict[str, str], now: float
) -> Answer:
    if caller is None:
        if form:
            return 400, {"code": 21220, "message": "Call is not in-progress", "status": 400}
        return 200, _view(sid, "completed")
    if form.get("Url"):
        network.move(caller, form["Url"], now)
    elif form.get("Status"):
        network.end(caller, now)
    return 200, _view(sid, "completed" if caller.is_over else "in-progress")


def _view(sid: str, status: str) -> dict[str, object]:
    return {"sid": sid, "account_sid": ACCOUNT_SID, "status": status}


def _header(head: bytes, name: bytes) -> bytes:
    _, found, rest = head.lower().partition(b"\r\n" + name + b":")
    return rest.partition(b"\r\n")[0].strip() if found else b""
