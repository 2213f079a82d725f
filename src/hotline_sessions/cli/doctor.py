"""``hotline doctor``: what is wrong with this installation, and what to do."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

import click
from msgspec import Struct

from hotline_sessions.app import build_mailbox, build_smtp
from hotline_sessions.cli.installation import FAILURES
from hotline_sessions.domain.zone_rules import read_rules
from hotline_sessions.gateways.clock import SystemClock
from hotline_sessions.gateways.imap import ImapFailure, ImapMailbox
from hotline_sessions.gateways.mail import MailFailure, SmtpMails
from hotline_sessions.i18n import LOCALES, N_, Words, load_catalogues
from hotline_sessions.settings import Settings, convert_settings, find_problems
from hotline_sessions.store.embedded.binaries import find_binaries
from hotline_sessions.store.embedded.errors import EmbeddedServerError
from hotline_sessions.store.embedded.supervisor import run_embedded_server
from hotline_sessions.store.health import (
    OLDEST_VERSION,
    DatabaseState,
    look_at_database,
    name_failure,
)


CLOCK_TOLERANCE: Final = timedelta(seconds=2)
"""Difference to the clock of the database that is still none."""


MAIL_FAILURES: Final[Mapping[MailFailure, str]] = MappingProxyType(
    {
        MailFailure.UNREACHABLE: N_(
            "The mail server does not answer: check HOTLINE_SMTP_HOST, HOTLINE_SMTP_PORT and the"
            " firewall."
        ),
        MailFailure.NOT_ENCRYPTED: N_(
            "The mail server does not encrypt, or its certificate is not valid: check"
            " HOTLINE_SMTP_TLS."
        ),
        MailFailure.LOGIN_REFUSED: N_(
            "The mail server refuses our name or password: check HOTLINE_SMTP_USER and"
            " HOTLINE_SMTP_PASSWORD."
        ),
        MailFailure.SENDER_REFUSED: N_(
            "The mail server takes no letters from this address: check HOTLINE_SMTP_SENDER."
        ),
    }
)
"""What a person does about each reason why no letter could be handed in."""


MAILBOX_FAILURES: Final[Mapping[ImapFailure, str]] = MappingProxyType(
    {
        ImapFailure.UNREACHABLE: N_(
            "The server of the mailbox does not answer: check HOTLINE_IMAP_HOST,"
            " HOTLINE_IMAP_PORT and the firewall."
        ),
        ImapFailure.NOT_ENCRYPTED: N_(
            "The server of the mailbox does not encrypt, or its certificate is not valid: check"
            " HOTLINE_IMAP_TLS."
        ),
        ImapFailure.LOGIN_REFUSED: N_(
            "The server of the mailbox refuses our name or password: check HOTLINE_IMAP_USER and"
            " HOTLINE_IMAP_PASSWORD."
        ),
        ImapFailure.NO_FOLDER: N_(
            "The mailbox has no such folder, or we may not read it: check HOTLINE_IMAP_FOLDER."
        ),
    }
)
"""What a person does about each reason why no answers could be read."""


class Finding(Struct, frozen=True):
    """One line of the report."""

    is_good: bool
    text: str


@click.command()
@click.option("--lang", type=click.Choice(LOCALES), default="uk", help="Language of the report.")
def doctor(*, lang: str) -> None:
    """Check settings, folders, database and clock; end with 1 when something is wrong."""
    words = load_catalogues().words("en" if lang == "en" else "uk")
    good, bad = words.gettext("OK"), words.gettext("PROBLEM")
    findings = []
    for finding in examine(os.environ, words):
        click.echo(f"{good if finding.is_good else bad}: {finding.text}")
        findings.append(finding)
    if not all(finding.is_good for finding in findings):
        sys.exit(1)
    click.echo(words.gettext("Everything is in order."))


def examine(environ: Mapping[str, str], words: Words) -> Iterator[Finding]:
    """Findings about the installation that ``environ`` describes, in reading order."""
    values, problems = convert_settings(environ)
    settings = Settings(**values)
    problems += find_problems(settings)
    for problem in problems:
        text = f"{problem.variable} {words.gettext(problem.reason)} {problem.detail}"
        yield Finding(is_good=False, text=text.rstrip())
    if not problems:
        yield Finding(is_good=True, text=words.gettext("The settings are usable."))
    yield examine_twilio(settings, words)
    if settings.smtp_host and settings.smtp_sender:
        yield examine_mail(build_smtp(settings), words)
    mailbox = build_mailbox(settings)
    if mailbox is not None:
        yield examine_mailbox(mailbox, words)
    yield examine_folder(settings, words)
    if settings.database_url:
        yield from examine_database(settings.database_url, words)
    else:
        yield from examine_embedded(settings, words)


def examine_twilio(settings: Settings, words: Words) -> Finding:
    """Whether calls and messages can be made."""
    if settings.twilio_account_sid and settings.twilio_auth_token:
        return Finding(is_good=True, text=words.gettext("Access to Twilio is set."))
    if settings.is_production:
        text = words.gettext(
            "Nobody can be called: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN as Twilio's"
            " console shows them."
        )
        return Finding(is_good=False, text=text)
    text = words.gettext("Access to Twilio is not set, which is right for a demonstration.")
    return Finding(is_good=True, text=text)


def examine_mail(mails: SmtpMails, words: Words) -> Finding:
    """Whether letters can be handed in; none is sent."""
    failure = asyncio.run(mails.find_failure())
    if failure is None:
        return Finding(is_good=True, text=words.gettext("The mail server takes our letters."))
    return Finding(is_good=False, text=words.gettext(MAIL_FAILURES[failure]))


def examine_mailbox(mailbox: ImapMailbox, words: Words) -> Finding:
    """Whether answers of officials can be read; none is."""
    failure = asyncio.run(mailbox.find_failure())
    if failure is None:
        text = words.gettext("The mailbox of answers can be read.")
        return Finding(is_good=True, text=text)
    return Finding(is_good=False, text=words.gettext(MAILBOX_FAILURES[failure]))


def examine_folder(settings: Settings, words: Words) -> Finding:
    """Whether the data directory can be written."""
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        text = words.gettext(
            "The data directory %(folder)s cannot be written: set HOTLINE_DATA_DIR to a folder"
            " of yours.",
            folder=folder,
        )
        return Finding(is_good=False, text=text)
    text = words.gettext("The data directory %(folder)s can be written.", folder=folder)
    return Finding(is_good=True, text=text)


def examine_embedded(settings: Settings, words: Words) -> Iterator[Finding]:
    """Whether the embedded database can be run; it is started for that unless it runs."""
    try:
        folder = find_binaries(settings.pg_bin)
        text = words.gettext("The embedded database is found in %(folder)s.", folder=folder)
        yield Finding(is_good=True, text=text)
        with run_embedded_server(settings.data_dir, programs=settings.pg_bin) as dsn:
            findings = list(examine_database(dsn, words, is_embedded=True))
    except EmbeddedServerError as error:
        text = words.gettext("The embedded database cannot be run: %(reason)s", reason=error)
        yield Finding(is_good=False, text=text)
    else:
        yield from findings


def examine_database(dsn: str, words: Words, *, is_embedded: bool = False) -> Iterator[Finding]:
    """Whether the database answers and is as this release expects it."""
    try:
        state = asyncio.run(look_at_database(dsn))
    except Exception as error:
        failure = name_failure(error)
        if failure is None:
            raise
        yield Finding(is_good=False, text=words.gettext(FAILURES[failure]))
        return
    yield examine_version(state, words)
    yield examine_migrations(state, words, is_embedded=is_embedded)
    yield examine_clock(state.now, SystemClock().now(), words)
    yield examine_zones(state, words)


def examine_version(state: DatabaseState, words: Words) -> Finding:
    """Whether the database is new enough."""
    if state.version < OLDEST_VERSION:
        text = words.gettext(
            "PostgreSQL %(version)s is too old: use %(oldest)s or newer.",
            version=state.version,
            oldest=OLDEST_VERSION,
        )
        return Finding(is_good=False, text=text)
    text = words.gettext("The database answers: PostgreSQL %(version)s.", version=state.version)
    return Finding(is_good=True, text=text)


def examine_migrations(state: DatabaseState, words: Words, *, is_embedded: bool) -> Finding:
    """Whether the database is as this release expects it."""
    if not state.pending:
        return Finding(is_good=True, text=words.gettext("The database is up to date."))
    if is_embedded:
        text = words.gettext("The database will be brought up to date at the next start.")
        return Finding(is_good=True, text=text)
    text = words.gettext("The database is behind this release: run `hotline migrate`.")
    return Finding(is_good=False, text=text)


def examine_clock(theirs: datetime, ours: datetime, words: Words) -> Finding:
    """Whether this machine and the database agree on the time."""
    if abs(theirs - ours) <= CLOCK_TOLERANCE:
        return Finding(is_good=True, text=words.gettext("The clock is right."))
    text = words.gettext(
        "The clocks of this machine and of the database differ by %(seconds)s s: set them by NTP.",
        seconds=round(abs(theirs - ours).total_seconds()),
    )
    return Finding(is_good=False, text=text)


def examine_zones(state: DatabaseState, words: Words) -> Finding:
    """Whether sessions are at the moments that the installed rules of their zones give."""
    for zone, digest in state.zones.items():
        if read_rules(ZoneInfo(zone)).digest != digest:
            text = words.gettext(
                "The rules of the zone %(zone)s are not those by which sessions were put at their"
                " hours: start the server anew, or run `hotline sessions rederive`.",
                zone=zone,
            )
            return Finding(is_good=False, text=text)
    if state.left_to_staff:
        text = words.gettext(
            "Sessions that are not at their hours since clocks have changed: %(count)s. See"
            " `hotline sessions rederive --dry-run`.",
            count=state.left_to_staff,
        )
        return Finding(is_good=False, text=text)
    return Finding(is_good=True, text=words.gettext("Sessions are held at the hours announced."))
