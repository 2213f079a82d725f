"""Officials' calendars follow their sessions: each change is told once, to whom it concerns."""

import asyncio
from collections.abc import AsyncIterator
from datetime import time, timedelta
from email.message import EmailMessage

import pytest
from icalendar import Calendar
from icalendar.cal import Component
from tests.factories import HELD_ON, SECRET, make_institution, make_session
from tests.gateways.judges.itip import find_faults, find_faults_by_libical, load_libical
from tests.gateways.test_mail import Inbox, serving
from tests.services.telephony import Show, make_show

from hotline_sessions.domain.ids import OfficialId
from hotline_sessions.gateways.mail import SmtpMails
from hotline_sessions.services.attendance import tell_officials
from hotline_sessions.services.messages import send_mails
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.services.sessions import cancel, reschedule
from hotline_sessions.services.substitution import substitute_official
from hotline_sessions.store.attendance import list_invited, save_address
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.officials import add_official


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

URL = "https://lines.example"
MINE, OTHER = "boss@council.example", "deputy@council.example"
LIBICAL = load_libical()


class Desk:
    """A session whose official has an address, and a mail server that takes letters to it."""

    def __init__(self, show: Show, mails: SmtpMails, inbox: Inbox) -> None:
        self.show, self.mails, self.inbox = show, mails, inbox

    async def tell(self) -> list[EmailMessage]:
        """Bring calendars in line; the letters that arrive by it."""
        before, clock = len(self.inbox.letters), self.show.clock
        await tell_officials(secret=SECRET, public_url=URL, clock=clock)
        await send_mails(self.mails, public_url=URL, clock=clock)
        return sorted(self.inbox.letters[before:], key=lambda letter: letter["To"])


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    show, inbox = await make_show(), Inbox()
    official = show.session.official
    assert official is not None
    await save_address(official, MINE, institution=show.session.institution)
    async with serving(inbox) as account:
        yield Desk(show, SmtpMails(account), inbox)


async def add_deputy(desk: Desk, *, email: str = OTHER) -> OfficialId:
    home = desk.show.session.institution
    deputy = await add_official(
        "Петро Мельник", institution=home, ring_number=None, valid_from=HELD_ON
    )
    await save_address(deputy, email, institution=home)
    return deputy


def open_part(letter: EmailMessage) -> EmailMessage:
    """The part that a calendar reads."""
    [part] = [each for each in letter.walk() if each.get_content_type() == "text/calendar"]
    assert isinstance(part, EmailMessage)
    return part


def open_event(letter: EmailMessage) -> Component:
    """The event of a letter, which keeps all rules."""
    part = open_part(letter)
    content = part.get_content()
    assert find_faults(content) == []
    if LIBICAL is not None:
        assert find_faults_by_libical(LIBICAL, content) == []
    calendar = Calendar.from_ical(content)
    assert part["Content-Type"].params["method"] == calendar["method"]
    [event] = calendar.walk("VEVENT")
    return event


def method_of(letter: EmailMessage) -> str:
    return str(open_part(letter)["Content-Type"].params["method"])


async def test_an_invitation_arrives_as_every_mail_program_takes_it(desk: Desk) -> None:
    [letter] = await desk.tell()

    assert letter["To"] == MINE
    assert letter.get_content_type() == "multipart/mixed"
    body, attached = letter.iter_parts()
    assert isinstance(body, EmailMessage)
    assert [part.get_content_type() for part in body.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert (attached.get_content_type(), attached.get_filename()) == (
        "application/ics",
        "invite.ics",
    )
    event = open_event(letter)
    assert (event["sequence"], event["status"]) == (0, "CONFIRMED")
    assert event["attendee"] == f"mailto:{MINE}"
    asked = {key: event["attendee"].params[key] for key in ("PARTSTAT", "RSVP")}
    assert asked == {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
    assert event["organizer"] == "mailto:line@rivne.example"
    assert event.decoded("dtstart") == desk.show.session.starts_at
    assert f"{URL}/official/" in str(event["url"])


async def test_nobody_is_told_twice_however_many_look(desk: Desk) -> None:
    both = [tell_officials(secret=SECRET, public_url=URL, clock=desk.show.clock) for _ in "ab"]
    await asyncio.gather(*both)

    assert len(await desk.tell()) == 1
    assert await desk.tell() == []
    assert await fetch_value("select count(*) from message where purpose = 'official-invited'") == 1


async def test_a_moved_session_is_the_same_entry_at_another_time(desk: Desk) -> None:
    show = desk.show
    [first] = await desk.tell()
    moved = Plan(
        post=show.session.post,
        line=show.session.line,
        held_on=HELD_ON + timedelta(days=1),
        opens_clock=time(14),
        closes_clock=time(15),
    )
    new = await reschedule(show.session.public_id, moved, staff=show.staff, now=show.clock.now())
    [second] = await desk.tell()
    before, after = open_event(first), open_event(second)

    assert method_of(second) == "REQUEST"
    assert after["uid"] == before["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after.decoded("dtstart") == new.starts_at
    assert await desk.tell() == []


async def test_a_cancelled_session_is_taken_out(desk: Desk) -> None:
    show = desk.show
    [first] = await desk.tell()
    await cancel(show.session.public_id, "Хвороба", staff=show.staff, now=show.clock.now())
    [second] = await desk.tell()
    event = open_event(second)

    assert method_of(second) == "CANCEL"
    assert (event["uid"], event["status"]) == (open_event(first)["uid"], "CANCELLED")
    assert event["sequence"] == 1
    assert await desk.tell() == []


async def test_a_substitute_is_invited_and_who_was_announced_is_taken_out(desk: Desk) -> None:
    show = desk.show
    [first] = await desk.tell()
    deputy = await add_deputy(desk)
    await substitute_official(show.session.public_id, deputy, staff=show.staff, clock=show.clock)
    out, invited = await desk.tell()

    assert (out["To"], method_of(out)) == (MINE, "CANCEL")
    assert "status" not in open_event(out)
    assert (invited["To"], method_of(invited)) == (OTHER, "REQUEST")
    sequences = [open_event(each)["sequence"] for each in (first, out, invited)]
    assert sequences == [0, 1, 2]
    assert len({open_event(each)["uid"] for each in (first, out, invited)}) == 1


async def test_what_no_calendar_shows_is_told_to_nobody(desk: Desk) -> None:
    await desk.tell()
    [invited] = await list_invited(desk.show.session.id)
    await fetch_value(
        "update session set sequence = sequence + 1 where id = $1 returning 1",
        desk.show.session.id,
    )

    assert await desk.tell() == []
    [after] = await list_invited(desk.show.session.id)
    assert after.seen_sequence == invited.seen_sequence + 1


async def test_who_has_no_address_and_what_is_not_announced_is_left_alone(desk: Desk) -> None:
    await desk.tell()
    await make_session(institution=await make_institution())

    assert await desk.tell() == []


async def test_an_old_address_is_taken_out_and_the_new_one_invited(desk: Desk) -> None:
    await desk.tell()
    session = desk.show.session
    assert session.official is not None
    await save_address(session.official, OTHER, institution=session.institution)
    old, new = await desk.tell()

    assert [(each["To"], method_of(each)) for each in (old, new)] == [
        (MINE, "CANCEL"),
        (OTHER, "REQUEST"),
    ]
    assert "status" not in open_event(old)
    assert [open_event(each)["sequence"] for each in (old, new)] == [1, 2]
    assert await desk.tell() == []


async def test_who_has_no_address_any_more_is_taken_out(desk: Desk) -> None:
    await desk.tell()
    session = desk.show.session
    assert session.official is not None
    await save_address(session.official, "", institution=session.institution)
    [letter] = await desk.tell()

    assert (letter["To"], method_of(letter)) == (MINE, "CANCEL")
    assert await desk.tell() == []


async def test_letters_are_in_the_language_of_the_official_to_the_last(desk: Desk) -> None:
    session = desk.show.session
    assert session.official is not None
    await save_address(session.official, MINE, language="en", institution=session.institution)
    [invited] = await desk.tell()
    await save_address(session.official, "", institution=session.institution)
    [out] = await desk.tell()

    assert invited["Subject"].startswith("Invitation: phone line on ")
    assert f"{URL}/en/official/" in str(open_event(invited)["url"])
    assert out["Subject"].startswith("No more letters to this address: ")


async def test_the_judges_refuse_what_the_standard_forbids() -> None:
    bad = "\r\n".join(
        [
            *("BEGIN:VCALENDAR", "PRODID:x", "VERSION:2.0", "METHOD:REQUEST", "BEGIN:VEVENT"),
            *("UID:1", "DTSTAMP:20261123T100000Z", "DTSTART:20261124T100000Z", "SUMMARY:x"),
            *("END:VEVENT", "END:VCALENDAR", ""),
        ]
    )

    assert sorted(find_faults(bad)) == ["ATTENDEE stands 0 times", "ORGANIZER stands 0 times"]
    if LIBICAL is not None:
        assert find_faults_by_libical(LIBICAL, bad) != []
