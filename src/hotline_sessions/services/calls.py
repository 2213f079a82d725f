"""A citizen waits, comes to the air, and leaves it.

What answers a ``Visit`` here runs inside the transaction that writes the webhook down, and
refuses whom ``open_leg`` refuses.
"""

from datetime import datetime, timedelta
from typing import Final

from hotline_sessions.domain.calls import (
    ON_AIR,
    CallEvent,
    CallState,
    Leg,
    count_left,
    count_talked,
)
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.prompts import (
    Goodbye,
    Hold,
    Join,
    Parting,
    Prompt,
    Screen,
    Silence,
    Silenced,
)
from hotline_sessions.domain.queueing import Place, find_place
from hotline_sessions.domain.recordings import records_talk, transcribes_talk
from hotline_sessions.domain.sessions import ADMITTING, ANSWERING, Session, SessionState
from hotline_sessions.services.air import settle_air
from hotline_sessions.services.call_backs import (
    note_unanswered,
    promise_after_drop,
    promise_instead_of_holding,
)
from hotline_sessions.services.hold import QueueViews
from hotline_sessions.services.legs import in_language, note, note_facts
from hotline_sessions.services.open_legs import Visit, open_leg
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.queue_prompts import (
    ask_question,
    build_question,
    build_wait,
    choose_refusal,
)
from hotline_sessions.services.recording_ends import end_recordings
from hotline_sessions.services.waiting import list_places
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.institutions import get_call_policy
from hotline_sessions.store.live import get_host
from hotline_sessions.store.questions import add_left_question


HARD_LIMIT: Final = 4
"""A talk that the operator does not end is cut by the network after so many planned lengths."""
QUESTION_ATTEMPTS: Final = 2
"""How often a caller who stays silent is asked for the question."""
DECIDING_KEYS: Final = frozenset({"2", "3"})
"""Keys of a waiting caller that change something: the others only ask to hear it again."""
QUEUE_FAULTS: Final = frozenset({"error", "queue-full", "system-error"})
"""What the network says of a caller whom it could not keep in the queue."""
_COMING: Final = frozenset({CallState.SUMMONED, CallState.JOINING})


async def read_hold(
    public_id: str, *, round_number: int = 0, clock: Clock, views: QueueViews | None = None
) -> Prompt:
    """What a waiting caller hears now. Changes nothing; ``views`` saves reading for each."""
    now = clock.now()
    view = await (views or QueueViews()).find(PublicId(public_id), now)
    leg = view.legs.get(PublicId(public_id)) if view else None
    if view is None or leg is None:
        return Goodbye(why=Parting.CLOSED)
    session = view.session
    if session.state not in ANSWERING:
        return in_language(Goodbye(why=choose_parting(session)), leg)
    return await _build_hold(leg, session, view.places.get(leg.id), now, round_number=round_number)


async def _build_hold(
    leg: Leg, session: Session, place: Place | None, now: datetime, *, round_number: int = 0
) -> Prompt:
    if place is None:
        return Silence()
    substitute = ""
    if session.substitute is not None:
        substitute = (await get_host(session.id, locale=leg.language)).official or ""
    return in_language(
        Hold(
            leg=leg.public_id,
            position=place.position,
            minutes=-(-int(place.wait.total_seconds()) // 60),
            round=round_number,
            silenced=choose_silence(session, now),
            substitute=substitute,
            starts_at=session.starts_at if now < session.starts_at else None,
            time_zone=session.time_zone,
        ),
        leg,
    )


def choose_silence(session: Session, now: datetime) -> Silenced:
    """Why nobody is put through at ``now``, if nobody is."""
    match session.state:
        case SessionState.PAUSED:
            return Silenced.PAUSED
        case SessionState.NO_OFFICIAL:
            return Silenced.NO_OFFICIAL
        case _ if now < session.starts_at:
            return Silenced.BEFORE_START
        case _:
            return Silenced.NOTHING


async def take_key(visit: Visit, now: datetime) -> Prompt:
    """Answer to a key pressed while waiting."""
    session, leg = await open_leg(visit)
    if leg.state is not CallState.WAITING or session.state not in ADMITTING:
        return Silence()
    match visit.result:
        case "2":
            if await promise_instead_of_holding(leg, session, now):
                await note(leg, CallEvent.HUNG_UP, now, why="call-back")
                await settle_air(session, now)
                return in_language(Goodbye(why=Parting.CALL_BACK), leg)
        case "3":
            prompt = await ask_question(leg, session, Parting.WISHED, now)
            await settle_air(session, now)
            return prompt
        case _:
            pass
    places = await list_places(session, await list_live_legs(session.id), now)
    return await _build_hold(leg, session, find_place(places, leg.id), now)


async def leave_queue(visit: Visit, now: datetime) -> Prompt:
    """Answer to a caller's coming out of the queue.

    A summons takes the caller out too: the network then asks here and ignores the answer.
    """
    session, leg = await open_leg(visit)
    if visit.is_over or visit.result == "hangup":
        return await end_citizen(leg, session, now, result=visit.result)
    if leg.state in ON_AIR or leg.state in {CallState.SCREENING, CallState.QUESTION}:
        # Something else takes him out: what it answers counts, and what is answered here not.
        return await _come(leg, session, now) if leg.state in _COMING else _part(leg)
    if not leg.is_live or session.state not in ANSWERING:
        return in_language(Goodbye(why=choose_parting(session)), leg)
    if visit.result in QUEUE_FAULTS:
        await end_citizen(leg, session, now, result=visit.result)
        return in_language(Goodbye(why=Parting.FAILED), leg)
    return await _wait(leg, session, now)


async def join_air(visit: Visit, now: datetime) -> Prompt:
    """Answer to a summoned citizen; one with an older summons goes back to wait."""
    session, leg = await open_leg(visit)
    if not leg.is_live or session.state not in ANSWERING:
        return in_language(Goodbye(why=choose_parting(session)), leg)
    if leg.state in {CallState.WRAPPING, CallState.QUESTION}:
        return _part(leg)
    if leg.state not in ON_AIR or leg.state is CallState.RETURNING or visit.turn != leg.turn:
        return await _wait(leg, session, now)
    leg = await note(leg, CallEvent.CAME, now, turn=visit.turn)
    await settle_air(session, now)
    return await _come(leg, session, now)


async def left_air(visit: Visit, now: datetime) -> Prompt:
    """Answer to a citizen's coming out of the conference, or to one who could not get in."""
    session, leg = await open_leg(visit)
    if visit.is_over:
        return await end_citizen(leg, session, now)
    if leg.state in {CallState.TALKING, CallState.HELD}:
        if visit.turn == leg.turn and session.state in ADMITTING:
            return await _bring_back(leg, session, now)
        await note(leg, CallEvent.LEFT_AIR, now)
        await settle_air(session, now)
        return _part(leg)
    is_mine = visit.turn == leg.turn
    if is_mine and leg.state in {CallState.SUMMONED, CallState.JOINING}:
        leg = await note(leg, CallEvent.SENT_BACK, now, turn=visit.turn)
        await settle_air(session, now)
    if leg.state is CallState.WAITING:
        return await _wait(leg, session, now)
    # While he is seen off the network asks here too, and ignores the answer: the air is
    # freed by his arrival at the goodbye, when he has certainly left the conference.
    return _part(leg)


async def go_back(visit: Visit, now: datetime) -> Prompt:
    """Answer to a citizen who was taken back to the queue: he has left the room by now."""
    session, leg = await open_leg(visit)
    if not leg.is_live or session.state not in ANSWERING:
        return in_language(Goodbye(why=choose_parting(session)), leg)
    if leg.state is CallState.RETURNING:
        leg = await note(leg, CallEvent.SENT_BACK, now)
        await settle_air(session, now)
    if leg.state in {CallState.WRAPPING, CallState.QUESTION}:
        return _part(leg)
    return await _wait(leg, session, now)


async def come_to_screen(visit: Visit, now: datetime) -> Prompt:
    """Answer to a citizen whom the operator wants to talk to before the air."""
    session, leg = await open_leg(visit)
    if leg.state is CallState.SCREENING and visit.turn == leg.turn:
        return in_language(Screen(leg=leg.public_id, session=session.public_id, turn=leg.turn), leg)
    if not leg.is_live or session.state not in ANSWERING:
        return in_language(Goodbye(why=choose_parting(session)), leg)
    return await _wait(leg, session, now)


async def left_screen(visit: Visit, now: datetime) -> Prompt:
    """Answer to a citizen's coming out of the talk with the operator."""
    session, leg = await open_leg(visit)
    if visit.is_over:
        return await end_citizen(leg, session, now)
    if leg.state is CallState.SCREENING and visit.turn == leg.turn:
        leg = await note(leg, CallEvent.SENT_BACK, now)
        await settle_air(session, now)
    if leg.state is CallState.WAITING:
        return await _wait(leg, session, now)
    return _part(leg)


async def take_question(visit: Visit, now: datetime, *, why: Parting) -> Prompt:
    """Answer to a caller who was sent to leave the question."""
    session, leg = await open_leg(visit)
    if not leg.is_live:
        return in_language(Goodbye(why=choose_parting(session)), leg)
    await end_recordings(leg, session, now)
    leg = await note(leg, CallEvent.RECORDS, now)
    await settle_air(session, now)
    policy = await get_call_policy(session.institution)
    return build_question(leg, session, why, policy)


async def question_left(visit: Visit, now: datetime, *, recording: str | None) -> Prompt:
    """Answer to a caller who has spoken (``recording`` is its name) or kept silent."""
    session, leg = await open_leg(visit)
    if recording is not None:
        await add_left_question(leg, now)
        await settle_air(session, now)
    if visit.is_over:
        return await end_citizen(leg, session, now)
    if recording is not None or visit.turn >= QUESTION_ATTEMPTS:
        why = Parting.CLOSED if recording is None else Parting.RECORDED
        return in_language(Goodbye(why=why), leg)
    policy = await get_call_policy(session.institution)
    return build_question(leg, session, Parting.WISHED, policy, attempt=visit.turn + 1)


async def say_goodbye(visit: Visit, now: datetime, *, why: Parting) -> Prompt:
    """Answer to somebody who is seen off: a citizen has left the air by now."""
    session, leg = await open_leg(visit)
    await note(leg, CallEvent.LEFT_AIR, now)
    await settle_air(session, now)
    return in_language(Goodbye(why=why), leg)


def choose_parting(session: Session) -> Parting:
    """Why callers of a session that lets nobody in are seen off."""
    is_cancelled = session.state is SessionState.CANCELLED
    return Parting.CANCELLED if is_cancelled else Parting.CLOSED


async def _bring_back(leg: Leg, session: Session, now: datetime) -> Prompt:
    """A talk that came to an end by itself: by its limit, or because the room broke down."""
    talk = timedelta(minutes=session.talk_minutes)
    policy = await get_call_policy(session.institution)
    if count_left(leg, now, talk=talk) < timedelta(seconds=policy.least_left_seconds):
        await note(leg, CallEvent.LEFT_AIR, now)
        await settle_air(session, now)
        return _part(leg)
    leg = await note(leg, CallEvent.RETURNED, now, why="room")
    leg = await note(leg, CallEvent.SENT_BACK, now, why="room")
    await settle_air(session, now)
    return await _wait(leg, session, now)


async def end_citizen(leg: Leg, session: Session, now: datetime, **detail: object) -> Silence:
    """The citizen has hung up: what was promised or interrupted goes on from here.

    A talk that was cut, and a place that was given up because the session stands still,
    may be taken up again; a call of ours that nobody took is made once more.
    """
    policy = await get_call_policy(session.institution)
    after = await note(leg, CallEvent.HUNG_UP, now, **detail)
    if after is leg:  # It is told more than once: by the verb that ends, by the call's status.
        return Silence()
    if session.state in ADMITTING:
        await _keep_way_open(leg, after, session, policy, now)
    if leg.is_outbound and leg.waiting_since is not None:
        await note_unanswered(leg, session, policy, now)
    await settle_air(session, now)
    return Silence()


async def _keep_way_open(
    leg: Leg, after: Leg, session: Session, policy: CallPolicy, now: datetime
) -> None:
    """Keep the place of a talk that was cut, and of who does not hold through a pause."""
    talk = timedelta(minutes=session.talk_minutes)
    if leg.state in {CallState.TALKING, CallState.HELD, CallState.RETURNING} or (
        leg.state is CallState.WAITING and leg.on_air_at is not None
    ):
        left = count_left(after, now, talk=talk)
        if left >= timedelta(seconds=policy.least_left_seconds):
            await note_facts(after, reconnect_until=now + policy.reconnect)
            is_cut_short = count_talked(after, now) < talk / 2
            if is_cut_short:
                await promise_after_drop(after, session, now)
    elif leg.state is CallState.WAITING and session.state is SessionState.PAUSED:
        await promise_instead_of_holding(leg, session, now)


async def _wait(leg: Leg, session: Session, now: datetime) -> Prompt:
    """Back into the queue; or the question, where nobody is put through any more."""
    await end_recordings(leg, session, now)
    if session.state not in ADMITTING:
        return await ask_question(leg, session, choose_refusal(session), now)
    return in_language(build_wait(leg, session, is_return=True), leg)


async def _come(leg: Leg, session: Session, now: datetime) -> Prompt:
    talk = timedelta(minutes=session.talk_minutes)
    left = max(count_left(leg, now, talk=talk), timedelta(minutes=1))
    return in_language(
        Join(
            leg=leg.public_id,
            session=session.public_id,
            turn=leg.turn,
            minutes=round(left.total_seconds() / 60),
            limit_seconds=session.talk_minutes * HARD_LIMIT * 60,
            is_recorded=records_talk(leg, session),
            is_transcribed=transcribes_talk(leg, session),
            is_return=leg.on_air_at is not None or leg.resumes is not None,
        ),
        leg,
    )


def _part(leg: Leg) -> Prompt:
    return in_language(Goodbye(why=Parting.TALKED), leg)
