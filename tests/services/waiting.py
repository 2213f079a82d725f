"""A full session with its waiting list, for tests."""

from datetime import datetime, timedelta

from tests.factories import (
    NOW,
    SECRET,
    make_booking,
    make_institution,
    make_phone,
    make_post,
    make_session,
    make_slots,
)
from tests.fakes import FrozenClock

from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.waiting_list import NewEntry, WaitingEntry
from hotline_sessions.services.offer_answers import Accepted, accept_offer
from hotline_sessions.services.waiting_list import join
from hotline_sessions.services.waiting_offers import expire_offers
from hotline_sessions.store.engine import fetch_rows
from hotline_sessions.store.waiting_list import find_entry


class Full:
    """A session all of whose slots are booked; ``now`` is what the tests' clock shows."""

    def __init__(self, session: Session, booked: list[Booking]) -> None:
        self.session = session
        self.booked = booked
        self.clock = FrozenClock(NOW)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def pass_time(self, **span: float) -> None:
        self.clock.set(self.now + timedelta(**span))

    async def join(
        self, *, phone: str | None = None, earlier: bool = False, anywhere: bool = False
    ) -> WaitingEntry:
        """Somebody joins, a second after whoever came before."""
        self.pass_time(seconds=1)
        new = a_citizen(phone, earlier=earlier, anywhere=anywhere)
        return await look(await join(self.session.public_id, new, now=self.now))

    async def settle(self) -> int:
        return await expire_offers(clock=self.clock)

    async def offers(self) -> list[tuple[PublicId, str, datetime]]:
        """Name, phone and slot of every offer that stands, in the order of slots."""
        rows = await fetch_rows(
            """select b.public_id, b.phone, t.starts_at from booking b join slot t on t.id = b.slot
                where b.state = 'offered' order by t.starts_at, b.id"""
        )
        return [(PublicId(row["public_id"]), row["phone"], row["starts_at"]) for row in rows]

    async def offer_of(self, phone: str) -> PublicId:
        """The only offer to ``phone``."""
        (found,) = [name for name, own, _ in await self.offers() if own == phone]
        return found

    async def accept(self, phone: str) -> Accepted:
        return await accept_offer(await self.offer_of(phone), secret=SECRET, now=self.now)


def a_citizen(
    phone: str | None = None, *, earlier: bool = False, anywhere: bool = False
) -> NewEntry:
    return NewEntry(
        phone=phone or make_phone(),
        caller_name="Степан Андрійович",
        community="Дубно",
        question="Коли відремонтують дорогу?",
        wants_earlier=earlier,
        any_session=anywhere,
    )


async def look(name: PublicId) -> WaitingEntry:
    """The entry as it is now."""
    found = await find_entry(name)
    assert found is not None
    return found


async def fill(session: Session) -> Full:
    """Book every slot of the session, the earliest first."""
    taken = [await make_booking(session=session, slot=slot) for slot in await make_slots(session)]
    return Full(session, [each.booking for each in taken])


async def make_full() -> Full:
    """A session of four slots, all of them booked."""
    return await fill(await make_session())


async def make_pair() -> tuple[Full, Session]:
    """A full session, and another one of the same post a day later with all slots free."""
    home = await make_institution()
    post = await make_post(institution=home.id)
    first = await make_session(institution=home, post=post)
    second = await make_session(
        institution=home, post=post, held_on=first.held_on + timedelta(days=1)
    )
    return await fill(first), second
