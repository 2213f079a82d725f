"""Access tokens of browsers: read, and checked if the simulator knows the secret."""

import base64
import binascii
import hmac
from typing import Any, Final

import msgspec
from msgspec import Struct


PARTS: Final = 3


class BadToken(Exception):
    """The token cannot be used; ``code`` is the provider's number for the reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Grant(Struct, frozen=True, kw_only=True):
    """What a token allows: an identity, calls to it, and calls to an application."""

    identity: str
    may_receive: bool = False
    application_sid: str = ""


def read_token(token: str, secret: str, now: float) -> Grant:
    """What ``token`` allows at ``now``, in seconds since 1970; without a secret unchecked.

    Raises:
        BadToken: 20101 it is no token, 20104 it has expired.

    Source: https://www.twilio.com/docs/iam/access-tokens
    """
    parts = token.split(".")
    if len(parts) != PARTS:
        raise BadToken(20101, "token")
    if secret:
        signed = ".".join(parts[:2]).encode()
        if not hmac.compare_digest(
            hmac.digest(secret.encode(), signed, "sha256"), _decode(parts[2])
        ):
            raise BadToken(20101, "token")
    try:
        claims: dict[str, Any] = msgspec.json.decode(_decode(parts[1]))
        grants = claims["grants"]
        voice = grants.get("voice", {})
        expires = float(claims.get("exp", now + 1))
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadToken(20101, "token") from error
    if expires <= now:
        raise BadToken(20104, "token-expired")
    return Grant(
        identity=str(grants.get("identity", "")),
        may_receive=bool(voice.get("incoming", {}).get("allow")),
        application_sid=str(voice.get("outgoing", {}).get("application_sid", "")),
    )


def _decode(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadToken(20101, "token") from error
