"""Telephones in browsers: access tokens for Twilio's library, and for the simulator's.

A token is a JSON Web Token (RFC 7519) with a voice grant. It is put together here and not
by Twilio's library, which reads the clock of the machine by itself.

Source: https://www.twilio.com/docs/iam/access-tokens
"""

import base64
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from hotline_sessions.domain.softphones import Softphone, SoftphoneKind, plan_expiry


CONTENT_TYPE: Final = "twilio-fpa;v=1"
SIMULATED_KEY: Final = "SK" + "5" * 32
CHANNEL: Final = "/sim/v1/softphone/"
"""Where the simulator keeps its channel for pages."""


class SoftphoneKey(Struct, frozen=True, kw_only=True):
    """What tokens are signed with; keys belong to one region, ``region`` empty for the US.

    ``application_sid`` is the application that calls of pages go to; empty where pages
    are only rung.
    """

    account_sid: str
    sid: str
    secret: str
    application_sid: str = ""
    region: str = ""


def build_access_token(identity: str, *, expires_at: datetime, key: SoftphoneKey) -> str:
    """The token by which a page is ``client:identity``, may be rung and may call us.

    It does not say when it was made: where our clock goes before Twilio's, a token would
    be refused for coming from the future.
    """
    header = {"alg": "HS256", "typ": "JWT", "cty": CONTENT_TYPE}
    voice: dict[str, object] = {"incoming": {"allow": True}}
    if key.application_sid:
        voice["outgoing"] = {"application_sid": key.application_sid}
    claims = {
        "jti": f"{key.sid}-{secrets.token_hex(8)}",
        "iss": key.sid,
        "sub": key.account_sid,
        "exp": int(expires_at.timestamp()),
        "grants": {"identity": identity, "voice": voice},
    }
    regional = {**header, "twr": key.region} if key.region else header
    signed = f"{_encode(regional)}.{_encode(claims)}"
    digest = hmac.digest(key.secret.encode(), signed.encode(), "sha256")
    return f"{signed}.{_armour(digest)}"


class TwilioSoftphones:
    """The port ``Softphones``, by Twilio's own library in the page."""

    def __init__(self, key: SoftphoneKey, *, edge: str = "") -> None:
        self._key = key
        self._edge = edge

    def issue(self, identity: str, *, ends_at: datetime, now: datetime) -> Softphone | None:
        """A telephone for ``identity`` until after ``ends_at``."""
        expires_at = plan_expiry(ends_at, now)
        return Softphone(
            kind=SoftphoneKind.TWILIO,
            identity=identity,
            token=build_access_token(identity, expires_at=expires_at, key=self._key),
            expires_at=expires_at,
            edge=self._edge,
        )


class SimulatedSoftphones:
    """The port ``Softphones``, by the WebSocket of the simulator at ``base_url``."""

    def __init__(self, key: SoftphoneKey, *, base_url: str) -> None:
        self._key = key
        parts = urlsplit(base_url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        self._channel = f"{scheme}://{parts.netloc}{CHANNEL}"

    def issue(self, identity: str, *, ends_at: datetime, now: datetime) -> Softphone | None:
        """A telephone for ``identity`` until after ``ends_at``."""
        expires_at = plan_expiry(ends_at, now)
        return Softphone(
            kind=SoftphoneKind.SIMULATOR,
            identity=identity,
            token=build_access_token(identity, expires_at=expires_at, key=self._key),
            expires_at=expires_at,
            address=self._channel + identity,
        )


class NoSoftphones:
    """The port ``Softphones`` where nothing is set up for browsers: they use telephones."""

    def issue(self, identity: str, *, ends_at: datetime, now: datetime) -> None:
        """None."""
        del identity, ends_at, now


def choose_softphones(
    key: SoftphoneKey, *, base_url: str, edge: str = ""
) -> TwilioSoftphones | SimulatedSoftphones | NoSoftphones:
    """How browsers talk in this installation; ``base_url`` is empty unless Twilio is simulated."""
    if base_url:
        return SimulatedSoftphones(
            msgspec.structs.replace(
                key, sid=key.sid or SIMULATED_KEY, secret=key.secret or SIMULATED_KEY
            ),
            base_url=base_url,
        )
    if key.sid and key.secret and key.application_sid:
        return TwilioSoftphones(key, edge=edge)
    return NoSoftphones()


def _encode(part: Mapping[str, object]) -> str:
    return _armour(msgspec.json.encode(part))


def _armour(content: bytes) -> str:
    """Base64 for addresses, without padding. Source: RFC 7515, section 2."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
