"""What stands in the way of a session, before it is planned: for pages and for plans alike."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hotline_sessions.domain.conflicts import Candidate, Obstacle, find_obstacles, refuse
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.times import Window, local_date
from hotline_sessions.store.conflicts import list_busy
from hotline_sessions.store.official_absences import list_official_absences


_NIGHT: Final = timedelta(days=1)


async def list_conflicts(
    candidates: Sequence[Candidate], *, institution: InstitutionId, zone: ZoneInfo
) -> list[list[Obstacle]]:
    """What stands in the way of each of ``candidates``, in their order; two queries for all.

    They are not compared with each other.
    """
    if not candidates:
        return []
    span = Window(
        starts_at=min(each.window.starts_at for each in candidates),
        ends_at=max(each.window.ends_at for each in candidates),
    )
    busy = await list_busy(span, institution=institution)
    away = await list_official_absences(
        institution=institution,
        since=local_date(span.starts_at - _NIGHT, zone),
        until=local_date(span.ends_at + _NIGHT, zone),
    )
    return [list(find_obstacles(each, busy, away, zone=zone)) for each in candidates]


async def refuse_conflicts(
    candidate: Candidate, *, institution: InstitutionId, zone: ZoneInfo
) -> None:
    """Nothing, if the session can be held then.

    Raises:
        OfficialAway, OfficialBusy, PostBusy, LineBusy, PlaceBusy: What stands in its way.
    """
    (found,) = await list_conflicts([candidate], institution=institution, zone=zone)
    if found:
        raise refuse(found[0], zone)
