"""Mail: a server that takes every letter, and shows it instead of sending it on."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec import Struct

from hotline_sessions.phonesim.clock import Clock
from hotline_sessions.phonesim.hub import Hub


KEPT: Final = 50
"""Letters that are shown; older ones go."""
LONGEST_BYTES: Final = 1_000_000


class Letter(Struct, frozen=True, kw_only=True):
    """A letter that was taken. ``method`` says what its calendar entry asks for, if it has one."""

    at: datetime
    sender: str
    recipient: str
    subject: str
    body: str
    method: str = ""


class Mailbox:
    """Everybody's letters, the latest last."""

    def __init__(self, clock: Clock, hub: Hub) -> None:
        self.letters: deque[Letter] = deque(maxlen=KEPT)
        self._clock = clock
        self._hub = hub

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library calls it so
        """Take a letter."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        letter = message_from_bytes(raw, policy=policy.default)
        for recipient in envelope.rcpt_tos:
            self.letters.append(self._read(letter, recipient))
        self._hub.changed()
        return "250 OK"

    def _read(self, letter: EmailMessage, recipient: str) -> Letter:
        body = letter.get_body(("plain",))
        return Letter(
            at=self._clock.now(),
            sender=str(letter["From"] or ""),
            recipient=recipient,
            subject=str(letter["Subject"] or ""),
            body="" if body is None else body.get_content().replace("\r\n", "\n"),
            method=next(
                (
                    part["Content-Type"].params.get("method", "")
                    for part in letter.walk()
                    if part.get_content_type() == "text/calendar"
                ),
                "",
            ),
        )


@asynccontextmanager
async def serve_mail(mailbox: Mailbox, host: str, port: int) -> AsyncIterator[int]:
    """The port on which letters are taken, until the block ends; 0 chooses one."""
    loop = asyncio.get_running_loop()
    open_ones: list[SMTP] = []

    def build() -> SMTP:
        server = SMTP(mailbox, loop=loop, data_size_limit=LONGEST_BYTES, hostname="phonesim")
        open_ones[:] = [each for each in open_ones if each.transport is not None]
        open_ones.append(server)
        return server

    server = await loop.create_server(build, host, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for each in open_ones:
            if each.transport is not None:
                each.transport.close()
        await server.wait_closed()
