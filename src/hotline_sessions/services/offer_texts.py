"""What citizens on the waiting list are told by SMS: one line within one Cyrillic segment."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from hotline_sessions.domain.bookings import Origin
from hotline_sessions.domain.messages import Channel, NewMessage, Purpose
from hotline_sessions.domain.phones import display
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.message_texts import (
    BUILT_IN,
    Writer,
    format_short_clock,
    format_short_day,
    open_writer,
)
from hotline_sessions.store.messages import note_message
from hotline_sessions.store.offers_due import Untold
from hotline_sessions.store.transaction import transaction


BY_TELEPHONE: Final = frozenset({Origin.PHONE, Origin.DESK})
"""By these ways comes who may have nothing but a telephone: an address is of no use there."""


def choose_purpose(offer: Untold) -> Purpose:
    """Whether the citizen answers on the web or by calling the line."""
    is_called = offer.line is not None and offer.origin in BY_TELEPHONE
    return Purpose.OFFERED_BY_PHONE if is_called else Purpose.OFFERED


def build_offer_text(offer: Untold, *, link: str, now: datetime, writer: Writer = BUILT_IN) -> str:
    """When the slot is, until when it is kept, and where to say yes.

    The day on which the offer ends is told where it is not today. The address is written
    without its scheme: telephones make a link of it all the same, and it is shorter.
    """
    zone = ZoneInfo(offer.time_zone)
    until = offer.expires_at.astimezone(zone)
    is_today = local_date(offer.expires_at, zone) == local_date(now, zone)
    return writer.write(
        choose_purpose(offer),
        day=format_short_day(offer.starts_at, zone),
        clock=format_short_clock(offer.starts_at, zone),
        until=until.strftime("%H:%M" if is_today else "%d.%m %H:%M"),
        link=link.removeprefix("https://").removeprefix("http://"),
        line="" if offer.line is None else display(offer.line),
    )


async def tell_of_offer(offer: Untold, *, link: str, now: datetime) -> None:
    """Note the SMS with an offer, and the letter where there is an address.

    Both are worth nothing when the offer has ended. In the letter the whole address stands.
    """
    writer = await open_writer(offer.institution, offer.language)
    sms = NewMessage(
        institution=offer.institution,
        purpose=choose_purpose(offer),
        key=f"booking:{offer.public_id}:offered",
        recipient=offer.phone,
        locale=writer.locale,
        body=build_offer_text(offer, link=link, now=now, writer=writer),
        expires_at=offer.expires_at,
    )
    letter = msgspec.structs.replace(
        sms,
        booking=offer.id,
        channel=Channel.EMAIL,
        key=f"{sms.key}:{Channel.EMAIL}",
        recipient=offer.email,
        body=f"{sms.body}\n\n{link}",
    )
    async with transaction():
        await note_message(sms, now=now)
        if offer.email:
            await note_message(letter, now=now)
