"""What recordings need of the outside world: where they come from, and where they are kept."""

from collections.abc import Sequence
from typing import Protocol

from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.recordings import FoundRecording, RecordingSid


class Recorder(Protocol):
    """The network's recordings.

    Every method raises a ``domain.network.NetworkError`` and nothing else.
    """

    async def fetch_sound(self, recording: RecordingSid) -> bytes:
        """The sound, both channels.

        Raises:
            RecordingGone: The network has none, or not yet.
            NotSound: It is larger than ``LARGEST``, or leads elsewhere.
        """
        ...

    async def stop(self, call: CallSid, recording: RecordingSid) -> None:
        """End a recording; one that has ended is not an error."""
        ...

    async def delete(self, recording: RecordingSid) -> None:
        """Delete a recording; one that is not there is not an error."""
        ...

    async def list_kept(self) -> Sequence[FoundRecording]:
        """Recordings that the network has, the oldest of them at least."""
        ...


class Storage(Protocol):
    """Our own storage of files; raises a ``domain.recordings.StorageError`` and nothing else."""

    async def put(self, key: str, content: bytes) -> None:
        """Write the whole of ``content`` under ``key``, or nothing."""
        ...

    async def read(self, key: str) -> bytes | None:
        """What stands under ``key``; None when nothing does."""
        ...

    async def read_range(self, key: str, start: int, end: int) -> bytes:
        """Bytes from ``start`` up to ``end``, which is not included."""
        ...

    async def delete(self, key: str) -> None:
        """Erase what stands under ``key``; nothing there is not an error."""
        ...
