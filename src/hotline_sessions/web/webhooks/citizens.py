"""Webhooks of citizens' calls: each proves, parses, decides once, answers the same."""

from litestar import post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException

from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.phones import BadPhone, is_withheld, parse_phone
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.gateways.twilio.payloads import VoiceForm
from hotline_sessions.services import calls, greeting
from hotline_sessions.services.greeting import Incoming
from hotline_sessions.services.inbox import Speak
from hotline_sessions.web.webhooks.deliveries import (
    build_delivery,
    build_visit,
    build_visit_delivery,
    read_leg,
)
from hotline_sessions.web.webhooks.genuine import Genuine
from hotline_sessions.web.webhooks.setup import TWIML, TwilioSetup


@post("/in", status_code=200, media_type=TWIML)
async def greet(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """A call comes in."""
    form = genuine.read(VoiceForm)
    incoming = Incoming(
        sid=CallSid(form.call_sid), line=parse_line(form.to), caller=parse_caller(form.from_)
    )
    delivery = build_delivery(genuine, "voice", "in", form.call_sid)
    return await greeting.greet(incoming, delivery, speak, clock=setup.clock)


@post("/in/code", status_code=200, media_type=TWIML)
async def accept_code(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """A code has been keyed in, or nothing."""
    form = genuine.read(VoiceForm)
    visit = build_visit(genuine, form, "n", result=form.digits)
    delivery = build_visit_delivery(genuine, visit, "code")
    return await greeting.accept_code(
        visit, delivery, speak, secret=setup.booking_secret, clock=setup.clock
    )


@post("/q/wait", status_code=200, media_type=TWIML)
async def hold(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """What to say to a waiting caller: read, never written down."""
    genuine.read(VoiceForm)
    return speak(await calls.read_hold(read_leg(genuine), clock=setup.clock))


@post("/q/left", status_code=200, media_type=TWIML)
async def leave_queue(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """A caller has come out of the queue."""
    form = genuine.read(VoiceForm)
    visit = build_visit(genuine, form, "n", result=form.queue_result)
    delivery = build_visit_delivery(genuine, visit, "left", form.queue_result, form.call_status)
    return await calls.leave_queue(visit, delivery, speak, clock=setup.clock)


@post("/air/join", status_code=200, media_type=TWIML)
async def join_air(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """A summoned citizen comes to the air."""
    visit = build_visit(genuine, genuine.read(VoiceForm), "t")
    delivery = build_visit_delivery(genuine, visit, "join")
    return await calls.join_air(visit, delivery, speak, clock=setup.clock)


@post("/air/after", status_code=200, media_type=TWIML)
async def left_air(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """A citizen has come out of the conference, or could not get in."""
    form = genuine.read(VoiceForm)
    visit = build_visit(genuine, form, "t")
    delivery = build_visit_delivery(genuine, visit, "after", form.call_status)
    return await calls.left_air(visit, delivery, speak, clock=setup.clock)


@post("/bye", status_code=200, media_type=TWIML)
async def say_goodbye(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """A citizen is seen off."""
    visit = build_visit(genuine, genuine.read(VoiceForm), "")
    try:
        why = Parting(genuine.query.get("why", ""))
    except ValueError:
        raise ClientException("bad-address") from None
    delivery = build_visit_delivery(genuine, visit, "bye")
    return await calls.say_goodbye(visit, why, delivery, speak, clock=setup.clock)


def parse_caller(from_: str) -> str | None:
    """The caller's number as we keep it; None when withheld or no number."""
    if is_withheld(from_):
        return None
    try:
        return parse_phone(from_)
    except BadPhone:
        return None


def parse_line(to: str) -> str:
    """The number that was called as we keep it; what cannot be read is no line of ours."""
    try:
        return parse_phone(to)
    except BadPhone:
        return to
