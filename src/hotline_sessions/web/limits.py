"""How often one address may ask: a bucket of tokens for each purpose and each client.

A bucket costs the same to look at whatever the load, holds no address (only a keyed hash),
and the least used ones are forgotten first. What may be tried with one telephone number or
one code is limited elsewhere, in the database: these buckets only keep a flood away from it.
"""

import math
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from types import MappingProxyType
from typing import Final, Literal

from msgspec import Struct

from hotline_sessions.domain.errors import TooMany
from hotline_sessions.web.dependencies import PageRequest, facts_of


Purpose = Literal[
    "code-request",
    "code-attempt",
    "booking",
    "appeal",
    "appeal-number",
    "appeal-file",
    "sign-in",
    "offer",
    "api",
    "api-key",
    "api-document",
    "open-status",
    "own-feed",
    "subscribe",
    "letters",
]


class TooOften(TooMany):
    """So many requests of this kind came from one address. Facts: ``retry_after``, seconds."""

    code = "too-often"


class Rate(Struct, frozen=True, kw_only=True):
    """``burst`` at once, then one more in every ``pause``."""

    burst: int
    pause: timedelta


#: Thousands of citizens may share the address of their mobile network: a rush must fit in.
RATES: Final[Mapping[Purpose, Rate]] = MappingProxyType(
    {
        "code-request": Rate(burst=60, pause=timedelta(seconds=3)),
        "code-attempt": Rate(burst=120, pause=timedelta(seconds=1)),
        "booking": Rate(burst=15, pause=timedelta(seconds=30)),
        "appeal": Rate(burst=15, pause=timedelta(seconds=30)),
        "appeal-number": Rate(burst=15, pause=timedelta(minutes=1)),
        "appeal-file": Rate(burst=60, pause=timedelta(seconds=5)),
        "offer": Rate(burst=60, pause=timedelta(seconds=5)),
        "api": Rate(burst=200, pause=timedelta(milliseconds=100)),
        "api-key": Rate(burst=20, pause=timedelta(seconds=10)),
        "api-document": Rate(burst=60, pause=timedelta(seconds=1)),
        "open-status": Rate(burst=60, pause=timedelta(seconds=1)),
        "subscribe": Rate(burst=10, pause=timedelta(minutes=1)),
        "letters": Rate(burst=60, pause=timedelta(seconds=5)),
        "own-feed": Rate(burst=300, pause=timedelta(milliseconds=200)),
        "sign-in": Rate(burst=20, pause=timedelta(seconds=10)),
    }
)

MOST_BUCKETS: Final = 50_000
"""Buckets kept at most: some megabytes."""

_NETWORK_OF_A_HOME: Final = 64
"""A home gets a whole IPv6 network of this prefix: it counts as one client."""


class Limits:
    """All buckets of one process."""

    def __init__(self, rates: Mapping[Purpose, Rate] = RATES, *, most: int = MOST_BUCKETS) -> None:
        self._rates = rates
        self._most = most
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def take(self, purpose: Purpose, key: bytes, now: datetime) -> None:
        """Use up one token of the bucket of ``key``.

        Raises:
            TooOften: The bucket is empty; after ``retry_after`` seconds it holds one again.
        """
        rate = self._rates[purpose]
        moment, pause = now.timestamp(), rate.pause.total_seconds()
        name = purpose.encode() + key
        left, seen = self._buckets.pop(name, (float(rate.burst), moment))
        left = min(float(rate.burst), left + max(0.0, moment - seen) / pause)
        refused = left < 1
        self._buckets[name] = (left if refused else left - 1, moment)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        if refused:
            raise TooOften(retry_after=max(1, math.ceil((1 - left) * pause)))

    def __len__(self) -> int:
        return len(self._buckets)


def check_rate(
    request: PageRequest, purpose: Purpose, now: datetime, *, subject: str | None = None
) -> None:
    """Count one request for ``purpose``, by its client or by the ``subject`` it asks about.

    Raises:
        TooOften: There were too many of them.
    """
    limits = _limits_of(request)
    asked = (
        network_of(request.client.host if request.client else "") if subject is None else subject
    )
    limits.take(purpose, _hash(facts_of(request).secret, asked), now)


def client_key(request: PageRequest) -> bytes:
    """What stands for the client of a request, and is no address."""
    host = request.client.host if request.client else ""
    return _hash(facts_of(request).secret, network_of(host))


def network_of(host: str) -> str:
    """What counts as one client: an IPv4 address, or the network of an IPv6 one.

    ``host`` is what the server says. Behind a proxy the server is told which proxy to
    believe; a header that anybody can send is never read here.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return f"{int(address) >> _NETWORK_OF_A_HOME:x}"
    return str(address)


def _hash(secret: bytes, text: str) -> bytes:
    return blake2b(text.encode(), key=secret[:64], digest_size=16).digest()


def _limits_of(request: PageRequest) -> Limits:
    state = request.app.state
    if state.get("limits") is None:
        state.limits = Limits()
    limits: Limits = state.limits
    return limits
