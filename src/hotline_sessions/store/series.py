"""How series and their occurrences are read and written."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import (
    AccountId,
    InstitutionId,
    OfficialId,
    PostId,
    PublicId,
    SeriesId,
    SessionId,
)
from hotline_sessions.domain.series import Series, SeriesFacts
from hotline_sessions.domain.series_plans import Held, Occurrence
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.times import Window
from hotline_sessions.store.conflicts import clashes_refused
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id
from hotline_sessions.store.seen import forget_session


_FACTS: Final = SeriesFacts.__struct_fields__
_COLUMNS: Final = ", ".join(f"r.{name}" for name in _FACTS)
_SELECT: Final = f"""select r.id, r.public_id, r.institution, r.time_zone, r.version, r.follows,
    {_COLUMNS} from series r"""

_OCCURRENCES: Final = """
select c.series, c.held_on as occurs_on, c.is_by_hand, s.*,
       (select count(*) from booking b
         where b.session = s.id and b.state in ('booked', 'heard')) as booked,
       (select count(*) from waiting_entry w
         where w.session = s.id and w.state in ('waiting', 'offered')) as waiting
  from occurrence c join session s on s.id = c.session
"""


class Holding(Struct, frozen=True, kw_only=True):
    """Somebody holds a post from the first day to before the last; open without one."""

    official: OfficialId
    ring_number: str | None
    valid_from: date
    valid_to: date | None


class SeriesLine(Struct, frozen=True, kw_only=True):
    """A series as a list shows it."""

    series: Series
    post_uk: str
    post_en: str
    official_name: str | None
    line_number: str | None
    sessions: int
    next_on: date | None

    def post_title(self, locale: str) -> str:
        """Title of the post in ``locale``."""
        return self.post_en if locale == "en" and self.post_en else self.post_uk


async def add_series(
    facts: SeriesFacts,
    *,
    institution: InstitutionId,
    time_zone: str,
    follows: SeriesId | None,
    by: AccountId | None,
    now: datetime,
) -> Series:
    """A new series without sessions."""
    values = asdict(facts)
    named = [*values, "public_id", "institution", "time_zone", "follows", "created_by"]
    places = ", ".join(f"${number}" for number in range(1, len(named) + 1))
    public_id = draw_public_id()
    await run_sql(
        f"""insert into series ({", ".join(named)}, created_at, updated_at)
            values ({places}, ${len(named) + 1}, ${len(named) + 1})""",
        *(list(value) if isinstance(value, tuple) else value for value in values.values()),
        public_id,
        institution,
        time_zone,
        follows,
        by,
        now,
    )
    return await get_series(public_id, institution=institution)


async def get_series(public_id: str, *, institution: InstitutionId, locked: bool = False) -> Series:
    """The series, if it belongs to the institution; ``locked`` until the transaction ends.

    Raises:
        NotFound: There is no such series there.
    """
    row = await fetch_row(
        f"{_SELECT} where r.public_id = $1 and r.institution = $2 {'for update' if locked else ''}",
        public_id,
        institution,
    )
    if row is None:
        raise NotFound
    return _read_series(dict(row))


async def list_series(*, institution: InstitutionId, now: datetime) -> list[SeriesLine]:
    """All series of the institution: those that go on longest come first."""
    rows = await fetch_rows(
        f"""select x.*, p.title_uk as post_uk, p.title_en as post_en, o.full_name as official_name,
                   l.number as line_number,
                   (select count(*) from occurrence c join session s on s.id = c.session
                     where c.series = x.id and s.state <> 'cancelled') as sessions,
                   (select min(s.held_on) from occurrence c join session s on s.id = c.session
                     where c.series = x.id and s.ends_at > $2
                       and s.state not in ('cancelled', 'rescheduled', 'closed')) as next_on
              from ({_SELECT}) x join post p on p.id = x.post
              left join official o on o.id = x.official left join line l on l.id = x.line
             where x.institution = $1
             order by x.until_on desc, p.title_uk, x.id""",
        institution,
        now,
    )
    return [
        SeriesLine(
            series=_read_series(dict(row)),
            **{name: row[name] for name in SeriesLine.__struct_fields__ if name != "series"},
        )
        for row in rows
    ]


async def mark_facts(
    series: SeriesId, facts: SeriesFacts, *, institution: InstitutionId, now: datetime
) -> None:
    """Write what the series is like from now on."""
    values = asdict(facts)
    changes = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, start=4))
    await run_sql(
        f"""update series set {changes}, version = version + 1, updated_at = $3
             where id = $1 and institution = $2""",
        series,
        institution,
        now,
        *(list(value) if isinstance(value, tuple) else value for value in values.values()),
    )


async def add_occurrence(
    series: SeriesId, on: date, session: SessionId, *, institution: InstitutionId
) -> None:
    """Bind a session to a day of its series."""
    await run_sql(
        """insert into occurrence (series, held_on, session)
           select r.id, $2, $3 from series r where r.id = $1 and r.institution = $4""",
        series,
        on,
        session,
        institution,
    )


async def hand_over_days(
    series: SeriesId, new: SeriesId, *, since: date, institution: InstitutionId
) -> None:
    """Let the days of ``series`` from ``since`` on be days of ``new``."""
    await run_sql(
        """update occurrence c set series = $2 from series r
            where c.series = $1 and c.held_on >= $3 and r.id = $2 and r.institution = $4""",
        series,
        new,
        since,
        institution,
    )


async def list_occurrences(
    series: SeriesId, *, institution: InstitutionId, since: date | None = None
) -> list[Occurrence]:
    """Sessions of the series by their days, those called off included."""
    rows = await fetch_rows(
        f"""{_OCCURRENCES} where c.series = $1 and s.institution = $2
              and ($3::date is null or c.held_on >= $3) order by c.held_on""",
        series,
        institution,
        since,
    )
    return [_read_occurrence(dict(row)) for row in rows]


async def list_occurrences_within(
    window: Window, *, institution: InstitutionId
) -> list[tuple[PublicId, Occurrence]]:
    """Sessions of all series that are held within ``window``, with the names of their series."""
    rows = await fetch_rows(
        f"""select r.public_id as series_id, x.* from ({_OCCURRENCES}) x
              join series r on r.id = x.series
             where x.institution = $1 and x.starts_at < $3 and x.ends_at > $2
             order by x.starts_at, x.id""",
        institution,
        window.starts_at,
        window.ends_at,
    )
    return [(row["series_id"], _read_occurrence(dict(row))) for row in rows]


async def find_series_of(
    session: SessionId, *, institution: InstitutionId
) -> tuple[PublicId, date] | None:
    """Of which series a session is, and for which of its days."""
    row = await fetch_row(
        """select r.public_id, c.held_on from occurrence c join series r on r.id = c.series
            where c.session = $1 and r.institution = $2""",
        session,
        institution,
    )
    return None if row is None else (row["public_id"], row["held_on"])


async def list_holdings(post: PostId, *, institution: InstitutionId) -> Sequence[Holding]:
    """Who has held the post, does and will; the latest first."""
    rows = await fetch_rows(
        """select a.official, o.ring_number, a.valid_from, a.valid_to
             from appointment a join official o on o.id = a.official
            where a.post = $1 and o.institution = $2
            order by a.valid_from desc, a.id""",
        post,
        institution,
    )
    return [msgspec.convert(dict(row), Holding) for row in rows]


async def rewrite_draft(
    session: SessionId, on: date, held: Held, *, institution: InstitutionId, now: datetime
) -> None:
    """Make a draft what it is to be; its talks are taken away, to be planned anew.

    Raises:
        Clashing: Another session takes up the same at this time.
    """
    async with clashes_refused():
        await run_sql(
            """update session set held_on = $3, opens_clock = $4, closes_clock = $5,
                      starts_at = $6, ends_at = $7, post = $8, official = $9, line = $10,
                      ring_number = $11, topic = $12, place = $13, talk_minutes = $14,
                      rest_minutes = $15, walk_in_percent = $16, is_automatic = $17,
                      is_recorded = $18, is_transcribed = $19, substitute = null,
                      updated_at = $20, community = $21
                where id = $1 and institution = $2 and state = 'draft'""",
            session,
            institution,
            on,
            held.opens_clock,
            held.closes_clock,
            held.window.starts_at,
            held.window.ends_at,
            held.post,
            held.official,
            held.line,
            held.ring_number,
            held.topic,
            held.place,
            held.talk_minutes,
            held.rest_minutes,
            held.walk_in_percent,
            held.is_automatic,
            held.is_recorded,
            held.is_transcribed,
            now,
            held.community,
        )
    await run_sql("delete from slot where session = $1", session)
    forget_session(session)


async def retell(
    session: SessionId, held: Held, *, institution: InstitutionId, now: datetime
) -> None:
    """Say another topic, place and community of an announced session; calendars show it.

    Raises:
        PlaceBusy: At the place another session is held then.
    """
    async with clashes_refused():
        await run_sql(
            """update session set topic = $3, place = $4, community = $5, updated_at = $6,
                      sequence = sequence + 1 where id = $1 and institution = $2""",
            session,
            institution,
            held.topic,
            held.place,
            held.community,
            now,
        )
    forget_session(session)


async def remove_draft(session: SessionId, *, institution: InstitutionId) -> None:
    """Take a draft away that nobody outside has ever seen."""
    await fetch_value(
        "delete from session where id = $1 and institution = $2 and state = 'draft' returning id",
        session,
        institution,
    )
    forget_session(session)


def _read_series(row: dict[str, Any]) -> Series:
    facts = {name: row[name] for name in _FACTS}
    facts["left_out"] = tuple(facts["left_out"])
    return Series(
        facts=SeriesFacts(**facts),
        **{name: row[name] for name in Series.__struct_fields__ if name != "facts"},
    )


def _read_occurrence(row: dict[str, Any]) -> Occurrence:
    window = Window(starts_at=row["starts_at"], ends_at=row["ends_at"])
    held = {name: row[name] for name in Held.__struct_fields__ if name != "window"}
    return Occurrence(
        on=row["occurs_on"],
        session=row["id"],
        public_id=row["public_id"],
        state=SessionState(row["state"]),
        held=Held(window=window, **held),
        booked=row["booked"],
        waiting=row["waiting"],
        is_by_hand=row["is_by_hand"],
    )
