"""Status callbacks: progress of calls, conferences, recordings and messages, in order."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping

import msgspec

from hotline_sessions.phonesim.clock import Clock, Tasks
from hotline_sessions.phonesim.legs import ENDED, Detection, Leg, StatusCallback
from hotline_sessions.phonesim.parameters import API_VERSION, rfc2822, voice_parameters
from hotline_sessions.phonesim.records import Message, Recording, Transcription
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


EMPTY: Mapping[str, str] = {}
SIP_CODES = {"busy": "486", "no-answer": "487", "canceled": "487", "failed": "404"}


class Reporter:
    """Sends status callbacks; those about one subject keep their order unless a fault says so."""

    def __init__(
        self,
        account_sid: str,
        clock: Clock,
        tasks: Tasks,
        sender: WebhookSender,
        media_base: str = "",
    ) -> None:
        self._account_sid = account_sid
        self._media_base = media_base
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
        if leg.answered_by:
            values["AnsweredBy"] = leg.answered_by
        if leg.status in ENDED:
            seconds = leg.seconds(self._clock.now())
            values["CallDuration"] = str(seconds)
            values["Duration"] = str(-(-seconds // 60))
            values["SipResponseCode"] = SIP_CODES.get(leg.status.value, "200")
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

    def detection_event(self, leg: Leg, detection: Detection, milliseconds: int) -> None:
        """Report who has answered: a person or a machine."""
        values = {
            "CallSid": leg.sid,
            "AccountSid": self._account_sid,
            "AnsweredBy": leg.answered_by,
            "MachineDetectionDuration": str(milliseconds),
        }
        callback = StatusCallback(url=detection.url, method=detection.method)
        self._report(leg.sid + "-amd", callback, values)

    def recording_url(self, recording: Recording) -> str:
        """Address of the recording's media."""
        path = f"/{API_VERSION}/Accounts/{self._account_sid}/Recordings/{recording.sid}"
        return self._media_base + path

    def recording_event(self, leg: Leg, recording: Recording) -> None:
        """Report the state of a recording."""
        values = {
            "AccountSid": self._account_sid,
            "CallSid": leg.sid,
            "RecordingSid": recording.sid,
            "RecordingUrl": self.recording_url(recording),
            "RecordingStatus": recording.status,
            "RecordingDuration": str(recording.seconds),
            "RecordingChannels": str(recording.channels),
            "RecordingStartTime": rfc2822(recording.started_at),
            "RecordingSource": recording.source,
            "RecordingTrack": recording.track,
        }
        callback = StatusCallback(url=recording.callback_url, method=recording.callback_method)
        self._report(recording.sid, callback, values)

    def transcription_event(
        self, leg: Leg, transcription: Transcription, event: str, extra: Mapping[str, str] = EMPTY
    ) -> None:
        """Report ``transcription-started``, ``-content`` or ``-stopped``."""
        transcription.sequence += 1
        values = {
            "AccountSid": self._account_sid,
            "CallSid": leg.sid,
            "TranscriptionSid": transcription.sid,
            "Timestamp": self._clock.now().isoformat(timespec="milliseconds"),
            "SequenceId": str(transcription.sequence),
            "TranscriptionEvent": event,
        }
        if event == "transcription-started":
            values |= {
                "ProviderConfiguration": "{}",
                "TranscriptionEngine": transcription.engine,
                "Name": transcription.name,
                "Track": transcription.track,
                "InboundTrackLabel": transcription.labels["inbound_track"],
                "OutboundTrackLabel": transcription.labels["outbound_track"],
                "LanguageCode": transcription.language,
                "PartialResults": _word(transcription.partial_results),
            }
        callback = StatusCallback(url=transcription.url, method=transcription.method)
        self._report(transcription.sid, callback, values | dict(extra))

    def transcription_content(
        self, leg: Leg, transcription: Transcription, text: str, track: str, *, final: bool
    ) -> None:
        """Report words of one track."""
        data = {"transcript": text, "confidence": 0.9}
        extra = {
            "LanguageCode": transcription.language,
            "Track": track,
            "TranscriptionData": msgspec.json.encode(data).decode(),
            "Final": _word(final),
        }
        if not final:
            extra["Stability"] = "0.8"
        self.transcription_event(leg, transcription, "transcription-content", extra)

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
