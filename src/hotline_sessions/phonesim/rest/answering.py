"""A request of the REST interface from its bytes to those of its answer, faults included."""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from msgspec import Struct, field

from hotline_sessions.phonesim.errors import NotFound, TwilioError
from hotline_sessions.phonesim.faults import FaultKind, FaultRule, find_rule
from hotline_sessions.phonesim.legs import CallStatus
from hotline_sessions.phonesim.rest.accounts import answer_balance, answer_caller_ids, show_account
from hotline_sessions.phonesim.rest.applications import answer_applications
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.calls import answer_calls
from hotline_sessions.phonesim.rest.conferences import answer_conferences
from hotline_sessions.phonesim.rest.forms import check_credentials, parse_form
from hotline_sessions.phonesim.rest.messages import answer_messages
from hotline_sessions.phonesim.rest.notifications import answer_notifications
from hotline_sessions.phonesim.rest.numbers import answer_numbers
from hotline_sessions.phonesim.rest.permissions import answer_permissions
from hotline_sessions.phonesim.rest.queues import answer_queues
from hotline_sessions.phonesim.rest.recordings import answer_recordings
from hotline_sessions.phonesim.rest.trunks import answer_trunks
from hotline_sessions.phonesim.rooms import NotAdmitted
from hotline_sessions.phonesim.simulator import Simulator


AREAS: Final[dict[str, Callable[[Ask], Awaitable[Reply]]]] = {
    "Applications": answer_applications,
    "Balance": answer_balance,
    "Calls": answer_calls,
    "Conferences": answer_conferences,
    "IncomingPhoneNumbers": answer_numbers,
    "Messages": answer_messages,
    "Notifications": answer_notifications,
    "OutgoingCallerIds": answer_caller_ids,
    "Queues": answer_queues,
    "Recordings": answer_recordings,
}
CLASSIC: Final = "/2010-04-01/Accounts/"
NEWER: Final = "/v1/"
UNAUTHORIZED: Final = 401
JSON: Final = "application/json"
GARBAGE: Final = b"<html><body>502 Bad Gateway</body></html>"


class AnswerLost(Exception):
    """The request was carried out; its answer never comes."""


class RestAnswer(Struct, frozen=True, kw_only=True):
    """What goes back to the one who asked."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


async def answer_request(
    simulator: Simulator,
    method: str,
    path: str,
    *,
    query: bytes = b"",
    body: bytes = b"",
    authorization: str = "",
) -> RestAnswer:
    """Answer one request; ``authorization`` is the value of that header.

    Raises:
        AnswerLost: A fault on purpose has eaten the answer.
    """
    limiter = simulator.engine.limiter
    rules = simulator.faults.choose("rest", f"{method} {path}")
    limiter.rest_requests += 1
    simulator.trace.count("rest")
    try:
        if delay := find_rule(rules, FaultKind.DELAY):
            await simulator.clock.sleep(delay.seconds)
        if refusal := find_rule(rules, FaultKind.ERROR):
            return _refuse(simulator, TwilioError(refusal.status, refusal.code, "Unavailable"))
        if find_rule(rules, FaultKind.ENDED_BEFORE):
            await _end_first(simulator, path)
        answer = await _answer(simulator, method, path, query, body, authorization)
        _note(simulator, method, path, body, answer)
        return await _break(simulator, answer, rules)
    finally:
        limiter.rest_requests -= 1


async def _answer(
    simulator: Simulator, method: str, path: str, query: bytes, body: bytes, authorization: str
) -> RestAnswer:
    try:
        _check_concurrency(simulator)
        ask = _read(simulator, method, path, query, body, authorization)
        area = _find_area(ask)
        reply = await area(ask)
    except TwilioError as error:
        return _refuse(simulator, error)
    except NotAdmitted as refusal:
        return _refuse(simulator, TwilioError(400, refusal.code, str(refusal)))
    if reply.media is not None:
        return RestAnswer(status=reply.status, body=reply.media, content_type="audio/wav")
    content = b"" if reply.json is None else msgspec.json.encode(reply.json)
    return RestAnswer(status=reply.status, body=content, headers=_headers(simulator))


def _read(
    simulator: Simulator, method: str, path: str, query: bytes, body: bytes, authorization: str
) -> Ask:
    config = simulator.config
    if path.startswith(CLASSIC):
        account, _, rest = path.removeprefix(CLASSIC).partition("/")
        account = account.removesuffix(".json")
    else:
        account, rest = config.account_sid, path.lstrip("/")
    check_credentials(authorization, account, config)
    return Ask(
        simulator=simulator,
        method=method,
        path=path,
        parts=tuple(rest.strip("/").removesuffix(".json").split("/")),
        form=parse_form(body),
        query=parse_form(query),
    )


def _find_area(ask: Ask) -> Callable[[Ask], Awaitable[Reply]]:
    if ask.path.startswith(NEWER):
        return answer_trunks if "ByocTrunks" in ask.parts else answer_permissions
    if ask.parts == ("",):
        return show_account
    area = AREAS.get(ask.parts[0])
    if area is None:
        raise NotFound(ask.path)
    return area


def _check_concurrency(simulator: Simulator) -> None:
    limiter = simulator.engine.limiter
    most = limiter.limits.rest_concurrency
    if most and limiter.rest_requests > most:
        raise TwilioError(429, 20429, "Too many requests")


async def _end_first(simulator: Simulator, path: str) -> None:
    """Let the call that ``path`` is about end now, as if its owner had hung up just before."""
    for part in path.split("/"):
        leg = simulator.carrier.live.get(part.removesuffix(".json"))
        if leg is not None:
            await simulator.engine.cut(leg, CallStatus.COMPLETED)


async def _break(simulator: Simulator, answer: RestAnswer, rules: list[FaultRule]) -> RestAnswer:
    if find_rule(rules, FaultKind.GARBAGE):
        return RestAnswer(status=200, body=GARBAGE, content_type="text/html")
    lost = find_rule(rules, FaultKind.LOST_ANSWER, FaultKind.TIMEOUT)
    if lost is None:
        return answer
    if lost.seconds:
        await simulator.clock.sleep(lost.seconds)
    if lost.kind is FaultKind.TIMEOUT or not lost.status:
        raise AnswerLost
    return _refuse(simulator, TwilioError(lost.status, lost.code, "Service unavailable"))


def _refuse(simulator: Simulator, error: TwilioError) -> RestAnswer:
    headers = _headers(simulator)
    if error.status == UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    body = msgspec.json.encode(error.as_json())
    return RestAnswer(status=error.status, body=body, headers=headers)


def _headers(simulator: Simulator) -> dict[str, str]:
    return {"Twilio-Concurrent-Requests": str(simulator.engine.limiter.rest_requests)}


def _note(simulator: Simulator, method: str, path: str, body: bytes, answer: RestAnswer) -> None:
    fields = [(name, values[0]) for name, values in parse_form(body).values.items()]
    simulator.trace.note("rest", method=method, path=path, fields=fields, status=answer.status)
