"""The calendar of an institution: looked at, tried out on all open appeals, changed."""

from datetime import datetime

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.calendar_editions import (
    CalendarChanged,
    CalendarEdition,
    NothingChanged,
    Reason,
)
from hotline_sessions.services.recounting import (
    Cause,
    DayChange,
    apply_changes,
    digest,
    list_changes,
)
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.calendar_editions import (
    MadeEdition,
    add_edition,
    find_edition,
    list_editions,
    lock_edition,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


class CalendarView(Struct, frozen=True, kw_only=True):
    """The edition in force, and all that the institution has made."""

    edition: CalendarEdition
    made: list[MadeEdition]


class Preview(Struct, frozen=True, kw_only=True):
    """What an edition would change; ``digest`` names it, to confirm what was seen."""

    edition: CalendarEdition
    changes: tuple[DayChange, ...]
    digest: str


async def view_calendar(*, staff: Staff) -> CalendarView:
    """The calendar of the institution of ``staff``."""
    return CalendarView(
        edition=await find_edition(institution=staff.institution),
        made=await list_editions(institution=staff.institution),
    )


async def preview_edition(edition: CalendarEdition, *, staff: Staff) -> Preview:
    """Every open appeal whose days ``edition`` would change; nothing changes yet.

    Raises:
        CalendarChanged: ``edition`` does not follow the one in force.
        NothingChanged: It says the same.
    """
    _check_follows(edition, await find_edition(institution=staff.institution))
    return await _preview(edition, staff=staff)


async def change_calendar(
    edition: CalendarEdition, reason: Reason, *, seen: str, staff: Staff, now: datetime
) -> Preview:
    """Let ``edition`` come into force; each open appeal that changes gets a visible step.

    ``seen`` is the digest of the preview that was confirmed.

    Raises:
        CalendarChanged: Another edition was made, or other appeals would change by now.
        NothingChanged: It says the same as the one in force.
    """
    async with transaction():
        _check_follows(edition, await lock_edition(institution=staff.institution))
        preview = await _preview(edition, staff=staff)
        if preview.digest != seen:
            raise CalendarChanged
        await add_edition(
            edition,
            institution=staff.institution,
            reason=reason,
            account=staff.account,
            now=now,
        )
        await apply_changes(
            preview.changes,
            Cause.CALENDAR,
            institution=staff.institution,
            account=staff.account,
            now=now,
        )
        await add_entry(
            "calendar_changed",
            "calendar_edition",
            edition.number,
            institution=staff.institution,
            account=staff.account,
            now=now,
            detail={"version": edition.calendar.version, "appeals": len(preview.changes)},
        )
    log.info("calendar_changed", edition=edition.number, appeals=len(preview.changes))
    return preview


def _check_follows(edition: CalendarEdition, present: CalendarEdition) -> None:
    if edition.number != present.number + 1:
        raise CalendarChanged
    if edition.says_the_same(present):
        raise NothingChanged


async def _preview(edition: CalendarEdition, *, staff: Staff) -> Preview:
    changes = await list_changes(edition, institution=staff.institution)
    return Preview(edition=edition, changes=changes, digest=digest(edition, changes))
