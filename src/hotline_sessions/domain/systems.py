"""Document systems of an institution: what their keys allow, and of what they are told."""

import ipaddress
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.ids import InstitutionId, PublicId


class Scope(StrEnum):
    """One thing that a key allows."""

    READ = "read"
    """Read cards, without those particulars that authors asked not to disclose."""
    READ_HIDDEN = "read-hidden"
    """Read these too: for a system in which the matter itself is dealt with (art. 10)."""
    WRITE = "write"
    """Send appeals of another body."""


class Event(StrEnum):
    """What an address can be told of."""

    REGISTERED = "appeal.registered"
    ASSIGNED = "appeal.assigned"
    EXTENDED = "appeal.extended"
    ANSWERED = "appeal.answered"
    CLOSED = "appeal.closed"
    RETURNED = "appeal.returned"
    FORWARDED = "appeal.forwarded"
    STOPPED = "appeal.stopped"
    CHANGED = "appeal.changed"


EVENTS: Final[Mapping[str, Event]] = MappingProxyType(
    {
        "appeal_registered": Event.REGISTERED,
        "appeal_filed": Event.REGISTERED,
        "appeal_imported": Event.REGISTERED,
        "appeal_entered_from_paper": Event.REGISTERED,
        "appeal_repeated": Event.REGISTERED,
        "appeal_assigned": Event.ASSIGNED,
        "appeal_extended": Event.EXTENDED,
        "appeal_answered": Event.ANSWERED,
        "appeal_sent": Event.ANSWERED,
        "appeal_told": Event.ANSWERED,
        "appeal_closed": Event.CLOSED,
        "appeal_returned": Event.RETURNED,
        "appeal_forwarded": Event.FORWARDED,
        "appeal_stopped": Event.STOPPED,
    }
)
"""What a step of a card's history is called outside."""

CHANGES: Final = frozenset(
    {
        "appeal_disputed",
        "appeal_rated",
        "appeal_data_given",
        "appeal_corrected",
        "appeal_commented",
        "appeal_question_added",
        "appeal_complained_of",
        "appeal_linked",
        "appeal_unlinked",
        "appeal_found_unrelated",
        "appeal_started",
        "appeal_drafted",
        "appeal_given_back",
        "appeal_checked",
        "appeal_signed",
        "appeal_letter_issued",
        "appeal_paper_attached",
        "appeal_paper_removed",
        "deadline_recounted",
        "appeal_wishes_changed",
        "appeal_address_proven",
        "appeal_promised",
    }
)
"""Steps without a name of their own outside: they have changed the card, as any unknown one has."""

CARRIED_OVER: Final = "carried-over"
"""A step that only says how a card stood when histories began: nobody is told of it."""

PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long after each failure it is tried again; then it is given up.

Source: Standard Webhooks, «Deliverability and reliability».
"""


class BadHookUrl(Invalid):
    """An address that cannot be told: not ``https``, with a password, or not of a name."""

    code = "bad-hook-url"


class ApiKey(Struct, frozen=True, kw_only=True):
    """A key that was recognised: whose it is, and what it allows."""

    id: int
    public_id: PublicId
    institution: InstitutionId
    name: str
    source: int | None
    scopes: frozenset[Scope]
    mac: str


def name_event(action: str) -> Event | None:
    """What a step is called outside; None where nobody is told of it."""
    if action == CARRIED_OVER:
        return None
    return EVENTS.get(action, Event.CHANGED)


def plan_next(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many failures; None when it is given up."""
    return now + PAUSES[attempts - 1] if 0 < attempts <= len(PAUSES) else None


def check_hook_url(url: str, *, may_be_private: bool) -> str:
    """An address to tell, as it was entered.

    ``may_be_private``: of a demo, which tells programs on the same machine.

    Raises:
        BadHookUrl: It is none, or leads to a place inside.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise BadHookUrl from None
    schemes = {"https", "http"} if may_be_private else {"https"}
    is_odd = (
        parts.scheme not in schemes
        or not host
        or parts.username is not None
        or bool(parts.fragment)
        or not url.isascii()
        or any(char.isspace() for char in url)
    )
    if is_odd or not (may_be_private or is_public_host(host)):
        raise BadHookUrl
    return url


def is_public_host(host: str) -> bool:
    """Whether a host may be on the Internet; what a name leads to is looked at when it is used."""
    try:
        return is_public_address(host)
    except ValueError:
        return "." in host.rstrip(".") and not host.endswith((".local", ".internal", ".localhost"))


def is_public_address(text: str) -> bool:
    """Whether an address is one of the Internet, and not one inside.

    Raises:
        ValueError: It is no address.
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        # Addresses of the old protocol hide in those of the new one.
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not inner.is_global:
            return False
    return address.is_global and not address.is_multicast
