"""Geometry of the picture of a session: where each bar stands, in units of the drawing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.timelines import Kind, Timeline, Track
from hotline_sessions.domain.times import Window
from hotline_sessions.i18n import Words, format_clock
from hotline_sessions.web.pages.desk.timeline_words import (
    KIND_WORDS,
    PHASE_WORDS,
    format_length,
    tell_outcome,
    tell_track,
)


LABELS: Final = 150
"""Width of the column with the names of rows."""
ENDINGS: Final = 290
"""Room for the words behind the last bar of a row."""
TOP: Final = 34
"""Height of the scale."""
ROW: Final = 30
BAR: Final = 18
NARROWEST: Final = 420
WIDEST: Final = 1500
PER_MINUTE: Final = 9
"""Units for a minute, unless the drawing would become too narrow or too wide."""
SMALLEST_GAP: Final = 56
"""Units between two marks of the scale."""
STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 240)
"""Minutes between two marks of the scale."""
THINNEST: Final = 1.5
"""Width of the shortest stretch: it is seen."""


class Bar(Struct, frozen=True, kw_only=True):
    """One stretch; ``inside`` is written on it if there is room, ``title`` says it in full."""

    x: float
    y: float
    width: float
    look: str
    title: str
    inside: str = ""


class Row(Struct, frozen=True, kw_only=True):
    """One track: its name before it, how it ended behind it."""

    y: float
    name: str
    bars: tuple[Bar, ...]
    ending: str = ""
    ending_x: float = 0


class Tick(Struct, frozen=True, kw_only=True):
    """A mark of the scale."""

    x: float
    clock: str


class Chart(Struct, frozen=True, kw_only=True):
    """The drawing; ``ends_x`` is where the announced end is, ``looks`` what occurs in it."""

    width: float
    height: float
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    starts_x: float
    ends_x: float
    looks: tuple[tuple[str, str], ...]


class Scale(Struct, frozen=True, kw_only=True):
    """From moments to units."""

    window: Window
    width: float

    def x(self, moment: datetime) -> float:
        """Where ``moment`` stands."""
        share = (moment - self.window.starts_at) / self.window.length
        return round(LABELS + share * self.width, 1)


def draw(timeline: Timeline, words: Words) -> Chart:
    """The drawing of ``timeline``: the session on top, then official, operators, callers."""
    minutes = max(timeline.window.length / timedelta(minutes=1), 1)
    scale = Scale(window=timeline.window, width=min(max(minutes * PER_MINUTE, NARROWEST), WIDEST))
    ordered = [*timeline.of(Role.OFFICIAL), *timeline.of(Role.OPERATOR)]
    ordered += timeline.of(Role.CITIZEN)
    phases = _draw_phases(timeline, scale, words)
    rows = [_draw_track(track, place + 1, scale, words) for place, track in enumerate(ordered)]
    used = {each.kind for track in ordered for each in track.stretches}
    passed = {phase.state for phase in timeline.phases}
    return Chart(
        width=LABELS + scale.width + ENDINGS,
        height=TOP + ROW * (len(rows) + 1) + 8,
        rows=(phases, *rows),
        ticks=_list_ticks(scale, minutes, words),
        starts_x=scale.x(timeline.planned.starts_at),
        ends_x=scale.x(timeline.planned.ends_at),
        looks=(
            *(
                (f"phase-{each.value}", words.gettext(PHASE_WORDS[each]))
                for each in PHASE_WORDS
                if each in passed
            ),
            *((kind.value, words.gettext(KIND_WORDS[kind])) for kind in Kind if kind in used),
        ),
    )


def _draw_phases(timeline: Timeline, scale: Scale, words: Words) -> Row:
    bars = []
    for phase in timeline.phases:
        name = words.gettext(PHASE_WORDS[phase.state])
        bars.append(_draw_bar(phase.window, f"phase-{phase.state.value}", name, 0, scale, words))
    return Row(y=TOP, name=words.gettext("Session"), bars=tuple(bars))


def _draw_track(track: Track, place: int, scale: Scale, words: Words) -> Row:
    name = tell_track(track, words)
    bars = tuple(
        _draw_bar(
            each.window,
            each.kind.value,
            f"{name}: {words.gettext(KIND_WORDS[each.kind])}",
            place,
            scale,
            words,
            inside=format_length(each.length) if each.kind is Kind.TALK else "",
        )
        for each in track.stretches
    )
    return Row(
        y=TOP + ROW * place,
        name=name,
        bars=bars,
        ending=tell_outcome(track, words),
        ending_x=scale.x(track.window.ends_at) + 8,
    )


def _draw_bar(
    window: Window,
    look: str,
    name: str,
    place: int,
    scale: Scale,
    words: Words,
    *,
    inside: str = "",
) -> Bar:
    x = scale.x(window.starts_at)
    width = max(round(scale.x(window.ends_at) - x, 1), THINNEST)
    clocks = (
        f"{format_clock(window.starts_at, words.locale)}–"
        f"{format_clock(window.ends_at, words.locale)}"
    )
    return Bar(
        x=x,
        y=TOP + ROW * place + (ROW - BAR) / 2,
        width=width,
        look=look,
        title=f"{name}, {clocks} ({format_length(window.length)})",
        inside=inside if width >= len(inside) * 8 + 6 else "",
    )


def _list_ticks(scale: Scale, minutes: float, words: Words) -> tuple[Tick, ...]:
    fitting = [step for step in STEPS if step * scale.width / minutes >= SMALLEST_GAP]
    step = timedelta(minutes=fitting[0] if fitting else STEPS[-1])
    return tuple(
        Tick(x=scale.x(moment), clock=format_clock(moment, words.locale))
        for moment in _list_round_moments(scale.window, step)
    )


def _list_round_moments(window: Window, step: timedelta) -> Sequence[datetime]:
    """Moments inside ``window`` at which a whole number of steps has passed since the hour."""
    first = window.starts_at.replace(minute=0, second=0, microsecond=0)
    count = int((window.ends_at - first) / step) + 1
    moments = [first + step * place for place in range(count)]
    return [moment for moment in moments if window.starts_at <= moment <= window.ends_at]
