"""Connection overrides that travel in the fragment of a webhook's URL."""

from typing import Final
from urllib.parse import parse_qsl

import msgspec

from hotline_sessions.phonesim.config import WebhookPolicy


MAX_RETRIES: Final = 5
MAX_TOTAL_SECONDS: Final = 15.0
MAX_CONNECT_SECONDS: Final = 10.0
ALL_FAULTS: Final = ("ct", "rt", "4xx", "5xx")


def split_overrides(url: str, default: WebhookPolicy) -> tuple[str, WebhookPolicy]:
    """URL without its fragment, and the policy the fragment asks for.

    ``rc`` retries, ``rp`` what is retried, ``ct``, ``rt`` and ``tt`` milliseconds;
    values that cannot be read are ignored.

    Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
    """
    bare, _, fragment = url.partition("#")
    given = dict(parse_qsl(fragment))
    policy = msgspec.structs.replace(
        default,
        retries=min(MAX_RETRIES, int(_read(given, "rc", default.retries))),
        retry_on=_read_faults(given.get("rp"), default),
        connect_timeout=min(MAX_CONNECT_SECONDS, _millis(given, "ct", default.connect_timeout)),
        read_timeout=min(MAX_TOTAL_SECONDS, _millis(given, "rt", default.read_timeout)),
        total_timeout=min(MAX_TOTAL_SECONDS, _millis(given, "tt", default.total_timeout)),
    )
    return bare, policy


def _read(given: dict[str, str], key: str, default: float) -> float:
    value = given.get(key, "")
    return float(value) if value.isdecimal() else default


def _millis(given: dict[str, str], key: str, default: float) -> float:
    return _read(given, key, default * 1000) / 1000


def _read_faults(value: str | None, default: WebhookPolicy) -> tuple[str, ...]:
    if value is None:
        return default.retry_on
    return ALL_FAULTS if value == "all" else tuple(value.split(","))
