"""Files in the storage: put there under names that say nothing, and read back as they were."""

import secrets
from hashlib import sha256
from typing import Final

from hotline_sessions.domain.letters import StoredFile
from hotline_sessions.services.recording_ports import Storage


_NAME_BYTES: Final = 16


class DamagedError(Exception):
    """What lies there is not what was put there, or nothing is there."""


async def store_file(storage: Storage, folder: str, content: bytes, *, ending: str) -> StoredFile:
    """Put a file into ``folder`` under a random name.

    Raises:
        StorageError: The storage has not taken it.
    """
    key = f"{folder}/{secrets.token_hex(_NAME_BYTES)}.{ending}"
    await storage.put(key, content)
    return StoredFile(key=key, sha256=sha256(content).hexdigest(), size=len(content))


async def read_file(storage: Storage, file: StoredFile) -> bytes:
    """The file as it was put there.

    Raises:
        StorageError: The storage does not give it out.
        DamagedError: It is lost, or another one.
    """
    content = await storage.read(file.key)
    if content is None or sha256(content).hexdigest() != file.sha256:
        raise DamagedError
    return content
