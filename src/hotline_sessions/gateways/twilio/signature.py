"""Proof that a webhook comes from Twilio.

Twilio signs with the account's token (HMAC-SHA1), or with a shared key (HMAC-SHA256) whose
name stands in a header of its own. Which of the two counts is configured here and never
taken from the request: who could choose would choose the weaker one.

The signature covers the URL and the fields, but neither their borders nor the time: the
fields are therefore parsed strictly (``payloads``), and every delivery counts once.

Source: https://www.twilio.com/docs/usage/security#validating-requests
"""

import base64
import hmac
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct


STANDARD_PORTS: Final = {"https": 443, "http": 80}
SIGNATURE_HEADER: Final = "x-twilio-signature"
SETTINGS_HEADER: Final = "x-twilio-webhooks-signature-settings"
"""Names key and algorithm: ``key=…,algorithm=HMAC_SHA256``; absent where the token signs."""
SHARED_KEY_ALGORITHM: Final = "HMAC_SHA256"

Fields = Sequence[tuple[str, str]]


class Scheme(StrEnum):
    """How webhooks are signed here."""

    TOKEN = "hmac-sha1"  # noqa: S105 - no secret, a name
    SHARED_KEY = "hmac-sha256"
    BOTH = "both"
    """While Twilio is being changed over from the one to the other, and not longer."""


class SharedKey(Struct, frozen=True, kw_only=True):
    """A key of the account that signs webhooks, by its name and its secret."""

    sid: str
    secret: str


class Signatory(Struct, frozen=True, kw_only=True):
    """Whose signatures count: of tokens and keys the present ones and the coming ones.

    ``base_url`` is the address that Twilio was given, without a slash at the end.
    """

    base_url: str
    scheme: Scheme = Scheme.TOKEN
    tokens: tuple[str, ...] = ()
    keys: tuple[SharedKey, ...] = ()

    def has_signed(self, target: str, form: Fields, *, signature: str, settings: str = "") -> bool:
        """Whether this request is signed as it must be.

        ``target`` is the path with the query, byte for byte; ``signature`` and ``settings``
        are the two headers, empty when absent. A form in which a name occurs twice is
        never genuine: the signature does not cover the order of values.
        """
        fields = dict(form)
        if len(fields) != len(form) or not signature:
            return False
        text = target + "".join([name + fields[name] for name in sorted(fields)])
        algorithm, secrets = self._choose_secrets(settings)
        # All are computed, so that time does not tell which secret or which form matched.
        matches = [
            hmac.compare_digest(sign(base + text, secret, algorithm), signature.encode())
            for secret in secrets
            for base in list_bases(self.base_url)
        ]
        return any(matches)

    def _choose_secrets(self, settings: str) -> tuple[str, list[str]]:
        if not settings:
            counts = self.scheme is not Scheme.SHARED_KEY
            return "sha1", [token for token in self.tokens if token and counts]
        named = read_settings(settings)
        if self.scheme is Scheme.TOKEN or named.get("algorithm") != SHARED_KEY_ALGORITHM:
            return "sha256", []
        return "sha256", [
            key.secret for key in self.keys if key.secret and key.sid == named.get("key")
        ]


def is_genuine(url: str, form: Fields, *, signature: str, secrets: Iterable[str]) -> bool:
    """Whether one of the tokens ``secrets`` has signed this request to ``url``."""
    parts = urlsplit(url)
    base_url = f"{parts.scheme}://{parts.netloc}"
    signatory = Signatory(base_url=base_url, tokens=tuple(secrets))
    return signatory.has_signed(url.removeprefix(base_url), form, signature=signature)


def sign(text: str, secret: str, algorithm: str) -> bytes:
    """Signature of ``text``, as it stands in the header."""
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), algorithm))


def read_settings(header: str) -> Mapping[str, str]:
    """What the header says of key and algorithm; nothing when it says one thing twice."""
    pairs = [part.partition("=") for part in header.split(",")]
    named = {name.strip(): value.strip() for name, _, value in pairs}
    return named if len(named) == len(pairs) else {}


@lru_cache(maxsize=8)
def list_bases(base_url: str) -> tuple[str, ...]:
    """The address with and without its standard port: Twilio signs either."""
    parts = urlsplit(base_url)
    standard = STANDARD_PORTS.get(parts.scheme)
    if standard is None or (parts.port is not None and parts.port != standard):
        return (base_url,)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return (f"{parts.scheme}://{host}", f"{parts.scheme}://{host}:{standard}")
