"""Messages to document systems, which never go to a place inside.

What a name leads to is looked at when the connection is made, and it is made to just that:
a name that leads elsewhere a moment later gains nothing.
"""

import asyncio
import socket
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.network import NetworkRefusal, OutcomeUnknown, RetryLater
from hotline_sessions.domain.systems import check_hook_url, is_public_address


TIMEOUT: Final = aiohttp.ClientTimeout(total=15, connect=5)
AGENT: Final = "hotline-sessions"


class PlaceInsideError(OSError):
    """A name leads to an address that is not one of the Internet."""


class PublicResolver(AbstractResolver):
    """Looks names up and hands out addresses of the Internet only."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Addresses of ``host``.

        Raises:
            PlaceInsideError: One of them lies inside.
            OSError: There is no such name.
        """
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        results: list[ResolveResult] = []
        for kind, _, protocol, _, address in found:
            place: Any = address[0]
            if not is_public_address(place):
                raise PlaceInsideError
            results.append(
                ResolveResult(
                    hostname=host,
                    host=place,
                    port=port,
                    family=kind,
                    proto=protocol,
                    flags=socket.AI_NUMERICHOST,
                )
            )
        return results

    async def close(self) -> None:
        """Nothing is kept."""


class HttpHooks:
    """Posts messages; ``may_be_private`` is for a demo, whose systems run beside it."""

    def __init__(self, *, may_be_private: bool = False) -> None:
        self._may_be_private = may_be_private

    async def send(self, url: str, headers: dict[str, str], body: bytes) -> int:
        """The status with which the address answers; what else it says is not read.

        Raises:
            NetworkRefusal: The address may not be told.
            RetryLater: Nobody was there.
            OutcomeUnknown: It did not answer.
        """
        try:
            check_hook_url(url, may_be_private=self._may_be_private)
        except Invalid:
            raise NetworkRefusal from None
        resolver = None if self._may_be_private else PublicResolver()
        connector = aiohttp.TCPConnector(resolver=resolver, force_close=True)
        # Redirects are not followed: they could lead inside.
        async with aiohttp.ClientSession(
            connector=connector, timeout=TIMEOUT, headers={"user-agent": AGENT}
        ) as session:
            try:
                async with session.post(
                    url, data=body, headers=headers, allow_redirects=False
                ) as answer:
                    return answer.status
            except aiohttp.ClientConnectorError as error:
                if isinstance(error.os_error, PlaceInsideError):
                    raise NetworkRefusal from None
                raise RetryLater from None
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
                raise OutcomeUnknown from None
