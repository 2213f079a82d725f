"""Which line was called, when a carrier may have forwarded the call."""

from collections.abc import Sequence
from datetime import date

from hotline_sessions.domain.lines import Line
from hotline_sessions.store.lines import find_successor, list_lines_of_number


async def choose_called(called: Sequence[str], *, on: date) -> str:
    """The first of the numbers ``called`` that is a line on the day ``on``; else the last."""
    *others, last = [number for number in called if number] or [""]
    for number in others:
        if await list_lines_of_number(number, on=on):
            return number
    return last


async def list_lines_called(called: Sequence[str], *, on: date) -> list[Line]:
    """Lines of the first of the numbers ``called`` that is one on the day ``on``.

    Where it was replaced, the line that serves in its place.
    """
    number = await choose_called(called, on=on)
    if lines := await list_lines_of_number(number, on=on):
        return lines
    successor = await find_successor(number, on=on)
    return [] if successor is None else [successor]
