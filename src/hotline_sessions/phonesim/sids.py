"""Identifiers that look like the provider's."""

import random


def new_sid(prefix: str, rng: random.Random) -> str:
    """A fresh identifier: two letters and 32 hexadecimal digits."""
    return f"{prefix}{rng.getrandbits(128):032x}"
