"""Import a published schedule: all chosen rows or nothing."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.ids import InstitutionId, LineId, OfficialId, PostId, SessionId
from hotline_sessions.domain.institutions import Institution, NewInstitution
from hotline_sessions.domain.officials import NewPost
from hotline_sessions.domain.schedule_columns import SheetRow, choose_columns
from hotline_sessions.domain.schedules import RowReading, read_rows
from hotline_sessions.domain.series import SeriesFacts
from hotline_sessions.domain.times import Window, local_date
from hotline_sessions.services.session_plans import Plan, write_plan
from hotline_sessions.store.institutions import (
    add_institution,
    find_institution_by_name,
    find_institution_by_slug,
    get_institution,
)
from hotline_sessions.store.lines import add_line, find_line
from hotline_sessions.store.officials import add_official, add_post, find_post, list_officials
from hotline_sessions.store.series import add_occurrence, add_series
from hotline_sessions.store.sessions import find_same_start
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

SHORTEST_TALK = timedelta(minutes=5)
LONGEST_SOURCE = 100
"""So much of the name of a file is kept with the sessions it made; in characters."""


class RowsRefused(Invalid):
    """Some of the chosen rows cannot be imported; nothing was.

    Facts: ``lines``: their numbers.
    """

    code = "rows-refused"


class ForeignRows(Invalid):
    """Some of the chosen rows are of another institution; nothing was imported.

    Facts: ``lines``: their numbers.
    """

    code = "foreign-rows"


class Imported(Struct, frozen=True, kw_only=True):
    """How many sessions an import made, and how many were there before."""

    made: int
    present: int


class Schedule(Struct, frozen=True, kw_only=True):
    """A table that was read: its rows, its own names of columns, lines of others' rows."""

    readings: list[RowReading]
    headers: Mapping[str, str]
    foreign: frozenset[int]


async def import_rows(
    readings: list[RowReading],
    *,
    institution: InstitutionId | None = None,
    source: str,
    now: datetime,
) -> Imported:
    """Make drafts of the accepted rows; importing a file again adds nothing.

    With ``institution`` all rows must be its own; without, institutions, lines and posts
    that are not known yet are added as the rows name them.

    Raises:
        RowsRefused: A row has a mistake.
        ForeignRows: A row is of another institution.
        Clashing: A session of a row stands in the way of another one.
    """
    if bad := [reading.line for reading in readings if not reading.accepted]:
        raise RowsRefused(lines=bad)
    made = present = 0
    async with transaction():
        if institution and (foreign := await list_foreign(readings, institution=institution)):
            raise ForeignRows(lines=foreign)
        for reading in readings:
            home = await _home(reading, institution)
            added = await _import_row(reading, home, source=source, now=now)
            made += added
            present += len(reading.windows) - added
    log.info("schedule_imported", sessions=made, present=present)
    return Imported(made=made, present=present)


async def read_schedule(
    rows: list[SheetRow], *, year: int | None, institution: InstitutionId
) -> Schedule:
    """What a table says for an institution, whose own rows need not name it.

    Raises:
        BadSheet, MissingColumns: It is no table of sessions.
    """
    home = await get_institution(institution)
    zone = ZoneInfo(home.time_zone)
    readings = read_rows(rows, year=year, zone=zone, institution=home.name_uk)
    headers = rows[0].cells if rows else {}
    return Schedule(
        readings=readings,
        headers=choose_columns(headers, has_institution=True),
        foreign=frozenset(await list_foreign(readings, institution=institution)),
    )


async def list_foreign(readings: list[RowReading], *, institution: InstitutionId) -> list[int]:
    """Lines of the rows that name another institution."""
    home = await get_institution(institution)
    own = {home.name_uk, home.name_en, home.slug}
    return [r.line for r in readings if r.institution and r.institution not in own]


async def _home(reading: RowReading, institution: InstitutionId | None) -> Institution:
    if institution is not None:
        return await get_institution(institution)
    known = await find_institution_by_name(reading.institution) or await find_institution_by_slug(
        reading.institution
    )
    if known is not None:
        return known
    new = NewInstitution(
        slug=await _free_slug(),
        name_uk=reading.institution,
        kind=reading.institution_kind,
        region=reading.region,
    )
    return await get_institution(await add_institution(new))


async def _free_slug() -> str:
    number = 1
    while await find_institution_by_slug(f"institution-{number}"):
        number += 1
    return f"institution-{number}"


async def _import_row(reading: RowReading, home: Institution, *, source: str, now: datetime) -> int:
    """Number of sessions that were not there before."""
    zone = ZoneInfo(home.time_zone)
    post = await _post(reading, home, zone)
    line = await _line(reading, home, zone)
    official = await _official(reading, home, zone)
    made: dict[date, SessionId] = {}
    for window in reading.windows:
        if await find_same_start(post, window.starts_at, institution=home.id):
            continue
        start, end = window.starts_at.astimezone(zone), window.ends_at.astimezone(zone)
        session = await write_plan(
            Plan(
                post=post,
                line=line,
                official=official,
                topic=reading.topic,
                community=reading.community,
                held_on=start.date(),
                opens_clock=_clock(start),
                closes_clock=_clock(end),
                talk_minutes=_talk_minutes(window),
                source=f"{source[:LONGEST_SOURCE]}:{reading.line}",
            ),
            institution=home.id,
            now=now,
        )
        made[session.held_on] = session.id
    if reading.rule and made:
        await _bind(reading, home, zone, (post, line, official), made, now=now)
    return len(made)


async def _bind(
    reading: RowReading,
    home: Institution,
    zone: ZoneInfo,
    who: tuple[PostId, LineId | None, OfficialId | None],
    made: Mapping[date, SessionId],
    *,
    now: datetime,
) -> None:
    """Let the sessions of a row with a recurrence be those of a series."""
    first, last = reading.windows[0], reading.windows[-1]
    post, line, official = who
    facts = SeriesFacts(
        post=post,
        line=line,
        official=official,
        topic=reading.topic,
        community=reading.community,
        recurrence=reading.rule,
        opens_clock=_clock(first.starts_at.astimezone(zone)),
        closes_clock=_clock(first.ends_at.astimezone(zone)),
        from_on=local_date(first.starts_at, zone),
        until_on=local_date(last.starts_at, zone),
        # What was published is held as published.
        skips_days_off=False,
        talk_minutes=_talk_minutes(first),
        walk_in_percent=home.walk_in_percent,
    )
    series = await add_series(
        facts,
        institution=home.id,
        time_zone=home.time_zone,
        follows=None,
        by=None,
        now=now,
    )
    for on, session in made.items():
        await add_occurrence(series.id, on, session, institution=home.id)


async def _post(reading: RowReading, home: Institution, zone: ZoneInfo) -> PostId:
    title = reading.position or reading.person or reading.topic
    first_on = _since(reading, zone)
    known = await find_post(title, institution=home.id, on=first_on)
    if known is not None:
        return known.id
    return await add_post(NewPost(title_uk=title, valid_from=first_on), institution=home.id)


async def _line(reading: RowReading, home: Institution, zone: ZoneInfo) -> LineId | None:
    if reading.phone is None:
        return None
    first_on = _since(reading, zone)
    known = await find_line(reading.phone, institution=home.id, on=first_on)
    if known is not None:
        return known.id
    return await add_line(
        reading.phone,
        institution=home.id,
        is_free=bool(reading.is_free),
        valid_from=first_on,
    )


async def _official(reading: RowReading, home: Institution, zone: ZoneInfo) -> OfficialId | None:
    """The person whom the row names; nobody, where it names only the position."""
    if not reading.person:
        return None
    for known in await list_officials(institution=home.id):
        if known.full_name == reading.person:
            return known.id
    return await add_official(
        reading.person,
        institution=home.id,
        ring_number=None,
        valid_from=_since(reading, zone),
    )


def _clock(moment: datetime) -> time:
    return moment.time().replace(tzinfo=None)


def _talk_minutes(window: Window) -> int:
    """Five minutes a caller, as is usual; less only where the whole session is shorter."""
    return int(min(SHORTEST_TALK, window.length).total_seconds() // 60)


def _since(reading: RowReading, zone: ZoneInfo) -> date:
    """From when a post or a line that was not known is taken to exist: that year's first day.

    A schedule does not say it, and the rows of a year come in any order.
    """
    first = min(window.starts_at for window in reading.windows)
    return date(first.astimezone(zone).year, 1, 1)
