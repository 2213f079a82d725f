"""Our storage of sounds, letters and files: a folder, or a bucket of S3, Google or Azure.

What protects it at rest is its own: the encryption of the bucket, or of the disk under the
folder. Credentials of a bucket come from the environment or from the machine's role, under
the names that its provider has given them.
"""

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from hotline_sessions.domain.recordings import StorageError


FOLDER: Final = "recordings"
"""Under the folder for data, where no other storage is named."""
SECONDS: Final = "30s"
"""One request to a bucket takes no longer."""


class ObjectStorage:
    """The port ``Storage``, over any object store, which is opened when it is first used."""

    def __init__(self, open_store: Callable[[], ObjectStore]) -> None:
        self._open = open_store

    @cached_property
    def _store(self) -> ObjectStore:
        return self._open()

    async def put(self, key: str, content: bytes) -> None:
        """Write the whole of ``content`` under ``key``, or nothing."""
        try:
            await obstore.put_async(self._store, key, content)
        except (BaseError, OSError) as error:
            raise StorageError(type(error).__name__) from None

    async def read(self, key: str) -> bytes | None:
        """What stands under ``key``; None when nothing does."""
        try:
            found = await obstore.get_async(self._store, key)
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise StorageError(type(error).__name__) from None

    async def read_range(self, key: str, start: int, end: int) -> bytes:
        """Bytes from ``start`` up to ``end``, which is not included."""
        try:
            return bytes(await obstore.get_range_async(self._store, key, start=start, end=end))
        except (BaseError, OSError) as error:
            raise StorageError(type(error).__name__) from None

    async def delete(self, key: str) -> None:
        """Erase what stands under ``key``; nothing there is not an error."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise StorageError(type(error).__name__) from None


def open_storage(url: str, *, data_dir: Path) -> ObjectStorage:
    """The storage at ``url``; without one a folder ``recordings`` under ``data_dir``."""
    parts = urlsplit(url)
    if not url or parts.scheme == "file":
        folder = Path(unquote(parts.path)) if url else data_dir / FOLDER
        return ObjectStorage(partial(open_folder, folder))
    return ObjectStorage(partial(from_url, url, client_options={"timeout": SECONDS}))


def open_folder(folder: Path) -> LocalStore:
    """A folder that only its owner may enter."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return LocalStore(folder)
