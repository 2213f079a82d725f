"""Calendar files: the public feed and the file of one session.

Source: RFC 5545 and RFC 7986. A feed that is subscribed to carries neither METHOD nor
ORGANIZER, and one VEVENT for each session; cancelled ones stay in it for a time, so that
they are struck out where they were copied. Equal entries give equal bytes.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event
from icalendar.prop import vCalAddress, vDuration, vUri

from hotline_sessions.domain.calendars import CalendarEntry
from hotline_sessions.domain.mails import Invitation, Method
from hotline_sessions.domain.times import Window
from hotline_sessions.gateways.timezones import build_timezone, list_transitions


PRODID: Final = "-//hotline-sessions//Public sessions//UK"
REFRESH: Final = timedelta(hours=1)
UTC_ZONE: Final = "UTC"

EMPTY_FEED_YEAR: Final = 2026
"""A calendar may not be without any part; an empty feed still tells the time zone."""

_END: Final = b"END:VCALENDAR\r\n"
_BREAKS: Final = str.maketrans(
    {"\r": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n"}
)


def build_calendar(
    entries: Iterable[CalendarEntry], *, name: str, zone: str, feed_url: str
) -> bytes:
    """The feed ``name`` with all ``entries``, in order of time.

    It has no UID of its own, though RFC 7986 knows one: vdirsyncer takes the first it meets for
    that of the event, and shows a single one.

    With ``zone`` "UTC" all times are written in UTC: for clients that know no other zones.

    Raises:
        ValueError: Two entries have one uid.
    """
    ordered = sorted(entries, key=lambda entry: (entry.window, entry.uid))
    if len({entry.uid for entry in ordered}) != len(ordered):
        raise ValueError("two entries of a calendar have one uid")
    calendar = _start_calendar()
    calendar.add("name", clean_line(name))
    calendar.add("x-wr-calname", clean_line(name))
    if ordered:
        calendar.add("last-modified", _newest(ordered))
    calendar.add("source", vUri(clean_line(feed_url)), parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    _add_zones(calendar, ordered, zone=zone)
    events = b"".join(_write_event(entry, _zone_of(entry, zone)) for entry in ordered)
    return _to_bytes(calendar).removesuffix(_END) + events + _END


def build_event(entry: CalendarEntry, *, alarm: timedelta | None = None) -> bytes:
    """The file of one session, to be put into a calendar by hand.

    With ``alarm`` the calendar reminds its owner that long before the start.
    """
    calendar = _start_calendar()
    _add_all(calendar, [entry], zone=entry.zone)
    if alarm is not None:
        calendar.events[0].add_component(_alarm(entry, alarm))
    return _to_bytes(calendar)


def build_invitation(invitation: Invitation, *, sender: str, recipient: str) -> bytes:
    """The part of a letter that puts an entry into its reader's calendar, or takes it out.

    The organizer is whoever sends the letter. Who alone is taken out of an event that is held
    gets no status: that would be the event's. The answer to a proposal names the event only.
    Source: RFC 5546, section 3.2.2, 3.2.5 and 3.2.8; RFC 6047, section 2.4.
    """
    entry = invitation.entry
    calendar = _start_calendar()
    calendar.add("method", invitation.method.value)
    name = clean_line(invitation.organizer).replace('"', "”")
    if invitation.method is Method.DECLINECOUNTER:
        event = _name_event(entry)
        calendar.add_component(event)
    else:
        _add_all(calendar, [entry], zone=entry.zone)
        event = calendar.events[0]
    event.add("organizer", vCalAddress(f"mailto:{sender}"), parameters={"CN": name})
    if invitation.removes_one:
        del event["status"]
    if invitation.method is not Method.DECLINECOUNTER:
        _add_attendee(event, recipient, asks_answer=invitation.asks_answer)
    return _to_bytes(calendar)


def _name_event(entry: CalendarEntry) -> Event:
    """Which event is meant, and nothing of it; the first version goes without saying."""
    event = Event()
    event.add("uid", clean_line(entry.uid))
    event.add("dtstamp", entry.stamped_at.astimezone(UTC))
    if entry.sequence:
        event.add("sequence", entry.sequence)
    return event


def _add_attendee(event: Event, recipient: str, *, asks_answer: bool) -> None:
    asked = {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    settled = {"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    event.add(
        "attendee",
        vCalAddress(f"mailto:{recipient}"),
        parameters={"ROLE": "REQ-PARTICIPANT", **(asked if asks_answer else settled)},
    )


def strong_etag(content: bytes) -> str:
    """Entity tag, with its quotes, that changes with every byte of ``content``."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def clean_text(text: str) -> str:
    """``text`` as a calendar can carry it: line breaks are LF, other control signs go.

    Source: RFC 5545, section 3.1, CONTROL; halves of surrogate pairs cannot be encoded.
    """
    lines = text.replace("\r\n", "\n").translate(_BREAKS)
    kept = "".join(letter for letter in lines if letter in "\n\t" or not _is_control(letter))
    return kept.encode("utf-8", errors="replace").decode("utf-8")


def clean_line(text: str) -> str:
    """``clean_text`` on one line."""
    return " ".join(clean_text(text).split())


def _is_control(letter: str) -> bool:
    return letter < " " or "\x7f" <= letter <= "\x9f"


def _start_calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _to_bytes(calendar: Calendar) -> bytes:
    return bytes(calendar.to_ical(sorted=False))


def _newest(entries: Sequence[CalendarEntry]) -> datetime:
    return max(entry.stamped_at for entry in entries).astimezone(UTC)


def _add_all(calendar: Calendar, entries: Sequence[CalendarEntry], *, zone: str) -> None:
    _add_zones(calendar, entries, zone=zone)
    for entry in entries:
        calendar.add_component(_event(entry, _zone_of(entry, zone)))


@lru_cache(maxsize=8192)
def _write_event(entry: CalendarEntry, zone: str) -> bytes:
    """Written once for as long as nothing of it changes: one change costs one event."""
    return bytes(_event(entry, zone).to_ical(sorted=False))


def forget_events() -> None:
    """Write all events anew: the rules of a zone have changed."""
    _write_event.cache_clear()
    list_transitions.cache_clear()


def _zone_of(entry: CalendarEntry, zone: str) -> str:
    return UTC_ZONE if zone == UTC_ZONE else entry.zone


def _add_zones(calendar: Calendar, entries: Sequence[CalendarEntry], *, zone: str) -> None:
    zones = {zone} if zone == UTC_ZONE else {zone, *(entry.zone for entry in entries)}
    for name in sorted(zones - {UTC_ZONE}):
        years = _years(entries, ZoneInfo(name))
        calendar.add_component(build_timezone(name, first_year=years[0], last_year=years[-1]))


def _years(entries: Sequence[CalendarEntry], zone: ZoneInfo) -> list[int]:
    moments = [at for entry in entries for at in (entry.window.starts_at, entry.window.ends_at)]
    return sorted({at.astimezone(zone).year for at in moments}) or [EMPTY_FEED_YEAR]


def _event(entry: CalendarEntry, zone: str) -> Event:
    stamped_at = entry.stamped_at.astimezone(UTC)
    event = Event()
    event.add("uid", clean_line(entry.uid))
    event.add("dtstamp", stamped_at)
    event.add("last-modified", stamped_at)
    event.add("sequence", entry.sequence)
    starts_at, ends_at = _local(entry.window, zone)
    event.add("dtstart", starts_at)
    event.add("dtend", ends_at)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("summary", clean_text(entry.summary))
    for key in ("description", "location"):
        if text := clean_text(getattr(entry, key)):
            event.add(key, text)
    if url := clean_line(entry.url):
        event.add("url", vUri(url))
    if categories := [word for word in map(clean_line, entry.categories) if word]:
        event.add("categories", categories)
    if entry.phone.startswith("+"):
        _add_phone(event, entry)
    return event


def _add_phone(event: Event, entry: CalendarEntry) -> None:
    """The line to call; a short one has no address outside its network, the texts tell it."""
    label = clean_line(entry.phone_label).replace('"', "”")
    parameters = {"VALUE": "URI", "FEATURE": "PHONE"} | ({"LABEL": label} if label else {})
    digits = "".join(sign for sign in entry.phone if sign.isdigit())
    event.add("conference", vUri(f"tel:+{digits}"), parameters=parameters)


def _alarm(entry: CalendarEntry, before: timedelta) -> Alarm:
    """A reminder on the screen. Source: RFC 5545, section 3.6.6."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -before)
    alarm.add("description", clean_text(entry.summary))
    return alarm


def _local(window: Window, zone: str) -> tuple[datetime, datetime]:
    """Local start and end; both in UTC where one is in the hour that autumn shows twice.

    A local time in that hour means the first one, but clients do not agree on it.
    """
    ends = (window.starts_at, window.ends_at)
    starts_at, ends_at = (at.astimezone(ZoneInfo(zone)) for at in ends)
    if zone == UTC_ZONE or _is_twofold(starts_at) or _is_twofold(ends_at):
        starts_at, ends_at = (at.astimezone(UTC) for at in ends)
    return starts_at, ends_at


def _is_twofold(local: datetime) -> bool:
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
