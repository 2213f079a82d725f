"""What citizens on the waiting list are told by SMS: one line within one Cyrillic segment."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hotline_sessions.domain.times import local_date
from hotline_sessions.i18n import DEFAULT_LOCALE, load_catalogues
from hotline_sessions.store.messages import add_message
from hotline_sessions.store.offers_due import Untold


def build_offer_text(offer: Untold, *, link: str, now: datetime) -> str:
    """When the slot is, until when it is kept, and where to say yes.

    The day on which the offer ends is told where it is not today. The address is written
    without its scheme: telephones make a link of it all the same, and it is shorter.
    """
    words = load_catalogues().words(DEFAULT_LOCALE)
    zone = ZoneInfo(offer.time_zone)
    starts, until = offer.starts_at.astimezone(zone), offer.expires_at.astimezone(zone)
    is_today = local_date(offer.expires_at, zone) == local_date(now, zone)
    return words.gettext(
        "A time is free: %(day)s %(clock)s, yours until %(until)s: %(link)s",
        day=starts.strftime("%d.%m"),
        clock=starts.strftime("%H:%M"),
        until=until.strftime("%H:%M" if is_today else "%d.%m %H:%M"),
        link=link.removeprefix("https://").removeprefix("http://"),
    )


async def tell_of_offer(offer: Untold, *, link: str, now: datetime) -> None:
    """Note the SMS with an offer; it is worth nothing when the offer has ended."""
    await add_message(
        institution=offer.institution,
        purpose="slot-offered",
        key=f"booking:{offer.public_id}:offered",
        recipient=offer.phone,
        body=build_offer_text(offer, link=link, now=now),
        now=now,
        expires_at=offer.expires_at,
    )
