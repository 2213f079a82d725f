"""Letters as calendar programs and mail servers send them back."""

from datetime import UTC, datetime


STAMPED = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)

LETTER = """From: {sender}
To: line@rivne.example
Subject: Accepted: =?utf-8?b?0J/RgNGP0LzQsCDQu9GW0L3RltGP?=
Message-ID: <{name}@council.example>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Yes

--b
Content-Type: text/calendar; method={method}; charset=utf-8
Content-Transfer-Encoding: 8bit

{calendar}
--b--
"""

CALENDAR = """BEGIN:VCALENDAR
PRODID:-//Program//EN
VERSION:2.0
METHOD:{method}
BEGIN:VEVENT
ORGANIZER:mailto:line@rivne.example
ATTENDEE;PARTSTAT={status};CN=Boss:{attendee}
DTSTAMP:{stamped:%Y%m%dT%H%M%SZ}
UID:{uid}
SEQUENCE:{sequence}
SUMMARY:Пряма лінія
{more}END:VEVENT
END:VCALENDAR
"""


def make_answer(
    uid: str,
    *,
    sender: str,
    status: str = "ACCEPTED",
    method: str = "REPLY",
    attendee: str = "",
    sequence: int = 0,
    stamped: datetime = STAMPED,
    starts_at: datetime | None = None,
    name: str = "1",
) -> bytes:
    """An answer of a calendar program; with ``starts_at`` it is put forward."""
    more = "" if starts_at is None else f"DTSTART:{starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}\n"
    calendar = CALENDAR.format(
        method=method,
        status=status,
        attendee=f"mailto:{attendee or sender}",
        stamped=stamped,
        uid=uid,
        sequence=sequence,
        more=more,
    )
    letter = LETTER.format(sender=sender, name=name, method=method, calendar=calendar)
    return letter.encode()


BOUNCE = """From: MAILER-DAEMON@council.example
To: line@rivne.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <{name}@council.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.council.example

Final-Recipient: rfc822; boss@council.example
Action: {action}
Status: 5.1.1

--b
Content-Type: {kind}

Message-ID: {message_id}
Subject: x

--b--
"""


def make_bounce(
    message_id: str, *, action: str = "failed", kind: str = "message/rfc822", name: str = "9"
) -> bytes:
    """What a mail server says of a letter that it could not deliver."""
    text = BOUNCE.format(message_id=message_id, action=action, kind=kind, name=name)
    return text.encode()
