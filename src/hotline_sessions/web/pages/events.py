"""What a page of a session tells search engines: schema.org Event.

A data block is not a script to browsers: the content security policy lets it stand in the
page. Source: HTML, section 4.12.1; schema.org/Event.
"""

from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from markupsafe import Markup

from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.i18n import Locale


STATES: Final = {
    SessionState.CANCELLED: "EventCancelled",
    SessionState.RESCHEDULED: "EventRescheduled",
}
_ESCAPES: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def describe_event(session: Announcement, address: str, locale: Locale) -> Markup:
    """The session at ``address`` as JSON that may stand in a page."""
    zone = ZoneInfo(session.time_zone)
    host = {"@type": "GovernmentOrganization", "name": session.institution_name(locale)}
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": session.topic or session.post_title(locale),
        "startDate": session.starts_at.astimezone(zone).isoformat(),
        "endDate": session.ends_at.astimezone(zone).isoformat(),
        "eventStatus": f"https://schema.org/{STATES.get(session.state, 'EventScheduled')}",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "organizer": host,
        "inLanguage": "uk",
        "location": {"@type": "VirtualLocation", "url": address},
    }
    if session.line_number and session.line_number.startswith("+"):
        facts["organizer"] = host | {"telephone": session.line_number}
    if session.line_is_free:
        facts["isAccessibleForFree"] = True
    if session.official_name:
        facts["performer"] = {
            "@type": "Person",
            "name": session.official_name,
            "jobTitle": session.post_title(locale),
        }
    return write_data(facts)


def write_data(facts: dict[str, Any]) -> Markup:
    """``facts`` as JSON in which nothing can end the block it stands in."""
    return Markup(msgspec.json.encode(facts).decode().translate(_ESCAPES))  # noqa: S704 - escaped above
