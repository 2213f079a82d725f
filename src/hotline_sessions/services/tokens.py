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


def build_official_pin(secret: bytes, session: str) -> str:
    """Six digits by which the official of one session is let in from any telephone."""
    return build_code(int(mac(secret, "official", "pin", session)[:15], 16) % CODE_SPACE)


def build_token_mac(secret: bytes, purpose: str, token: str) -> str:
    """What is stored in place of a token: whoever reads the database cannot use it."""
    return mac(secret, purpose, "token", token)
