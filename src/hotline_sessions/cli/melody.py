"""The melody that callers hear while they wait: made here, so that it is ours to give away.

Slow broken chords of soft tones that die away like those of a kalimba; quiet, without an end
that startles, in the band and the coding of the telephone.
"""

import math
import struct
from typing import Final


RATE: Final = 8000
"""Samples a second on the telephone. Source: ITU-T G.711."""
SECONDS: Final = 20
STEP: Final = 0.625
"""Seconds from one tone to the next."""
LOUDNESS: Final = 0.16
"""Of full scale: a voice is about three times as loud."""
_CHORDS: Final = (
    (57, 64, 69, 73),
    (54, 61, 66, 69),
    (50, 57, 62, 66),
    (52, 59, 64, 68),
)
"""A, F sharp minor, D and E, as numbers of keys: 69 is the A of 440 Hz."""
_ORDER: Final = (0, 2, 1, 3, 2, 1, 3, 2)
_PARTIALS: Final = ((1.0, 1.0, 1.6), (2.0, 0.28, 3.2), (3.0, 0.07, 6.0))
"""Frequency, strength and speed of dying away of what a tone is made of."""
_FORMAT_MU_LAW: Final = 7
_BIAS: Final = 0x84
_CLIP: Final = 32635


def build_melody() -> bytes:
    """A WAV file of ``SECONDS`` that can be played again and again."""
    samples = [0.0] * (RATE * SECONDS)
    count = int(SECONDS / STEP)
    for number in range(count):
        chord = _CHORDS[number * len(_CHORDS) // count]
        _add_tone(samples, number * STEP, chord[_ORDER[number % len(_ORDER)]])
    loudest = max(abs(sample) for sample in samples)
    scale = LOUDNESS * 32767 / loudest
    return build_wav(bytes(encode_mu_law(round(sample * scale)) for sample in samples))


def build_wav(data: bytes) -> bytes:
    """``data`` in µ-law with the header of a WAV file."""
    form = struct.pack("<HHIIHHH", _FORMAT_MU_LAW, 1, RATE, RATE, 1, 8, 0)
    parts = [(b"fmt ", form), (b"fact", struct.pack("<I", len(data))), (b"data", data)]
    body = b"WAVE" + b"".join(
        name + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2) for name, part in parts
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def encode_mu_law(sample: int) -> int:
    """One sample of 16 bits as one byte. Source: ITU-T G.711, table 2a."""
    sign = 0x80 if sample < 0 else 0
    size = min(abs(sample), _CLIP) + _BIAS
    exponent = size.bit_length() - 8
    mantissa = (size >> (exponent + 3)) & 0x0F
    return ~(sign | (exponent << 4) | mantissa) & 0xFF


def _add_tone(samples: list[float], start: float, key: int) -> None:
    """One tone, from its moment on; what reaches over the end is heard at the beginning."""
    pitch = 440.0 * 2 ** ((key - 69) / 12)
    first, length = int(start * RATE), RATE * 3
    for offset in range(length):
        at = offset / RATE
        attack = min(1.0, at / 0.012)
        value = sum(
            strength * math.exp(-speed * at) * math.sin(2 * math.pi * pitch * factor * at)
            for factor, strength, speed in _PARTIALS
        )
        samples[(first + offset) % len(samples)] += attack * value
