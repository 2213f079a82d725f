"""Briefing: what an official wants to know before a session; no number of a citizen in it."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import AppealState
from hotline_sessions.domain.bookings import Booking, BookingState
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.domain.prompts import Host
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.times import Window, local_date
from hotline_sessions.services.tokens import build_official_pin
from hotline_sessions.store.bookings import list_bookings
from hotline_sessions.store.briefings import (
    EarlierAppeal,
    count_topics,
    list_earlier_appeals,
)
from hotline_sessions.store.classifier_data import load_classifier
from hotline_sessions.store.live import get_host
from hotline_sessions.store.plans import get_planned
from hotline_sessions.store.sessions import get_session_of, list_slots


LOOKED_BACK: Final = timedelta(days=365)
"""How far back the topics of earlier sessions are counted."""


class Earlier(Struct, frozen=True, kw_only=True):
    """An earlier appeal of the same citizen."""

    register_index: str
    state: AppealState
    legal_on: date


class BriefTalk(Struct, frozen=True, kw_only=True):
    """A talk of the plan: who has booked it and with what; a free one has no name."""

    window: Window
    is_bookable: bool
    name: str = ""
    community: str = ""
    question: str = ""
    earlier: tuple[Earlier, ...] = ()


class Briefing(Struct, frozen=True, kw_only=True):
    """All of it. ``topics``: labels in the reader's language, with how often each was asked."""

    session: Session
    host: Host
    line_number: PhoneNumber | None
    pin: str
    booked: int
    talks: list[BriefTalk]
    communities: list[tuple[str, int]]
    topics: list[tuple[str, int]]
    made_at: datetime


async def get_briefing_for(
    public_id: str, *, staff: Staff, secret: bytes, now: datetime, locale: str = "uk"
) -> Briefing:
    """The briefing of a session.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
    """
    session = await get_session_of(public_id, institution=staff.institution)
    return await get_briefing(session, secret=secret, now=now, locale=locale)


async def get_briefing(
    session: Session, *, secret: bytes, now: datetime, locale: str = "uk"
) -> Briefing:
    """The briefing of ``session``, as things stand now."""
    home = session.institution
    planned = await get_planned(session.public_id, institution=home)
    bookings = [
        each
        for each in await list_bookings(session.id, institution=home)
        if each.state is not BookingState.CANCELLED
    ]
    earlier = await list_earlier_appeals({each.phone for each in bookings}, institution=home)
    since = local_date(now - LOOKED_BACK, ZoneInfo(session.time_zone))
    topics = await count_topics(session.post, institution=home, since=since)
    labels = {row.code: row.label(locale) for row in load_classifier()}
    by_slot = {each.slot: each for each in bookings}
    return Briefing(
        session=session,
        host=await get_host(session.id, locale=locale),
        line_number=planned.line_number,
        pin=build_official_pin(secret, session.public_id),
        booked=len(bookings),
        talks=[
            _talk(
                Window(
                    starts_at=slot.starts_at + session.shift, ends_at=slot.ends_at + session.shift
                ),
                by_slot.get(slot.id),
                earlier,
                is_bookable=slot.is_bookable,
            )
            for slot in await list_slots(session.id)
        ],
        communities=Counter(each.community for each in bookings if each.community).most_common(),
        topics=[(labels.get(each.topic, ""), each.count) for each in topics],
        made_at=now,
    )


def _talk(
    window: Window, booking: Booking | None, earlier: list[EarlierAppeal], *, is_bookable: bool
) -> BriefTalk:
    if booking is None:
        return BriefTalk(window=window, is_bookable=is_bookable)
    return BriefTalk(
        window=window,
        is_bookable=is_bookable,
        name=booking.caller_name,
        community=booking.community,
        question=booking.question,
        earlier=tuple(
            Earlier(register_index=each.register_index, state=each.state, legal_on=each.legal_on)
            for each in earlier
            if each.phone == booking.phone
        ),
    )
