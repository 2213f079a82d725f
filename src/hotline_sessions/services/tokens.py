"""Random codes and tokens, and what is stored in their place."""

import secrets
from typing import Final

from hotline_sessions.domain.codes import CODE_SPACE, build_code, mac


TOKEN_BYTES: Final = 18
"""144 bits: beyond guessing."""


def draw_code() -> str:
    """Six uniform digits."""
    return build_code(secrets.randbelow(CODE_SPACE))


def draw_token() -> str:
    """A token for a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def build_token_mac(secret: bytes, purpose: str, token: str) -> str:
    """What is stored in place of a token: whoever reads the database cannot use it."""
    return mac(secret, purpose, "token", token)
