"""The picture of a session: what happened on its line, and the figures that follow from it."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.ids import CallId
from hotline_sessions.domain.plans import PlannedSession
from hotline_sessions.domain.sessions import ANSWERING
from hotline_sessions.domain.timeline_figures import Figures, count_figures
from hotline_sessions.domain.timelines import Timeline, build_timeline
from hotline_sessions.services.plans import get_planned
from hotline_sessions.store.sessions import get_session_of
from hotline_sessions.store.timelines import (
    Person,
    list_leg_changes,
    list_leg_starts,
    list_people,
    list_session_changes,
)


class Picture(Struct, frozen=True, kw_only=True):
    """A session as it was, or is until now; ``people`` is empty for who may not see callers."""

    session: PlannedSession
    timeline: Timeline
    figures: Figures
    people: Mapping[CallId, Person]


async def get_picture(public_id: str, *, staff: Staff, now: datetime) -> Picture:
    """The picture of a session.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
    """
    session = await get_planned(public_id, staff=staff)
    known = await get_session_of(public_id, institution=staff.institution)
    is_over = known.state not in ANSWERING
    timeline = build_timeline(
        session.window,
        await list_leg_starts(session.id),
        await list_leg_changes(session.id),
        await list_session_changes(session.id),
        until=min(now, known.state_since) if is_over else now,
    )
    sees_callers = staff.may(Right.RUN_DESK) or staff.may(Right.PLAN_SESSIONS)
    people = await list_people(session.id) if sees_callers else []
    return Picture(
        session=session,
        timeline=timeline,
        figures=count_figures(timeline),
        people={person.call: person for person in people},
    )
