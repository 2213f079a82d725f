"""Proof that a webhook comes from Twilio.

The signature covers the URL and the fields, but neither their borders nor the time: the
fields are therefore parsed strictly (``payloads``), and every delivery counts once.

Source: https://www.twilio.com/docs/usage/security#validating-requests
"""

import hmac
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator


STANDARD_PORTS: Final = {"https": 443, "http": 80}
Fields = Sequence[tuple[str, str]]


def is_genuine(url: str, form: Fields, *, signature: str, secrets: Iterable[str]) -> bool:
    """Whether one of ``secrets`` has signed this request.

    ``url`` is the one that Twilio was given, without its fragment. A form in which a name
    occurs twice is never genuine: the signature does not cover the order of values. Only
    HMAC-SHA1 counts, whatever algorithm the request names.
    """
    fields = dict(form)
    if len(fields) != len(form) or not signature:
        return False
    given = signature.encode()
    # All are computed, so that time does not tell which secret or which form matched.
    matches = [
        hmac.compare_digest(
            RequestValidator(secret).compute_signature(variant, fields).encode(), given
        )
        for secret in secrets
        if secret
        for variant in _variants(url)
    ]
    return any(matches)


def _variants(url: str) -> list[str]:
    """The URL with and without its standard port: Twilio signs either."""
    parts = urlsplit(url)
    standard = STANDARD_PORTS.get(parts.scheme)
    if standard is None or (parts.port is not None and parts.port != standard):
        return [url]
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return [
        parts._replace(netloc=host).geturl(),
        parts._replace(netloc=f"{host}:{standard}").geturl(),
    ]
