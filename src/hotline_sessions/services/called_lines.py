"""Which line was called, when a carrier may have forwarded the call."""

from collections.abc import Sequence
from datetime import date

from hotline_sessions.domain.lines import Line
from hotline_sessions.store.lines import list_lines_of_number


async def list_lines_called(called: Sequence[str], *, on: date) -> list[Line]:
    """Lines of the first of the numbers ``called`` that is one on the day ``on``."""
    for number in called:
        if number and (lines := await list_lines_of_number(number, on=on)):
            return lines
    return []
