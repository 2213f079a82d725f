"""What those are told by SMS on whom no lot has fallen."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.waiting_list import WaitingEntry
from hotline_sessions.i18n import DEFAULT_LOCALE, load_catalogues
from hotline_sessions.store.messages import add_message


def build_lost_text(starts_at: datetime, place: int, *, zone: ZoneInfo) -> str:
    """No slot was drawn; the place on the waiting list."""
    words = load_catalogues().words(DEFAULT_LOCALE)
    return words.gettext(
        "Draw for %(day)s: no time for you. Place on the waiting list: %(place)s",
        day=starts_at.astimezone(zone).strftime("%d.%m"),
        place=place,
    )


async def tell_of_lost_draw(
    entry: WaitingEntry, session: Session, *, place: int, now: datetime
) -> None:
    """Note the SMS that no slot was drawn; when the session begins it is worth nothing."""
    await add_message(
        institution=entry.institution,
        purpose="draw-lost",
        key=f"waiting:{entry.public_id}:draw-lost",
        recipient=entry.phone,
        body=build_lost_text(session.starts_at, place, zone=ZoneInfo(session.time_zone)),
        now=now,
        expires_at=session.starts_at,
    )
