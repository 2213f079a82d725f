"""Webhook by which the network tells how far a recording is; no address in it is followed."""

from litestar import post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException

from hotline_sessions.gateways.twilio.payloads import BadForm
from hotline_sessions.gateways.twilio.sound_forms import RecordingForm, read_found
from hotline_sessions.services import recordings
from hotline_sessions.web.webhooks.deliveries import build_delivery, find_leg_name
from hotline_sessions.web.webhooks.genuine import Genuine
from hotline_sessions.web.webhooks.setup import TwilioSetup


@post("/rec", status_code=204)
async def note_recording(
    genuine: NamedDependency[Genuine], setup: NamedDependency[TwilioSetup]
) -> None:
    """How far a recording is."""
    form = genuine.read(RecordingForm)
    try:
        found = read_found(form, setup.clock.now())
    except BadForm:
        raise ClientException("bad-form") from None
    await recordings.note_recording(
        found,
        build_delivery(genuine, "recording", form.recording_sid, form.recording_status),
        leg=find_leg_name(genuine),
        clock=setup.clock,
    )
