"""Calls: create, fetch, list, update."""

import re
from datetime import datetime
from typing import Final

from hotline_sessions.phonesim.errors import BadUrl, TwilioError
from hotline_sessions.phonesim.legs import CallStatus, Goto, Leg, StatusCallback
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.recordings import list_recordings
from hotline_sessions.phonesim.rest.views import view_call


NUMBER: Final = re.compile(r"\+?[1-9]\d{2,14}")
LONGEST_RING: Final = 600


async def answer_calls(ask: Ask) -> Reply:
    """Answer a request below ``/Calls``."""
    match (ask.method, ask.parts):
        case ("POST", ("Calls",)):
            return _create(ask)
        case ("GET", ("Calls",)):
            return _list(ask)
        case ("GET", ("Calls", sid)):
            return _show(ask, _find(ask, sid))
        case ("POST", ("Calls", sid)):
            return await _update(ask, _find(ask, sid))
        case ("GET", ("Calls", sid, "Recordings")):
            return list_recordings(ask, _find(ask, sid).sid)
        case _:
            raise ask.not_found()


def check_number(value: str, code: int, name: str) -> str:
    """``value`` if it can be dialled.

    Raises:
        TwilioError: ``code``, it cannot.
    """
    if not NUMBER.fullmatch(value):
        raise TwilioError(400, code, f"{name} is not a valid phone number")
    return value


def _create(ask: Ask) -> Reply:
    form, engine = ask.form, ask.simulator.engine
    if not form.get("To"):
        raise TwilioError(400, 21201, "No 'To' number is specified")
    if not form.get("From"):
        raise TwilioError(400, 21213, "No 'From' number is specified")
    to = check_number(form.get("To"), 21211, "To")
    from_ = check_number(form.get("From"), 21212, "From")
    if ask.simulator.carrier.find_number(from_) is None:
        raise TwilioError(400, 21210, "'From' phone number not verified")
    url = form.url("Url")
    if not url:
        raise BadUrl("")
    leg = engine.new_outbound(from_, to)
    leg.voice = Goto(url=url, method=form.get("Method", "POST"))
    leg.fallback_url = form.url("FallbackUrl")
    leg.ring_seconds = min(LONGEST_RING, form.number("Timeout", 60))
    leg.time_limit = form.number("TimeLimit", 14_400)
    events = form.all("StatusCallbackEvent") or ["completed"]
    leg.callback = StatusCallback(
        url=form.url("StatusCallback"),
        method=form.get("StatusCallbackMethod", "POST"),
        events=frozenset(" ".join(events).split()),
    )
    reply = Reply(status=201, json=view_call(ask.account, leg, ask.simulator.clock.now()))
    engine.place_call(leg)
    return reply


async def _update(ask: Ask, leg: Leg) -> Reply:
    form, engine = ask.form, ask.simulator.engine
    url, status = form.url("Url"), form.get("Status")
    if form.has("Twiml"):
        raise TwilioError(400, 21218, "This simulator takes a Url, not Twiml")
    if status:
        if status not in {CallStatus.COMPLETED, CallStatus.CANCELED}:
            raise TwilioError(400, 21220, f"Status {status} cannot be asked for")
        await engine.end(leg, CallStatus(status))
    elif url:
        if form.has("FallbackUrl"):
            leg.fallback_url = form.url("FallbackUrl")
        await engine.redirect(leg, Goto(url=url, method=form.get("Method", "POST")))
    else:
        raise BadUrl("")
    return _show(ask, leg)


def _list(ask: Ask) -> Reply:
    query, now = ask.query, ask.simulator.clock.now()
    legs = [
        leg
        for leg in reversed(ask.simulator.carrier.legs.values())
        if query.get("To", leg.to) == leg.to
        and query.get("From", leg.from_) == leg.from_
        and query.get("Status", leg.status.value) == leg.status.value
        and _started_within(leg, query.get("StartTime>"), query.get("StartTime<"))
    ]
    return ask.page("calls", [view_call(ask.account, leg, now) for leg in legs])


def _started_within(leg: Leg, after: str, before: str) -> bool:
    """Filter by the moment of creation; dates without a time mean whole days."""
    started = leg.created_at
    if after and started < _moment(after, started):
        return False
    return not (before and started > _moment(before, started))


def _moment(text: str, like: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise TwilioError(400, 20001, "StartTime is not a date") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=like.tzinfo)


def _show(ask: Ask, leg: Leg) -> Reply:
    return Reply(json=view_call(ask.account, leg, ask.simulator.clock.now()))


def _find(ask: Ask, sid: str) -> Leg:
    leg = ask.simulator.carrier.legs.get(sid)
    if leg is None:
        raise ask.not_found()
    return leg
