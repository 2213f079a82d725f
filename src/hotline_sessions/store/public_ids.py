"""Names of rows in addresses: random, so that nothing can be counted or guessed."""

import secrets
from typing import Final

from hotline_sessions.domain.ids import PublicId


CROCKFORD: Final = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH: Final = 10
"""Ten characters of thirty-two: fifty bits."""


def draw_public_id() -> PublicId:
    """A new random name."""
    return PublicId("".join(secrets.choice(CROCKFORD) for _ in range(LENGTH)))
