"""Appeals that are alike, and what persons have found of them."""

from datetime import date, datetime
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.appeal_links import MONTHS, LinkKind
from hotline_sessions.domain.appeals import Appeal, AppealState
from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId, PublicId
from hotline_sessions.store.appeals import OVER
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


MOST: Final = 10
"""Alike appeals that are shown."""
SHOWN: Final = 20
"""Links of one appeal that are shown, in either direction."""
OF_ONE_AUTHOR: Final = 100
"""Newest appeals of an author among which alike ones are looked for."""
OF_ONE_MONTH: Final = 100
"""Appeals of a month that share words in a row with one, and are compared with it in full."""
BAR_OF_OTHERS: Final = 0.3
"""Likeness from which an appeal of somebody else is shown; that of ``pg_trgm``."""
BAR_OF_AUTHOR: Final = 0.15
"""The same for the author of the appeal, who says a thing twice in other words."""

_LIVE: Final = "l.undone_at is null and l.kind <> 'unrelated'"


class Alike(Struct, frozen=True, kw_only=True):
    """An earlier appeal whose question is much like another one; ``likeness`` is 0 to 1.

    ``is_decided``: it was answered or left, or its term was over, when the other one came.
    """

    public_id: PublicId
    register_index: str
    question: str
    state: AppealState
    received_on: date
    is_same_author: bool
    is_decided: bool
    likeness: float


class Link(Struct, frozen=True, kw_only=True):
    """A confirmed link to another appeal; ``is_later``: that was registered later.

    ``is_own``: nobody of the staff has confirmed it, its author has made it.
    """

    kind: LinkKind
    public_id: PublicId
    register_index: str
    is_later: bool = False
    is_own: bool = False


class Undoing(Struct, frozen=True, kw_only=True):
    """A link as it stands: its kind, and what the card said before it was marked."""

    kind: LinkKind
    sign_before: str | None
    confirmed_by: AccountId | None


class Answered(Struct, frozen=True, kw_only=True):
    """The answer to an appeal that is linked with another one; ``result`` is its code."""

    public_id: PublicId
    register_index: str
    result: str
    text: str


class Group(Struct, frozen=True, kw_only=True):
    """Appeals of many about one thing, by the first of them; ``left`` wait for an answer."""

    public_id: PublicId
    register_index: str
    question: str
    members: int
    left: int


_EARLIER: Final = """
select o.id, o.public_id, o.register_index, o.question, o.state, o.received_on,
       {same} as is_same_author,
       o.state in {over} or o.legal_on < $3 as is_decided,
       similarity(o.question, $4)::float8 as likeness
"""
# Those of others are looked for month by month, the newest first, by keys of words in a row;
# so the index gives a few hundred cards at most, whatever the size of the register.
_ALIKE: Final = f"""
with known as (
         select l.earlier as id from appeal_link l where l.appeal = $1 and l.undone_at is null
         union all
         -- Whoever goes with many is not asked about each of them.
         select m.appeal from appeal_link l join appeal_link m on m.earlier = l.earlier
          where l.appeal = $1 and l.kind = 'mass' and l.undone_at is null
            and m.kind = 'mass' and m.undone_at is null),
     own as (
         select id from (
             (select o.id from appeal o
               where o.institution = $2 and lower(o.surname) = lower($5)
                 and lower(o.given_name) = lower($6) and o.id < $1
               order by o.id desc limit {OF_ONE_AUTHOR})
             union
             (select o.id from appeal o
               where o.institution = $2 and o.phone = $7 and o.phone <> '' and o.id < $1
               order by o.id desc limit {OF_ONE_AUTHOR})) o
          where $9),
     near as materialized (
         select o.id from generate_series($8::int, $8::int - {MONTHS - 1}, -1) m (month)
          cross join lateral (
             select o.id from appeal o
              where alike_keys(o.institution, month_of(o.received_on), o.question)
                    && alike_keys($2::bigint, m.month, $4)
             offset 0 limit {OF_ONE_MONTH}) o),
     found as (
         {_EARLIER.format(same="true", over=OVER)} from own join appeal o using (id)
         union all
         {_EARLIER.format(same="false", over=OVER)} from near join appeal o using (id)
          where o.institution = $2 and o.id < $1 and o.id not in (select id from own))
select * from found
 where likeness >= case when is_same_author then {BAR_OF_AUTHOR} else {BAR_OF_OTHERS} end
   and id not in (select id from known)
 order by is_same_author desc, likeness desc, id desc limit {MOST}
"""


async def list_alike(
    appeal: Appeal, *, institution: InstitutionId, with_author: bool = True
) -> list[Alike]:
    """Earlier appeals with a question like that of ``appeal``, those of its author first.

    Those on which somebody has decided already are left out. Without ``with_author`` nobody is
    told which are of the same author. Appeals of others are looked for in the last months.
    """
    month = appeal.received_on.year * 12 + appeal.received_on.month
    rows = await fetch_rows(
        _ALIKE,
        appeal.id,
        institution,
        appeal.received_on,
        appeal.question,
        appeal.surname,
        appeal.given_name,
        appeal.phone,
        month,
        with_author,
    )
    return [msgspec.convert(dict(row), Alike) for row in rows]


async def add_link(
    appeal: AppealId,
    earlier: AppealId,
    kind: LinkKind,
    *,
    by: AccountId | None,
    now: datetime,
    sign_before: str | None = None,
) -> None:
    """What somebody has found of two appeals; another kind replaces the first.

    Without ``by`` it is the author who has said so.
    """
    await run_sql(
        """insert into appeal_link (appeal, earlier, kind, confirmed_by, confirmed_at, sign_before)
           values ($1, $2, $3, $4, $5, $6)
           on conflict (appeal, earlier) do update set kind = excluded.kind,
              confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at,
              sign_before = excluded.sign_before, undone_by = null, undone_at = null,
              undone_for = ''""",
        appeal,
        earlier,
        kind,
        by,
        now,
        sign_before,
    )


async def find_link(appeal: AppealId, earlier: AppealId) -> Undoing | None:
    """What somebody has found of two appeals, unless it was undone."""
    row = await fetch_row(
        """select kind, sign_before, confirmed_by from appeal_link
            where appeal = $1 and earlier = $2 and undone_at is null""",
        appeal,
        earlier,
    )
    return None if row is None else msgspec.convert(dict(row), Undoing)


async def mark_undone(
    appeal: AppealId, earlier: AppealId, reason: str, *, by: AccountId, now: datetime
) -> None:
    """The link does not count any more; it is kept with the reason."""
    await run_sql(
        """update appeal_link set undone_by = $4, undone_at = $5, undone_for = $3
            where appeal = $1 and earlier = $2 and undone_at is null""",
        appeal,
        earlier,
        reason,
        by,
        now,
    )


async def list_links(appeal: AppealId) -> list[Link]:
    """Confirmed links to earlier appeals, and to the first of those that came later."""
    rows = await fetch_rows(
        f"""(select l.kind, e.public_id, e.register_index, false as is_later,
                    l.confirmed_by is null as is_own
               from appeal_link l join appeal e on e.id = l.earlier
              where l.appeal = $1 and {_LIVE} order by l.id limit {SHOWN})
           union all
           (select l.kind, e.public_id, e.register_index, true, l.confirmed_by is null
              from appeal_link l join appeal e on e.id = l.appeal
             where l.earlier = $1 and {_LIVE} order by l.id limit {SHOWN})""",
        appeal,
    )
    return [msgspec.convert(dict(row), Link) for row in rows]


async def list_own_links(appeal: AppealId) -> list[Link]:
    """Appeals that this one goes against, as its author has said."""
    rows = await fetch_rows(
        f"""select l.kind, e.public_id, e.register_index
             from appeal_link l join appeal e on e.id = l.earlier
            where l.appeal = $1 and l.confirmed_by is null and {_LIVE} order by l.id""",
        appeal,
    )
    return [msgspec.convert(dict(row), Link) for row in rows]


async def find_decided_on(appeal: AppealId, *, time_zone: str) -> date | None:
    """The day on which an appeal was answered or left, in this zone."""
    found: date | None = await fetch_value(
        """select (min(moment) at time zone $2)::date from (
               select answered_at as moment from answer where appeal = $1
               union all select decided_at from appeal_exit where appeal = $1) m""",
        appeal,
        time_zone,
    )
    return found


async def repeats_decided(appeal: AppealId) -> bool:
    """Whether it repeats an appeal that has been decided. Source: Law 393/96-ВР, art. 8."""
    return bool(
        await fetch_value(
            f"""select exists (select from appeal_link l join appeal e on e.id = l.earlier
                               where l.appeal = $1 and l.kind = 'repeated' and {_LIVE}
                                 and e.state in ('answered', 'closed'))""",
            appeal,
        )
    )


async def find_first_of_group(appeal: AppealId) -> AppealId:
    """The appeal from which the group of ``appeal`` begins; itself if it is in none."""
    found = await fetch_value(
        f"""with recursive up (id) as (
                select $1::bigint
                union select l.earlier from up join appeal_link l on l.appeal = up.id
                 where l.kind = 'mass' and {_LIVE})
            select min(id) from up""",
        appeal,
    )
    return AppealId(found)


async def list_group(
    first: AppealId, *, institution: InstitutionId, limit: int
) -> tuple[list[AppealId], int]:
    """Appeals of the group that begins with ``first``, and how many there are in all.

    Those that can still be given out or drafted come before the others.
    """
    rows = await fetch_rows(
        f"""with recursive down (id) as (
                select id from appeal where id = $1 and institution = $2
                union select l.appeal from down join appeal_link l on l.earlier = down.id
                 where l.kind = 'mass' and {_LIVE})
            select id, count(*) over () as members from down join appeal a using (id)
             order by a.state not in ('registered', 'assigned', 'in_progress'), id limit $3""",
        first,
        institution,
        limit,
    )
    return [AppealId(row["id"]) for row in rows], int(rows[0]["members"]) if rows else 0


async def list_answered(
    appeal: AppealId, *, institution: InstitutionId, limit: int
) -> list[Answered]:
    """Answers to appeals that are linked with this one, or to the same first one, newest first."""
    rows = await fetch_rows(
        f"""with kin (id) as (
                (select l.earlier from appeal_link l where l.appeal = $1 and {_LIVE} limit 100)
                union
                (select l.appeal from appeal_link l where l.earlier = $1 and {_LIVE} limit 100)
                union
                (select l.appeal from appeal_link mine join appeal_link l
                     on l.earlier = mine.earlier and l.kind = 'mass'
                  where mine.appeal = $1 and mine.kind = 'mass' and mine.undone_at is null
                    and {_LIVE} limit 1000))
            select a.public_id, a.register_index, w.result, w.text
              from kin join appeal a using (id) join answer w on w.appeal = a.id
             where a.institution = $2 and a.id <> $1 order by w.id desc limit $3""",
        appeal,
        institution,
        limit,
    )
    return [msgspec.convert(dict(row), Answered) for row in rows]


async def list_groups(*, institution: InstitutionId, limit: int) -> list[Group]:
    """Groups of the institution in which somebody waits for an answer, the largest first."""
    rows = await fetch_rows(
        f"""with many as (
                select l.earlier, count(*) as members,
                       count(*) filter (where a.state not in {OVER}) as left
                  from appeal_link l join appeal a on a.id = l.appeal
                 where l.kind = 'mass' and {_LIVE} and a.institution = $1
                 group by l.earlier)
            select e.public_id, e.register_index, e.question, m.members + 1 as members,
                   m.left + (e.state not in {OVER})::int as left
              from many m join appeal e on e.id = m.earlier
             where m.left + (e.state not in {OVER})::int > 0
             order by members desc, e.id limit $2""",
        institution,
        limit,
    )
    return [msgspec.convert(dict(row), Group) for row in rows]
