"""Mail: a letter to a citizen, which may carry an entry for the calendar."""

from enum import StrEnum

from msgspec import Struct

from hotline_sessions.domain.calendars import CalendarEntry


class Method(StrEnum):
    """What a calendar does with an entry that comes by mail. Source: RFC 5546, section 1.4."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    DECLINECOUNTER = "DECLINECOUNTER"


class Invitation(Struct, frozen=True, kw_only=True):
    """An entry for the reader's calendar; ``organizer`` names who invites.

    ``asks_answer``: the reader is to say whether he comes. ``removes_one``: the event is held,
    without this reader.
    """

    entry: CalendarEntry
    method: Method
    organizer: str
    asks_answer: bool = False
    removes_one: bool = False


def mask_email(address: str) -> str:
    """The address with most of its name hidden: «m•••@example.com»."""
    name, _, host = address.partition("@")
    return f"{name[:1]}•••@{host}"


class Mail(Struct, frozen=True, kw_only=True):
    """A letter; ``name`` stays the same when it is sent again.

    ``html`` says the same as ``body``, where it is there.
    """

    name: str
    recipient: str
    subject: str
    body: str
    locale: str = "uk"
    html: str = ""
    unsubscribe: str = ""
    """Where whoever reads it ends such letters by one press; empty where there is no end."""
    invitation: Invitation | None = None
