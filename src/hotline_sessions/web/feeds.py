"""Lists of sessions to subscribe to, and the calendar file of one session.

Clients ask again every hour: whoever already holds the present state is told so without a
byte of it. Source: RFC 9110, section 13; RFC 5545.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.calendars import CalendarEntry, NewsEntry
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.gateways.ics import UTC_ZONE, build_calendar, build_event
from hotline_sessions.gateways.syndication import Channel, build_atom, build_json, build_rss
from hotline_sessions.i18n import Words
from hotline_sessions.services.feeds import find_entry, list_entries
from hotline_sessions.web.dependencies import Now, PageRequest, PublicUrl, facts_of
from hotline_sessions.web.locale import locale_of, localized, words_of
from hotline_sessions.web.pages.home import Wanted, read_wanted
from hotline_sessions.web.ready import Ready, ReadyAnswers, build_ready
from hotline_sessions.web.report_news import list_news
from hotline_sessions.web.shelf import Shelf


ZONE: Final = "Europe/Kyiv"
FRESH_FOR: Final = 300
"""Seconds for which a client's copy need not be asked about."""
READY_FOR: Final = timedelta(seconds=5)
"""How old a list may be that is served from memory."""
LISTS_KEPT: Final = 48

CALENDAR: Final = "text/calendar"
LIST_TYPES: Final = {
    "/sessions.rss": "application/rss+xml",
    "/sessions.atom": "application/atom+xml",
    "/sessions.json": "application/feed+json",
}
_CHARSET: Final = "; charset=utf-8"

READING: Final = [HttpMethod.GET, HttpMethod.HEAD]

Write = Callable[..., bytes]
"""Makes the bytes of a list of sessions, and of reports where the list has them."""


@route("/calendar.ics", http_method=READING, status_code=HTTP_200_OK, include_in_schema=False)
async def show_feed(request: PageRequest, now: Now, public_url: PublicUrl) -> Response[bytes]:
    """All announced sessions, or those of an institution, region, line, official or topic.

    With ``?tz=utc`` times are told in UTC, for clients that know no other zones.
    """
    wanted = read_wanted(request.query_params)
    in_utc = request.query_params.get("tz", "").lower() == "utc"
    address = localized("/calendar.ics", locale_of(request)) + wanted.query(
        free=None, tz="utc" if in_utc else None
    )
    write = partial(
        build_calendar,
        name=words_of(request).gettext("Live phone sessions"),
        zone=UTC_ZONE if in_utc else ZONE,
        feed_url=public_url + address,
    )
    return await _answer_list(request, wanted, write, address, CALENDAR, now=now)


@route(list(LIST_TYPES), http_method=READING, status_code=HTTP_200_OK, include_in_schema=False)
async def show_list(request: PageRequest, now: Now, public_url: PublicUrl) -> Response[bytes]:
    """The same list for readers of news and for programs."""
    locale = locale_of(request)
    wanted = read_wanted(request.query_params)
    tail = wanted.query(free=None)
    path = "/" + request.scope["path"].rstrip("/").rpartition("/")[2]
    address = localized(path, locale) + tail
    channel = Channel(
        title=words_of(request).gettext("Live phone sessions"),
        address=public_url + address,
        page=public_url + localized("/", locale) + tail,
        language=locale,
    )
    writers = {"/sessions.rss": build_rss, "/sessions.atom": build_atom}
    write = partial(writers.get(path, build_json), channel)
    return await _answer_list(request, wanted, write, address, LIST_TYPES[path], now=now)


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
    content = build_event(entry)
    return answer_ready(request, _prepare(request, content, [entry], CALENDAR), CALENDAR)


async def _answer_list(
    request: PageRequest,
    wanted: Wanted,
    write: Write,
    address: str,
    media_type: str,
    *,
    now: datetime,
) -> Response[bytes]:
    """The list, from memory where it may be; then it is also ready for who asks next."""
    facts = facts_of(request)
    make = partial(_make_list, request, wanted, write, media_type, now=now, words=words_of(request))
    if not facts.fresh_for:
        return answer_ready(request, await make(), media_type)
    ready = await _read_kept(request, address, make, now=now)
    target = request.scope["raw_path"].partition(b"?")[0]
    if query := request.scope["query_string"]:
        target += b"?" + query
    _answers_of(request).keep(target, ready, fresh_for=READY_FOR.total_seconds())
    return answer_ready(request, ready, media_type)


async def _make_list(
    request: PageRequest,
    wanted: Wanted,
    write: Write,
    media_type: str,
    *,
    now: datetime,
    words: Words,
) -> Ready:
    url = facts_of(request).public_url
    entries = await list_entries(wanted.filter, public_url=url, words=words, now=now)
    if media_type == CALENDAR:
        return _prepare(request, write(entries), entries, media_type)
    news = await list_news(wanted.filter, public_url=url, words=words, now=now)
    return _prepare(request, write(entries, news), [*entries, *news], media_type)


async def _read_kept(
    request: PageRequest, address: str, make: Callable[[], Awaitable[Ready]], *, now: datetime
) -> Ready:
    """What is kept as ``address``: however it is asked for, it is made once."""
    state = request.app.state
    if state.get("list_shelf") is None:
        state.list_shelf = Shelf(most=LISTS_KEPT)
    shelf: Shelf[Ready] = state.list_shelf
    return await shelf.read(address, make, now=now, fresh_for=READY_FOR)


def _prepare(
    request: PageRequest,
    content: bytes,
    entries: Sequence[CalendarEntry | NewsEntry],
    media_type: str,
) -> Ready:
    return build_ready(
        content,
        media_type=media_type + _CHARSET,
        cache_control=f"public, max-age={FRESH_FOR}",
        changed_at=max((entry.stamped_at for entry in entries), default=None),
        others=_answers_of(request).others,
    )


def answer_ready(request: PageRequest, ready: Ready, media_type: str) -> Response[bytes]:
    """The list, or the news that the client's copy of it is the present one."""
    headers = request.headers
    form = ready.choose(headers.get("accept-encoding"))
    is_known = ready.is_held(headers.get("if-none-match"), headers.get("if-modified-since"))
    sent = form.bare if is_known else form.head
    return Response(
        b"" if is_known else form.body,
        status_code=HTTP_304_NOT_MODIFIED if is_known else HTTP_200_OK,
        # To what is text the framework adds the charset itself.
        media_type=media_type if media_type.startswith("text/") else media_type + _CHARSET,
        headers={
            name.decode(): value.decode() for name, value in sent if name not in _OF_THE_SERVER
        },
    )


_OF_THE_SERVER: Final = frozenset({b"content-type", b"content-length"})


def _answers_of(request: PageRequest) -> ReadyAnswers:
    answers: ReadyAnswers = request.app.state.ready
    return answers


HANDLERS: Final[list[ControllerRouterHandler]] = [show_feed, show_list, show_session_file]
