"""What planning a quarter needs of the outside: somebody who searches for a plan."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from hotline_sessions.domain.quarter_plans import Impossible, Place, Problem, Progress, Proposal


Tell: TypeAlias = Callable[[Progress], None]
"""Hears of every better plan."""


class QuarterSolver(Protocol):
    """Searches for the plan that misses the least of what is wished."""

    async def solve(
        self, problem: Problem, *, seconds: float, near: tuple[Place, ...], tell: Tell
    ) -> Proposal | Impossible:
        """The best plan found in ``seconds``, or the rules that leave none.

        ``near`` is an earlier plan from which to set out.

        Raises:
            NoPlanFound: Time was too short.
        """
        ...
