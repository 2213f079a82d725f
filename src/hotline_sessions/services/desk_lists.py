"""Lists at the desk beside the queue: call-backs, missed bookings, questions, operators."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.call_backs import CallBack, CallBackKind, CallBackState
from hotline_sessions.domain.calls import CallState, Identity, Leg, Mode
from hotline_sessions.domain.ids import AccountId, BookingId, CallBackId, CallId, PublicId
from hotline_sessions.domain.questions import Question, QuestionOrigin
from hotline_sessions.domain.queueing import Place
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.desk import list_legs_by_id, list_names, list_recordings_of
from hotline_sessions.store.live import list_bookings_by_id


class CallerCard(Struct, frozen=True, kw_only=True):
    """Who is on a leg. Name, community and question are known of callers with a booking only.

    ``phone`` is None when withheld; ``identity`` says how sure the booking is his.
    """

    call_id: CallId
    call: PublicId
    phone: str | None
    identity: Identity
    language: str = "uk"
    booking_id: BookingId | None = None
    booking: PublicId | None = None
    name: str = ""
    community: str = ""
    question: str = ""
    slot_starts_at: datetime | None = None


class OperatorLeg(Struct, frozen=True, kw_only=True):
    """An operator who takes part: how, on what, and with whom (``partner``) off the air."""

    call: PublicId
    account: AccountId | None
    name: str
    mode: Mode | None
    state: CallState
    since: datetime
    is_browser: bool
    partner: CallId | None


class CallBackView(Struct, frozen=True, kw_only=True):
    """A promise to call; ``position`` is its place in the queue while it has one."""

    public_id: PublicId
    kind: CallBackKind
    phone: str
    name: str
    state: CallBackState
    attempts: int
    due_at: datetime
    closed_at: datetime | None = None
    position: int | None = None

    @property
    def is_standing(self) -> bool:
        """Whether the citizen may still count on it."""
        return self.state in {CallBackState.DUE, CallBackState.RINGING}


class Missed(Struct, frozen=True, kw_only=True):
    """A booked citizen who has not called; ``is_promised``: a call to him is under way."""

    booking: PublicId
    booking_id: BookingId
    name: str
    phone: str
    question: str
    slot_starts_at: datetime
    is_promised: bool = False


class OpenQuestion(Struct, frozen=True, kw_only=True):
    """A question that nobody has registered or closed; ``machine_words`` are a machine's."""

    public_id: PublicId
    origin: QuestionOrigin
    caller: CallerCard
    asked_at: datetime
    machine_words: str = ""
    recording: PublicId | None = None
    is_on_air: bool = False


def build_card(leg: Leg, bookings: Mapping[BookingId, Booking]) -> CallerCard:
    """Who is on ``leg``; a booking counts once its holder has keyed something in."""
    booking = bookings.get(leg.booking) if leg.booking is not None else None
    if booking is None or leg.identity is Identity.NONE:
        return CallerCard(
            call_id=leg.id,
            call=leg.public_id,
            phone=leg.peer_number,
            identity=Identity.NONE,
            language=leg.language,
        )
    return CallerCard(
        call_id=leg.id,
        call=leg.public_id,
        phone=leg.peer_number,
        identity=leg.identity,
        language=leg.language,
        booking_id=booking.id,
        booking=booking.public_id,
        name=booking.caller_name,
        community=booking.community,
        question=booking.question,
        slot_starts_at=booking.starts_at,
    )


async def view_operators(legs: Sequence[Leg]) -> list[OperatorLeg]:
    """Operators on ``legs``, by name."""
    names = await list_names({leg.account for leg in legs if leg.account is not None})
    found = [
        OperatorLeg(
            call=leg.public_id,
            account=leg.account,
            name=names.get(leg.account, "") if leg.account is not None else "",
            mode=Mode(leg.mode) if leg.mode else None,
            state=leg.state,
            since=leg.state_since,
            is_browser=leg.is_browser,
            partner=leg.partner,
        )
        for leg in legs
    ]
    return sorted(found, key=lambda each: each.name)


async def view_call_backs(
    promises: Sequence[CallBack], places: Sequence[Place]
) -> list[CallBackView]:
    """Promised calls, those that still stand first."""
    bookings = await list_bookings_by_id({each.booking for each in promises if each.booking})
    positions: dict[CallBackId, int] = {
        place.waiter.call_back: place.position
        for place in places
        if place.waiter.call_back is not None
    }
    found = [
        CallBackView(
            public_id=each.public_id,
            kind=each.kind,
            phone=each.phone,
            name=bookings[each.booking].caller_name if each.booking in bookings else "",
            state=each.state,
            attempts=each.attempts,
            due_at=each.due_at,
            closed_at=each.closed_at,
            position=positions.get(each.id),
        )
        for each in promises
    ]
    return sorted(found, key=lambda each: (not each.is_standing, each.due_at))


def view_missed(
    bookings: Sequence[Booking], promises: Sequence[CallBack], session: Session
) -> list[Missed]:
    """Booked citizens who have not called, with what was promised them meanwhile."""
    promised = {each.booking for each in promises if each.is_standing}
    return [
        Missed(
            booking=each.public_id,
            booking_id=each.id,
            name=each.caller_name,
            phone=each.phone,
            question=each.question,
            slot_starts_at=each.starts_at + session.shift,
            is_promised=each.id in promised,
        )
        for each in bookings
    ]


async def view_questions(questions: Sequence[Question]) -> list[OpenQuestion]:
    """Open questions with who has asked them, the oldest first."""
    legs = await list_legs_by_id({each.call for each in questions})
    bookings = await list_bookings_by_id({leg.booking for leg in legs.values() if leg.booking})
    recordings = await list_recordings_of(questions)
    return [
        OpenQuestion(
            public_id=each.public_id,
            origin=each.origin,
            caller=build_card(legs[each.call], bookings),
            asked_at=each.asked_at,
            machine_words=each.machine_words,
            recording=recordings.get(each.recording) if each.recording is not None else None,
            is_on_air=legs[each.call].is_on_air,
        )
        for each in questions
    ]
