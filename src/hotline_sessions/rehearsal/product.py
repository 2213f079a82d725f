"""The product as it runs in a rehearsal: started, asked, killed and started again."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from litestar import Litestar

from hotline_sessions.app import Outside, create_app
from hotline_sessions.rehearsal.asgi import Reply, ask_app
from hotline_sessions.services.ports import Clock
from hotline_sessions.settings import Settings
from hotline_sessions.store.piccolo_conf import DB


MISTAKE: Final = 400


class Product:
    """One process of the product, as far as anybody outside can tell."""

    def __init__(self, settings: Settings, clock: Clock, outside: Outside) -> None:
        self._settings = settings
        self._clock = clock
        self._outside = outside
        self._life: asyncio.Task[None] | None = None
        self._over = asyncio.Event()
        self._app: Litestar | None = None
        self._requests: dict[asyncio.Task[Reply], None] = {}
        """In the order in which they came: a set would end them in another one each time."""
        self.starts = 0
        self.cuts = 0
        """How often its database was taken from it: an answer of 5xx is then in order."""
        self.answers: Counter[int] = Counter()
        self.mistakes: Counter[str] = Counter()

    @property
    def is_up(self) -> bool:
        """Whether anybody answers."""
        return self._app is not None

    async def start(self) -> None:
        """Start the process on the database as it is."""
        started = asyncio.get_running_loop().create_future()
        self._over = asyncio.Event()
        self._life = asyncio.create_task(self._live(started, self._over))
        await asyncio.wait({self._life, started}, return_when=asyncio.FIRST_COMPLETED)
        if not started.done():
            await self._life
        self._app = started.result()
        self.starts += 1

    async def kill(self) -> None:
        """End it in the middle of whatever it does; nothing more is written."""
        self._app = None
        if DB.pool is not None:
            DB.pool.terminate()
        requests = list(self._requests)
        for request in requests:
            request.cancel()
        if requests:
            await asyncio.wait(requests)
        with suppress(Exception):
            await self.stop()

    async def stop(self) -> None:
        """End it in order."""
        self._app = None
        self._over.set()
        if self._life is not None:
            await self._life

    async def _live(self, started: "asyncio.Future[Litestar]", over: asyncio.Event) -> None:
        """From the first to the last moment of a process, in one task as servers do it."""
        app = create_app(self._settings, clock=self._clock, outside=self._outside)
        async with app.lifespan():
            started.set_result(app)
            await over.wait()

    async def deliver(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, str]:
        """Answer to a webhook.

        Raises:
            ConnectionError: The process is not there, or has died over it.
        """
        if self._app is None:
            raise ConnectionRefusedError
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        work = ask_app(self._app, method, target, headers=headers, body=body, host=parts.netloc)
        cuts = self.cuts
        request = asyncio.create_task(work)
        self._requests[request] = None
        request.add_done_callback(self._requests.pop)
        try:
            reply = await asyncio.shield(request)
        except asyncio.CancelledError:
            if request.cancelled():
                raise ConnectionResetError from None
            raise
        self.answers[reply.status] += 1
        if reply.status >= MISTAKE and cuts == self.cuts:
            self.mistakes[f"{reply.status} {parts.path}"] += 1
        return reply.status, reply.body.decode()
