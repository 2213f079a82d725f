"""What a session may not have at the same time as another: official, post, line or place."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.ids import LineId, OfficialId, PostId, PublicId, SessionId
from hotline_sessions.domain.official_absences import OfficialAbsence
from hotline_sessions.domain.times import Window, local_date


class Clashing(Conflict):
    """The session cannot be held then: something of it is wanted elsewhere.

    Facts: ``day`` and ``hours`` of what stands in the way, as clocks show them.
    """

    code = "clashing"


class PostBusy(Clashing):
    """The post has another session then."""

    code = "post-busy"


class OfficialBusy(Clashing):
    """The official answers in another session then."""

    code = "official-busy"


class LineBusy(Clashing):
    """The line serves another session then."""

    code = "line-busy"


class PlaceBusy(Clashing):
    """At the place another session is held then."""

    code = "place-busy"


class OfficialAway(Clashing):
    """The official is away that day. Facts: ``first`` and ``last`` day."""

    code = "official-away"


class Clash(StrEnum):
    """What stands in the way."""

    AWAY = "away"
    OFFICIAL = "official"
    POST = "post"
    LINE = "line"
    PLACE = "place"


REFUSALS: Final[Mapping[Clash, type[Clashing]]] = MappingProxyType(
    {
        Clash.AWAY: OfficialAway,
        Clash.OFFICIAL: OfficialBusy,
        Clash.POST: PostBusy,
        Clash.LINE: LineBusy,
        Clash.PLACE: PlaceBusy,
    }
)
GUARDS: Final[Mapping[str, Clash]] = MappingProxyType(
    {
        "one_session_of_a_post_at_a_time": Clash.POST,
        "one_session_of_an_official_at_a_time": Clash.OFFICIAL,
        "one_session_on_a_line_at_a_time": Clash.LINE,
        "one_session_at_a_place_at_a_time": Clash.PLACE,
    }
)
"""Constraints of the database that stand behind the looks at the plan."""


class Candidate(Struct, frozen=True, kw_only=True):
    """A session that is thought of: when, and what it would take up.

    ``official`` is who would answer; ``session`` is its row, if there is one already.
    """

    window: Window
    post: PostId
    official: OfficialId | None = None
    line: LineId | None = None
    place: str = ""
    session: SessionId | None = None


class Obstacle(Struct, frozen=True, kw_only=True):
    """What stands in the way of a candidate: another session, or the absence of the official."""

    clash: Clash
    session: PublicId | None = None
    window: Window | None = None
    first_on: date | None = None
    last_on: date | None = None


class Busy(Struct, frozen=True, kw_only=True):
    """A session that stands in the plan, with what it takes up while it is held."""

    session: SessionId
    public_id: PublicId
    window: Window
    post: PostId
    official: OfficialId | None
    line: LineId | None
    place: str


def find_obstacles(
    candidate: Candidate,
    busy: Iterable[Busy],
    away: Iterable[OfficialAbsence],
    *,
    zone: ZoneInfo,
) -> Iterator[Obstacle]:
    """All that stands in the way of ``candidate``, an absence first."""
    first = local_date(candidate.window.starts_at, zone)
    last = local_date(candidate.window.ends_at - timedelta(microseconds=1), zone)
    for absence in away:
        if (
            absence.official == candidate.official
            and absence.from_on <= last
            and first <= absence.until_on
        ):
            yield Obstacle(clash=Clash.AWAY, first_on=absence.from_on, last_on=absence.until_on)
    for each in busy:
        if each.session == candidate.session or not _overlap(each.window, candidate.window):
            continue
        for clash in _compare(candidate, each):
            yield Obstacle(clash=clash, session=each.public_id, window=each.window)


def _overlap(one: Window, other: Window) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _compare(candidate: Candidate, busy: Busy) -> Iterator[Clash]:
    if candidate.official is not None and candidate.official == busy.official:
        yield Clash.OFFICIAL
    elif candidate.post == busy.post:
        yield Clash.POST
    if candidate.line is not None and candidate.line == busy.line:
        yield Clash.LINE
    if candidate.place and candidate.place.lower() == busy.place.lower():
        yield Clash.PLACE


def refuse(obstacle: Obstacle, zone: ZoneInfo) -> Clashing:
    """The refusal of a session that ``obstacle`` stands in the way of."""
    facts: dict[str, object] = {}
    if obstacle.window is not None:
        starts, ends = (
            moment.astimezone(zone)
            for moment in (obstacle.window.starts_at, obstacle.window.ends_at)
        )
        facts = {"day": f"{starts:%d.%m.%Y}", "hours": f"{starts:%H:%M}–{ends:%H:%M}"}
    if obstacle.first_on is not None and obstacle.last_on is not None:
        facts = {"first": f"{obstacle.first_on:%d.%m.%Y}", "last": f"{obstacle.last_on:%d.%m.%Y}"}
    return REFUSALS[obstacle.clash](**facts)
