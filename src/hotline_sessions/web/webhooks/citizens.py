"""Webhooks of citizens' calls that are no line of the table of steps."""

from functools import partial
from typing import Final, TypeVar

from litestar import post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException

from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.parties import find_caller, find_number
from hotline_sessions.domain.prompts import Held, Notice, Parting
from hotline_sessions.domain.speech_heard import choose_answer
from hotline_sessions.gateways.twilio.payloads import VoiceForm
from hotline_sessions.services import calls, greeting, official_calls
from hotline_sessions.services.greeting import Incoming
from hotline_sessions.services.inbox import Speak
from hotline_sessions.services.open_legs import answer_visit
from hotline_sessions.web.webhooks.deliveries import (
    build_delivery,
    build_visit,
    build_visit_delivery,
    read_leg,
)
from hotline_sessions.web.webhooks.genuine import Genuine
from hotline_sessions.web.webhooks.setup import TWIML, TwilioSetup


Word = TypeVar("Word", Notice, Parting)

ROUND_SECONDS: Final = 20
"""About as long as one announcement with the melody after it."""


@post("/in", status_code=200, media_type=TWIML)
async def greet(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """A call comes in."""
    form = genuine.read(VoiceForm)
    incoming = Incoming(
        sid=CallSid(form.call_sid),
        line=find_number(form.to) or form.to,
        caller=find_caller(form.from_, to=form.to, forwarded_from=form.forwarded_from),
        forwarded_from=find_number(form.forwarded_from) or "",
    )
    delivery = build_delivery(genuine, "voice", "in", form.call_sid)
    return await greeting.greet(incoming, delivery, speak, clock=setup.clock)


@post("/in/code", status_code=200, media_type=TWIML)
async def accept_code(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """A code has been keyed in or said, or nothing."""
    form = genuine.read(VoiceForm)
    answer = choose_answer(form.digits, form.speech_result)
    visit = build_visit(genuine, form, "n", result=answer)
    delivery = build_visit_delivery(genuine, visit, "code")
    decide = partial(greeting.accept_code, secret=setup.booking_secret)
    return await answer_visit(decide, visit, delivery, speak, clock=setup.clock)


@post("/q/wait", status_code=200, media_type=TWIML)
async def hold(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """What to say to a waiting caller: read, never written down."""
    form = genuine.read(VoiceForm)
    rounds = int(form.queue_time or 0) // ROUND_SECONDS
    leg = read_leg(genuine)
    prompt = await calls.read_hold(leg, round_number=rounds, clock=setup.clock, views=setup.views)
    return speak(prompt)


@post("/q/key", status_code=200, media_type=TWIML)
async def take_key(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """A waiting caller has pressed a key; most of them only ask to hear everything again."""
    form = genuine.read(VoiceForm)
    visit = build_visit(genuine, form, "", result=form.digits)
    if form.digits not in calls.DECIDING_KEYS:
        return speak(await calls.read_hold(visit.leg, clock=setup.clock))
    delivery = build_visit_delivery(genuine, visit, "key", form.digits)
    return await answer_visit(calls.take_key, visit, delivery, speak, clock=setup.clock)


@post("/air/held", status_code=200, media_type=TWIML)
async def wait_held(genuine: NamedDependency[Genuine], speak: NamedDependency[Speak]) -> str:
    """What a citizen hears who is held on the air."""
    return speak(Held(leg=read_leg(genuine)))


@post("/air/tell", status_code=200, media_type=TWIML)
async def tell(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """What is said into one ear on the air."""
    leg = read_leg(genuine)
    notice = read_word(genuine, "what", Notice)
    return speak(await official_calls.read_notice(leg, notice, clock=setup.clock))


@post("/question", status_code=200, media_type=TWIML)
async def take_question(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """A caller is to leave the question."""
    visit = build_visit(genuine, genuine.read(VoiceForm), "n")
    decide = partial(calls.take_question, why=read_word(genuine, "why", Parting))
    delivery = build_visit_delivery(genuine, visit, "question")
    return await answer_visit(decide, visit, delivery, speak, clock=setup.clock)


@post("/question/done", status_code=200, media_type=TWIML)
async def question_left(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """A caller has spoken, or kept silent; what was recorded is reported by itself too."""
    form = genuine.read(VoiceForm)
    visit = build_visit(genuine, form, "n")
    parts = (form.recording_sid, form.call_status)
    delivery = build_visit_delivery(genuine, visit, "question-done", *parts)
    decide = partial(calls.question_left, recording=form.recording_sid or None)
    return await answer_visit(decide, visit, delivery, speak, clock=setup.clock)


@post("/bye", status_code=200, media_type=TWIML)
async def say_goodbye(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """Somebody is seen off."""
    visit = build_visit(genuine, genuine.read(VoiceForm), "")
    decide = partial(calls.say_goodbye, why=read_word(genuine, "why", Parting))
    delivery = build_visit_delivery(genuine, visit, "bye")
    return await answer_visit(decide, visit, delivery, speak, clock=setup.clock)


def read_word(genuine: Genuine, name: str, kind: type[Word]) -> Word:
    """A word of our own address.

    Raises:
        ClientException: It is none of ours.
    """
    try:
        return kind(genuine.query.get(name, ""))
    except ValueError:
        raise ClientException("bad-address") from None
