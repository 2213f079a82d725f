"""Signature of a webhook, computed from its description and not with the provider's library."""

import base64
import hmac
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from hotline_sessions.phonesim.config import SharedKey


DIGESTS: Final = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
SETTINGS_HEADER: Final = "X-Twilio-Webhooks-Signature-Settings"


class Signer(Struct, frozen=True, kw_only=True):
    """Signs webhooks with the account's token, or with a shared key if there is one."""

    token: str
    key: SharedKey | None = None

    def headers(self, url: str, parameters: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Headers that prove where a webhook comes from."""
        if self.key is None:
            return {"X-Twilio-Signature": compute_signature(self.token, url, parameters)}
        signature = compute_signature(
            self.key.secret, url, parameters, algorithm=self.key.algorithm
        )
        settings = f"key={self.key.sid},algorithm={self.key.algorithm}"
        return {"X-Twilio-Signature": signature, SETTINGS_HEADER: settings}


def compute_signature(
    secret: str,
    url: str,
    parameters: Iterable[tuple[str, str]],
    *,
    algorithm: str = "HMAC_SHA1",
) -> str:
    """Value of ``X-Twilio-Signature``.

    The URL without its fragment, then each parameter's name and value in the order of
    the names; several values of one name count once each, sorted.

    Source: https://www.twilio.com/docs/usage/security#validating-requests
    """
    base = url.partition("#")[0]
    tail = "".join(name + value for name, value in sorted(set(parameters)))
    digest = hmac.digest(secret.encode(), (base + tail).encode(), DIGESTS[algorithm])
    return base64.b64encode(digest).decode()
