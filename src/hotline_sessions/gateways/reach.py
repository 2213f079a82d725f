"""Whether this installation is found at its public address."""

from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import httpx


SECONDS: Final = 5.0
PROBE: Final = "/healthz"
ANSWER: Final = "ok"


class Reach(StrEnum):
    """What was found at an address."""

    OURS = "ours"
    OTHERS = "others"
    NOBODY = "nobody"
    PRIVATE = "private"


async def find_reach(public_base_url: str, *, transport: httpx.AsyncBaseTransport | None) -> Reach:
    """Who answers at ``public_base_url``, asked from here and not from Twilio.

    ``transport`` is None for the network.
    """
    if is_private(urlsplit(public_base_url).hostname or ""):
        return Reach.PRIVATE
    try:
        async with httpx.AsyncClient(transport=transport, timeout=SECONDS) as client:
            answer = await client.get(public_base_url + PROBE)
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return Reach.NOBODY
    is_ours = answer.is_success and answer.text.strip() == ANSWER
    return Reach.OURS if is_ours else Reach.OTHERS


def is_private(host: str) -> bool:
    """Whether ``host`` is certainly not on the Internet; names are not looked up."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host
