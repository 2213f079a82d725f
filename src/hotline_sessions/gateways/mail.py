"""Mail by SMTP: letters in plain text, with an invitation where there is one.

One connection carries one letter. Until its text is handed over nothing can have been sent;
from then on only the server's answer says whether it was. Source: RFC 5321, section 4.2.1;
RFC 6047 for calendar entries by mail; RFC 8058 for the end of letters by one press.
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from typing import Final, Literal

import aiosmtplib
from aiosmtplib import SMTP
from msgspec import Struct

from hotline_sessions.domain.mails import Invitation, Mail, Method
from hotline_sessions.domain.network import NetworkRefusal, OutcomeUnknown, RetryLater
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.gateways.ics import build_invitation


Tls = Literal["starttls", "tls", "none"]

SECONDS: Final = 8.0
"""How long the server may take for each of six steps: together less than a lease."""
MESSAGE_ID_LENGTH: Final = 100
"""As long as the outbox keeps the name of what was sent."""
LAST_FOR_LATER: Final = 499
"""Answers from 400 on to this one mean: not now."""


class SmtpAccount(Struct, frozen=True, kw_only=True):
    """Where letters are handed in, and from whom they come."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    tls: Tls = "starttls"


class MailFailure(StrEnum):
    """Why no letter could be handed in; a person has to put it right."""

    UNREACHABLE = "unreachable"
    NOT_ENCRYPTED = "not-encrypted"
    LOGIN_REFUSED = "login-refused"
    SENDER_REFUSED = "sender-refused"


class SmtpMails:
    """The port ``MailSender``, by SMTP; every error is a ``NetworkError``."""

    def __init__(self, account: SmtpAccount) -> None:
        self._account = account

    async def send(self, mail: Mail) -> str:
        """Hand a letter over; returns its Message-ID, the same however often it is sent."""
        letter = build_letter(mail, self._account.sender)
        client = self._build_client()
        try:
            await self._open(client, mail)
            await self._hand_over(client, letter)
        finally:
            client.close()
        return f"{letter['Message-ID']}"[:MESSAGE_ID_LENGTH]

    async def find_failure(self) -> MailFailure | None:
        """Why no letter could be handed in just now, if so; nothing is sent."""
        account = self._account
        client = SMTP(
            hostname=account.host,
            port=account.port,
            use_tls=account.tls == "tls",
            start_tls=False,
            timeout=SECONDS,
        )
        failure = MailFailure.UNREACHABLE
        try:
            await client.connect()
            if account.tls == "starttls":
                failure = MailFailure.NOT_ENCRYPTED
                await client.starttls()
            if account.user:
                failure = MailFailure.LOGIN_REFUSED
                await client.login(account.user, account.password)
            failure = MailFailure.SENDER_REFUSED
            await client.mail(account.sender)
        except (aiosmtplib.SMTPException, OSError):
            return failure
        finally:
            client.close()
        return None

    def _build_client(self) -> SMTP:
        account = self._account
        return SMTP(
            hostname=account.host,
            port=account.port,
            use_tls=account.tls == "tls",
            start_tls=account.tls == "starttls",
            username=account.user or None,
            password=account.password or None,
            timeout=SECONDS,
        )

    async def _open(self, client: SMTP, mail: Mail) -> None:
        """Everything before the letter itself: after this nothing has been sent yet.

        Raises:
            NetworkRefusal: The server knows no such address.
            RetryLater: Anything else: a person can put a wrong password right.
        """
        try:
            await client.connect()
            await client.mail(self._account.sender)
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            raise RetryLater from None
        try:
            await client.rcpt(mail.recipient)
        except aiosmtplib.SMTPResponseException as error:
            raise choose_error(error.code) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError):
            raise RetryLater from None

    async def _hand_over(self, client: SMTP, letter: EmailMessage) -> None:
        try:
            await client.data(letter.as_bytes())
        except aiosmtplib.SMTPResponseException as error:
            raise choose_error(error.code) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            raise OutcomeUnknown from None


def choose_error(code: int) -> RetryLater | NetworkRefusal:
    """What an answer of the server means: later, or never."""
    return RetryLater(code) if code <= LAST_FOR_LATER else NetworkRefusal(code)


def build_letter(mail: Mail, sender: str) -> EmailMessage:
    """The letter as it travels.

    It says that a machine has written it, so that no other machine answers.
    Source: RFC 3834, section 5.
    """
    domain = sender.rpartition("@")[2]
    letter = EmailMessage()
    name = mail.invitation.organizer if mail.invitation else ""
    letter["From"] = Address(display_name=" ".join(name.split()), addr_spec=sender)
    letter["To"] = Address(addr_spec=mail.recipient)
    letter["Subject"] = " ".join(mail.subject.split())
    letter["Message-ID"] = f"<{mail.name}@{domain}>"
    letter["Date"] = format_datetime(SystemClock().now())
    letter["Auto-Submitted"] = "auto-generated"
    letter["Content-Language"] = mail.locale
    if mail.unsubscribe:
        letter["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(mail.body, cte="base64")
    if mail.html:
        letter.add_alternative(mail.html, subtype="html", cte="base64")
    if mail.invitation is not None:
        _invite(letter, mail.invitation, sender, mail.recipient)
    return letter


def _invite(letter: EmailMessage, invitation: Invitation, sender: str, recipient: str) -> None:
    content = build_invitation(invitation, sender=sender, recipient=recipient)
    letter.add_alternative(content.decode(), subtype="calendar", charset="utf-8", cte="base64")
    *_, part = letter.iter_parts()
    part.set_param("method", invitation.method.value)
    if invitation.asks_answer and invitation.method is Method.REQUEST:
        # For readers of mail that know no calendars: a file that can be opened with one.
        letter.add_attachment(content, maintype="application", subtype="ics", filename="invite.ics")
