"""Signed links: an address that opens one thing until a moment, and names nobody.

A token is ``subject.expiry.signature``: the public id of the thing, hexadecimal seconds of
Unix time, and a shortened HMAC. Forty characters for a public id of ten.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from hotline_sessions.domain.errors import NotFound, TooLate


# 120 bits: beyond guessing, and twenty characters without padding.
_SIGNATURE_BYTES: Final = 15
_SUBJECT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TOKEN: Final = re.compile(
    r"(?P<subject>[A-Za-z0-9_-]{1,64})\.(?P<expiry>[0-9a-f]{1,10})\.(?P<signature>[A-Za-z0-9_-]{20})"
)


class BadLink(NotFound):
    """Nobody has signed such a link for this purpose."""

    code = "bad-link"


class LinkExpired(TooLate):
    """The link was good once."""

    code = "link-expired"


def sign(secret: bytes, purpose: str, subject: str, expires_at: datetime) -> str:
    """Token that opens ``subject`` for ``purpose`` before ``expires_at``; safe in an address.

    ``subject`` is a public id: letters, digits, dashes. Anything else is a mistake of the
    program and a ``ValueError``.
    """
    if not _SUBJECT.fullmatch(subject):
        raise ValueError("the subject of a link is a public id")
    expiry = f"{int(expires_at.timestamp()):x}"
    return f"{subject}.{expiry}.{_signature(secret, purpose, subject, expiry)}"


def read(secret: bytes, purpose: str, token: str, now: datetime) -> str:
    """The subject that ``token`` opens for ``purpose`` at ``now``.

    Raises:
        BadLink: It was not signed with this secret for this purpose.
        LinkExpired: It was, but its time has passed.
    """
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise BadLink
    subject, expiry = match["subject"], match["expiry"]
    if not hmac.compare_digest(match["signature"], _signature(secret, purpose, subject, expiry)):
        raise BadLink
    if now >= datetime.fromtimestamp(int(expiry, 16), UTC):
        raise LinkExpired
    return subject


def _signature(secret: bytes, purpose: str, subject: str, expiry: str) -> str:
    message = f"link:{len(purpose)}:{purpose}:{subject}:{expiry}".encode()
    digest = hmac.new(secret, message, sha256).digest()
    return urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode()
