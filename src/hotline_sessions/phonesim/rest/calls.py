"""Calls: create, fetch, list, update, and what belongs to one call."""

import re
from datetime import datetime, timedelta
from typing import Final
from xml.sax.saxutils import quoteattr

from hotline_sessions.phonesim.errors import BadUrl, TwilioError
from hotline_sessions.phonesim.handsets import CLIENT, parse_client
from hotline_sessions.phonesim.legs import CallStatus, Detection, Goto, Leg, StatusCallback
from hotline_sessions.phonesim.parameters import country_of
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.notifications import list_events, list_notifications
from hotline_sessions.phonesim.rest.recordings import answer_call_recordings
from hotline_sessions.phonesim.rest.transcriptions import answer_transcriptions
from hotline_sessions.phonesim.rest.views import view_call


NUMBER: Final = re.compile(r"\+?[1-9]\d{2,14}")
IDENTITY: Final = re.compile(r"client:[A-Za-z0-9_.\-]{1,121}")
LONGEST_RING: Final = 600
LONGEST_TWIML: Final = 4000
DAY_LENGTH: Final = len("2026-01-31")
OURS_TO_ASK: Final = frozenset({CallStatus.COMPLETED, CallStatus.CANCELED})


async def answer_calls(ask: Ask) -> Reply:
    """Answer a request below ``/Calls``."""
    match (ask.method, ask.parts):
        case ("POST", ("Calls",)):
            return _create(ask)
        case ("GET", ("Calls",)):
            return _list(ask)
        case ("GET", ("Calls", sid)):
            return show_call(ask, find_call(ask, sid))
        case ("POST", ("Calls", sid)):
            return await _update(ask, find_call(ask, sid))
        case (_, ("Calls", sid, area, *rest)):
            return _answer_part(ask, find_call(ask, sid), area, tuple(rest))
        case _:
            raise ask.not_found()


def _answer_part(ask: Ask, leg: Leg, area: str, rest: tuple[str, ...]) -> Reply:
    match (ask.method, area):
        case (_, "Recordings"):
            return answer_call_recordings(ask, leg, rest)
        case (_, "Transcriptions"):
            return answer_transcriptions(ask, leg, rest)
        case ("GET", "Events"):
            return list_events(ask, leg.sid)
        case ("GET", "Notifications"):
            return list_notifications(ask, leg.sid)
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


def build_call(ask: Ask) -> Leg:
    """A call with what the form says about its ends, its callback and its limits.

    Raises:
        TwilioError: Something in the form is missing or wrong.
    """
    form = ask.form
    to, params = _read_to(ask)
    from_ = _read_from(ask)
    callback = StatusCallback(
        url=form.url("StatusCallback"),
        method=form.get("StatusCallbackMethod", "POST"),
        events=frozenset(" ".join(form.all("StatusCallbackEvent") or ["completed"]).split()),
    )
    detection = _read_detection(ask)
    ring, limit = form.number("Timeout", 60), form.number("TimeLimit", 14_400)
    leg = ask.simulator.engine.new_outbound(from_, to)
    leg.params, leg.callback, leg.detection = params, callback, detection
    leg.ring_seconds, leg.time_limit = min(LONGEST_RING, ring), limit
    leg.send_digits = form.get("SendDigits")
    return leg


def place(ask: Ask, leg: Leg) -> None:
    """Place a call, or forget it if the account may not.

    Raises:
        TwilioError: 10004 or 22005, limits.
    """
    try:
        ask.simulator.engine.place_call(leg)
    except TwilioError:
        ask.simulator.engine.forget(leg)
        raise


def _create(ask: Ask) -> Reply:
    voice, fallback = _read_voice(ask), ask.form.url("FallbackUrl")
    leg = build_call(ask)
    leg.voice, leg.fallback_url = voice, fallback
    place(ask, leg)
    return Reply(status=201, json=view_call(ask.account, leg, ask.simulator.clock.now()))


def _read_to(ask: Ask) -> tuple[str, dict[str, str]]:
    to = ask.form.get("To")
    if not to:
        raise TwilioError(400, 21201, "No 'To' number is specified")
    if to.startswith(CLIENT):
        address, params = parse_client(to)
        if not IDENTITY.fullmatch(address):
            raise TwilioError(400, 21211, "To is not a valid client")
        return address, params
    check_number(to, 21211, "To")
    country = country_of(to)
    if country and country not in ask.simulator.carrier.countries:
        raise TwilioError(400, 21215, f"Calls to {country} are not permitted")
    return to, {}


def _read_from(ask: Ask) -> str:
    value = ask.form.get("From")
    if not value:
        raise TwilioError(400, 21213, "No 'From' number is specified")
    if value.startswith(CLIENT):
        return value
    check_number(value, 21212, "From")
    is_ours = value in ask.simulator.config.caller_ids or ask.form.has("Byoc")
    if not is_ours and ask.simulator.carrier.find_number(value) is None:
        raise TwilioError(400, 21210, "'From' phone number not verified")
    return value


def _read_detection(ask: Ask) -> Detection | None:
    mode = ask.form.get("MachineDetection")
    if not mode or ask.form.has("SendDigits"):
        return None
    if mode not in {"Enable", "DetectMessageEnd"}:
        raise TwilioError(400, 21222, "MachineDetection is not valid")
    return Detection(
        waits_for_end=mode == "DetectMessageEnd",
        is_async=ask.form.flag("AsyncAmd"),
        url=ask.form.url("AsyncAmdStatusCallback"),
        method=ask.form.get("AsyncAmdStatusCallbackMethod", "POST"),
    )


def _read_voice(ask: Ask) -> Goto:
    """What the call is to play: an application's, a document, or one at an address."""
    form = ask.form
    if form.has("ApplicationSid"):
        application = ask.simulator.carrier.applications.get(form.get("ApplicationSid"))
        if application is None:
            raise TwilioError(400, 21218, "Invalid ApplicationSid")
        return Goto(url=application.voice_url, method=application.voice_method)
    return _read_goto(ask)


def _read_goto(ask: Ask) -> Goto:
    text = ask.form.get("Twiml")
    if len(text) > LONGEST_TWIML:
        raise TwilioError(400, 21623, "Twiml is longer than 4000 characters")
    url = ask.form.url("Url")
    if not url and not text:
        raise BadUrl("")
    return Goto(url="" if text else url, method=ask.form.get("Method", "POST"), text=text)


async def _update(ask: Ask, leg: Leg) -> Reply:
    form, engine, status = ask.form, ask.simulator.engine, ask.form.get("Status")
    if status:
        if status not in OURS_TO_ASK:
            raise TwilioError(400, 21220, f"Status {status} cannot be asked for")
        await engine.end(leg, CallStatus(status))
        return show_call(ask, leg)
    goto = _read_goto(ask)
    fallback, callback = form.url("FallbackUrl"), form.url("StatusCallback")
    await engine.redirect(leg, goto)
    if form.has("FallbackUrl"):
        leg.fallback_url = fallback
    if form.has("StatusCallback"):
        method = form.get("StatusCallbackMethod", "POST")
        leg.callback = StatusCallback(url=callback, method=method, events=leg.callback.events)
    return show_call(ask, leg)


def _list(ask: Ask) -> Reply:
    query, now, carrier = ask.query, ask.simulator.clock.now(), ask.simulator.carrier
    number = query.get("To") or query.get("From")
    known = carrier.calls_with(number) if number else list(carrier.legs.values())
    legs = [
        leg
        for leg in reversed(known)
        if query.get("To", leg.to) == leg.to
        and query.get("From", leg.from_) == leg.from_
        and query.get("Status", leg.status.value) == leg.status.value
        and query.get("ParentCallSid", leg.parent_sid) == leg.parent_sid
        and _started_within(ask, leg)
    ]
    shown = ask.slice_page(legs)
    return ask.page("calls", [view_call(ask.account, leg, now) for leg in shown], len(legs))


def _started_within(ask: Ask, leg: Leg) -> bool:
    """Filter by the moment of creation; dates without a time mean whole days."""
    started = leg.created_at
    after, before = ask.query.get("StartTime>"), ask.query.get("StartTime<")
    on = ask.query.get("StartTime")
    if after and started < _moment(after, started):
        return False
    if on and not _moment(on, started) <= started < _moment(on, started) + timedelta(days=1):
        return False
    if not before:
        return True
    end = _moment(before, started)
    return started <= end + (timedelta(days=1) if len(before) == DAY_LENGTH else timedelta())


def _moment(text: str, like: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise TwilioError(400, 20001, "StartTime is not a date") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=like.tzinfo)


def show_call(ask: Ask, leg: Leg) -> Reply:
    """A call."""
    return Reply(json=view_call(ask.account, leg, ask.simulator.clock.now()))


def find_call(ask: Ask, sid: str) -> Leg:
    """Call by its identifier.

    Raises:
        NotFound: There is none.
    """
    leg = ask.simulator.carrier.legs.get(sid)
    if leg is None:
        raise ask.not_found()
    return leg


def write_attributes(values: dict[str, str]) -> str:
    """Attributes of an XML element; empty ones are left out."""
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items() if value)
