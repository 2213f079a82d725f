"""Webhooks that only report: calls, conferences, text messages. They are answered by nothing."""

from litestar import post
from litestar.di import NamedDependency

from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.network import LineStatus
from hotline_sessions.gateways.twilio.payloads import RoomForm, TextForm, VoiceForm, read_status
from hotline_sessions.services import reports
from hotline_sessions.services.reports import CallReport, RoomEvent, RoomReport
from hotline_sessions.web.webhooks.deliveries import (
    build_room_delivery,
    build_status_delivery,
    build_text_delivery,
    find_leg_name,
)
from hotline_sessions.web.webhooks.genuine import Genuine
from hotline_sessions.web.webhooks.setup import TwilioSetup


ROOM_EVENTS = {"participant-join": RoomEvent.JOINED, "participant-leave": RoomEvent.LEFT}
HUNG_UP = "participant_hung_up"


@post("/status", status_code=204)
async def note_call(genuine: NamedDependency[Genuine], setup: NamedDependency[TwilioSetup]) -> None:
    """How far a call is."""
    form = genuine.read(VoiceForm)
    report = CallReport(
        sid=CallSid(form.call_sid),
        status=form.line_status,
        outcome=form.call_status,
        leg=find_leg_name(genuine),
    )
    await reports.note_call_status(report, build_status_delivery(genuine, form), clock=setup.clock)


@post("/conf", status_code=204)
async def note_room(genuine: NamedDependency[Genuine], setup: NamedDependency[TwilioSetup]) -> None:
    """Who has come into a conference or left it; other events decide nothing."""
    form = genuine.read(RoomForm)
    event = ROOM_EVENTS.get(form.status_callback_event)
    if event is None or not form.call_sid:
        return
    report = RoomReport(
        sid=CallSid(form.call_sid),
        event=event,
        is_over=is_over(form),
        is_air=form.friendly_name.endswith("-air"),
    )
    await reports.note_conference(report, build_room_delivery(genuine, form), clock=setup.clock)


@post("/sms", status_code=204)
async def note_text(genuine: NamedDependency[Genuine], setup: NamedDependency[TwilioSetup]) -> None:
    """How far a text message is."""
    form = genuine.read(TextForm)
    await reports.note_text_status(
        form.message_sid,
        form.message_status,
        build_text_delivery(genuine, form),
        clock=setup.clock,
    )


def is_over(form: RoomForm) -> bool:
    """Whether the participant has hung up: by the state of the call where it is told."""
    if form.participant_call_status:
        return read_status(form.participant_call_status) is LineStatus.OVER
    return form.reason_participant_left == HUNG_UP
