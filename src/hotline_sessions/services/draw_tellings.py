"""What those are told by SMS who get no slot by lot."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hotline_sessions.domain.messages import NewMessage, Purpose
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.waiting_list import WaitingEntry
from hotline_sessions.services.message_texts import format_short_day
from hotline_sessions.store.messages import note_message


async def tell_of_lost_draw(
    entry: WaitingEntry, session: Session, *, place: int, now: datetime
) -> None:
    """Note the SMS that no slot was drawn; when the session begins it is worth nothing."""
    await note_message(
        NewMessage(
            institution=entry.institution,
            purpose=Purpose.DRAW_LOST,
            key=f"waiting:{entry.public_id}:draw-lost",
            recipient=entry.phone,
            locale=entry.language,
            facts={
                "day": format_short_day(session.starts_at, ZoneInfo(session.time_zone)),
                "place": str(place),
            },
            expires_at=session.starts_at,
        ),
        now=now,
    )


async def tell_of_refused_lot(entry: WaitingEntry, session: Session, *, now: datetime) -> None:
    """Note the SMS that a lot has fallen in vain: all talks of a limit are used up meanwhile."""
    await note_message(
        NewMessage(
            institution=entry.institution,
            purpose=Purpose.DRAW_REFUSED,
            key=f"waiting:{entry.public_id}:draw-refused",
            recipient=entry.phone,
            locale=entry.language,
            facts={"day": format_short_day(session.starts_at, ZoneInfo(session.time_zone))},
            expires_at=session.starts_at,
        ),
        now=now,
    )
