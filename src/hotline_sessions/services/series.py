"""Series of sessions: looked at before they are made or changed, then made in one transaction."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum

import structlog
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId, PublicId, SessionId
from hotline_sessions.domain.series import (
    Series,
    SeriesChanged,
    SeriesFacts,
)
from hotline_sessions.domain.series_plans import (
    Occurrence,
    list_done,
)
from hotline_sessions.domain.times import Window
from hotline_sessions.services.series_previews import Preview, preview_series
from hotline_sessions.services.series_steps import carry_out
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.official_absences import lock_schedule
from hotline_sessions.store.series import (
    SeriesLine,
    add_series,
    find_series_of,
    get_series,
    hand_over_days,
    list_occurrences,
    list_occurrences_within,
    mark_facts,
)
from hotline_sessions.store.series import list_series as read_series
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

_DAY = timedelta(days=1)


class Scope(StrEnum):
    """Which days of a series a change is about."""

    ALL = "all"
    FOLLOWING = "following"


class Made(Struct, frozen=True, kw_only=True):
    """A series that was made or changed, and how many of its days something was done about."""

    series: Series
    done: int


async def list_all(*, staff: Staff, now: datetime) -> list[SeriesLine]:
    """Series of the institution of ``staff``."""
    return await read_series(institution=staff.institution, now=now)


async def get_own(public_id: str, *, staff: Staff) -> Series:
    """The series.

    Raises:
        NotFound: There is no such series in the institution of ``staff``.
    """
    return await get_series(public_id, institution=staff.institution)


async def find_own_series(session: SessionId, *, staff: Staff) -> tuple[PublicId, date] | None:
    """Of which series a session is, and for which of its days."""
    return await find_series_of(session, institution=staff.institution)


async def list_held(
    window: Window, *, institution: InstitutionId
) -> list[tuple[PublicId, Occurrence]]:
    """Sessions of series within ``window``, each with the name of its series."""
    return await list_occurrences_within(window, institution=institution)


async def list_own_occurrences(series: Series) -> list[Occurrence]:
    """Sessions of the series by their days."""
    return await list_occurrences(series.id, institution=series.institution)


async def make_series(
    facts: SeriesFacts, *, seen: str | None = None, staff: Staff, now: datetime
) -> Made:
    """Make a series with drafts on its days; ``seen`` is the preview that staff have looked at.

    Raises:
        SeriesChanged: The preview would be another one now.
        Clashing: A session was planned meanwhile that stands in the way.
        Others: Those of ``preview_series``.
    """
    async with transaction():
        return await write_series(facts, seen=seen, staff=staff, now=now)


async def write_series(
    facts: SeriesFacts, *, seen: str | None = None, staff: Staff, now: datetime
) -> Made:
    """The same inside a transaction that is already open."""
    await lock_schedule(staff.institution)
    preview = await preview_series(facts, staff=staff, now=now)
    _check_seen(preview, seen)
    home = await get_institution(staff.institution)
    series = await add_series(
        facts,
        institution=staff.institution,
        time_zone=home.time_zone,
        follows=None,
        by=staff.account,
        now=now,
    )
    return await _finish("series_made", series, preview, (), "", staff=staff, now=now)


async def change_series(
    public_id: str,
    facts: SeriesFacts,
    *,
    scope: Scope = Scope.ALL,
    since: date | None = None,
    agreed: Collection[date] = (),
    reason: str = "",
    seen: str | None = None,
    staff: Staff,
    now: datetime,
) -> Made:
    """Let the series be as ``facts`` say; its drafts follow, what was announced only if ``agreed``.

    ``scope`` FOLLOWING leaves the days before ``since`` as they are: a new series follows the
    old one from there. ``reason`` is what citizens read of sessions that are called off.

    Raises:
        NotFound: There is no such series in the institution of ``staff``.
        SeriesChanged: The preview would be another one now.
        Others: Those of ``preview_series``, and of moving and cancelling a session.
    """
    async with transaction():
        await lock_schedule(staff.institution)
        series = await get_series(public_id, institution=staff.institution, locked=True)
        splits = scope is Scope.FOLLOWING and since is not None and since > series.facts.from_on
        start = since if splits else None
        if splits and start is not None:
            facts = replace(facts, from_on=max(facts.from_on, start))
        preview = await preview_series(facts, series=series, since=start, staff=staff, now=now)
        _check_seen(preview, seen)
        if splits and start is not None:
            series = await _split(series, facts, start, staff=staff, now=now)
        else:
            await mark_facts(series.id, facts, institution=staff.institution, now=now)
        return await _finish(
            "series_changed", series, preview, agreed, reason, staff=staff, now=now
        )


async def _split(
    series: Series, facts: SeriesFacts, since: date, *, staff: Staff, now: datetime
) -> Series:
    """End ``series`` on the day before ``since``; the one that follows it from there."""
    if since > series.facts.until_on:
        raise NotFound
    ended = replace(series.facts, until_on=since - _DAY)
    await mark_facts(series.id, ended, institution=staff.institution, now=now)
    new = await add_series(
        facts,
        institution=staff.institution,
        time_zone=series.time_zone,
        follows=series.id,
        by=staff.account,
        now=now,
    )
    await hand_over_days(series.id, new.id, since=since, institution=staff.institution)
    return new


async def _finish(
    action: str,
    series: Series,
    preview: Preview,
    agreed: Collection[date],
    reason: str,
    *,
    staff: Staff,
    now: datetime,
) -> Made:
    done = list_done(preview.steps, agreed)
    for step in done:
        await carry_out(step, series, reason=reason, staff=staff, now=now)
    await add_entry(
        action,
        "series",
        series.id,
        institution=staff.institution,
        account=staff.account,
        now=now,
        detail={"days": len(done)},
    )
    log.info(action, series_id=series.id, account_id=staff.account, days=len(done))
    return Made(
        series=await get_series(series.public_id, institution=staff.institution), done=len(done)
    )


def _check_seen(preview: Preview, seen: str | None) -> None:
    if seen is not None and seen != preview.digest:
        raise SeriesChanged
