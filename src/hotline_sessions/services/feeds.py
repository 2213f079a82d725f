"""What a calendar may show: announced sessions, and those called off lately."""

from datetime import datetime, timedelta
from typing import Final

from hotline_sessions.domain.announcements import Announcement, Filter
from hotline_sessions.domain.calendars import CalendarEntry
from hotline_sessions.domain.phones import display
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.times import Window
from hotline_sessions.i18n import Words
from hotline_sessions.services.session_reports import PublicReport, list_public_reports
from hotline_sessions.store.announcements import find_announcement, list_announcements


KEPT: Final = timedelta(days=60)
"""How long past and cancelled sessions stay in the feed."""


async def list_entries(
    wanted: Filter, *, public_url: str, words: Words, now: datetime
) -> list[CalendarEntry]:
    """Entries of the feed, in time's order."""
    found = await list_announcements(wanted, since=now - KEPT)
    return [build_entry(each, public_url=public_url, words=words) for each in found]


async def list_told(wanted: Filter, *, now: datetime) -> list[tuple[Announcement, PublicReport]]:
    """Reports of sessions that the feed shows, as far as the public may read them."""
    held = await list_announcements(wanted, since=now - KEPT, until=now)
    return await list_public_reports(held, now=now)


async def find_entry(public_id: str, *, public_url: str, words: Words) -> CalendarEntry | None:
    """Entry of one session."""
    found = await find_announcement(public_id)
    return None if found is None else build_entry(found, public_url=public_url, words=words)


def build_entry(announcement: Announcement, *, public_url: str, words: Words) -> CalendarEntry:
    """A session as a calendar shows it."""
    locale = words.locale
    institution = announcement.institution_name(locale)
    prefix = "/en" if locale == "en" else ""
    return CalendarEntry(
        uid=f"{announcement.public_id}@hotline-sessions",
        sequence=announcement.sequence,
        stamped_at=announcement.updated_at,
        window=Window(starts_at=announcement.starts_at, ends_at=announcement.ends_at),
        zone=announcement.time_zone,
        summary=words.gettext("Phone line: %(official)s", official=announcement.post_title(locale)),
        description=_describe(announcement, words),
        url=f"{public_url}{prefix}/sessions/{announcement.public_id}",
        location=institution,
        phone=announcement.line_number or "",
        phone_label=institution,
        categories=tuple(filter(None, (announcement.topic, announcement.community))),
        is_cancelled=announcement.state in {SessionState.CANCELLED, SessionState.RESCHEDULED},
    )


def _describe(announcement: Announcement, words: Words) -> str:
    lines = [announcement.official_name or "", announcement.topic]
    if announcement.community:
        lines.append(_name_community(announcement, words))
    if announcement.line_number:
        number = display(announcement.line_number)
        lines.append(
            words.gettext("Call %(number)s, free of charge", number=number)
            if announcement.line_is_free
            else words.gettext("Call %(number)s", number=number)
        )
    if announcement.state is SessionState.RESCHEDULED:
        lines.append(words.gettext("This line has been moved to another time."))
    if announcement.state is SessionState.CANCELLED:
        lines.append(words.gettext("This line has been cancelled."))
        lines.append(announcement.cancel_reason)
    return "\n".join(line for line in lines if line)


def _name_community(announcement: Announcement, words: Words) -> str:
    return words.gettext("For the people of: %(community)s", community=announcement.community)
