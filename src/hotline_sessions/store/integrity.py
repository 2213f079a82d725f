"""What is read to see whether the register is whole; each query goes through its table once."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.history import ChainedStep, Head
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.store.appeal_digests import DIGEST
from hotline_sessions.store.engine import fetch_rows, stream_rows


MOST: Final = 1000
"""Bad rows of one kind that are read: who has more knows enough."""


class Series(Struct, frozen=True, kw_only=True):
    """A register of one year, and two of its numbers where one is expected to follow the other."""

    institution: InstitutionId
    series: str
    year: int
    before: int
    number: int


class ChangedCard(Struct, frozen=True, kw_only=True):
    """A card that is not as its last step has left it; ``place`` is None without any step."""

    institution: InstitutionId
    register_index: str
    place: int | None


class BrokenDuplicates(Struct, frozen=True, kw_only=True):
    """A duplicate that does not follow the one ``before`` it under their number."""

    institution: InstitutionId
    series: str
    year: int
    number: int
    before: int
    duplicate: int


class LostCard(Struct, frozen=True, kw_only=True):
    """A card that has a history and is not there."""

    institution: InstitutionId
    appeal: int
    place: int


class LooseTalk(Struct, frozen=True, kw_only=True):
    """A talk that is not accounted for; ``state`` is that of its question, if there is one."""

    institution: InstitutionId
    call: int
    ended_at: datetime
    state: str | None
    reason: str | None
    time_zone: str


class StoredTerm(Struct, frozen=True, kw_only=True):
    """A deadline as cards have it; ``deadline`` is JSON, ``until_on`` that of an extension."""

    institution: InstitutionId
    deadline: str
    term: str
    received_on: date
    registered_on: date
    legal_on: date
    internal_on: date
    until_on: date | None
    cards: int
    first: str


class DoubleBooking(Struct, frozen=True, kw_only=True):
    """A booking that begins before another one of its session is over."""

    institution: InstitutionId
    booking: int


async def list_broken_series() -> list[Series]:
    """Numbers that do not follow the one before; the first of each register must be 1.

    A number set aside for a card on paper stands for its card until that is entered.
    """
    rows = await fetch_rows(
        """select * from (
               select institution, series, year, number,
                      lag(number, 1, 0) over (partition by institution, series, year
                                              order by number) as before
                 from (select institution, series, year, number from appeal
                        where duplicate = 0
                       union all
                       select institution, series, year, number from reserved_number
                        where appeal is null) a) n
            where number <> before + 1
            order by institution, series, year, number limit $1""",
        MOST,
    )
    return [msgspec.convert(dict(row), Series) for row in rows]


async def list_broken_duplicates() -> list[BrokenDuplicates]:
    """Duplicates that do not run from 1 on under their number, or stand under none."""
    rows = await fetch_rows(
        """select * from (
               select institution, series, year, number, duplicate,
                      lag(duplicate, 1, 0) over (partition by institution, series, year, number
                                                 order by duplicate) as before
                 from appeal where duplicate > 0) d
            where duplicate <> before + 1
            order by institution, series, year, number, duplicate limit $1""",
        MOST,
    )
    return [msgspec.convert(dict(row), BrokenDuplicates) for row in rows]


async def list_wrong_counters() -> list[Series]:
    """Counters (``number``) that do not stand at the greatest number (``before``)."""
    rows = await fetch_rows(
        """select institution, series, year, coalesce(last_number, 0) as number,
                  coalesce(greatest, 0) as before
             from register full join (
                  select institution, series, year, max(number) as greatest
                    from (select institution, series, year, number from appeal
                          union all
                          select institution, series, year, number from reserved_number) n
                   group by 1, 2, 3) a using (institution, series, year)
            where coalesce(last_number, 0) <> coalesce(greatest, 0)
            order by institution, series, year limit $1""",
        MOST,
    )
    return [msgspec.convert(dict(row), Series) for row in rows]


async def stream_steps() -> AsyncIterator[ChainedStep]:
    """All steps of all chains, each chain from its beginning."""
    async for row in stream_rows(
        """select institution, place, appeal, action, account, done_at, facts, digest, previous,
                  hash from appeal_step order by institution, place"""
    ):
        yield ChainedStep(**row)


async def list_heads() -> list[Head]:
    """Where every chain ends."""
    rows = await fetch_rows("select institution, place, hash from chain_head order by institution")
    return [Head(**row) for row in rows]


async def list_hashes(heads: Sequence[Head]) -> list[bytes | None]:
    """What hash the chains have at the places of ``heads`` now, in their order."""
    rows = await fetch_rows(
        """select s.hash from unnest($1::bigint[], $2::bigint[])
                  with ordinality as h (institution, place, turn)
             left join appeal_step s on s.institution = h.institution and s.place = h.place
            order by h.turn""",
        [head.institution for head in heads],
        [head.place for head in heads],
    )
    return [row["hash"] for row in rows]


async def list_changed_cards() -> list[ChangedCard]:
    """Cards that are not as their last step has left them."""
    rows = await fetch_rows(
        f"""select a.institution, a.register_index, s.place
              from appeal a left join lateral (
                   select place, digest from appeal_step s where s.appeal = a.id
                    order by place desc limit 1) s on true
             where s.digest is distinct from {DIGEST}
             order by a.institution, a.id limit $1""",
        MOST,
    )
    return [msgspec.convert(dict(row), ChangedCard) for row in rows]


async def list_lost_cards() -> list[LostCard]:
    """Cards of which only the history is left."""
    rows = await fetch_rows(
        """select s.institution, s.appeal, min(s.place) as place from appeal_step s
            where not exists (select from appeal a
                               where a.id = s.appeal and a.institution = s.institution)
            group by 1, 2 order by 1, 3 limit $1""",
        MOST,
    )
    return [msgspec.convert(dict(row), LostCard) for row in rows]


async def list_loose_talks() -> list[LooseTalk]:
    """Talks with no question, an open one, or one that was closed and led to nothing."""
    rows = await fetch_rows(
        """select c.institution, c.id as call, coalesce(c.ended_at, c.off_air_at, c.on_air_at)
                  as ended_at, q.state, q.reason, i.time_zone
             from call c join institution i on i.id = c.institution
             left join question q on q.call = c.id and q.origin = 'talk'
            where c.role = 'citizen' and c.state = 'ended' and c.on_air_at is not null
              and (q.id is null or q.state <> 'closed' or q.reason = ''
                   or (q.reason = 'registered' and q.appeal is null))
            order by c.institution, c.id limit $1""",
        MOST,
    )
    return [msgspec.convert(dict(row), LooseTalk) for row in rows]


async def stream_terms() -> AsyncIterator[StoredTerm]:
    """Deadlines of all cards, each different one once, with how many cards have it."""
    async for row in stream_rows(
        """with longer as (select distinct on (appeal) appeal, until_on
                             from extension order by appeal, id desc)
           select a.institution, a.deadline, a.term, a.received_on, a.registered_on, a.legal_on,
                  a.internal_on, e.until_on, count(*) as cards, min(a.register_index) as first
             from appeal a left join longer e on e.appeal = a.id
            group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 4, 10"""
    ):
        yield StoredTerm(**row)


async def list_double_bookings() -> list[DoubleBooking]:
    """Bookings that begin before another one of the same session is over."""
    rows = await fetch_rows(
        """select institution, booking from (
               select b.institution, b.id as booking, s.starts_at,
                      max(s.ends_at) over (partition by b.session order by s.starts_at, b.id
                          rows between unbounded preceding and 1 preceding) as busy_until
                 from booking b join slot s on s.id = b.slot
                where b.state in ('booked', 'heard')) b
            where starts_at < busy_until order by institution, booking limit $1""",
        MOST,
    )
    return [msgspec.convert(dict(row), DoubleBooking) for row in rows]


async def count_rows() -> dict[str, int]:
    """How much was looked at."""
    (row,) = await fetch_rows(
        """select (select count(*) from appeal) as cards,
                  (select count(*) from appeal_step) as steps,
                  (select count(*) from call where role = 'citizen' and state = 'ended'
                      and on_air_at is not null) as talks,
                  (select count(*) from booking where state in ('booked', 'heard')) as bookings"""
    )
    return dict(row)
