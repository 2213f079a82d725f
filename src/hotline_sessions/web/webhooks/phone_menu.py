"""Webhooks of services by phone: into the menu, and each key in it."""

import re
from functools import partial
from typing import Final

from litestar import post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException

from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.parties import find_caller, list_called
from hotline_sessions.domain.speech_heard import read_digits
from hotline_sessions.gateways.twilio.payloads import VoiceForm
from hotline_sessions.services import phone_menu
from hotline_sessions.services.greeting import return_from_menu
from hotline_sessions.services.inbox import Speak, answer_once
from hotline_sessions.services.phone_menu import Keyed
from hotline_sessions.web.webhooks.deliveries import build_delivery, find_leg_name, read_number
from hotline_sessions.web.webhooks.genuine import Genuine
from hotline_sessions.web.webhooks.setup import TWIML, TwilioSetup


_PUBLIC_ID: Final = re.compile(r"[0-9a-hjkmnp-tv-z]{10}")


@post("/menu", status_code=200, media_type=TWIML)
async def enter_menu(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """A caller has chosen other services in the greeting of a session."""
    form = genuine.read(VoiceForm)
    now = setup.clock.now()
    decide = partial(
        phone_menu.enter_menu,
        CallSid(form.call_sid),
        list_called(form.to, form.forwarded_from),
        find_caller(form.from_, to=form.to, forwarded_from=form.forwarded_from),
        now,
        leg=find_leg_name(genuine),
    )
    visit = read_number(genuine, "n")
    delivery = build_delivery(genuine, "voice", "menu", form.call_sid, visit)
    return await answer_once(delivery, decide, speak, now)


@post("/menu/step", status_code=200, media_type=TWIML)
async def take_turn(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """Something has been keyed in, or said, or nothing."""
    form = genuine.read(VoiceForm)
    keyed = Keyed(
        dialogue=read_dialogue(genuine),
        sid=CallSid(form.call_sid),
        number=read_number(genuine, "n"),
        keys=form.digits or read_digits(form.speech_result),
    )
    now = setup.clock.now()
    decide = partial(
        phone_menu.take_turn,
        keyed,
        secret=setup.booking_secret,
        now=now,
        go_back=lambda leg, language, at: return_from_menu(leg, language=language, now=at),
    )
    delivery = build_delivery(
        genuine, "voice", "menu-step", keyed.dialogue, keyed.number, keyed.sid
    )
    return await answer_once(delivery, decide, speak, now)


def read_dialogue(genuine: Genuine) -> PublicId:
    """The dialogue that the address names.

    Raises:
        ClientException: It names none.
    """
    name = genuine.query.get("d", "")
    if not _PUBLIC_ID.fullmatch(name):
        raise ClientException("bad-address")
    return PublicId(name)
