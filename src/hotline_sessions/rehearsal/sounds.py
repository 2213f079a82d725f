"""Recordings in a rehearsal: fetched from the simulated network, kept for as long as it lasts."""

from typing import Final
from urllib.parse import urlsplit

from hotline_sessions.gateways.twilio.media import check_status
from hotline_sessions.gateways.twilio.recordings import Fetch
from hotline_sessions.rehearsal.network import DirectHttp


SILENCE: Final = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(16)
"""Nobody listens: what was said is not spoken again, as it is where people try the telephones."""


class SoundsInMemory:
    """The port ``Storage``: gone with the rehearsal."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, key: str, content: bytes) -> None:
        """Write the whole of ``content`` under ``key``."""
        self.kept[key] = content

    async def read(self, key: str) -> bytes | None:
        """What stands under ``key``; None when nothing does."""
        return self.kept.get(key)

    async def read_range(self, key: str, start: int, end: int) -> bytes:
        """Bytes from ``start`` up to ``end``, which is not included."""
        return self.kept[key][start:end]

    async def delete(self, key: str) -> None:
        """Erase what stands under ``key``; nothing there is not an error."""
        self.kept.pop(key, None)


def fetch_from(http: DirectHttp, *, account_sid: str, token: str) -> Fetch:
    """What gives the sound at an address: silence, where the network has a recording."""

    async def fetch(url: str) -> bytes:
        path = urlsplit(url).path.removesuffix(".mp3") + ".json"
        answer = await http.request("GET", path, auth=(account_sid, token))
        check_status(answer.status_code)
        return SILENCE

    return fetch
