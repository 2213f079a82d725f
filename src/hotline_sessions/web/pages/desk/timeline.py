"""The picture of a session for staff: a drawing, the same as a table, and figures."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.timeline_figures import Figures
from hotline_sessions.domain.timelines import Kind, Outcome, Track, find_two_on_air
from hotline_sessions.domain.times import Window
from hotline_sessions.i18n import Words
from hotline_sessions.services.timelines import Picture, get_picture
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.guards import require_staff
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.timeline_chart import draw
from hotline_sessions.web.pages.desk.timeline_words import (
    KIND_WORDS,
    OUTCOME_WORDS,
    PHASE_WORDS,
    format_length,
    tell_outcome,
    tell_person,
    tell_track,
)
from hotline_sessions.web.templating import page


COLUMNS: Final = (Kind.WAITING, Kind.SCREENING, Kind.TALK, Kind.HOLD, Kind.QUESTION, Kind.PRESENT)
"""What the table sums up for each leg, as far as it occurs in the session."""


class Line(Struct, frozen=True, kw_only=True):
    """A leg in the table: ``sums`` under the columns, empty where there was nothing of it."""

    name: str
    who: str
    is_booked: bool
    starts_at: datetime
    ends_at: datetime
    sums: tuple[str, ...]
    outcome: str
    steps: tuple[tuple[str, Window, str], ...]


@get("/staff/sessions/{public_id:str}/timeline", include_in_schema=False, guards=[require_staff])
async def show_timeline(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """What happened on the line of a session, at a glance and in full."""
    picture = await get_picture(public_id, staff=signed_in, now=now)
    words = words_of(request)
    timeline = picture.timeline
    columns = [kind for kind in COLUMNS if any(each.total(kind) for each in timeline.tracks)]
    return page(
        request,
        "pages/desk/timeline/page.html",
        session=picture.session,
        chart=draw(timeline, words) if timeline.tracks or timeline.phases else None,
        figures=list_figures(picture.figures, words),
        not_heard=[
            (words.gettext(OUTCOME_WORDS[Outcome(outcome)]), count)
            for outcome, count in picture.figures.not_heard.items()
        ],
        air=list_air(picture.figures, words),
        columns=[words.gettext(KIND_WORDS[kind]) for kind in columns],
        lines=[view_line(picture, track, words, columns) for track in timeline.tracks],
        phases=[
            (words.gettext(PHASE_WORDS[each.state]), each.window, format_length(each.window.length))
            for each in timeline.phases
        ],
        sees_callers=bool(picture.people),
        is_broken=find_two_on_air(timeline.tracks) is not None,
    )


def list_figures(figures: Figures, words: Words) -> list[tuple[str, str]]:
    """The numbers that come first."""
    return [
        (words.gettext("Callers"), str(figures.callers)),
        (words.gettext("Heard"), str(figures.heard)),
        (words.gettext("Not heard"), str(figures.callers - figures.heard)),
        (words.gettext("Half waited no longer than"), format_length(figures.median_wait)),
        (words.gettext("Longest wait"), format_length(figures.longest_wait)),
        (
            words.gettext("Half of the talks were no longer than"),
            format_length(figures.median_talk),
        ),
        (words.gettext("Longest talk"), format_length(figures.longest_talk)),
        (
            words.gettext("The official was free while somebody waited"),
            format_length(figures.air.idle),
        ),
    ]


def list_air(figures: Figures, words: Words) -> list[tuple[str, str, str]]:
    """Where the time went: name, length, share in percent."""
    air = figures.air
    parts = [
        (words.gettext("A citizen was on air"), air.busy),
        (words.gettext("The official was free while somebody waited"), air.idle),
        (words.gettext("The official was free and nobody waited"), air.quiet),
        (words.gettext("The official was not on the line"), air.absent),
    ]
    whole = air.total or timedelta(seconds=1)
    return [(name, format_length(part), f"{round(100 * part / whole)} %") for name, part in parts]


def view_line(picture: Picture, track: Track, words: Words, columns: Sequence[Kind]) -> Line:
    """One leg in the reader's language."""
    return Line(
        name=tell_track(track, words),
        who=tell_person(picture, track, words),
        is_booked=track.is_booked,
        starts_at=track.window.starts_at,
        ends_at=track.window.ends_at,
        sums=tuple(
            format_length(track.total(kind)) if track.total(kind) else "" for kind in columns
        ),
        outcome=tell_outcome(track, words),
        steps=tuple(
            (words.gettext(KIND_WORDS[each.kind]), each.window, format_length(each.length))
            for each in track.stretches
        ),
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_timeline]
