"""Status callbacks: progress of calls, conferences, recordings and messages, in order."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping

from hotline_sessions.phonesim.clock import Clock, Tasks
from hotline_sessions.phonesim.legs import ENDED, Leg, StatusCallback
from hotline_sessions.phonesim.parameters import API_VERSION, rfc2822, voice_parameters
from hotline_sessions.phonesim.records import Message, Recording
from hotline_sessions.phonesim.rooms import Conference, Participant
from hotline_sessions.phonesim.webhooks import WebhookSender


CONFERENCE_EVENT_GROUPS = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}


class Reporter:
    """Sends status callbacks; those about one subject keep their order unless a fault says so."""

    def __init__(self, account_sid: str, clock: Clock, tasks: Tasks, sender: WebhookSender) -> None:
        self._account_sid = account_sid
        self._clock = clock
        self._tasks = tasks
        self._sender = sender
        self._order: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def call_event(self, leg: Leg, event: str) -> None:
        """Report one of ``initiated``, ``ringing``, ``answered``, ``completed``."""
        callback = leg.callback
        if not callback.url or event not in callback.events:
            return
        values = voice_parameters(self._account_sid, leg) | {
            "Timestamp": rfc2822(self._clock.now()),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(leg.sequence),
        }
        if event == "initiated":
            values["CallStatus"] = "initiated"
        if leg.status in ENDED:
            seconds = leg.seconds(self._clock.now())
            values["CallDuration"] = str(seconds)
            values["Duration"] = str(-(-seconds // 60))
            values["SipResponseCode"] = {"busy": "486", "no-answer": "487"}.get(leg.status, "200")
        leg.sequence += 1
        self._report(leg.sid, callback, values)

    def conference_event(
        self,
        conference: Conference,
        event: str,
        participant: Participant | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        """Report something about a conference to the callback its first participant has set."""
        callback = conference.callback
        conference.sequence += 1
        if not callback.url or CONFERENCE_EVENT_GROUPS[event] not in callback.events:
            return
        values = {
            "ConferenceSid": conference.sid,
            "FriendlyName": conference.name,
            "AccountSid": self._account_sid,
            "SequenceNumber": str(conference.sequence),
            "Timestamp": rfc2822(self._clock.now()),
            "StatusCallbackEvent": event,
        }
        if participant is not None:
            values |= {
                "CallSid": participant.leg.sid,
                "Muted": _word(participant.muted),
                "Hold": _word(participant.hold),
                "Coaching": _word(bool(participant.coaching)),
                "EndConferenceOnExit": _word(participant.ends_conference),
                "StartConferenceOnEnter": _word(participant.starts_conference),
            }
            if participant.label:
                values["ParticipantLabel"] = participant.label
        self._report(conference.sid, callback, values | dict(extra or {}))

    def recording_event(self, leg: Leg, recording: Recording, url: str, media_url: str) -> None:
        """Report the state of a recording."""
        values = {
            "AccountSid": self._account_sid,
            "CallSid": leg.sid,
            "RecordingSid": recording.sid,
            "RecordingUrl": media_url,
            "RecordingStatus": recording.status,
            "RecordingDuration": str(recording.seconds),
            "RecordingChannels": str(recording.channels),
            "RecordingStartTime": rfc2822(recording.started_at),
            "RecordingSource": recording.source,
            "RecordingTrack": "both",
        }
        self._report(recording.sid, StatusCallback(url=url), values)

    def message_event(self, message: Message) -> None:
        """Report how far a text message has come."""
        values = {
            "AccountSid": self._account_sid,
            "ApiVersion": API_VERSION,
            "From": message.sender,
            "To": message.to,
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "MessageStatus": message.status,
            "SmsStatus": message.status,
        }
        if message.error_code is not None:
            values["ErrorCode"] = str(message.error_code)
        self._report(message.sid, StatusCallback(url=message.callback_url), values)

    def _report(self, subject: str, callback: StatusCallback, values: Mapping[str, str]) -> None:
        if callback.url:
            self._tasks.spawn(self._deliver(subject, callback, dict(values)))

    async def _deliver(
        self, subject: str, callback: StatusCallback, values: dict[str, str]
    ) -> None:
        async with self._order[subject]:
            await self._sender.report(callback.url, list(values.items()), callback.method)


def _word(value: bool) -> str:  # noqa: FBT001 - a value, not a switch
    return "true" if value else "false"
