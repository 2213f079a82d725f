"""How appeals of other bodies are known again, and the files in which they came."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId, PublicId
from hotline_sessions.domain.outer_imports import (
    KnownNumber,
    NewImport,
    OuterNumber,
    PastImport,
    StagedImport,
)
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id


async def lock_source(source: int, *, institution: InstitutionId) -> None:
    """Let nobody else take appeals of this body until the transaction ends.

    Raises:
        NotFound: The institution knows no such body.
    """
    found = await fetch_value(
        "select id from outside_body where id = $1 and institution = $2 for no key update",
        source,
        institution,
    )
    if found is None:
        raise NotFound


async def find_source(name: str, *, institution: InstitutionId) -> int | None:
    """The body of this name."""
    found: int | None = await fetch_value(
        "select id from outside_body where institution = $1 and lower(name) = lower($2)",
        institution,
        name,
    )
    return found


async def list_known(
    keys: Collection[str], *, source: int, institution: InstitutionId
) -> list[KnownNumber]:
    """Which of these numbers of a body are in the register."""
    rows = await fetch_rows(
        """select o.key, a.public_id, a.register_index
             from outer_appeal o join appeal a on a.id = o.appeal
            where o.institution = $1 and o.source = $2 and o.key = any($3::text[])
            order by o.key""",
        institution,
        source,
        list(keys),
    )
    return [msgspec.convert(dict(row), KnownNumber) for row in rows]


async def find_outer(appeal: AppealId, *, institution: InstitutionId) -> OuterNumber | None:
    """The number that another body gave to the appeal, if one did."""
    row = await fetch_row(
        """select o.number, b.name as source_name
             from outer_appeal o join outside_body b on b.id = o.source
            where o.appeal = $1 and o.institution = $2""",
        appeal,
        institution,
    )
    return None if row is None else msgspec.convert(dict(row), OuterNumber)


async def add_outer(
    numbers: Sequence[tuple[AppealId, str, str]], *, source: int, institution: InstitutionId
) -> None:
    """What numbers, and keys of them, another body has given to appeals."""
    await run_sql(
        """insert into outer_appeal (institution, source, appeal, number, key)
           select $1, $2, n.* from unnest($3::bigint[], $4::text[], $5::text[]) as n""",
        institution,
        source,
        *(list(column) for column in zip(*numbers, strict=True)),
    )


async def mark_secret(appeals: Sequence[AppealId], *, institution: InstitutionId) -> None:
    """The authors have asked that name and address be kept secret (Law 393/96-ВР, art. 10)."""
    await run_sql(
        "update appeal set asks_secrecy = true where institution = $1 and id = any($2::bigint[])",
        institution,
        list(appeals),
    )


async def add_import(
    new: NewImport, *, institution: InstitutionId, account: AccountId | None, now: datetime
) -> PublicId:
    """Keep a file until somebody decides on it."""
    public_id = draw_public_id()
    await run_sql(
        """insert into appeal_import (public_id, institution, source, name, content, received_on,
                                      channel, tells_authors, staged_by, staged_at,
                                      made, present, refused)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0)""",
        public_id,
        institution,
        new.source,
        new.name,
        new.content,
        new.received_on,
        new.channel,
        new.tells_authors,
        account,
        now,
    )
    return public_id


async def get_import(public_id: str, *, institution: InstitutionId) -> StagedImport:
    """The file, if it belongs to the institution.

    Raises:
        NotFound: There is no such file there.
    """
    row = await fetch_row(
        """select i.id, i.public_id, i.source, b.name as source_name, i.name, i.content,
                  i.received_on, i.channel, i.tells_authors, i.staged_at, i.taken_at,
                  i.made, i.present, i.refused
             from appeal_import i join outside_body b on b.id = i.source
            where i.public_id = $1 and i.institution = $2""",
        public_id,
        institution,
    )
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), StagedImport)


async def mark_taken(
    staged: StagedImport, *, made: int, present: int, refused: int, now: datetime
) -> None:
    """What became of the rows; the first time it is said counts."""
    await run_sql(
        """update appeal_import set taken_at = $2, made = $3, present = $4, refused = $5
            where id = $1 and taken_at is null""",
        staged.id,
        now,
        made,
        present,
        refused,
    )


async def list_imports(*, institution: InstitutionId, limit: int) -> Sequence[PastImport]:
    """Imports that were made, the last one first."""
    rows = await fetch_rows(
        """select i.public_id, b.name as source_name, i.name, i.taken_at,
                  i.made, i.present, i.refused
             from appeal_import i join outside_body b on b.id = i.source
            where i.institution = $1 and i.taken_at is not null
            order by i.taken_at desc, i.id desc limit $2""",
        institution,
        limit,
    )
    return [msgspec.convert(dict(row), PastImport) for row in rows]


async def erase_files(*, staged_before: datetime) -> int:
    """Erase what citizens wrote from files that are older; how many there were."""
    tag = await run_sql(
        "update appeal_import set content = null where content is not null and staged_at < $1",
        staged_before,
    )
    return int(tag.rpartition(" ")[2])
