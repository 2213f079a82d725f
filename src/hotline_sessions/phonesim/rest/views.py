"""Resources as the REST interface shows them."""

from datetime import datetime

from hotline_sessions.phonesim.legs import Leg
from hotline_sessions.phonesim.messaging import count_segments
from hotline_sessions.phonesim.parameters import API_VERSION, rfc2822
from hotline_sessions.phonesim.records import Message, PhoneNumber, Recording
from hotline_sessions.phonesim.rooms import CallQueue, Conference, Participant, QueueMember


Json = dict[str, object]


def view_call(account: str, leg: Leg, now: datetime) -> Json:
    """A call."""
    uri = f"{_base(account)}/Calls/{leg.sid}"
    return {
        "sid": leg.sid,
        "account_sid": account,
        "parent_call_sid": None,
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
        "answered_by": None,
        "annotation": None,
        "api_version": API_VERSION,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "trunk_sid": None,
        "date_created": _moment(leg.created_at),
        "date_updated": _moment(leg.updated_at),
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }


def view_conference(account: str, conference: Conference) -> Json:
    """A conference."""
    uri = f"{_base(account)}/Conferences/{conference.sid}"
    return {
        "sid": conference.sid,
        "account_sid": account,
        "friendly_name": conference.name,
        "status": conference.status,
        "region": "ie1",
        "api_version": API_VERSION,
        "date_created": _moment(conference.created_at),
        "date_updated": _moment(conference.updated_at),
        "reason_conference_ended": conference.reason_ended or None,
        "call_sid_ending_conference": conference.ended_by or None,
        "uri": f"{uri}.json",
        "subresource_uris": {"participants": f"{uri}/Participants.json"},
    }


def view_participant(account: str, conference: Conference, participant: Participant) -> Json:
    """A participant of a conference."""
    sid = participant.leg.sid
    return {
        "account_sid": account,
        "call_sid": sid,
        "label": participant.label or None,
        "conference_sid": conference.sid,
        "call_sid_to_coach": participant.coaching or None,
        "coaching": bool(participant.coaching),
        "muted": participant.muted,
        "hold": participant.hold,
        "start_conference_on_enter": participant.starts_conference,
        "end_conference_on_exit": participant.ends_conference,
        "status": "connected",
        "queue_time": "0",
        "date_created": _moment(participant.joined_at),
        "date_updated": _moment(participant.joined_at),
        "uri": f"{_base(account)}/Conferences/{conference.sid}/Participants/{sid}.json",
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
        "date_updated": _moment(queue.created_at),
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
        "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
        "beta": False,
        "origin": "twilio",
        "status": "in-use",
        "voice_url": number.voice_url,
        "voice_method": number.voice_method,
        "voice_fallback_url": number.voice_fallback_url,
        "voice_fallback_method": number.voice_fallback_method,
        "voice_receive_mode": "voice",
        "status_callback": number.status_callback,
        "status_callback_method": number.status_callback_method,
        "sms_url": number.sms_url,
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
        "duration": str(recording.seconds),
        "channels": recording.channels,
        "source": recording.source,
        "api_version": API_VERSION,
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "start_time": _moment(recording.started_at),
        "date_created": _moment(recording.started_at),
        "date_updated": _moment(recording.started_at),
        "media_url": f"{media_base}{path}",
        "uri": f"{path}.json",
        "encryption_details": None,
        "subresource_uris": {},
    }


def _base(account: str) -> str:
    return f"/{API_VERSION}/Accounts/{account}"


def _moment(moment: datetime | None) -> str | None:
    return rfc2822(moment) if moment else None
