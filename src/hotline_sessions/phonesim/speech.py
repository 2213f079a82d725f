"""Speech as sound: ``espeak-ng`` if it is installed, silence otherwise."""

import asyncio
import io
import shutil
import wave
from typing import Final


LONGEST_TEXT: Final = 600
SPEAKING_TIMEOUT_SECONDS: Final = 10.0
VOICES: Final = frozenset({"uk", "en", "ru"})
SILENCE_RATE: Final = 8000


async def speak(text: str, language: str) -> bytes:
    """WAV of ``text`` in ``language`` (``uk-UA``); a second of silence without a voice."""
    program = shutil.which("espeak-ng")
    voice = language.partition("-")[0].lower()
    if program is None or not text.strip() or voice not in VOICES:
        return _silence()
    process = await asyncio.create_subprocess_exec(
        program,
        "-v",
        voice,
        "--stdout",
        "--stdin",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(SPEAKING_TIMEOUT_SECONDS):
            sound, _ = await process.communicate(text[:LONGEST_TEXT].encode())
    except TimeoutError:
        process.kill()
        await process.wait()
        return _silence()
    return sound or _silence()


async def speak_recording(words: str, heard: str, *, channels: int) -> bytes:
    """WAV of a recording: with two channels, the caller on the first, the others on the second."""
    if channels == 1:
        return await speak(" ".join(filter(None, (words, heard))), "uk")
    return join_channels(await speak(words, "uk"), await speak(heard, "uk"))


def join_channels(left: bytes, right: bytes) -> bytes:
    """Two sounds of one channel each as one of two channels; the shorter ends in silence."""
    first, rate = _read_samples(left)
    second, other_rate = _read_samples(right)
    length = max(len(first), len(second))
    both = bytearray(2 * length)
    for side, samples in ((0, first), (2, second)):
        padded = samples.ljust(length, b"\0")
        both[side::4] = padded[0::2]
        both[side + 1 :: 4] = padded[1::2]
    # Without a voice one of them is silence, at a rate of its own.
    return _write(bytes(both), channels=2, rate=max(rate, other_rate))


def _read_samples(sound: bytes) -> tuple[bytes, int]:
    """Samples of 16 bits and their rate; a length that was never filled in does not matter."""
    begin = sound.find(b"data") + len(b"data") + 4
    length = (len(sound) - begin) // 2 * 2
    return sound[begin : begin + length], int.from_bytes(sound[24:28], "little")


def _silence() -> bytes:
    return _write(bytes(2 * SILENCE_RATE), channels=1, rate=SILENCE_RATE)


def _write(samples: bytes, *, channels: int, rate: int) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(samples)
    return buffer.getvalue()
