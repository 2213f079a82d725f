"""What document systems are told, and how they know that we speak.

Source: Standard Webhooks 1.0.0 (headers, secrets, signatures of kind v1).
"""

import base64
import hmac
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec

from hotline_sessions.domain.codes import mac
from hotline_sessions.store.hooks import DueDelivery


PURPOSE: Final = "hook"
PREFIX: Final = "whsec_"


def build_secret(hook: str, secret: bytes) -> str:
    """The secret of an address, as its owner enters it; it is reckoned and stored nowhere."""
    return PREFIX + base64.b64encode(_build_key(hook, secret)).decode()


def write_body(delivery: DueDelivery, *, public_url: str) -> bytes:
    """The message: which appeal, what was done. Whoever may know more asks for the card."""
    return msgspec.json.encode(
        {
            "type": delivery.event,
            "timestamp": delivery.done_at,
            "data": {
                "institution": delivery.slug,
                "public_id": delivery.appeal,
                "register_index": delivery.register_index,
                "state": delivery.state,
                "url": f"{public_url}/api/v1/appeals/{delivery.appeal}",
            },
        }
    )


def build_headers(
    delivery: DueDelivery, body: bytes, *, secret: bytes, now: datetime
) -> dict[str, str]:
    """Headers with the name of the message, the moment of sending, and the signature of all."""
    name, moment = f"msg_{delivery.public_id}", str(int(now.timestamp()))
    signed = f"{name}.{moment}.".encode() + body
    signature = hmac.new(_build_key(delivery.hook_name, secret), signed, sha256).digest()
    return {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def _build_key(hook: str, secret: bytes) -> bytes:
    return bytes.fromhex(mac(secret, PURPOSE, "secret", hook))
