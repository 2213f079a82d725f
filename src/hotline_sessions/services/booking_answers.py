"""Who has not answered since plans have changed, for those who telephone after them."""

from datetime import datetime

from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.booking_choices import Answer, Choice, NothingToChoose, is_claim
from hotline_sessions.domain.bookings import BookingState
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.booking_choices import OpenChoice, find_choice
from hotline_sessions.services.bookings import OwnBooking, get_own_booking
from hotline_sessions.store.booking_choices import list_answers
from hotline_sessions.store.sessions import get_session_of


class Answers(Struct, frozen=True, kw_only=True):
    """What came of the latest question to everyone who had booked a session.

    ``counts`` has every choice that was made, ``still_open`` who is waited for. ``otherwise``
    counts those who have given the booking back, moved it by telephone, or had their talk.
    """

    counts: dict[Choice, int]
    still_open: list[Answer]
    otherwise: int

    @property
    def asked(self) -> int:
        """How many were asked."""
        return sum(self.counts.values()) + len(self.still_open) + self.otherwise


class OneAnswer(Struct, frozen=True, kw_only=True):
    """A citizen who is waited for, and between what to choose."""

    own: OwnBooking
    choice: OpenChoice


async def get_answers(public_id: str, *, staff: Staff, now: datetime) -> Answers:
    """Choices made, and who is still waited for, by the time that was booked.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
    """
    session = await get_session_of(public_id, institution=staff.institution)
    answers = await list_answers(session.id, institution=staff.institution)
    chosen = [each.choice for each in answers if each.choice is not None]
    still_open = [each for each in answers if _is_waited_for(each, session, now=now)]
    return Answers(
        counts={choice: chosen.count(choice) for choice in Choice if choice in chosen},
        still_open=still_open,
        otherwise=len(answers) - len(chosen) - len(still_open),
    )


async def get_answer(
    public_id: str, booking_name: str, *, staff: Staff, now: datetime
) -> OneAnswer:
    """One citizen who is waited for.

    Raises:
        NotFound: There is no such booking in this session of the institution of ``staff``.
        NothingToChoose: The answer was given, or it is too late for one.
    """
    session = await get_session_of(public_id, institution=staff.institution)
    own = await get_own_booking(booking_name)
    if own.booking.session != session.id:
        raise NotFound
    choice = await find_choice(own, now=now)
    if choice is None:
        raise NothingToChoose
    return OneAnswer(own=own, choice=choice)


def _is_waited_for(answer: Answer, session: Session, *, now: datetime) -> bool:
    is_standing = answer.choice is None and answer.state is BookingState.BOOKED
    return is_standing and (is_claim(answer, session) or now < answer.starts_at)
