"""What comes next in a call: one handler for every line of the table of steps."""

from typing import Final

from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from hotline_sessions.gateways.twilio.payloads import VoiceForm
from hotline_sessions.services.inbox import Speak
from hotline_sessions.services.open_legs import answer_visit
from hotline_sessions.web.webhooks.deliveries import build_visit, build_visit_delivery
from hotline_sessions.web.webhooks.genuine import Genuine
from hotline_sessions.web.webhooks.setup import TWIML, TwilioSetup
from hotline_sessions.web.webhooks.step_table import STEPS, Step


def build_handler(path: str, step: Step) -> HTTPRouteHandler:
    """The handler of one step: proves, parses, decides once, answers the same."""

    async def answer(
        genuine: NamedDependency[Genuine],
        setup: NamedDependency[TwilioSetup],
        speak: NamedDependency[Speak],
    ) -> str:
        form = genuine.read(VoiceForm)
        visit = build_visit(genuine, form, step.number, result=step.result(form))
        parts = [part(form) for part in step.parts]
        delivery = build_visit_delivery(genuine, visit, step.key, *parts)
        return await answer_visit(step.decide, visit, delivery, speak, clock=setup.clock)

    answer.__doc__ = step.decide.__doc__
    return post(path, status_code=200, media_type=TWIML, name=f"step-{step.key}")(answer)


HANDLERS: Final[list[HTTPRouteHandler]] = [
    build_handler(path, step) for path, step in STEPS.items()
]
