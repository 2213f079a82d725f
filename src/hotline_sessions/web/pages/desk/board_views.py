"""The board in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.sessions import ADMITTING
from hotline_sessions.domain.times import Window
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.board import Alarm, BoardRow
from hotline_sessions.web.pages.desk.desk_words import AIR, OFFICIAL


ALARMS: Final[Mapping[Alarm, str]] = MappingProxyType(
    {
        Alarm.OFFICIAL_MISSING: N_("the official is not on the line"),
        Alarm.HELD: N_("a citizen holds: the official has dropped out"),
        Alarm.PAUSED: N_("paused"),
        Alarm.OVERRUN: N_("the talk takes longer than planned"),
        Alarm.LONG_WAIT: N_("somebody waits for very long"),
        Alarm.IDLE: N_("the official is free while somebody waits"),
    }
)


class BoardRowView(Struct, frozen=True, kw_only=True):
    """One session on the board."""

    name: str
    title: str
    state: str
    window: Window
    official: str
    on_air: str
    on_air_since: datetime | None
    waiting: int
    longest_since: datetime | None
    closes_at: datetime | None
    alarms: list[str]


class BoardView(Struct, frozen=True, kw_only=True):
    """The board; ``status`` is the sentence that a screen reader says when it changes."""

    rows: list[BoardRowView]
    status: str


def view_board(rows: Sequence[BoardRow], words: Words) -> BoardView:
    """The board in the reader's language; its order stays, so that keys stay."""
    alarmed = sum(bool(row.alarms) for row in rows)
    under_way = sum(row.is_under_way for row in rows)
    going = words.ngettext(
        "%(num)s session is under way.", "%(num)s sessions are under way.", under_way
    )
    calls = words.ngettext("%(num)s needs you.", "%(num)s need you.", alarmed) if alarmed else ""
    return BoardView(
        rows=[_view_row(row, words) for row in rows], status=f"{going} {calls}".strip()
    )


def _view_row(row: BoardRow, words: Words) -> BoardRowView:
    absent = N_("is not on the line")
    official = OFFICIAL.get(row.official, (absent, ""))[0] if row.official else absent
    return BoardRowView(
        name=row.session.public_id,
        title=row.host.official or row.host.post,
        state=row.session.state.value,
        window=row.session.window,
        official=words.gettext(official),
        on_air=words.gettext(AIR[row.on_air]) if row.on_air else words.gettext("nobody"),
        on_air_since=row.on_air_since,
        waiting=row.waiting,
        longest_since=row.longest_since,
        closes_at=row.session.closes_at if row.session.state in ADMITTING else None,
        alarms=[words.gettext(ALARMS[alarm]) for alarm in row.alarms],
    )
