"""The mailbox of answers, read by IMAP.

It is a mailbox of its own for what comes back: all that is in it is read, and moved to one of
two folders beside it, what is settled and what a person should look at; nothing is deleted.
The library of Python is used: the others for ``asyncio`` may not be linked with by their licence
or are not kept. Source: RFC 3501, RFC 4315, RFC 6851.
"""

import asyncio
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, Literal, TypeVar

from msgspec import Struct

from hotline_sessions.domain.network import RetryLater
from hotline_sessions.domain.replies import ReceivedMail, Unread
from hotline_sessions.gateways.replies import build_key, read_letter


T = TypeVar("T")

SECONDS: Final = 10.0
"""How long the server may take for each step."""
LARGEST_BYTES: Final = 256 * 1024
"""An answer takes a few kilobytes; what is larger is left to a person."""
DONE_FOLDER: Final = "hotline-done"
LOOK_FOLDER: Final = "hotline-to-read"

_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_ERRORS: Final = (imaplib.IMAP4.error, OSError, ValueError)


class ImapAccount(Struct, frozen=True, kw_only=True):
    """Where answers arrive."""

    host: str
    port: int
    user: str
    password: str
    folder: str = "INBOX"
    tls: Literal["tls", "starttls", "none"] = "tls"


class ImapFailure(StrEnum):
    """Why no answers can be read; a person has to put it right."""

    UNREACHABLE = "unreachable"
    NOT_ENCRYPTED = "not-encrypted"
    LOGIN_REFUSED = "login-refused"
    NO_FOLDER = "no-folder"


class ImapMailbox:
    """The port ``Mailbox``, by IMAP; every error is a ``NetworkError``."""

    def __init__(self, account: ImapAccount) -> None:
        self._account = account

    async def take(self, *, limit: int) -> list[ReceivedMail]:
        """The oldest letters that have not been put away; they stay where they are."""
        return await _beside(lambda: self._take(limit))

    async def put_away(self, places: Mapping[str, bool]) -> None:
        """Move letters, by their handles: to what is done, or (False) to what is to be read."""
        await _beside(lambda: self._put_away(places))

    async def find_failure(self) -> ImapFailure | None:
        """Why no letter could be read just now, if so; nothing is changed."""
        return await asyncio.to_thread(self._find_failure)

    def _take(self, limit: int) -> list[ReceivedMail]:
        with self._open() as (client, validity):
            found = _do(client.uid("SEARCH", "UNDELETED"))
            numbers = [number for line in found if line for number in line.split()]
            return [
                each
                for number in sorted(numbers, key=int)[:limit]
                if (each := _fetch(client, number.decode(), validity)) is not None
            ]

    def _put_away(self, places: Mapping[str, bool]) -> None:
        with self._open() as (client, validity):
            for folder, is_done in ((DONE_FOLDER, True), (LOOK_FOLDER, False)):
                numbers = [
                    number
                    for handle, wanted in places.items()
                    for known, _, number in [handle.partition(".")]
                    if wanted is is_done and known == validity
                ]
                if numbers:
                    _move(client, ",".join(numbers), folder)

    @contextmanager
    def _open(self) -> Iterator[tuple[imaplib.IMAP4, str]]:
        """A client in the folder, and the validity of its numbers."""
        client = self._connect()
        try:
            if self._account.tls == "starttls":
                client.starttls(ssl.create_default_context())
            client.login(self._account.user, self._account.password)
            _do(client.select(_quote(self._account.folder)))
            validity = client.response("UIDVALIDITY")[1][0] or b"0"
            yield client, validity.decode("ascii")
        finally:
            with suppress(*_ERRORS):
                client.logout()

    def _connect(self) -> imaplib.IMAP4:
        account = self._account
        if account.tls == "tls":
            return imaplib.IMAP4_SSL(
                account.host,
                account.port,
                ssl_context=ssl.create_default_context(),
                timeout=SECONDS,
            )
        return imaplib.IMAP4(account.host, account.port, timeout=SECONDS)

    def _find_failure(self) -> ImapFailure | None:
        failure, client = ImapFailure.UNREACHABLE, None
        try:
            client = self._connect()
            if self._account.tls == "starttls":
                failure = ImapFailure.NOT_ENCRYPTED
                client.starttls(ssl.create_default_context())
            failure = ImapFailure.LOGIN_REFUSED
            client.login(self._account.user, self._account.password)
            failure = ImapFailure.NO_FOLDER
            _do(client.select(_quote(self._account.folder), readonly=True))
        except ssl.SSLError:
            return ImapFailure.NOT_ENCRYPTED
        except _ERRORS:
            return failure
        finally:
            if client is not None:
                with suppress(*_ERRORS):
                    client.logout()
        return None


async def _beside(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except _ERRORS:
        raise RetryLater from None


def _do(answer: tuple[str, list[Any]]) -> list[Any]:
    """What the server has said, if it was not no."""
    status, lines = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return lines


def _quote(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _fetch(client: imaplib.IMAP4, number: str, validity: str) -> ReceivedMail | None:
    """The letter with this number; None if it has gone meanwhile."""
    handle = f"{validity}.{number}"
    sizes = [
        _SIZE.search(line) for line in _do(client.uid("FETCH", number, "(RFC822.SIZE)")) if line
    ]
    size = next((int(match[1]) for match in sizes if match), None)
    if size is None:
        return None
    if size > LARGEST_BYTES:
        key = sha256(f"large {handle} {size}".encode()).hexdigest()
        return ReceivedMail(handle=handle, key=key, content=Unread.TOO_LARGE)
    answer = client.uid("FETCH", number, "(BODY.PEEK[])")
    raw = next((each[1] for each in _do(answer) if isinstance(each, tuple)), None)
    if raw is None:
        return None
    return ReceivedMail(handle=handle, key=build_key(raw), content=read_letter(raw))


def _move(client: imaplib.IMAP4, numbers: str, folder: str) -> None:
    """Move letters; a server that cannot do it at once copies them and takes out its own."""
    with suppress(imaplib.IMAP4.error):
        client.create(_quote(folder))  # It says no where there is one.
    # What a server can do is said in full only after the login.
    able = _do(client.capability())[-1].upper().split()
    if b"MOVE" in able:
        _do(client.uid("MOVE", numbers, _quote(folder)))
        return
    _do(client.uid("COPY", numbers, _quote(folder)))
    _do(client.uid("STORE", numbers, "+FLAGS.SILENT", r"(\Deleted)"))
    if b"UIDPLUS" in able:
        _do(client.uid("EXPUNGE", numbers))
