"""Text messages: queued, sent, delivered."""

from typing import Final

from hotline_sessions.phonesim.records import Message
from hotline_sessions.phonesim.stage import Stage


STEP_SECONDS: Final = 0.5
SINGLE_SEGMENT: Final = 70
PART_OF_LONG: Final = 67
SINGLE_SEGMENT_LATIN: Final = 160
PART_OF_LONG_LATIN: Final = 153


def count_segments(body: str) -> int:
    """Segments the message is billed as; anything beyond ASCII counts as UCS-2."""
    latin = body.isascii()
    whole = SINGLE_SEGMENT_LATIN if latin else SINGLE_SEGMENT
    part = PART_OF_LONG_LATIN if latin else PART_OF_LONG
    return 1 if len(body) <= whole else -(-len(body) // part)


async def carry_message(stage: Stage, message: Message) -> None:
    """Take a message through its states, reporting each, and put it into the inbox."""
    for status in ("queued", "sent", "delivered"):
        message.status = status
        if status == "sent":
            message.sent_at = stage.clock.now()
        if status == "delivered":
            stage.carrier.deliver(message)
        stage.reporter.message_event(message)
        stage.carrier.hub.changed()
        await stage.clock.sleep(STEP_SECONDS)
