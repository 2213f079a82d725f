"""Coming sessions, day by day, with filters that are plain links."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from litestar import Response, get
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.announcements import Announcement, Filter
from hotline_sessions.domain.phones import display
from hotline_sessions.domain.sessions import ADMITTING, SessionState
from hotline_sessions.domain.times import Window, days_from, local_date
from hotline_sessions.i18n import Locale
from hotline_sessions.services.announcements import list_coming
from hotline_sessions.web.dependencies import Now, PageRequest
from hotline_sessions.web.locale import locale_of
from hotline_sessions.web.templating import page


WEEKS: Final = 4
"""Weeks shown at first; a link leads to all."""
LONGEST: Final = 300
"""Characters of a filter that are looked at."""


class Wanted(Struct, frozen=True, kw_only=True):
    """What the address asks for."""

    filter: Filter
    only_free: bool = False
    every: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether some sessions may be hidden by the reader's own choice."""
        return self.only_free or self.filter != Filter()

    def query(self, **changes: object) -> str:
        """The filter as the tail of an address, with its question mark, or nothing."""
        fields = {
            "institution": self.filter.institution,
            "official": self.filter.official,
            "topic": self.filter.topic,
            "line": self.filter.line,
            "region": self.filter.region,
            "community": self.filter.community,
            "free": "1" if self.only_free else None,
            **changes,
        }
        filled = [(name, str(value)) for name, value in fields.items() if value]
        return f"?{urlencode(filled)}" if filled else ""


class Choices(Struct, frozen=True, kw_only=True):
    """What the filters offer: (value, text), by text."""

    institutions: list[tuple[str, str]]
    officials: list[tuple[str, str]]
    topics: list[tuple[str, str]]
    lines: list[tuple[str, str]]
    regions: list[tuple[str, str]]
    communities: list[tuple[str, str]]


class Day(Struct, frozen=True, kw_only=True):
    """Sessions of one day; ``nearness`` is 0 for today, 1 for tomorrow, else more."""

    on: date
    nearness: int
    sessions: list[Announcement]


@get("/", include_in_schema=False)
async def show_home(request: PageRequest, now: Now) -> Response[str]:
    """Coming sessions, those on air first."""
    wanted = read_wanted(request.query_params)
    coming = await list_coming(Filter(), now=now)
    found = [each for each in coming if is_wanted(each, wanted)]
    shown = found if wanted.every else choose_near(found, today=local_date(now))
    return page(
        request,
        "pages/home/show.html",
        on_air=[each for each in shown if each.state in ADMITTING],
        days=plan_days(
            (each for each in shown if each.state not in ADMITTING), today=local_date(now)
        ),
        later=len(found) - len(shown),
        hidden=len(coming) - len(found),
        choices=list_choices(coming, locale_of(request)),
        wanted=wanted,
        by_name={each.public_id: each for each in coming},
        window_of=window_of,
        count_free=count_free,
    )


def read_wanted(query: Mapping[str, str]) -> Wanted:
    """What the address asks for; what makes no sense in it is not an error."""
    return Wanted(
        filter=read_filter(query),
        only_free=query.get("free") == "1",
        every=query.get("every") == "1",
    )


def read_filter(query: Mapping[str, str]) -> Filter:
    """The filter that an address carries, of a page or of a calendar."""
    return Filter(
        institution=query.get("institution", "")[:LONGEST].strip() or None,
        official=query.get("official", "")[:LONGEST].strip() or None,
        topic=query.get("topic", "")[:LONGEST].strip() or None,
        line=query.get("line", "")[:LONGEST].strip(" +") or None,
        region=query.get("region", "")[:LONGEST].strip() or None,
        community=query.get("community", "")[:LONGEST].strip() or None,
    )


def is_wanted(session: Announcement, wanted: Wanted) -> bool:
    """Whether the reader's choice leaves the session in the list."""
    narrow = wanted.filter
    return (
        narrow.institution in {None, session.institution_slug}
        and narrow.official in {None, session.post_public_id}
        and narrow.topic in {None, session.topic}
        and narrow.line in {None, (session.line_number or "").removeprefix("+")}
        and narrow.region in {None, session.region}
        and narrow.community in {None, session.community}
        and not (wanted.only_free and not count_free(session))
    )


def choose_near(sessions: list[Announcement], *, today: date) -> list[Announcement]:
    """Sessions of the next weeks; if there are none, those of the first day there is."""
    last = today + timedelta(weeks=WEEKS)
    near = [each for each in sessions if each.held_on <= last]
    return near or [each for each in sessions if each.held_on == sessions[0].held_on]


def plan_days(sessions: Iterable[Announcement], *, today: date) -> list[Day]:
    """Sessions, in time's order, under the days on which they are held."""
    near = {day: nearness for nearness, day in enumerate(days_from(today, 2))}
    return [
        Day(on=on, nearness=near.get(on, len(near)), sessions=list(group))
        for on, group in groupby(sessions, key=lambda each: each.held_on)
    ]


def list_choices(sessions: Iterable[Announcement], locale: Locale) -> Choices:
    """What occurs among the coming sessions, and so leads to some of them."""
    institutions: dict[str, str] = {}
    officials: dict[str, str] = {}
    topics: dict[str, str] = {}
    lines: dict[str, str] = {}
    regions: dict[str, str] = {}
    communities: dict[str, str] = {}
    for each in sessions:
        institutions[each.institution_slug] = each.institution_name(locale)
        officials[each.post_public_id] = each.post_title(locale)
        if each.topic:
            topics[each.topic] = each.topic
        if each.line_number:
            lines[each.line_number.removeprefix("+")] = display(each.line_number)
        if each.region:
            regions[each.region] = each.region
        if each.community:
            communities[each.community] = each.community
    return Choices(
        institutions=_by_text(institutions),
        officials=_by_text(officials),
        topics=_by_text(topics),
        lines=_by_text(lines),
        regions=_by_text(regions),
        communities=_by_text(communities),
    )


def window_of(session: Announcement) -> Window:
    """From the first call to the last."""
    return Window(starts_at=session.starts_at, ends_at=session.ends_at)


def count_free(session: Announcement) -> int:
    """Slots that nobody has taken, of a session that has not begun."""
    if session.state is not SessionState.PUBLISHED:
        return 0
    return max(0, session.bookable - session.booked)


def _by_text(found: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(found.items(), key=lambda item: item[1].casefold())


HANDLERS: Final[list[ControllerRouterHandler]] = [show_home]
