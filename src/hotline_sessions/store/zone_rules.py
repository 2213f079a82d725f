"""How rules of time zones, and what they have moved, are read and written."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Final

import asyncpg
import msgspec
from msgspec import Struct

from hotline_sessions.domain.conflicts import PostBusy
from hotline_sessions.domain.ids import InstitutionId, PublicId, SessionId
from hotline_sessions.domain.sessions import ENDED, SessionState
from hotline_sessions.domain.times import Window
from hotline_sessions.domain.zone_rules import Outcome, ZoneRules
from hotline_sessions.store import seen
from hotline_sessions.store.conflicts import clashes_refused
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


_OVER: Final = ", ".join(f"'{state.value}'" for state in sorted(ENDED))
_ASIDE: Final = timedelta(days=4000)
"""Slots step aside for a moment, so that none stands where another is going."""


class Edition(Struct, frozen=True, kw_only=True):
    """Rules of a zone as they were noted."""

    id: int
    digest: str
    rules: ZoneRules


class Ahead(Struct, frozen=True, kw_only=True):
    """A session that is not over: the hours of the clock, and the moments derived from them."""

    id: SessionId
    institution: InstitutionId
    state: SessionState
    held_on: date
    opens_clock: time
    closes_clock: time
    starts_at: datetime
    ends_at: datetime

    @property
    def window(self) -> Window:
        """The moments that are stored."""
        return Window(starts_at=self.starts_at, ends_at=self.ends_at)


class Shift(Struct, frozen=True, kw_only=True):
    """What became of a session, as staff read it."""

    public_id: PublicId
    held_on: date
    opens_clock: time
    post: str
    was_at: datetime
    is_at: datetime
    outcome: Outcome
    booked: int

    @property
    def minutes(self) -> int:
        """How much later it begins than by the older rules; negative: earlier."""
        return int((self.is_at - self.was_at).total_seconds() // 60)


class Timed(Struct, frozen=True, kw_only=True):
    """Moments of one row that stand for hours of a clock."""

    id: int
    moments: tuple[datetime | None, ...]


async def list_zones(now: datetime) -> list[str]:
    """Zones of all sessions that are not over."""
    rows = await fetch_rows(
        f"""select distinct time_zone from session
             where ends_at > $1 and state not in ({_OVER}) order by time_zone""",
        now,
    )
    return [row["time_zone"] for row in rows]


async def lock_zone(zone: str) -> None:
    """No other process follows the rules of ``zone`` until the transaction ends."""
    await run_sql("select pg_advisory_xact_lock(hashtextextended('zone ' || $1, 0))", zone)


async def find_edition(zone: str) -> Edition | None:
    """The rules of ``zone`` that were noted last."""
    row = await fetch_row(
        "select id, digest, rules from zone_edition where zone = $1 order by id desc limit 1", zone
    )
    if row is None:
        return None
    rules = msgspec.json.decode(row["rules"], type=ZoneRules)
    return Edition(id=row["id"], digest=row["digest"], rules=rules)


async def list_digests() -> dict[str, str]:
    """Digest of the rules that are in force, by zone."""
    rows = await fetch_rows(
        "select distinct on (zone) zone, digest from zone_edition order by zone, id desc"
    )
    return {row["zone"]: row["digest"] for row in rows}


async def is_known(zone: str, digest: str) -> bool:
    """Whether these rules of ``zone`` were noted once."""
    found: bool = await fetch_value(
        "select exists (select from zone_edition where zone = $1 and digest = $2)", zone, digest
    )
    return found


async def add_edition(zone: str, rules: ZoneRules, now: datetime) -> int:
    """Rules that are in force from now on."""
    added: int = await fetch_value(
        """insert into zone_edition (zone, digest, rules, noted_at)
           values ($1, $2, $3, $4) returning id""",
        zone,
        rules.digest,
        msgspec.json.encode(rules).decode(),
        now,
    )
    return added


async def list_ahead(zone: str, now: datetime, *, only: SessionId | None = None) -> list[Ahead]:
    """Sessions of ``zone`` that are not over, in time's order; ``only`` one, locked, if named."""
    rows = await fetch_rows(
        f"""select id, institution, state, held_on, opens_clock, closes_clock, starts_at, ends_at
              from session
             where time_zone = $1 and ends_at > $2 and state not in ({_OVER})
               and ($3::bigint is null or id = $3)
             order by starts_at, id {"for no key update" if only else ""}""",
        zone,
        now,
        only,
    )
    return [msgspec.convert(dict(row), Ahead) for row in rows]


async def lock_registrations(zone: str, now: datetime) -> list[Timed]:
    """Sessions with a set time for registration, locked: when it opens and closes."""
    rows = await fetch_rows(
        f"""select id, registration_opens_at, registration_closes_at from session
             where time_zone = $1 and ends_at > $2 and state not in ({_OVER})
               and (registration_opens_at > $2 or registration_closes_at > $2)
             order by id for no key update""",
        zone,
        now,
    )
    return [Timed(id=row[0], moments=(row[1], row[2])) for row in map(tuple, rows)]


async def mark_registration(
    session: SessionId, opens: datetime | None, closes: datetime | None
) -> None:
    """Write when registration opens and closes."""
    await run_sql(
        """update session set registration_opens_at = $2, registration_closes_at = $3
            where id = $1""",
        session,
        opens,
        closes,
    )
    seen.forget_session(session)


async def lock_embargoes(zone: str, now: datetime) -> list[Timed]:
    """Approvals that wait for a moment to announce, locked: that moment."""
    rows = await fetch_rows(
        """select v.id, v.publish_at from approval v join institution i on i.id = v.institution
            where i.time_zone = $1 and v.publish_at > $2 and v.published_at is null
            order by v.id for no key update of v""",
        zone,
        now,
    )
    return [Timed(id=row[0], moments=(row[1],)) for row in map(tuple, rows)]


async def mark_embargo(approval: int, publish_at: datetime) -> None:
    """Write at which moment is announced."""
    await run_sql("update approval set publish_at = $2 where id = $1", approval, publish_at)


async def mark_derived(session: Ahead, window: Window, now: datetime) -> None:
    """Put a session and its talks at the moments of ``window``; calendars show it.

    Talks keep their distance from the start: those that lie behind a new, nearer end are not
    booked any more.

    Raises:
        Clashing: Another session takes up the same at this time.
    """
    try:
        async with clashes_refused():
            await run_sql(
                """update session set starts_at = $2, ends_at = $3, updated_at = $4,
                          sequence = sequence + 1, look_at = null where id = $1""",
                session.id,
                window.starts_at,
                window.ends_at,
                now,
            )
    except asyncpg.UniqueViolationError:
        raise PostBusy(day="", hours="") from None
    later = window.starts_at - session.starts_at
    for step in (later + _ASIDE, -_ASIDE):
        await run_sql(
            """update slot set starts_at = starts_at + $2::interval,
                      ends_at = ends_at + $2::interval where session = $1""",
            session.id,
            step,
        )
    await run_sql(
        "update slot set is_bookable = false where session = $1 and is_bookable and ends_at > $2",
        session.id,
        window.ends_at,
    )
    seen.forget_session(session.id)


async def is_booked_after(session: SessionId, moment: datetime) -> bool:
    """Whether somebody holds, or is offered, a talk of the session that ends after ``moment``."""
    found: bool = await fetch_value(
        """select exists (select from booking b join slot t on t.id = b.slot
                           where b.session = $1 and t.ends_at > $2
                             and b.state in ('booked', 'offered'))""",
        session,
        moment,
    )
    return found


async def note_shift(
    session: Ahead, window: Window, outcome: Outcome, *, edition: int, now: datetime
) -> None:
    """Write what became of a session."""
    await run_sql(
        """insert into zone_shift (session, edition, was_at, is_at, outcome, noted_at)
           values ($1, $2, $3, $4, $5, $6)
           on conflict (session, edition) do update
              set outcome = excluded.outcome, noted_at = excluded.noted_at
            where zone_shift.outcome <> excluded.outcome""",
        session.id,
        edition,
        session.starts_at,
        window.starts_at,
        outcome.value,
        now,
    )


async def forget_settled(zone: str, waiting: Collection[SessionId]) -> None:
    """Sessions that waited for staff, and are not ``waiting`` any more, need no decision."""
    await run_sql(
        """delete from zone_shift z using zone_edition e
            where e.id = z.edition and e.zone = $1 and z.outcome <> 'moved'
              and z.session <> all($2::bigint[])""",
        zone,
        list(waiting),
    )


async def list_shifts(*, institution: InstitutionId, now: datetime) -> list[Shift]:
    """What became of sessions that are not over; those first that wait for a decision."""
    rows = await fetch_rows(
        f"""select distinct on (z.outcome = 'moved', s.starts_at, s.id)
                   s.public_id, s.held_on, s.opens_clock, p.title_uk as post, z.was_at, z.is_at,
                   z.outcome,
                   (select count(*) from booking b
                     where b.session = s.id and b.state = 'booked') as booked
              from zone_shift z join session s on s.id = z.session join post p on p.id = s.post
             where s.institution = $1 and s.ends_at > $2 and s.state not in ({_OVER})
             order by z.outcome = 'moved', s.starts_at, s.id, z.id desc""",
        institution,
        now,
    )
    return [msgspec.convert(dict(row), Shift) for row in rows]


async def count_waiting(now: datetime) -> int:
    """How many sessions of all institutions wait for a decision of staff."""
    count: int = await fetch_value(
        f"""select count(distinct s.id) from zone_shift z join session s on s.id = z.session
             where z.outcome <> 'moved' and s.ends_at > $1 and s.state not in ({_OVER})""",
        now,
    )
    return count
