"""Webhooks of officials' calls."""

from litestar import post
from litestar.di import NamedDependency

from hotline_sessions.gateways.twilio.payloads import VoiceForm
from hotline_sessions.services import official_calls
from hotline_sessions.services.inbox import Speak
from hotline_sessions.web.webhooks.deliveries import (
    build_visit,
    build_visit_delivery,
    read_leg,
)
from hotline_sessions.web.webhooks.genuine import Genuine
from hotline_sessions.web.webhooks.setup import TWIML, TwilioSetup


@post("/official/answer", status_code=200, media_type=TWIML)
async def answer(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """Somebody, or something, has picked up."""
    visit = build_visit(genuine, genuine.read(VoiceForm), "")
    delivery = build_visit_delivery(genuine, visit, "answer")
    return await official_calls.greet_official(visit, delivery, speak, clock=setup.clock)


@post("/official/confirm", status_code=200, media_type=TWIML)
async def confirm(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """A key has been pressed, or none."""
    form = genuine.read(VoiceForm)
    visit = build_visit(genuine, form, "n", result=form.digits)
    delivery = build_visit_delivery(genuine, visit, "confirm")
    return await official_calls.confirm_official(visit, delivery, speak, clock=setup.clock)


@post("/official/after", status_code=200, media_type=TWIML)
async def leave(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """The official has come out of the conference."""
    form = genuine.read(VoiceForm)
    visit = build_visit(genuine, form, "n")
    delivery = build_visit_delivery(genuine, visit, "official-after", form.call_status)
    return await official_calls.return_official(visit, delivery, speak, clock=setup.clock)


@post("/official/menu", status_code=200, media_type=TWIML)
async def choose(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """The official has chosen from the menu, or nothing."""
    form = genuine.read(VoiceForm)
    visit = build_visit(genuine, form, "n", result=form.digits)
    delivery = build_visit_delivery(genuine, visit, "official-menu")
    return await official_calls.choose_from_menu(visit, delivery, speak, clock=setup.clock)


@post("/official/back", status_code=200, media_type=TWIML)
async def come_back(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """The official was sent to the air again."""
    visit = build_visit(genuine, genuine.read(VoiceForm), "n")
    delivery = build_visit_delivery(genuine, visit, "official-back")
    return await official_calls.come_back(visit, delivery, speak, clock=setup.clock)


@post("/official/hold", status_code=200, media_type=TWIML)
async def wait_alone(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """What the official hears before the first citizen comes."""
    return speak(await official_calls.read_alone(read_leg(genuine), clock=setup.clock))
