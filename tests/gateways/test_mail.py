"""Letters reach a mail server as they should; what may have been sent is never said not to be."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from icalendar import Calendar
from msgspec.structs import replace
from tests.gateways.judges.itip import find_faults

from hotline_sessions.domain.calendars import CalendarEntry
from hotline_sessions.domain.mails import Invitation, Mail, Method
from hotline_sessions.domain.network import NetworkRefusal, OutcomeUnknown, RetryLater
from hotline_sessions.domain.times import Window
from hotline_sessions.gateways.ics import build_invitation
from hotline_sessions.gateways.mail import MailFailure, SmtpAccount, SmtpMails


Authenticator = Callable[[SMTP, Session, Envelope, str, object], AuthResult]

pytestmark = pytest.mark.anyio

START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
ENTRY = CalendarEntry(
    uid="booking-0123456789@hotline-sessions",
    sequence=2,
    stamped_at=START - timedelta(days=2),
    window=Window(starts_at=START, ends_at=START + timedelta(minutes=10)),
    zone="Europe/Kyiv",
    summary="Пряма лінія: директор",
)
MAIL = Mail(
    name="1.booking.one",
    recipient="maria@example.org",
    subject="Пряма лінія 25.11 о 10:00",
    body="Запис на 25.11 о 10:00.\n",
)


class Inbox:
    """A mail server that keeps what it takes; ``answers`` replace its own, by the verb."""

    def __init__(self, **answers: str) -> None:
        self.letters: list[EmailMessage] = []
        self._answers = answers

    async def handle_RCPT(  # noqa: N802 - the library calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._answers.get("rcpt", "250 OK")

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library calls it so
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        if self._answers.get("data") == "hang up":
            assert server.transport is not None
            server.transport.close()
        return self._answers.get("data", "250 OK")


@asynccontextmanager
async def serving(
    inbox: Inbox, *, authenticator: Authenticator | None = None
) -> AsyncIterator[SmtpAccount]:
    loop = asyncio.get_running_loop()
    open_ones: list[SMTP] = []

    def build() -> SMTP:
        with warnings.catch_warnings():
            # It warns of passwords in the clear, which is what a test within a host wants.
            warnings.simplefilter("ignore")
            server = SMTP(
                inbox,
                loop=loop,
                authenticator=authenticator,
                auth_required=authenticator is not None,
                auth_require_tls=False,
            )
        open_ones.append(server)
        return server

    server = await loop.create_server(build, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield SmtpAccount(host="127.0.0.1", port=port, sender="line@rivne.example", tls="none")
    finally:
        server.close()
        for each in open_ones:
            if each.transport is not None:
                each.transport.close()
        await server.wait_closed()
        await asyncio.sleep(0.01)


def invite(method: Method) -> Invitation:
    return Invitation(entry=ENTRY, method=method, organizer='Рівненська "ОДА"')


async def test_a_letter_arrives_as_it_was_written() -> None:
    inbox = Inbox()
    async with serving(inbox) as account:
        name = await SmtpMails(account).send(MAIL)

    [letter] = inbox.letters
    assert letter["Subject"] == MAIL.subject
    assert letter["From"] == "line@rivne.example"
    assert letter["To"] == "maria@example.org"
    assert letter["Message-ID"] == name == "<1.booking.one@rivne.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().replace("\r\n", "\n") == MAIL.body


@pytest.mark.parametrize("method", [Method.REQUEST, Method.CANCEL])
async def test_an_invitation_is_one_for_every_calendar(method: Method) -> None:
    inbox = Inbox()
    mail = Mail(
        name="1", recipient=MAIL.recipient, subject="x", body="y", invitation=invite(method)
    )
    async with serving(inbox) as account:
        await SmtpMails(account).send(mail)

    text, part = inbox.letters[0].iter_parts()
    assert text.get_content_type() == "text/plain"
    assert part.get_content_type() == "text/calendar"
    assert part["Content-Type"].params["method"] == method.value
    calendar = Calendar.from_ical(part.get_content())
    assert calendar["method"] == method.value
    [event] = calendar.walk("VEVENT")
    assert event["organizer"] == "mailto:line@rivne.example"
    assert event["organizer"].params["CN"] == "Рівненська ”ОДА”"
    assert event["attendee"] == "mailto:maria@example.org"
    assert event["sequence"] == 2
    assert inbox.letters[0]["From"] == '"Рівненська \\"ОДА\\"" <line@rivne.example>'


async def test_a_declined_proposal_names_the_event_and_its_version_alone() -> None:
    content = build_invitation(
        replace(invite(Method.DECLINECOUNTER), asks_answer=True),
        sender="line@rivne.example",
        recipient=MAIL.recipient,
    ).decode()
    [event] = Calendar.from_ical(content).walk("VEVENT")

    assert find_faults(content) == []
    assert sorted(event) == ["DTSTAMP", "ORGANIZER", "SEQUENCE", "UID"]
    assert event["sequence"] == ENTRY.sequence


async def test_an_unknown_address_is_refused_for_good() -> None:
    async with serving(Inbox(rcpt="550 no such user")) as account:
        with pytest.raises(NetworkRefusal):
            await SmtpMails(account).send(MAIL)


async def test_a_full_mailbox_is_tried_again() -> None:
    async with serving(Inbox(rcpt="452 mailbox full")) as account:
        with pytest.raises(RetryLater):
            await SmtpMails(account).send(MAIL)


async def test_a_letter_that_is_not_wanted_is_refused_for_good() -> None:
    async with serving(Inbox(data="554 it looks like spam")) as account:
        with pytest.raises(NetworkRefusal):
            await SmtpMails(account).send(MAIL)


async def test_when_the_line_breaks_after_the_letter_nobody_knows() -> None:
    async with serving(Inbox(data="hang up")) as account:
        with pytest.raises(OutcomeUnknown):
            await SmtpMails(account).send(MAIL)


async def test_a_server_that_does_not_answer_is_tried_again() -> None:
    async with serving(Inbox()) as account:
        pass

    with pytest.raises(RetryLater):
        await SmtpMails(account).send(MAIL)


@pytest.mark.parametrize("password", ["right", "wrong"])
async def test_who_must_sign_in_does_and_a_wrong_password_can_be_put_right(password: str) -> None:
    def sign_in(_s: SMTP, _n: Session, _e: Envelope, _m: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=given.password == b"right")

    inbox = Inbox()
    async with serving(inbox, authenticator=sign_in) as account:
        named = SmtpAccount(
            host=account.host,
            port=account.port,
            sender=account.sender,
            tls="none",
            user="line",
            password=password,
        )
        if password == "wrong":
            with pytest.raises(RetryLater):
                await SmtpMails(named).send(MAIL)
        else:
            await SmtpMails(named).send(MAIL)

    assert len(inbox.letters) == (password == "right")


def refuse(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, _data: object
) -> AuthResult:
    return AuthResult(success=False, handled=False)


async def test_a_look_at_the_server_finds_it_good_and_sends_nothing() -> None:
    inbox = Inbox()
    async with serving(inbox) as account:
        assert await SmtpMails(account).find_failure() is None

    assert not inbox.letters


async def test_a_look_at_the_server_says_what_a_person_has_to_put_right() -> None:
    async with serving(Inbox()) as account:
        plain = replace(account, tls="starttls")
        stranger = replace(account, sender="nobody@" + "x" * 600)
        assert await SmtpMails(plain).find_failure() is MailFailure.NOT_ENCRYPTED
        assert await SmtpMails(stranger).find_failure() is MailFailure.SENDER_REFUSED
    assert await SmtpMails(account).find_failure() is MailFailure.UNREACHABLE

    async with serving(Inbox(), authenticator=refuse) as account:
        guest = replace(account, user="line", password="wrong")
        assert await SmtpMails(guest).find_failure() is MailFailure.LOGIN_REFUSED
