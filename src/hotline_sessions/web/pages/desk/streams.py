"""The stream that says when to look: it carries no data, so nothing can be wrong in it."""

from collections.abc import AsyncIterator
from typing import Final

from litestar.response import Stream

from hotline_sessions.domain.ids import PublicId
from hotline_sessions.services.legs import SESSION_TOPIC
from hotline_sessions.services.ports import Watch


KEEP_ALIVE: Final = 10.0
"""Seconds after which a silent stream says that it is still there."""


def answer_stream(watch: Watch, session: PublicId | None = None) -> Stream:
    """Events of one session, or of all."""
    return Stream(
        follow(watch, session),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def follow(watch: Watch, session: PublicId | None = None) -> AsyncIterator[str]:
    """Events for as long as somebody listens.

    The first one comes at once: whoever connects again has missed something. ``here`` says
    to the page that the line is not dead.
    """
    with watch(SESSION_TOPIC) as hints:
        yield "retry: 1000\nevent: changed\ndata: look\n\n"
        while True:
            hint = await hints.next_within(KEEP_ALIVE)
            if hint is None:
                yield "event: here\ndata: here\n\n"
            elif session is None or getattr(hint, "key", "") in {"", session}:
                yield "event: changed\ndata: look\n\n"
