"""Faults of the REST interface: errors instead of answers, and answers that get lost."""

import msgspec
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from hotline_sessions.phonesim.errors import TwilioError
from hotline_sessions.phonesim.faults import FaultKind, FaultRule
from hotline_sessions.phonesim.simulator import Simulator


def break_rest(app: ASGIApp) -> ASGIApp:
    """Middleware that lets the faults in force strike requests of the REST interface."""

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if not path.startswith("/2010-04-01/"):
            await app(scope, receive, send)
            return
        simulator: Simulator = scope["litestar_app"].state.simulator
        subject = f"{scope.get('method', '')} {path}"
        for rule in simulator.faults.choose("rest", subject):
            if rule.kind is FaultKind.DELAY:
                await simulator.clock.sleep(rule.seconds)
            elif rule.kind is FaultKind.ERROR:
                await _send_error(send, rule)
                return
            elif rule.kind is FaultKind.LOST_ANSWER:
                await app(scope, receive, _swallow)
                await simulator.clock.sleep(rule.seconds)
                await _send_error(send, rule)
                return
        await app(scope, receive, send)

    return broken


async def _swallow(_: Message) -> None:
    """The request was carried out; its answer goes nowhere."""


async def _send_error(send: Send, rule: FaultRule) -> None:
    body = msgspec.json.encode(TwilioError(rule.status, rule.code, "Service unavailable").as_json())
    await send(
        {
            "type": "http.response.start",
            "status": rule.status,
            "headers": [(b"content-type", b"application/json")],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
