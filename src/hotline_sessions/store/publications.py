"""How publications are written and read, and on which sites sessions may be shown."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.domain.publications import (
    Ending,
    Facts,
    NewPublication,
    Publication,
    name_edition,
)
from hotline_sessions.store.announcements import read_announcements
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id


_SELECT: Final = """
select x.id, x.public_id, x.kind, x.language, x.place, s.public_id as session, x.month, x.facts,
       a.full_name as made_by, x.made_at, x.ending, coalesce(e.full_name, '') as ended_by,
       x.ended_at
  from publication x join account a on a.id = x.made_by
  left join session s on s.id = x.session left join account e on e.id = x.ended_by
 where x.institution = $1
"""


async def note_publication(
    new: NewPublication, *, institution: InstitutionId, account: AccountId, now: datetime
) -> None:
    """Write down that it was given out; the same facts in the same place are noted once."""
    await run_sql(
        """insert into publication (public_id, institution, session, month, kind, language, place,
                                    facts, edition, ends_at, made_by, made_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           on conflict (institution, coalesce(session, 0), coalesce(month, '0001-01-01'), kind,
                        language, place, edition) where ending is null
           do update set made_by = excluded.made_by, made_at = excluded.made_at""",
        draw_public_id(),
        institution,
        new.session,
        new.month,
        new.kind.value,
        new.language,
        new.place,
        msgspec.json.encode(new.facts).decode(),
        name_edition(new.facts),
        max((each.ends_at for each in new.facts), default=None),
        account,
        now,
    )


async def replace_in_place(
    new: NewPublication, *, institution: InstitutionId, account: AccountId, now: datetime
) -> None:
    """End what was published of the session in the same place: ``new`` has replaced it."""
    await run_sql(
        """update publication set ending = 'replaced', ended_by = $6, ended_at = $7
            where institution = $1 and session = $2 and kind = $3 and language = $4 and place = $5
              and edition <> $8 and ending is null""",
        institution,
        new.session,
        new.kind.value,
        new.language,
        new.place,
        account,
        now,
        name_edition(new.facts),
    )


async def list_publications(
    *, institution: InstitutionId, session: str | None = None, limit: int
) -> list[Publication]:
    """Publications of the institution, or of one session of it, the latest first."""
    rows = await fetch_rows(
        _SELECT
        + """ and ($2::text is null or s.public_id = $2)
 order by x.id desc limit $3""",
        institution,
        session,
        limit,
    )
    return [_read(dict(row)) for row in rows]


async def list_out(*, institution: InstitutionId, now: datetime) -> list[Publication]:
    """Publications that are still out and say of something ahead, or of all there is."""
    rows = await fetch_rows(
        _SELECT
        + """ and x.ending is null
   and (x.ends_at is null or x.ends_at > $2 or x.month + interval '1 month' > $2)
 order by x.ends_at nulls last, x.id limit 1000""",
        institution,
        now,
    )
    return [_read(dict(row)) for row in rows]


async def get_publication(public_id: str, *, institution: InstitutionId) -> Publication:
    """The publication, if it is of the institution.

    Raises:
        NotFound: There is no such publication there.
    """
    row = await fetch_row(_SELECT + " and x.public_id = $2", institution, public_id)
    if row is None:
        raise NotFound
    return _read(dict(row))


async def mark_ended(
    publication: int,
    ending: Ending,
    *,
    institution: InstitutionId,
    account: AccountId,
    now: datetime,
) -> bool:
    """It is out no more; false if that was noted before."""
    return bool(
        await fetch_value(
            """update publication set ending = $3, ended_by = $4, ended_at = $5
                where id = $1 and institution = $2 and ending is null returning true""",
            publication,
            institution,
            ending.value,
            account,
            now,
        )
    )


async def list_announced(
    sessions: Sequence[str], *, institution: InstitutionId
) -> list[Announcement]:
    """Announced sessions of the institution with these names, in time's order."""
    return await read_announcements(
        "and s.public_id = any($1::text[]) and s.institution = $2", list(sessions), institution
    )


async def list_announced_between(
    first_on: date, last_on: date, *, institution: InstitutionId
) -> list[Announcement]:
    """Announced sessions of the institution held on these days, in time's order."""
    return await read_announcements(
        "and s.held_on between $1 and $2 and s.institution = $3", first_on, last_on, institution
    )


async def find_sites(*, institution: InstitutionId) -> list[str]:
    """Sites on which the sessions of the institution may be shown; none: on all."""
    sites = await fetch_value("select sites from embedding where institution = $1", institution)
    return list(sites or [])


async def mark_sites(sites: Sequence[str], *, institution: InstitutionId) -> None:
    """From now on the sessions of the institution may be shown on these sites."""
    await run_sql(
        """insert into embedding (institution, sites) values ($1, $2)
           on conflict (institution) do update set sites = excluded.sites""",
        institution,
        list(sites),
    )


def _read(row: dict[str, object]) -> Publication:
    facts = msgspec.json.decode(str(row["facts"]), type=tuple[Facts, ...])
    return msgspec.convert({**row, "facts": facts}, Publication)
