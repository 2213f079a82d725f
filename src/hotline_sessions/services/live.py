"""What the operator sees at the live desk."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.calls import (
    CallState,
    Identity,
    Leg,
    find_official,
    find_on_air,
    list_citizens,
)
from hotline_sessions.domain.ids import BookingId, CallId, InstitutionId, PublicId, SessionId
from hotline_sessions.domain.prompts import Host
from hotline_sessions.domain.queueing import Place, Reason
from hotline_sessions.domain.sessions import ADMITTING, Session
from hotline_sessions.services.waiting import list_bookings_of, list_places
from hotline_sessions.store.calls import list_live_legs, list_talked
from hotline_sessions.store.live import get_host, list_registered_calls
from hotline_sessions.store.sessions import get_session


class CallerCard(Struct, frozen=True, kw_only=True):
    """Who is on a leg. Name, community and question are known of callers with a booking only.

    ``phone`` is None when withheld; ``identity`` says how sure the booking is his.
    """

    call_id: CallId
    call: PublicId
    phone: str | None
    identity: Identity
    booking_id: BookingId | None = None
    name: str = ""
    community: str = ""
    question: str = ""
    slot_starts_at: datetime | None = None


class OfficialLeg(Struct, frozen=True, kw_only=True):
    """The official's call: ``state`` since ``since``."""

    call: PublicId
    state: CallState
    since: datetime


class OnAir(Struct, frozen=True, kw_only=True):
    """The citizen who holds the air; ``talking_since`` is None before the talk begins."""

    caller: CallerCard
    state: CallState
    since: datetime
    talking_since: datetime | None = None


class Waiting(Struct, frozen=True, kw_only=True):
    """A citizen in the queue; ``wait`` is the estimate he hears."""

    caller: CallerCard
    position: int
    reason: Reason
    waiting_since: datetime
    wait: timedelta


class Talked(Struct, frozen=True, kw_only=True):
    """A citizen whose talk is over, without an appeal registered yet."""

    caller: CallerCard
    began_at: datetime
    ended_at: datetime | None = None


class LiveDesk(Struct, frozen=True, kw_only=True):
    """A session as it is now; ``greeting`` counts callers who still hear the greeting."""

    session: Session
    host: Host
    official: OfficialLeg | None
    on_air: OnAir | None
    waiting: list[Waiting]
    talked: list[Talked]
    greeting: int

    @property
    def is_admitting(self) -> bool:
        """Whether callers are let in."""
        return self.session.state in ADMITTING

    @property
    def is_official_present(self) -> bool:
        """Whether the official is on the air."""
        return self.official is not None and self.official.state is CallState.PRESENT

    @property
    def may_put_through(self) -> bool:
        """Whether the next citizen can be put on the air."""
        is_ready = self.is_admitting and self.is_official_present
        return is_ready and self.on_air is None and bool(self.waiting)

    @property
    def may_call_official(self) -> bool:
        """Whether the official can be rung."""
        return self.is_admitting and self.official is None and bool(self.session.ring_number)


async def get_live_desk(
    session_id: SessionId, *, institution: InstitutionId, now: datetime, locale: str = "uk"
) -> LiveDesk:
    """The live desk of a session.

    Raises:
        NotFound: There is no such session in the institution.
    """
    session = await get_session(session_id, institution=institution)
    legs = await list_live_legs(session.id)
    talked = await list_talked(session.id)
    registered = await list_registered_calls(session.id)
    bookings = await list_bookings_of([*legs, *talked])
    places = await list_places(session, legs, now)
    official, on_air = find_official(legs), find_on_air(legs)
    by_id = {leg.id: leg for leg in legs}
    return LiveDesk(
        session=session,
        host=await get_host(session.id, locale=locale),
        official=_official(official) if official else None,
        on_air=_on_air(on_air, bookings) if on_air else None,
        waiting=[_waiting(by_id[place.waiter.call], place, bookings) for place in places],
        talked=[_talked(leg, bookings) for leg in talked if leg.id not in registered],
        greeting=sum(leg.state is CallState.GREETING for leg in list_citizens(legs)),
    )


def build_card(leg: Leg, bookings: Mapping[BookingId, Booking]) -> CallerCard:
    """Who is on ``leg``; a booking counts once its holder has keyed something in."""
    booking = bookings.get(leg.booking) if leg.booking is not None else None
    if booking is None or leg.identity is Identity.NONE:
        return CallerCard(
            call_id=leg.id, call=leg.public_id, phone=leg.peer_number, identity=Identity.NONE
        )
    return CallerCard(
        call_id=leg.id,
        call=leg.public_id,
        phone=leg.peer_number,
        identity=leg.identity,
        booking_id=booking.id,
        name=booking.caller_name,
        community=booking.community,
        question=booking.question,
        slot_starts_at=booking.starts_at,
    )


def _official(leg: Leg) -> OfficialLeg:
    return OfficialLeg(call=leg.public_id, state=leg.state, since=leg.state_since)


def _on_air(leg: Leg, bookings: Mapping[BookingId, Booking]) -> OnAir:
    return OnAir(
        caller=build_card(leg, bookings),
        state=leg.state,
        since=leg.state_since,
        talking_since=leg.on_air_at,
    )


def _waiting(leg: Leg, place: Place, bookings: Mapping[BookingId, Booking]) -> Waiting:
    return Waiting(
        caller=build_card(leg, bookings),
        position=place.position,
        reason=place.reason,
        waiting_since=leg.waiting_since or leg.started_at,
        wait=place.wait,
    )


def _talked(leg: Leg, bookings: Mapping[BookingId, Booking]) -> Talked:
    return Talked(
        caller=build_card(leg, bookings),
        began_at=leg.on_air_at or leg.started_at,
        ended_at=leg.off_air_at,
    )
