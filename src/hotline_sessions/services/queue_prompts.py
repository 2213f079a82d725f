"""What a caller is told who is to wait, or to leave the question instead."""

from datetime import datetime

from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.calls import CallEvent, Leg
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.prompts import Host, Parting, Prompt, Question, Wait
from hotline_sessions.domain.recordings import was_listened_to
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.services.legs import in_language, note, tell_desk
from hotline_sessions.store.institutions import get_call_policy


def build_wait(
    leg: Leg,
    session: Session,
    *,
    booking: Booking | None = None,
    host: Host | None = None,
    is_return: bool = False,
) -> Wait:
    """The queue of ``session`` for ``leg``."""
    return Wait(
        leg=leg.public_id,
        session=session.public_id,
        visit=leg.turn,
        slot_starts_at=booking.starts_at if booking else None,
        time_zone=session.time_zone,
        host=host,
        is_return=is_return,
        stops_listening=was_listened_to(leg, session),
    )


def build_question(
    leg: Leg, session: Session, why: Parting, policy: CallPolicy, *, attempt: int = 1
) -> Prompt:
    """The question to ``leg`` what there is to be asked."""
    question = Question(
        leg=leg.public_id,
        why=why,
        attempt=attempt,
        limit_seconds=policy.question_seconds,
        stops_listening=attempt == 1 and was_listened_to(leg, session),
    )
    return in_language(question, leg)


async def ask_question(leg: Leg, session: Session, why: Parting, now: datetime) -> Prompt:
    """Ask a caller who is already on our document to leave the question."""
    leg = await note(leg, CallEvent.RECORDS, now, why=why.value)
    await tell_desk(session.public_id)
    policy = await get_call_policy(session.institution)
    return build_question(leg, session, why, policy)


def choose_refusal(session: Session) -> Parting:
    """Why callers of a session whose calls are answered are not let into its queue."""
    is_missing = session.state is SessionState.QUESTIONS_ONLY
    return Parting.NO_OFFICIAL if is_missing else Parting.CLOSED
