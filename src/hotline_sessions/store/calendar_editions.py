"""How the editions of an institution's calendar are read and written."""

from datetime import datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.calendar_editions import PRODUCT_EDITION, CalendarEdition
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.store.engine import fetch_row, fetch_rows, run_sql
from hotline_sessions.store.tables.terms import CalendarEditionRow


_COLUMNS = "e.number, e.martial_law, e.moved_days, e.policy"


class MadeEdition(Struct, frozen=True, kw_only=True):
    """An edition, who has made it, when and why."""

    edition: CalendarEdition
    version: str
    reason: str
    made_by: str
    made_at: datetime


async def find_edition(*, institution: InstitutionId) -> CalendarEdition:
    """The edition in force; that of the product as long as the institution has none."""
    row = await fetch_row(
        f"""select {_COLUMNS} from calendar_edition e
             where e.institution = $1 order by e.number desc limit 1""",
        institution,
    )
    return PRODUCT_EDITION if row is None else _read(dict(row))


async def hold_edition(*, institution: InstitutionId) -> CalendarEdition:
    """The same; no other edition comes into force until the transaction ends."""
    await run_sql(
        "select pg_advisory_xact_lock_shared(hashtextextended('calendar', $1))", institution
    )
    return await find_edition(institution=institution)


async def lock_edition(*, institution: InstitutionId) -> CalendarEdition:
    """The same; nothing is reckoned by it until the transaction ends."""
    await run_sql("select pg_advisory_xact_lock(hashtextextended('calendar', $1))", institution)
    return await find_edition(institution=institution)


async def add_edition(
    edition: CalendarEdition,
    *,
    institution: InstitutionId,
    reason: str,
    account: AccountId | None,
    now: datetime,
) -> None:
    """A new edition; it is in force from the end of the transaction."""
    await CalendarEditionRow(
        institution=institution,
        number=edition.number,
        version=edition.calendar.version,
        martial_law=msgspec.json.encode(edition.martial_law).decode(),
        moved_days=msgspec.json.encode(edition.moved_days).decode(),
        policy=msgspec.json.encode(edition.policy).decode(),
        reason=reason,
        made_by=account,
        made_at=now,
    ).save()


async def list_editions(*, institution: InstitutionId) -> list[MadeEdition]:
    """All editions of the institution, the one in force first."""
    rows = await fetch_rows(
        f"""select {_COLUMNS}, e.version, e.reason, e.made_at,
                   coalesce(a.full_name, '') as made_by
              from calendar_edition e left join account a on a.id = e.made_by
             where e.institution = $1 order by e.number desc""",
        institution,
    )
    return [msgspec.convert(dict(row) | {"edition": _read(dict(row))}, MadeEdition) for row in rows]


def _read(row: dict[str, object]) -> CalendarEdition:
    stored = {
        name: msgspec.json.decode(str(row[name]))
        for name in ("martial_law", "moved_days", "policy")
    }
    return msgspec.convert({"number": row["number"], **stored}, CalendarEdition)
