"""Natural keys of webhooks, and what is kept of them."""

import re
from typing import Final

from litestar.exceptions import ClientException

from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.network import LineStatus
from hotline_sessions.gateways.twilio.payloads import RoomForm, TextForm, VoiceForm
from hotline_sessions.services.open_legs import Visit
from hotline_sessions.web.webhooks.genuine import Genuine


SECRET_FIELDS: Final = frozenset({"Digits", "SpeechResult"})
"""What is keyed in or said may be a code: it is not kept."""

_PUBLIC_ID: Final = re.compile(r"[0-9a-hjkmnp-tv-z]{10}")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


def build_delivery(genuine: Genuine, source: str, *parts: object) -> Delivery:
    """The webhook under the key made of ``parts``."""
    body = genuine.body
    for name in SECRET_FIELDS & body.keys():
        body[name] = "*" * len(body[name])
    return Delivery(
        source=source,
        key=":".join(str(part) for part in parts),
        path=genuine.path,
        body=body,
    )


def build_visit(genuine: Genuine, form: VoiceForm, number: str, *, result: str = "") -> Visit:
    """Which leg asks; ``number`` is the parameter of our own address that tells the step.

    Raises:
        ClientException: The address is none of ours.
    """
    return Visit(
        leg=read_leg(genuine),
        sid=CallSid(form.call_sid),
        turn=read_number(genuine, number) if number else 0,
        is_over=form.line_status is LineStatus.OVER,
        result=result,
    )


def build_visit_delivery(genuine: Genuine, visit: Visit, step: str, *parts: object) -> Delivery:
    """The webhook of a leg at one step."""
    return build_delivery(genuine, "voice", step, visit.leg, visit.turn, visit.sid, *parts)


def build_status_delivery(genuine: Genuine, form: VoiceForm) -> Delivery:
    """Progress of a call: by its number in the sequence, else by what it says."""
    return build_delivery(
        genuine, "status", form.call_sid, form.sequence_number or form.call_status
    )


def build_room_delivery(genuine: Genuine, form: RoomForm) -> Delivery:
    """An event of a conference, by its number in the sequence."""
    number = form.sequence_number or f"{form.status_callback_event}:{form.call_sid}"
    return build_delivery(genuine, "conference", form.conference_sid, number)


def build_text_delivery(genuine: Genuine, form: TextForm) -> Delivery:
    """Progress of a text message."""
    return build_delivery(genuine, "sms", form.message_sid, form.message_status)


def find_leg_name(genuine: Genuine) -> PublicId | None:
    """The leg that the address names, if any."""
    name = genuine.query.get("leg")
    return PublicId(name) if name and _PUBLIC_ID.fullmatch(name) else None


def read_leg(genuine: Genuine) -> PublicId:
    """The leg that the address names.

    Raises:
        ClientException: It names none.
    """
    name = find_leg_name(genuine)
    if name is None:
        raise ClientException("bad-address")
    return name


def read_number(genuine: Genuine, name: str) -> int:
    """A number in our own address.

    Raises:
        ClientException: It is not there.
    """
    text = genuine.query.get(name, "")
    if not _NUMBER.fullmatch(text):
        raise ClientException("bad-address")
    return int(text)
