"""A number changes: what was announced follows, and the old number tells the new one."""

from datetime import date, datetime

import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import Invalid, NotFound
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.lines import Line
from hotline_sessions.domain.phones import parse_phone
from hotline_sessions.services.institutions import get_by_slug
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.conflicts import clashes_refused
from hotline_sessions.store.lines import (
    add_line,
    find_line,
    find_successor,
    list_lines_of_number,
    replace_line,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


class SameNumber(Invalid):
    """A number cannot replace itself, nor from its first day on."""

    code = "same-number"


async def change_number(
    slug: str, old: str, new: str, *, is_free: bool, since: date, now: datetime
) -> None:
    """From ``since`` on the institution is called on ``new`` instead of ``old``.

    Sessions that are not over yet take the new number; those before keep what was announced.

    Raises:
        NotFound: There is no such institution, or it is not called on ``old`` then.
        BadPhone: A number cannot be read.
        SameNumber: Both are one, or ``old`` would not have served for a day.
    """
    before, after = parse_phone(old), parse_phone(new)
    async with transaction():
        home = await get_by_slug(slug)
        await _change(before, after, institution=home.id, is_free=is_free, since=since, now=now)


async def change_own_number(
    old: str, new: str, *, is_free: bool, since: date, staff: Staff, now: datetime
) -> None:
    """The same for the institution of ``staff``, written down as their deed.

    Raises:
        NotFound: The institution is not called on ``old`` then.
        SameNumber: Both are one, or ``old`` would not have served for a day.
        Clashing: On the new number another session is held at the same time.
    """
    home = staff.institution
    async with transaction(), clashes_refused():
        await _change(old, new, institution=home, is_free=is_free, since=since, now=now)
        await add_entry(
            "number_changed",
            "line",
            None,
            institution=home,
            account=staff.account,
            now=now,
            detail={"since": since.isoformat()},
        )


async def _change(
    before: str,
    after: str,
    *,
    institution: InstitutionId,
    is_free: bool,
    since: date,
    now: datetime,
) -> None:
    line = await find_line(before, institution=institution, on=since)
    if line is None:
        raise NotFound
    if before == after or line.valid_from >= since:
        raise SameNumber
    known = await find_line(after, institution=institution, on=since)
    chosen = (
        known.id
        if known
        else await add_line(after, institution=institution, is_free=is_free, valid_from=since)
    )
    await replace_line(line.id, chosen, since=since, now=now)
    log.info("number_changed", line_id=line.id, successor_id=chosen)


async def look_up(number: str, *, on: date) -> tuple[bool, Line | None]:
    """Whether ``number`` serves on the day ``on``, and the line that does so in its place.

    Raises:
        NotFound: It is no line of anybody, and never was one that was replaced.
    """
    if await list_lines_of_number(number, on=on):
        return True, None
    successor = await find_successor(number, on=on)
    if successor is None:
        raise NotFound
    return False, successor
