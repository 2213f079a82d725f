"""Calendars to subscribe to, and the calendar file of one session.

Clients ask again every hour: whoever already holds the present state is told so without a
byte of it. Source: RFC 9110, section 13; RFC 5545.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from typing import Final

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.calendars import CalendarEntry
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.gateways.ics import build_calendar, build_event, strong_etag
from hotline_sessions.services.feeds import find_entry, list_entries
from hotline_sessions.web.dependencies import Now, PageRequest, PublicUrl
from hotline_sessions.web.locale import locale_of, localized, words_of
from hotline_sessions.web.pages.home import read_wanted


ZONE: Final = "Europe/Kyiv"
FRESH_FOR: Final = 300
"""Seconds for which a copy need not be asked about."""

READING: Final = [HttpMethod.GET, HttpMethod.HEAD]


@route("/calendar.ics", http_method=READING, status_code=HTTP_200_OK, include_in_schema=False)
async def show_feed(request: PageRequest, now: Now, public_url: PublicUrl) -> Response[bytes]:
    """All announced sessions, or those of one institution, official or topic."""
    wanted = read_wanted(request.query_params)
    words = words_of(request)
    entries = await list_entries(wanted.filter, public_url=public_url, words=words, now=now)
    locale = locale_of(request)
    address = localized("/calendar.ics", locale) + wanted.query(free=None)
    content = build_calendar(
        entries,
        name=words.gettext("Live phone sessions"),
        uid=f"feed-{sha256(address.encode()).hexdigest()[:16]}@hotline-sessions",
        zone=ZONE,
        feed_url=public_url + address,
    )
    return answer_calendar(request, content, entries)


@route(
    "/sessions/{public_id:str}/calendar.ics",
    http_method=READING,
    status_code=HTTP_200_OK,
    include_in_schema=False,
)
async def show_session_file(
    request: PageRequest, public_id: FromPath[str], public_url: PublicUrl
) -> Response[bytes]:
    """One session, to be put into a calendar by hand."""
    entry = await find_entry(public_id, public_url=public_url, words=words_of(request))
    if entry is None:
        raise NotFound
    return answer_calendar(request, build_event(entry), [entry])


def answer_calendar(
    request: PageRequest, content: bytes, entries: Sequence[CalendarEntry]
) -> Response[bytes]:
    """The calendar, or the news that the client's copy of it is the present one."""
    etag = strong_etag(content)
    changed_at = max((entry.stamped_at for entry in entries), default=None)
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={FRESH_FOR}"}
    if changed_at is not None:
        headers["Last-Modified"] = format_datetime(changed_at.astimezone(UTC), usegmt=True)
    is_known = is_held(
        request.headers.get("if-none-match"),
        request.headers.get("if-modified-since"),
        etag=etag,
        changed_at=changed_at,
    )
    return Response(
        b"" if is_known else content,
        status_code=HTTP_304_NOT_MODIFIED if is_known else HTTP_200_OK,
        media_type="text/calendar",
        headers=headers,
    )


def is_held(tags: str | None, since: str | None, *, etag: str, changed_at: datetime | None) -> bool:
    """Whether the client holds what would be sent.

    Its tags decide; the date is asked only without them. Source: RFC 9110, 13.1.2, 13.1.3.
    """
    if tags is not None:
        held = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in held or etag in held
    if since is None or changed_at is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    return moment.tzinfo is not None and changed_at.replace(microsecond=0) <= moment


HANDLERS: Final[list[ControllerRouterHandler]] = [show_feed, show_session_file]
