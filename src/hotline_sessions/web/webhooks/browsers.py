"""Webhook of browsers that take part in place of a telephone, or only try whether they could."""

import re
from typing import Final

from litestar import post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException

from hotline_sessions.domain.ids import AccountId, CallSid, PublicId
from hotline_sessions.gateways.twilio.payloads import VoiceForm
from hotline_sessions.gateways.twilio.twiml import echo
from hotline_sessions.services import browser_calls, operator_calls
from hotline_sessions.services.inbox import Speak
from hotline_sessions.web.webhooks.deliveries import build_delivery
from hotline_sessions.web.webhooks.genuine import Genuine
from hotline_sessions.web.webhooks.setup import TWIML, TwilioSetup


TRYING: Final = "client:check-"
"""What the names of pages begin with that only try whether sound gets through."""
OPERATOR: Final = re.compile(r"client:operator-([0-9]{1,12})")
OFFICIAL: Final = re.compile(r"client:official-([0-9a-hjkmnp-tv-z]{10})")


@post("/client", status_code=200, media_type=TWIML)
async def connect(
    genuine: NamedDependency[Genuine],
    setup: NamedDependency[TwilioSetup],
    speak: NamedDependency[Speak],
) -> str:
    """A browser takes part; who it is was decided when it was given its token."""
    form = genuine.read(VoiceForm)
    if form.from_.startswith(TRYING):
        return echo()
    sid = CallSid(form.call_sid)
    delivery = build_delivery(genuine, "voice", "client", form.call_sid)
    if found := OPERATOR.fullmatch(form.from_):
        account = AccountId(int(found[1]))
        return await operator_calls.connect_browser(
            account, sid, delivery, speak, clock=setup.clock
        )
    if found := OFFICIAL.fullmatch(form.from_):
        session = PublicId(found[1])
        return await browser_calls.connect_official(
            session, sid, delivery, speak, clock=setup.clock
        )
    raise ClientException("bad-form")
