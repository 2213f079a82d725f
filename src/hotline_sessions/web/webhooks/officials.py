"""Webhook of an official who waits for the first citizen."""

from litestar import post
from litestar.di import NamedDependency

from hotline_sessions.services import official_calls
from hotline_sessions.services.inbox import Speak
from hotline_sessions.web.webhooks.deliveries import read_leg
from hotline_sessions.web.webhooks.genuine import Genuine
from hotline_sessions.web.webhooks.setup import TWIML, TwilioSetup


@post("/official/hold", status_code=200, media_type=TWIML)
async def wait_alone(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """What the official hears before the first citizen comes."""
    return speak(await official_calls.read_alone(read_leg(genuine), clock=setup.clock))
