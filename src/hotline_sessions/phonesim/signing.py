"""Signature of a webhook, computed from its description and not with the provider's library."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def compute_signature(token: str, url: str, parameters: Iterable[tuple[str, str]]) -> str:
    """Value of ``X-Twilio-Signature``.

    The URL without its fragment, then each parameter's name and value in the order of
    the names; several values of one name count once each, sorted.

    Source: https://www.twilio.com/docs/usage/security#validating-requests
    """
    base = url.partition("#")[0]
    tail = "".join(name + value for name, value in sorted(set(parameters)))
    digest = hmac.new(token.encode(), (base + tail).encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
