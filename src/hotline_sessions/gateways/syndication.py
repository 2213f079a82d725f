"""The list of sessions for readers of news and for programs: RSS, Atom, JSON.

Equal entries give equal bytes: what is told as "last changed" is the last change of a session,
or the last report of one.
Source: RSS 2.0.11; RFC 4287 (Atom); JSON Feed 1.1.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final
from xml.etree import ElementTree as ET

import msgspec
from msgspec import Struct

from hotline_sessions.domain.calendars import CalendarEntry, NewsEntry
from hotline_sessions.gateways.ics import clean_line, clean_text


ATOM: Final = "http://www.w3.org/2005/Atom"
JSON_FEED: Final = "https://jsonfeed.org/version/1.1"
LONG_AGO: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""When a list was changed in which nothing is: the same each time."""
_XML: Final = b'<?xml version="1.0" encoding="utf-8"?>\n'


class Channel(Struct, frozen=True, kw_only=True):
    """What a list says of itself: its name, its own address, the page of the same."""

    title: str
    address: str
    page: str
    language: str


class _Item(Struct, frozen=True, kw_only=True):
    """An entry of either kind, as readers of news see it; another ``key`` makes it news."""

    stamped_at: datetime
    starts_at: datetime
    uid: str
    key: str
    title: str
    text: str
    url: str
    categories: tuple[str, ...]


def build_rss(
    channel: Channel, entries: Iterable[CalendarEntry], news: Iterable[NewsEntry] = ()
) -> bytes:
    """The list for readers of RSS, what changed last first."""
    ET.register_namespace("atom", ATOM)
    root = ET.Element("rss", {"version": "2.0"})
    top = ET.SubElement(root, "channel")
    ordered = _newest_first(entries, news)
    _add(top, "title", channel.title)
    _add(top, "link", channel.page)
    _add(top, "description", channel.title)
    _add(top, "language", channel.language)
    _add(top, "lastBuildDate", _write_date(_last_change(ordered)))
    _add(top, "ttl", "60")
    own = {"href": channel.address, "rel": "self", "type": "application/rss+xml"}
    ET.SubElement(top, f"{{{ATOM}}}link", own)
    for entry in ordered:
        item = ET.SubElement(top, "item")
        _add(item, "title", entry.title)
        _add(item, "link", entry.url)
        _add(item, "description", entry.text)
        for word in entry.categories:
            _add(item, "category", word)
        guid = ET.SubElement(item, "guid", {"isPermaLink": "false"})
        guid.text = entry.key
        _add(item, "pubDate", _write_date(entry.stamped_at))
    return _write(root)


def build_atom(
    channel: Channel, entries: Iterable[CalendarEntry], news: Iterable[NewsEntry] = ()
) -> bytes:
    """The list for readers of Atom, what changed last first."""
    ET.register_namespace("", ATOM)
    language = {"{http://www.w3.org/XML/1998/namespace}lang": channel.language}
    root = ET.Element(f"{{{ATOM}}}feed", language)
    ordered = _newest_first(entries, news)
    _add(root, f"{{{ATOM}}}title", channel.title)
    _add(root, f"{{{ATOM}}}id", channel.address)
    _add(root, f"{{{ATOM}}}updated", _write_moment(_last_change(ordered)))
    ET.SubElement(root, f"{{{ATOM}}}link", {"href": channel.page})
    own = {"href": channel.address, "rel": "self", "type": "application/atom+xml"}
    ET.SubElement(root, f"{{{ATOM}}}link", own)
    author = ET.SubElement(root, f"{{{ATOM}}}author")
    _add(author, f"{{{ATOM}}}name", channel.title)
    for entry in ordered:
        item = ET.SubElement(root, f"{{{ATOM}}}entry")
        _add(item, f"{{{ATOM}}}title", entry.title)
        _add(item, f"{{{ATOM}}}id", entry.url)
        _add(item, f"{{{ATOM}}}updated", _write_moment(entry.stamped_at))
        ET.SubElement(item, f"{{{ATOM}}}link", {"href": entry.url})
        _add(item, f"{{{ATOM}}}summary", entry.text)
        for word in entry.categories:
            ET.SubElement(item, f"{{{ATOM}}}category", {"term": clean_line(word)})
    return _write(root)


def build_json(
    channel: Channel, entries: Iterable[CalendarEntry], news: Iterable[NewsEntry] = ()
) -> bytes:
    """The list for programs, in time's order; the facts of a session stand in ``_session``.

    Reports come after the sessions, the latest first, with what they are of in ``_report``.
    """
    feed = {
        "version": JSON_FEED,
        "title": channel.title,
        "home_page_url": channel.page,
        "feed_url": channel.address,
        "language": channel.language,
        "items": [
            {
                "id": entry.uid,
                "url": entry.url,
                "title": clean_line(entry.summary),
                "content_text": clean_text(entry.description),
                "date_modified": _write_moment(entry.stamped_at),
                "tags": list(entry.categories),
                "_session": {
                    "starts_at": _write_moment(entry.window.starts_at),
                    "ends_at": _write_moment(entry.window.ends_at),
                    "time_zone": entry.zone,
                    "status": "cancelled" if entry.is_cancelled else "confirmed",
                    "sequence": entry.sequence,
                    "institution": entry.location,
                    "phone": entry.phone,
                },
            }
            for entry in sorted(entries, key=lambda each: (each.window, each.uid))
        ]
        + [
            {
                "id": each.uid,
                "url": each.url,
                "title": clean_line(each.title),
                "content_text": clean_text(each.text),
                "date_published": _write_moment(each.stamped_at),
                "tags": list(each.categories),
                "_report": {
                    "session": each.session,
                    "next_url": each.next_url or None,
                    "next_starts_at": _write_moment(each.next_at) if each.next_at else None,
                },
            }
            for each in sorted(news, key=lambda one: (one.stamped_at, one.uid), reverse=True)
        ],
    }
    return msgspec.json.encode(feed)


def _newest_first(entries: Iterable[CalendarEntry], news: Iterable[NewsEntry] = ()) -> list[_Item]:
    items = [
        _Item(
            stamped_at=each.stamped_at,
            starts_at=each.window.starts_at,
            uid=each.uid,
            key=f"{clean_line(each.uid)}#{each.sequence}",
            title=each.summary,
            text=each.description,
            url=each.url,
            categories=each.categories,
        )
        for each in entries
    ]
    items += [
        _Item(
            stamped_at=each.stamped_at,
            starts_at=each.stamped_at,
            uid=each.uid,
            key=clean_line(each.uid),
            title=each.title,
            text=each.text,
            url=each.url,
            categories=each.categories,
        )
        for each in news
    ]
    return sorted(items, key=lambda item: (item.stamped_at, item.starts_at, item.uid), reverse=True)


def _last_change(items: Sequence[_Item]) -> datetime:
    return items[0].stamped_at if items else LONG_AGO


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _keep_xml(text)


def _keep_xml(text: str) -> str:
    """``text`` without what XML cannot carry. Source: XML 1.0, section 2.2, Char."""
    return "".join(letter for letter in clean_text(text) if letter not in "\ufffe\uffff")


def _write_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _write_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write(root: ET.Element) -> bytes:
    return _XML + bytes(ET.tostring(root, encoding="utf-8")) + b"\n"
