"""What calendars and lists of news show of a session, without a person's name or number."""

from datetime import datetime

from msgspec import Struct

from hotline_sessions.domain.times import Window


class CalendarEntry(Struct, frozen=True, kw_only=True):
    """One session in a calendar; texts are already in the reader's language.

    ``uid`` never changes for a session; ``sequence`` grows with each change of its time or
    state, ``stamped_at`` is the moment of the last change. ``zone`` is an IANA name.
    ``phone`` is the public line in E.164 or a short number, ``phone_label`` says what it is.
    """

    uid: str
    sequence: int
    stamped_at: datetime
    window: Window
    zone: str
    summary: str
    description: str = ""
    url: str = ""
    location: str = ""
    phone: str = ""
    phone_label: str = ""
    categories: tuple[str, ...] = ()
    is_cancelled: bool = False


class NewsEntry(Struct, frozen=True, kw_only=True):
    """What came of a session, in a list of news; texts are already in the reader's language.

    ``session`` is the uid of the session. ``url`` is where it is told; ``next_url`` and
    ``next_at`` lead to the session that comes next, if one is announced.
    """

    uid: str
    session: str
    stamped_at: datetime
    title: str
    text: str
    url: str
    next_url: str = ""
    next_at: datetime | None = None
    categories: tuple[str, ...] = ()
