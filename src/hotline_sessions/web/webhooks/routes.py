"""All webhooks of Twilio under one prefix, each behind the proof that Twilio has sent it."""

from litestar import Router
from litestar.di import NamedDependency, Provide

from hotline_sessions.gateways.twilio.addresses import PREFIX
from hotline_sessions.services.inbox import Speak
from hotline_sessions.web.webhooks import (
    browsers,
    citizens,
    officials,
    phone_menu,
    recordings,
    reports,
    steps,
    transcripts,
)
from hotline_sessions.web.webhooks.genuine import AnyRequest, Genuine, genuine_form
from hotline_sessions.web.webhooks.replies import build_speak
from hotline_sessions.web.webhooks.setup import TwilioSetup
from hotline_sessions.web.webhooks.shortcut import build_shortcut


SPOKEN = (
    *steps.HANDLERS,
    citizens.greet,
    citizens.accept_code,
    citizens.hold,
    citizens.take_key,
    citizens.wait_held,
    citizens.tell,
    citizens.take_question,
    citizens.question_left,
    citizens.say_goodbye,
    officials.wait_alone,
    browsers.connect,
    phone_menu.enter_menu,
    phone_menu.take_turn,
)
"""Webhooks that are answered by TwiML."""
REPORTED = (
    reports.note_call,
    reports.note_room,
    reports.note_text,
    recordings.note_recording,
    transcripts.note_words,
)
"""Webhooks that are answered by nothing."""


def twilio_router(setup: TwilioSetup) -> Router:
    """The webhooks of one installation."""
    speak = build_speak(setup.addresses, setup.voice)

    # What handlers may ask for. Of those that post ``build_shortcut`` is asked instead.
    def give_speak(setup: NamedDependency[TwilioSetup]) -> Speak:
        del setup
        return speak

    async def prove(
        request: AnyRequest,
        setup: NamedDependency[TwilioSetup],
        speak: NamedDependency[Speak],
    ) -> Genuine:
        del speak
        return await genuine_form(request, setup)

    return Router(
        path=PREFIX,
        route_handlers=[
            *SPOKEN,
            *REPORTED,
        ],
        dependencies={
            "setup": Provide(lambda: setup, sync_to_thread=False),
            "speak": Provide(give_speak, sync_to_thread=False),
            "genuine": Provide(prove),
        },
        middleware=[build_shortcut(setup, speak)],
        opt={"cross_site": True},
        request_max_body_size=64 * 1024,
        include_in_schema=False,
    )
