"""Letters that come back, read: calendar answers and reports of what was not delivered.

Everything in them is hostile until it has been looked at: whatever goes wrong in reading means
that the letter is unreadable, and nothing else. Source: RFC 5546, RFC 6047, RFC 3464.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from hashlib import sha256
from typing import Final

from icalendar import Calendar
from icalendar.cal import Component

from hotline_sessions.domain.attendance import Answer
from hotline_sessions.domain.replies import Bounce, CalendarReply, Unread


CALENDARS: Final = ("text/calendar", "application/ics")
PLAIN: Final = re.compile(r"[\x21-\x7e]{1,254}")
"""An address, a uid or a Message-ID: nothing that a database or a page would trip over."""
LARGEST_SEQUENCE: Final = 2**31 - 1

ANSWERS: Final = {
    "ACCEPTED": Answer.ACCEPTED,
    "DECLINED": Answer.DECLINED,
    "TENTATIVE": Answer.TENTATIVE,
}


def read_letter(raw: bytes) -> CalendarReply | Bounce | Unread:
    """What a letter says; never an error, whatever is in it."""
    try:
        letter = message_from_bytes(raw, policy=policy.default)
        assert isinstance(letter, EmailMessage)  # noqa: S101 - the policy makes no others
        return _read_bounce(letter) or _read_calendar(letter)
    except Exception:  # noqa: BLE001 - the parsers of mail and calendars raise all sorts of errors
        return Unread.UNREADABLE


def build_key(raw: bytes) -> str:
    """The name of a letter: the same when it is delivered twice, unlike that of any other.

    By its Message-ID and sender where it has them, else by all that stands in it.
    """
    try:
        letter = message_from_bytes(raw, policy=policy.compat32)
        names = (letter.get("From"), letter.get("Message-ID"))
    except Exception:  # noqa: BLE001 - as above
        names = (None, None)
    known = "\n".join(f"{each}".strip() for each in names) if all(names) else ""
    digest = sha256(known.encode("utf-8", errors="replace") if known else raw)
    return digest.hexdigest()


def _read_bounce(letter: EmailMessage) -> Bounce | None:
    if letter.get_content_type() != "multipart/report":
        return None
    parts = list(letter.walk())
    for part in parts if _has_failed(parts) else ():
        for original in _list_originals(part):
            name = f"{original.get('Message-ID', '')}".strip()
            if PLAIN.fullmatch(name):
                return Bounce(message_id=name)
    return None


def _has_failed(parts: Sequence[Message]) -> bool:
    """Whether it is given up, and not only tried again. Source: RFC 3464, section 2.3.3."""
    fields = [
        each
        for part in parts
        if part.get_content_type() == "message/delivery-status"
        for each in part.get_payload()
        if isinstance(each, Message)
    ]
    return any(f"{each.get('Action', '')}".strip().lower() == "failed" for each in fields)


def _list_originals(part: Message) -> Iterator[Message]:
    """The letter that was not delivered, or its head."""
    if part.get_content_type() == "message/rfc822":
        content = part.get_payload()
        yield from (each for each in content if isinstance(each, Message))
    if part.get_content_type() == "text/rfc822-headers":
        head = part.get_payload(decode=True)
        if isinstance(head, bytes):
            yield message_from_bytes(head, policy=policy.default)


def _read_calendar(letter: EmailMessage) -> CalendarReply | Unread:
    parts = [part for part in letter.walk() if part.get_content_type() in CALENDARS]
    if not parts:
        return Unread.OTHER
    content = parts[0].get_payload(decode=True)
    assert isinstance(content, bytes)  # noqa: S101 - no container is of these kinds
    charset = parts[0].get_content_charset() or "utf-8"
    text = content.decode("utf-8-sig" if charset in {"utf-8", "us-ascii"} else charset)
    calendar = Calendar.from_ical(text)
    method = str(calendar["METHOD"]).upper()
    if method not in {"REPLY", "COUNTER"}:
        return Unread.OTHER
    [event] = calendar.walk("VEVENT")
    sender = _read_sender(letter)
    attendee, status = _choose_attendee(event, sender)
    proposed_at = _read_moment(event, "DTSTART").replace(second=0) if method == "COUNTER" else None
    sequence = int(event.get("SEQUENCE", 0))
    if not 0 <= sequence <= LARGEST_SEQUENCE:
        return Unread.UNREADABLE
    return CalendarReply(
        sender=sender,
        attendee=attendee,
        uid=_check(str(event["UID"])),
        sequence=sequence,
        stamped_at=_read_moment(event, "DTSTAMP"),
        answer=Answer.PROPOSED if proposed_at else ANSWERS.get(status),
        proposed_at=proposed_at,
    )


def _read_sender(letter: EmailMessage) -> str:
    [head] = letter.get_all("From", [])
    [address] = head.addresses
    return _check(address.addr_spec.lower())


def _choose_attendee(event: Component, sender: str) -> tuple[str, str]:
    """Whose answer it is, and which; of several in a proposal the one who has sent it."""
    given = event["ATTENDEE"]
    found = {
        _check(str(each).strip().lower().removeprefix("mailto:")): each
        for each in (given if isinstance(given, list) else [given])
    }
    name = sender if sender in found else next(iter(found))
    return name, str(found[name].params.get("PARTSTAT", "")).upper()


def _read_moment(event: Component, name: str) -> datetime:
    """A moment of an event; one without a zone is none."""
    moment = event.decoded(name)
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError(name)
    return moment.astimezone(UTC).replace(microsecond=0)


def _check(text: str) -> str:
    if not PLAIN.fullmatch(text):
        raise ValueError("not an address or a name")
    return text
