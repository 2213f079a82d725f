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


def _silence() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SILENCE_RATE)
        sound.writeframes(bytes(2 * SILENCE_RATE))
    return buffer.getvalue()
