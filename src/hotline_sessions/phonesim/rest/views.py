"""Resources as the REST interface shows them."""

from datetime import datetime
from typing import Final

from hotline_sessions.phonesim.legs import Leg
from hotline_sessions.phonesim.messaging import count_segments
from hotline_sessions.phonesim.parameters import API_VERSION, rfc2822
from hotline_sessions.phonesim.records import (
    Application,
    Message,
    Notification,
    PhoneNumber,
    Recording,
    Transcription,
)
from hotline_sessions.phonesim.rooms import CallQueue, Conference, Participant, QueueMember


Json = dict[str, object]
PARTICIPANT_STATES: Final = {
    "queued": "queued",
    "ringing": "ringing",
    "in-progress": "connected",
    "failed": "failed",
}
SOURCES: Final = {"StartCallRecordingTwiML": "StartCallRecordingAPI"}
"""Sources the REST interface has no word for."""


def view_call(account: str, leg: Leg, now: datetime) -> Json:
    """A call."""
    uri = f"{_base(account)}/Calls/{leg.sid}"
    return {
        "sid": leg.sid,
        "account_sid": account,
        "parent_call_sid": leg.parent_sid or None,
        "to": leg.to,
        "to_formatted": leg.to,
        "from": leg.from_,
        "from_formatted": leg.from_,
        "phone_number_sid": None,
        "status": leg.status.value,
        "start_time": _moment(leg.answered_at or (leg.created_at if leg.is_ended else None)),
        "end_time": _moment(leg.ended_at),
        "duration": str(leg.seconds(now)) if leg.is_ended else None,
        "price": None,
        "price_unit": "USD",
        "direction": leg.direction,
        "answered_by": leg.answered_by or None,
        "api_version": API_VERSION,
        "forwarded_from": leg.forwarded_from or None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": str(leg.queue_ms),
        "trunk_sid": None,
        "date_created": _moment(leg.created_at),
        "date_updated": _moment(leg.updated_at),
        "uri": f"{uri}.json",
        "subresource_uris": {
            "recordings": f"{uri}/Recordings.json",
            "events": f"{uri}/Events.json",
            "notifications": f"{uri}/Notifications.json",
        },
    }


def view_conference(account: str, conference: Conference) -> Json:
    """A conference."""
    uri = f"{_base(account)}/Conferences/{conference.sid}"
    reason = {"reason_conference_ended": conference.reason_ended}
    return (reason if conference.reason_ended else {}) | {
        "sid": conference.sid,
        "account_sid": account,
        "friendly_name": conference.name,
        "status": conference.status,
        "region": conference.region,
        "api_version": API_VERSION,
        "date_created": _moment(conference.created_at),
        "date_updated": _moment(conference.updated_at),
        "call_sid_ending_conference": conference.ended_by or None,
        "uri": f"{uri}.json",
        "subresource_uris": {"participants": f"{uri}/Participants.json"},
    }


def view_participant(account: str, conference_sid: str, participant: Participant) -> Json:
    """A participant of a conference, or one who is being called into it."""
    leg = participant.leg
    sid = leg.sid
    base = f"{_base(account)}/Conferences/{conference_sid}"
    return {
        "account_sid": account,
        "call_sid": sid,
        "label": participant.label or None,
        "conference_sid": conference_sid or None,
        "call_sid_to_coach": participant.coaching or None,
        "coaching": bool(participant.coaching),
        "muted": participant.muted,
        "hold": participant.hold,
        "start_conference_on_enter": participant.starts_conference,
        "end_conference_on_exit": participant.ends_conference,
        "status": PARTICIPANT_STATES.get(leg.status.value, "complete"),
        "queue_time": str(leg.queue_ms),
        "date_created": _moment(participant.joined_at),
        "date_updated": _moment(participant.updated_at),
        "uri": f"{base}/Participants/{sid}.json",
    }


def view_queue(account: str, queue: CallQueue) -> Json:
    """A queue."""
    uri = f"{_base(account)}/Queues/{queue.sid}"
    return {
        "sid": queue.sid,
        "account_sid": account,
        "friendly_name": queue.name,
        "current_size": len(queue.members),
        "max_size": queue.max_size,
        "average_wait_time": queue.average_wait,
        "date_created": _moment(queue.created_at),
        "date_updated": _moment(queue.updated_at),
        "uri": f"{uri}.json",
        "subresource_uris": {"members": f"{uri}/Members.json"},
    }


def view_member(account: str, queue: CallQueue, member: QueueMember, now: datetime) -> Json:
    """A call that waits in a queue."""
    return {
        "call_sid": member.leg.sid,
        "queue_sid": queue.sid,
        "date_enqueued": _moment(member.enqueued_at),
        "position": queue.position(member) if member in queue.members else 0,
        "wait_time": int((now - member.enqueued_at).total_seconds()),
        "uri": f"{_base(account)}/Queues/{queue.sid}/Members/{member.leg.sid}.json",
    }


def view_message(account: str, message: Message) -> Json:
    """A text message."""
    return {
        "sid": message.sid,
        "account_sid": account,
        "to": message.to,
        "from": message.sender,
        "body": message.body,
        "status": message.status,
        "num_segments": str(count_segments(message.body)),
        "num_media": "0",
        "direction": "outbound-api",
        "api_version": API_VERSION,
        "price": None,
        "price_unit": "USD",
        "error_code": message.error_code,
        "error_message": None,
        "messaging_service_sid": message.service_sid,
        "date_created": _moment(message.created_at),
        "date_updated": _moment(message.sent_at or message.created_at),
        "date_sent": _moment(message.sent_at),
        "uri": f"{_base(account)}/Messages/{message.sid}.json",
        "subresource_uris": {},
    }


def view_number(account: str, number: PhoneNumber) -> Json:
    """A number of the account."""
    return {
        "sid": number.sid,
        "account_sid": account,
        "phone_number": number.number,
        "friendly_name": number.name,
        "api_version": API_VERSION,
        "capabilities": {
            "voice": True,
            "sms": number.is_sms_capable,
            "mms": False,
            "fax": False,
        },
        "beta": False,
        "origin": "twilio",
        "status": "in-use",
        "voice_application_sid": number.application_sid or None,
        "voice_url": number.voice_url or None,
        "voice_method": number.voice_method,
        "voice_fallback_url": number.voice_fallback_url or None,
        "voice_fallback_method": number.voice_fallback_method,
        "voice_receive_mode": "voice",
        "status_callback": number.status_callback or None,
        "status_callback_method": number.status_callback_method,
        "sms_url": number.sms_url or None,
        "sms_method": "POST",
        "date_created": _moment(number.created_at),
        "date_updated": _moment(number.created_at),
        "uri": f"{_base(account)}/IncomingPhoneNumbers/{number.sid}.json",
    }


def view_recording(account: str, recording: Recording, media_base: str) -> Json:
    """A recording."""
    path = f"{_base(account)}/Recordings/{recording.sid}"
    return {
        "sid": recording.sid,
        "account_sid": account,
        "call_sid": recording.call_sid,
        "conference_sid": None,
        "status": recording.status,
        "duration": str(recording.seconds) if recording.seconds or recording.length else "-1",
        "channels": recording.channels,
        "source": SOURCES.get(recording.source, recording.source),
        "api_version": API_VERSION,
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "start_time": _moment(recording.started_at),
        "date_created": _moment(recording.started_at),
        "date_updated": _moment(recording.started_at),
        "media_url": f"{media_base}{path}" if media_base else None,
        "uri": f"{path}.json",
        "encryption_details": None,
        "subresource_uris": {},
    }


def view_call_recording(account: str, recording: Recording) -> Json:
    """A recording, as part of its call."""
    path = f"{_base(account)}/Calls/{recording.call_sid}/Recordings/{recording.sid}"
    left_out = {"media_url", "subresource_uris"}
    view = view_recording(account, recording, "")
    kept = {name: value for name, value in view.items() if name not in left_out}
    return kept | {"track": recording.track, "uri": f"{path}.json"}


def view_transcription(account: str, transcription: Transcription) -> Json:
    """A real-time transcription."""
    path = f"{_base(account)}/Calls/{transcription.call_sid}/Transcriptions/{transcription.sid}"
    return {
        "sid": transcription.sid,
        "account_sid": account,
        "call_sid": transcription.call_sid,
        "name": transcription.name or None,
        "status": "in-progress" if transcription.is_running else "stopped",
        "date_updated": None,
        "uri": f"{path}.json",
    }


def view_notification(account: str, notification: Notification) -> Json:
    """A complaint."""
    at = rfc2822(notification.at)
    return {
        "sid": notification.sid,
        "account_sid": account,
        "call_sid": notification.call_sid or None,
        "api_version": API_VERSION,
        "log": "0",
        "error_code": str(notification.code),
        "more_info": f"https://www.twilio.com/docs/errors/{notification.code}",
        "message_text": notification.text,
        "message_date": at,
        "request_url": notification.url or None,
        "request_method": "POST",
        "date_created": at,
        "date_updated": at,
        "uri": f"{_base(account)}/Notifications/{notification.sid}.json",
    }


def view_application(account: str, application: Application) -> Json:
    """An application."""
    return {
        "sid": application.sid,
        "account_sid": account,
        "friendly_name": application.name,
        "api_version": API_VERSION,
        "voice_url": application.voice_url or None,
        "voice_method": application.voice_method,
        "voice_fallback_url": application.voice_fallback_url or None,
        "voice_fallback_method": application.voice_fallback_method,
        "voice_caller_id_lookup": False,
        "status_callback": application.status_callback or None,
        "status_callback_method": application.status_callback_method,
        "sms_url": application.sms_url or None,
        "sms_method": "POST",
        "sms_fallback_url": None,
        "sms_fallback_method": "POST",
        "sms_status_callback": None,
        "message_status_callback": None,
        "public_application_connect_enabled": False,
        "date_created": _moment(application.created_at),
        "date_updated": _moment(application.updated_at),
        "uri": f"{_base(account)}/Applications/{application.sid}.json",
    }


def view_account(account: str, began_at: datetime, profile: str) -> Json:
    """The account."""
    return {
        "sid": account,
        "owner_account_sid": account,
        "friendly_name": "Phone simulator",
        "status": "active",
        "type": "Trial" if profile == "trial" else "Full",
        "auth_token": None,
        "date_created": _moment(began_at),
        "date_updated": _moment(began_at),
        "uri": f"{_base(account)}.json",
        "subresource_uris": {"calls": f"{_base(account)}/Calls.json"},
    }


def _base(account: str) -> str:
    return f"/{API_VERSION}/Accounts/{account}"


def _moment(moment: datetime | None) -> str | None:
    return rfc2822(moment) if moment else None
