"""Telephones in browsers: who they are, and what a page needs to be one.

Officials and operators may talk through the page they have open instead of a telephone;
the page proves with a token who it is, and the token lives no longer than it has to.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.ids import AccountId, PublicId


AFTER_THE_END: Final = timedelta(minutes=15)
"""How much longer than its session a token lives: changing it in mid-call tears the sound.

Source: https://www.twilio.com/docs/voice/sdks/javascript/best-practices
"""

LONGEST: Final = timedelta(hours=24)
"""Twilio accepts no token that lives longer.

Source: https://www.twilio.com/docs/iam/access-tokens
"""


class SoftphoneKind(StrEnum):
    """Which library a page talks with."""

    TWILIO = "twilio"
    SIMULATOR = "simulator"


class Softphone(Struct, frozen=True, kw_only=True):
    """What a page needs to be a telephone; to be given only to whom it belongs.

    ``identity`` is the name without ``client:``; ``address`` is where the simulator's
    WebSocket is, empty with Twilio, whose library knows; ``edge`` is where Twilio's
    library enters its network, empty for the nearest.
    """

    kind: SoftphoneKind
    identity: str
    token: str
    expires_at: datetime
    address: str = ""
    edge: str = ""


def identity_of_official(session: PublicId) -> str:
    """Name of the official's page in a session."""
    return f"official-{session}"


def identity_of_operator(account: AccountId) -> str:
    """Name of an operator's page."""
    return f"operator-{account}"


def identity_of_check(identity: str) -> str:
    """Name of a page that only tries whether sound gets through; nobody is called by it."""
    return f"check-{identity}"


def plan_expiry(ends_at: datetime, now: datetime) -> datetime:
    """Until when a token is good that is given ``now`` for a session that ends at ``ends_at``."""
    return min(max(ends_at, now) + AFTER_THE_END, now + LONGEST)
