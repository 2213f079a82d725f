"""Do several things at once, so that the failure of one stops none of the others."""

import asyncio
from collections.abc import Coroutine, Iterable


async def do_all(works: Iterable[Coroutine[object, object, None]]) -> None:
    """Do all of ``works``; the first failure is raised after all have ended."""
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
