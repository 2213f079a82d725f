"""Cookies of citizens: each remembers one thing on one device, and not for long.

Scripts cannot read them, other sites cannot send them with a form, and over HTTPS they
never travel in the clear.
"""

import re
from datetime import timedelta
from typing import Final

from litestar.datastructures import Cookie

from hotline_sessions.services.verification import PROOF_LIFE
from hotline_sessions.web.dependencies import PageRequest, facts_of


PROOF: Final = "hotline_phone"
"""Remembers that the phone was proven."""
ASKED: Final = "hotline_code"
"""Remembers for which phone a code was sent."""
FRESH: Final = "hotline_booked"
"""Holds the code of a booking that was just made: an address or a page in a cache must not."""
FILED: Final = "hotline_filed"
"""Holds the code of an appeal that was just filed, in the same way."""

ASKED_LIFE: Final = timedelta(hours=1)
"""Longer than a code is good for: who comes too late is told so, and can have another."""
FRESH_LIFE: Final = timedelta(minutes=10)

_FRESH: Final = re.compile(r"(?P<subject>[0-9a-z]{10})\.(?P<code>[0-9]{6})")


def build_cookie(request: PageRequest, name: str, value: str, life: timedelta) -> Cookie:
    """A cookie for all our pages that lives for ``life``."""
    return Cookie(
        key=name,
        value=value,
        max_age=int(life.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=facts_of(request).public_url.startswith("https://"),
    )


def remember_proof(request: PageRequest, token: str) -> Cookie:
    """The device whose phone was proven, for a day."""
    return build_cookie(request, PROOF, token, PROOF_LIFE)


def remember_asked(request: PageRequest, token: str) -> Cookie:
    """The device to whose phone a code was sent, until well after the code has expired."""
    return build_cookie(request, ASKED, token, ASKED_LIFE)


def remember_code(request: PageRequest, booking: str, code: str) -> Cookie:
    """The code of the booking that this device has just made."""
    return build_cookie(request, FRESH, f"{booking}.{code}", FRESH_LIFE)


def read_code(request: PageRequest, booking: str) -> str | None:
    """The code of ``booking``, on the device that has just made it."""
    return _read_fresh(request, FRESH, booking)


def remember_filed(request: PageRequest, appeal: str, code: str) -> Cookie:
    """The code of the appeal that this device has just filed."""
    return build_cookie(request, FILED, f"{appeal}.{code}", FRESH_LIFE)


def read_filed(request: PageRequest, appeal: str) -> str | None:
    """The code of ``appeal``, on the device that has just filed it."""
    return _read_fresh(request, FILED, appeal)


def _read_fresh(request: PageRequest, name: str, subject: str) -> str | None:
    match = _FRESH.fullmatch(request.cookies.get(name, ""))
    return match["code"] if match and match["subject"] == subject else None
