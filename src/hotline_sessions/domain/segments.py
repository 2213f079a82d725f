"""How many parts an SMS is sent in, which is what it costs.

Source: 3GPP TS 23.038 (alphabets) and 23.040 (parts): 160 signs of the basic alphabet or 70
of UCS-2 in one part; 153 or 67 in each of several, which carry a header.
"""

from typing import Final

from msgspec import Struct


BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Signs that need one seventh of eight bits each."""
EXTENDED: Final = frozenset("^{}\\[~]|€\f")
"""Signs of the same alphabet that count twice."""

BASIC_ALONE: Final = 160
BASIC_PART: Final = 153
WIDE_ALONE: Final = 70
WIDE_PART: Final = 67


class Size(Struct, frozen=True, kw_only=True):
    """Length of a text message: signs as they are counted, parts, and the alphabet."""

    signs: int
    segments: int
    is_wide: bool


def measure(text: str) -> Size:
    """Size of ``text`` as an SMS."""
    if set(text) <= BASIC | EXTENDED:
        weights = [2 if sign in EXTENDED else 1 for sign in text]
        return _size(weights, alone=BASIC_ALONE, part=BASIC_PART, is_wide=False)
    weights = [len(sign.encode("utf-16-be")) // 2 for sign in text]
    return _size(weights, alone=WIDE_ALONE, part=WIDE_PART, is_wide=True)


def _size(weights: list[int], *, alone: int, part: int, is_wide: bool) -> Size:
    signs = sum(weights)
    if signs <= alone:
        return Size(signs=signs, segments=1, is_wide=is_wide)
    segments, used = 1, 0
    for weight in weights:
        # A sign is never divided between two parts.
        if used + weight > part:
            segments, used = segments + 1, 0
        used += weight
    return Size(signs=signs, segments=segments, is_wide=is_wide)
