"""What the operator sees at the live desk."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.calls import (
    ASKS_OPERATOR,
    CallState,
    Consent,
    Leg,
    count_left,
    find_official,
    find_on_air,
    find_operators,
    list_citizens,
)
from hotline_sessions.domain.ids import (
    AccountId,
    BookingId,
    CallId,
    InstitutionId,
    PublicId,
    SessionId,
)
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.prompts import Host
from hotline_sessions.domain.queueing import Place, Reason
from hotline_sessions.domain.sessions import ADMITTING, ANSWERING, RUNNING, Session, SessionState
from hotline_sessions.services.desk_lists import (
    CallBackView,
    CallerCard,
    Missed,
    OpenQuestion,
    OperatorLeg,
    build_card,
    view_call_backs,
    view_missed,
    view_operators,
    view_questions,
)
from hotline_sessions.services.waiting import list_bookings_of, list_places
from hotline_sessions.store.call_backs import list_call_backs
from hotline_sessions.store.calls import list_live_legs, list_talked
from hotline_sessions.store.desk import list_calls_done_with, list_missed
from hotline_sessions.store.institutions import get_call_policy
from hotline_sessions.store.live import get_host, list_registered_calls
from hotline_sessions.store.questions import list_open_questions
from hotline_sessions.store.sessions import get_session


class OfficialLeg(Struct, frozen=True, kw_only=True):
    """The official's call: ``state`` since ``since``; ``is_browser``: from a page.

    ``asks_operator``: the official wants the operator, and none has come yet.
    """

    call: PublicId
    state: CallState
    since: datetime
    is_browser: bool = False
    asks_operator: bool = False


class OnAir(Struct, frozen=True, kw_only=True):
    """The citizen who holds the air; ``talking_since`` is None before the talk begins.

    ``left`` is what is left of the talk's time, negative after it; ``ends_at`` is when it
    will be used up, None while the time stands still.
    """

    caller: CallerCard
    state: CallState
    since: datetime
    talking_since: datetime | None = None
    left: timedelta = timedelta()
    ends_at: datetime | None = None
    consent: Consent = Consent.NONE

    @property
    def is_held(self) -> bool:
        """Whether the citizen hears that he is to stay: the official has dropped out."""
        return self.state is CallState.HELD


class Waiting(Struct, frozen=True, kw_only=True):
    """A citizen in the queue; ``wait`` is the estimate he hears."""

    caller: CallerCard
    position: int
    reason: Reason
    waiting_since: datetime
    wait: timedelta
    precedence: int = 0


class Screened(Struct, frozen=True, kw_only=True):
    """A citizen whom an operator prepares for the air."""

    caller: CallerCard
    since: datetime


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
    operators: list[OperatorLeg]
    screening: list[Screened]
    call_backs: list[CallBackView]
    missed: list[Missed]
    questions: list[OpenQuestion]
    policy: CallPolicy

    @property
    def is_admitting(self) -> bool:
        """Whether callers are let in."""
        return self.session.state in ADMITTING

    @property
    def is_answering(self) -> bool:
        """Whether calls are answered, if only to take down a question."""
        return self.session.state in ANSWERING

    @property
    def is_paused(self) -> bool:
        """Whether the session stands still."""
        return self.session.state is SessionState.PAUSED

    @property
    def is_official_present(self) -> bool:
        """Whether the official is on the air."""
        return self.official is not None and self.official.state is CallState.PRESENT

    @property
    def may_put_through(self) -> bool:
        """Whether the next citizen can be put on the air."""
        is_ready = self.session.state in RUNNING and self.is_official_present
        return is_ready and self.on_air is None and bool(self.waiting)

    @property
    def may_call_official(self) -> bool:
        """Whether the official can be rung."""
        return self.is_admitting and self.official is None and bool(self.session.ring_number)

    def find_operator(self, account: AccountId) -> OperatorLeg | None:
        """How a member of staff takes part."""
        return next((each for each in self.operators if each.account == account), None)


async def get_live_desk(
    session_id: SessionId, *, institution: InstitutionId, now: datetime, locale: str = "uk"
) -> LiveDesk:
    """The live desk of a session.

    Raises:
        NotFound: There is no such session in the institution.
    """
    session = await get_session(session_id, institution=institution)
    policy = await get_call_policy(institution)
    legs = await list_live_legs(session.id)
    talked = await list_talked(session.id)
    bookings = await list_bookings_of([*legs, *talked])
    places = await list_places(session, legs, now)
    promises = await list_call_backs(session.id)
    questions = await list_open_questions(session.id, institution=institution)
    done_with = await list_registered_calls(session.id) | await list_calls_done_with(session.id)
    grace = timedelta(minutes=session.talk_minutes) * policy.grace_percent / 100
    official, on_air = find_official(legs), find_on_air(legs)
    return LiveDesk(
        session=session,
        host=await get_host(session.id, locale=locale),
        official=_official(official) if official else None,
        on_air=_on_air(on_air, session, bookings, now) if on_air else None,
        waiting=_list_waiting(legs, places, bookings),
        talked=[_talked(leg, bookings) for leg in talked if leg.id not in done_with],
        greeting=sum(leg.state is CallState.GREETING for leg in list_citizens(legs)),
        operators=await view_operators(find_operators(legs)),
        screening=[
            Screened(caller=build_card(leg, bookings), since=leg.state_since)
            for leg in legs
            if leg.state is CallState.SCREENING
        ],
        call_backs=await view_call_backs(promises, places),
        missed=view_missed(await list_missed(session, now, grace=grace), promises, session),
        questions=await view_questions(questions),
        policy=policy,
    )


def _official(leg: Leg) -> OfficialLeg:
    return OfficialLeg(
        call=leg.public_id,
        state=leg.state,
        since=leg.state_since,
        is_browser=leg.is_browser,
        asks_operator=leg.step == ASKS_OPERATOR,
    )


def _on_air(
    leg: Leg, session: Session, bookings: Mapping[BookingId, Booking], now: datetime
) -> OnAir:
    left = count_left(leg, now, talk=timedelta(minutes=session.talk_minutes))
    return OnAir(
        caller=build_card(leg, bookings),
        state=leg.state,
        since=leg.state_since,
        talking_since=leg.on_air_at,
        left=left,
        ends_at=now + left if leg.state is CallState.TALKING else None,
        consent=leg.consent,
    )


def _list_waiting(
    legs: Sequence[Leg], places: Sequence[Place], bookings: Mapping[BookingId, Booking]
) -> list[Waiting]:
    """Those who are on the line; who is to be called back stands among the call-backs."""
    by_id: dict[CallId, Leg] = {leg.id: leg for leg in legs}
    return [
        _waiting(by_id[place.waiter.call], place, bookings)
        for place in places
        if place.waiter.call is not None
    ]


def _waiting(leg: Leg, place: Place, bookings: Mapping[BookingId, Booking]) -> Waiting:
    return Waiting(
        caller=build_card(leg, bookings),
        position=place.position,
        reason=place.reason,
        waiting_since=leg.waiting_since or leg.started_at,
        wait=place.wait,
        precedence=leg.precedence,
    )


def _talked(leg: Leg, bookings: Mapping[BookingId, Booking]) -> Talked:
    return Talked(
        caller=build_card(leg, bookings),
        began_at=leg.on_air_at or leg.started_at,
        ended_at=leg.off_air_at,
    )
