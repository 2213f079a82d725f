"""Names of rows in addresses: random, so that nothing can be counted or guessed."""

import secrets
from typing import Final

from hotline_sessions.domain.ids import PublicId


CROCKFORD: Final = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH: Final = 10
"""Ten characters of thirty-two: fifty bits."""


def draw_public_id() -> PublicId:
    """A new random name."""
    # One draw for all characters: thirty-two of them are five bits each, so none is favoured.
    return PublicId("".join(CROCKFORD[byte % 32] for byte in secrets.token_bytes(LENGTH)))
