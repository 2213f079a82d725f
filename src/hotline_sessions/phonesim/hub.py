"""News for those who watch the telephones: a version number that grows with every change."""

import asyncio


class Hub:
    """Counts changes and wakes those who wait for the next one."""

    def __init__(self) -> None:
        self.version = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def changed(self) -> None:
        """Something that a person could see has changed."""
        self.version += 1
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def wait(self, after: int, seconds: float) -> int:
        """Version later than ``after``, or the same one once ``seconds`` have passed."""
        if self.version > after:
            return self.version
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait({future}, timeout=seconds)
        finally:
            self._waiting.discard(future)
        return self.version
