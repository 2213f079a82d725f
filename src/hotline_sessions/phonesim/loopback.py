"""The control interface is for this machine only."""

import ipaddress
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler


LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "simulator"})
SAME_PLACE: Final = frozenset({"", "same-origin", "none"})


def is_loopback(host: str) -> bool:
    """Whether an address belongs to this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def require_loopback(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse other machines, other names of this one, and requests of other sites' pages.

    Raises:
        PermissionDeniedException: The request is not from here.
    """
    client = connection.client
    name = connection.headers.get("host", "").lower()
    name = name if name.endswith("]") else name.rpartition(":")[0] or name
    site = connection.headers.get("sec-fetch-site", "")
    if client is None or not is_loopback(client.host):
        raise PermissionDeniedException(detail="loopback only")
    if name not in LOCAL_NAMES or site not in SAME_PLACE:
        raise PermissionDeniedException(detail="not from this site")
