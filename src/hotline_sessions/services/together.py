"""Do several things, so that the failure of one stops none of the others."""

import asyncio
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import contextmanager

import structlog


log = structlog.get_logger()


async def do_all(works: Iterable[Coroutine[object, object, None]]) -> None:
    """Do all of ``works`` at once; the first failure is raised after all have ended."""
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


class OneByOne:
    """Works done one after another; the first failure is raised by ``end``, after all of them."""

    def __init__(self) -> None:
        self._failure: Exception | None = None

    @contextmanager
    def one(self, **whose: int) -> Iterator[None]:
        """For the block that does one of them; ``whose`` names it in the log."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - it is raised at the end
            log.warning("work_failed", error=type(error).__name__, **whose)
            self._failure = self._failure or error

    def end(self) -> None:
        """Say that all is done.

        Raises:
            Exception: What was raised first by one of them.
        """
        if self._failure is not None:
            raise self._failure
