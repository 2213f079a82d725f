"""Parameters of webhooks, by the provider's names."""

from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

from hotline_sessions.phonesim.legs import Leg


API_VERSION: Final = "2010-04-01"
COUNTRY_OF_PREFIX: Final = {"+380": "UA", "+353": "IE", "+48": "PL", "+1": "US"}


@lru_cache(maxsize=4_096)  # The same moments stand in every list of calls that is asked for.
def rfc2822(moment: datetime) -> str:
    """Moment as the provider writes it, in UTC."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0))


def country_of(number: str) -> str:
    """Country of a number by its prefix; empty if unknown."""
    return next((c for p, c in COUNTRY_OF_PREFIX.items() if number.startswith(p)), "")


def voice_parameters(account_sid: str, leg: Leg) -> dict[str, str]:
    """Standard parameters of every request about a call."""
    values = {
        "CallSid": leg.sid,
        "AccountSid": account_sid,
        "From": leg.from_,
        "To": leg.to,
        "Caller": leg.from_,
        "Called": leg.to,
        "CallStatus": leg.status.value,
        "Direction": leg.direction,
        "ApiVersion": API_VERSION,
    }
    for side, number in (("From", leg.from_), ("To", leg.to)):
        who = {"From": "Caller", "To": "Called"}[side]
        for part in ("City", "State", "Zip"):
            values[side + part] = values[who + part] = ""
        values[side + "Country"] = values[who + "Country"] = country_of(number)
    if leg.forwarded_from:
        values["ForwardedFrom"] = leg.forwarded_from
    if leg.parent_sid:
        values["ParentCallSid"] = leg.parent_sid
    values.update(leg.extra)
    return values
