"""Callers of the bench: what Twilio would send for each of them, signed as Twilio signs it.

They follow the documents that the product answers with, so that they need to know none of
its addresses but the first.
"""

import base64
import hmac
import html
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote_plus, urlsplit

from msgspec import Struct


ACCOUNT_SID: Final = "AC" + "be" * 16
AUTH_TOKEN: Final = "be" * 16
"""The account of the bench, which no network knows."""

_PLACES: Final = ("Called", "Caller", "From", "To")
_PLACE_FACTS: Final = ("City", "Country", "State", "Zip")
_ACTION: Final = re.compile(r'<(Gather|Enqueue|Dial)\b[^>]*?\baction="([^"]+)"')
_WAIT: Final = re.compile(r'<Enqueue\b[^>]*?\bwaitUrl="([^"]+)"')
_ROOM: Final = re.compile(r'<Conference\b[^>]*?\bstatusCallback="([^"]+)"[^>]*>([^<]+)<')
_REDIRECT: Final = re.compile(r"<Redirect\b[^>]*>([^<]+)<")
_DIGITS: Final = re.compile(r'\bnumDigits="(\d+)"')


class Webhook(Struct, frozen=True, kw_only=True):
    """One request, ready to be sent."""

    kind: str
    """Path of the address, by which the report is ordered."""
    data: bytes


class Orders(Struct, frozen=True, kw_only=True):
    """What a document tells the network to do, as far as the bench plays it."""

    verb: str = ""
    """``Gather``, ``Enqueue``, ``Dial``, ``Redirect``, or nothing more to do."""
    action: str = ""
    wait: str = ""
    events: str = ""
    room: str = ""
    digits: int = 0


def read_orders(document: str) -> Orders:
    """The orders of ``document``."""
    found = _ACTION.search(document)
    if found is None:
        redirect = _REDIRECT.search(document)
        return Orders(verb="Redirect", action=_plain(redirect)) if redirect else Orders()
    room, wait, digits = (p.search(document) for p in (_ROOM, _WAIT, _DIGITS))
    return Orders(
        verb=found[1],
        action=html.unescape(found[2]),
        wait=_plain(wait) if wait else "",
        events=_plain(room) if room else "",
        room=room[2] if room else "",
        digits=int(digits[1]) if digits else 0,
    )


def build_facts(sid: str, *, caller: str, called: str, direction: str) -> dict[str, str]:
    """What Twilio tells of a call with every request. Source: twilio.com/docs/voice/twiml."""
    places = {f"{place}{fact}": "" for place in _PLACES for fact in _PLACE_FACTS}
    return {
        **places,
        "AccountSid": ACCOUNT_SID,
        "ApiVersion": "2010-04-01",
        "CallSid": sid,
        "Called": called,
        "CalledCountry": "UA",
        "Caller": caller,
        "CallerCountry": "UA",
        "Direction": direction,
        "From": caller,
        "To": called,
    }


def build_webhook(url: str, form: Mapping[str, str]) -> Webhook:
    """The signed request of ``form`` to ``url``."""
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    signature = sign(f"{parts.scheme}://{parts.netloc}{target}", form)
    body = "&".join(
        [
            f"{name}={value if not value or value.isalnum() else quote_plus(value)}"
            for name, value in form.items()
        ]
    )
    head = (
        f"POST {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nX-Twilio-Signature: {signature}\r\n"
        "User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return Webhook(kind=parts.path, data=(head + body).encode("ascii"))


def sign(url: str, form: Mapping[str, str]) -> str:
    """Signature of the account, written from Twilio's description and not with its library.

    Source: https://www.twilio.com/docs/usage/security#validating-requests
    """
    text = url + "".join([name + form[name] for name in sorted(form)])
    return base64.b64encode(hmac.digest(AUTH_TOKEN.encode(), text.encode(), "sha1")).decode()


def _plain(found: re.Match[str]) -> str:
    return html.unescape(found[1])
