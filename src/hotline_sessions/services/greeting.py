"""A citizen calls: which session, whose booking, and into the queue.

What answers a ``Visit`` here runs inside the transaction that writes the webhook down, and
refuses whom ``open_leg`` refuses.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.bookings import Booking, BookingState
from hotline_sessions.domain.call_backs import CallBackKind, CallBackState
from hotline_sessions.domain.calls import (
    CallEvent,
    CallState,
    Consent,
    Identity,
    Leg,
    Role,
)
from hotline_sessions.domain.codes import CODE_DIGITS
from hotline_sessions.domain.commands import HangUp
from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.errors import Forbidden
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.lines import Line
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.prompts import (
    AskCode,
    AskConsent,
    AskPresence,
    AskTail,
    Goodbye,
    Host,
    Menu,
    Parting,
    Prompt,
)
from hotline_sessions.domain.sessions import ADMITTING, ANSWERING, Session
from hotline_sessions.domain.speech_heard import UNCLEAR
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.air import settle_air
from hotline_sessions.services.booking_orders import build_booking_mac
from hotline_sessions.services.call_backs import find_promise, note_answered, note_unanswered
from hotline_sessions.services.called_lines import choose_called
from hotline_sessions.services.inbox import Speak, answer_once
from hotline_sessions.services.legs import command, in_language, note, note_facts, tell_desk
from hotline_sessions.services.official_calls import become_official
from hotline_sessions.services.open_legs import Visit, open_leg
from hotline_sessions.services.phone_menu import MenuCall, open_menu
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.queue_prompts import ask_question, build_wait, choose_refusal
from hotline_sessions.services.ringing import take_up
from hotline_sessions.services.tokens import build_official_pin
from hotline_sessions.store.bookings import find_booking_by_code, find_live_booking
from hotline_sessions.store.call_backs import find_call_back_of_leg, mark_call_back
from hotline_sessions.store.callers import find_traces
from hotline_sessions.store.calls import (
    add_leg,
    count_waiting,
    find_unfinished,
    get_leg,
    get_leg_by_id,
    list_live_legs,
)
from hotline_sessions.store.institutions import get_call_policy
from hotline_sessions.store.lines import find_successor, list_lines_of_number
from hotline_sessions.store.live import get_host, list_bookings_by_id
from hotline_sessions.store.sessions import (
    count_wrong_code,
    draw_turn,
    lock_answering,
    lock_session,
)


CONSENT_ATTEMPTS: Final = 2
"""How often a caller is asked whether the talk may be recorded; silence is a no."""
AGREES: Final = "1"
CONSENT_KEYS: Final = frozenset({AGREES, "2"})
PRESENCE_ATTEMPTS: Final = 2
"""How often who picks up our call is asked to press a key; a machine never does."""
PRESENT_KEY: Final = "1"
CODE_ATTEMPTS: Final = 3
"""Tries to key in a code; then the caller waits like one without a booking."""
FRESH_ATTEMPTS: Final = 1000
"""After a visit to the menu attempts are counted in a range of their own, so many apart."""
NO_BOOKING: Final = frozenset({"", "0"})
"""Silence, or the key for "I have no booking"."""


class Incoming(Struct, frozen=True, kw_only=True):
    """A call that comes in; ``caller`` is None when the number is withheld.

    ``forwarded_from`` is the number that was dialled where a carrier has forwarded the call
    to ``line``, and empty elsewhere.
    """

    sid: CallSid
    line: str
    caller: str | None = None
    forwarded_from: str = ""


async def greet(incoming: Incoming, delivery: Delivery, speak: Speak, *, clock: Clock) -> str:
    """Answer to a call that comes in.

    Raises:
        Forbidden: The number that was called is no line of ours.
    """
    now = clock.now()
    return await answer_once(delivery, partial(_greet, incoming, now), speak, now)


async def accept_code(keyed: Visit, now: datetime, *, secret: bytes) -> Prompt:
    """Answer to a code, or to silence.

    Words in which there is no code are not held against the session's callers: only what
    might be a guess counts towards the cap of wrong codes.
    """
    session, leg = await open_leg(keyed)
    if not leg.is_live or session.state not in ANSWERING:
        return in_language(Goodbye(why=Parting.CLOSED), leg)
    if leg.state is not CallState.GREETING:
        return in_language(build_wait(leg, session), leg)
    policy = await get_call_policy(session.institution)
    is_closed = _is_closed_to_codes(session, policy)
    if not is_closed and is_official_pin(secret, session, keyed.result):
        return await become_official(leg, session, now)
    if session.state not in ADMITTING:
        return await ask_question(leg, session, choose_refusal(session), now)
    if keyed.result.startswith("*"):
        return in_language(Menu(leg=leg.public_id, visit=keyed.turn), leg)
    if keyed.result in NO_BOOKING:
        return await _go_on(await note_facts(leg, booking=None), session, now)
    booking, identity = await _match(leg, keyed.result, session, secret, is_closed=is_closed)
    if booking is not None:
        await _take_over_booking(leg, booking, session, now)
        leg = await note_facts(leg, booking=booking.id, identity=identity)
        return await _go_on(leg, session, now, booking=booking)
    leg = await note_facts(leg, code_tries=leg.code_tries + 1)
    if keyed.result != UNCLEAR:
        is_closed = await count_wrong_code(session.id) >= policy.wrong_codes_cap
    if leg.code_tries >= CODE_ATTEMPTS or is_closed:
        return await _go_on(await note_facts(leg, booking=None), session, now)
    return _ask_again(leg, keyed, policy)


def _ask_again(leg: Leg, keyed: Visit, policy: CallPolicy) -> Prompt:
    ask = AskTail if leg.booking is not None else AskCode
    return in_language(
        ask(
            leg=leg.public_id,
            attempt=keyed.turn + 1,
            offers_menu=policy.asks_language,
            is_unclear=keyed.result == UNCLEAR,
        ),
        leg,
    )


async def accept_consent(keyed: Visit, now: datetime) -> Prompt:
    """Answer to whether the talk may be recorded."""
    session, leg = await open_leg(keyed)
    if not leg.is_live or session.state not in ANSWERING:
        return in_language(Goodbye(why=Parting.CLOSED), leg)
    if leg.state is not CallState.GREETING and leg.state is not CallState.CONFIRMING:
        return in_language(build_wait(leg, session), leg)
    if keyed.result not in CONSENT_KEYS and keyed.turn < CONSENT_ATTEMPTS:
        return in_language(AskConsent(leg=leg.public_id, attempt=keyed.turn + 1), leg)
    # Silence is no consent. Source: Law 2297-VI, art. 2 (a voluntary, informed expression of will)
    consent = Consent.YES if keyed.result == AGREES else Consent.NO
    leg = await note_facts(leg, consent=consent, consented_at=now)
    return await _go_on(leg, session, now)


async def greet_called_back(visit: Visit, now: datetime) -> Prompt:
    """Answer to a citizen, or a machine, who has picked up our call."""
    session, leg = await open_leg(visit)
    if not leg.is_live or session.state not in ANSWERING:
        return in_language(Goodbye(why=Parting.CLOSED), leg)
    leg = await note(leg, CallEvent.ANSWERED, now)
    host = await get_host(session.id, locale=leg.language)
    return in_language(AskPresence(leg=leg.public_id, attempt=1, host=host), leg)


async def accept_presence(keyed: Visit, now: datetime) -> Prompt:
    """Answer to the key by which a person, not a machine, says to be there."""
    session, leg = await open_leg(keyed)
    if not leg.is_live or session.state not in ANSWERING:
        return in_language(Goodbye(why=Parting.CLOSED), leg)
    if leg.state is not CallState.CONFIRMING:
        return in_language(build_wait(leg, session), leg)
    if keyed.result == PRESENT_KEY:
        await note_answered(leg, now)
        return await _go_on(leg, session, now)
    if keyed.turn < PRESENCE_ATTEMPTS:
        return in_language(AskPresence(leg=leg.public_id, attempt=keyed.turn + 1), leg)
    leg = await note(leg, CallEvent.HUNG_UP, now, why="not-confirmed")
    policy = await get_call_policy(session.institution)
    await note_unanswered(leg, session, policy, now)
    await settle_air(session, now)
    return in_language(Goodbye(why=Parting.FAILED), leg)


async def _greet(incoming: Incoming, now: datetime) -> Prompt:
    day = local_date(now)
    number = await choose_called((incoming.forwarded_from, incoming.line), on=day)
    session = await lock_answering(number, on=day)
    successor: Line | None = None
    if session is None:
        lines = await list_lines_of_number(number, on=day)
        if not lines:
            # An old number that still reaches us: its callers are served as those of the new one.
            successor = await find_successor(number, on=day)
            if successor is None:
                raise Forbidden
            lines = [successor]
            session = await lock_answering(successor.number, on=day)
        if session is None:
            return await offer_menu(incoming, lines, now)
    leg = await add_leg(
        session,
        Role.CITIZEN,
        CallState.GREETING,
        now,
        sid=incoming.sid,
        peer_number=incoming.caller,
    )
    await tell_desk(session.public_id)
    host = await get_host(session.id, locale=leg.language)
    if successor is not None:
        host = replace(host, new_number=successor.number)
    policy = await get_call_policy(session.institution)
    is_closed = _is_closed_to_codes(session, policy)
    is_official = is_official_number(session, incoming.caller) and not is_closed
    if session.state not in ADMITTING and not is_official:
        return await ask_question(leg, session, choose_refusal(session), now)
    traces = await find_traces(leg)
    is_known = False
    if traces.stands_by:
        leg = await note_facts(leg, stands_by=True)
    if traces.has_called or traces.is_promised:
        leg, is_known = await _take_over(leg, session, now)
    if is_official:
        return _ask_code(leg, host, policy)
    if is_known:
        return await _go_on(leg, session, now, host=host)
    booking = await _find_booking(session, incoming.caller) if traces.has_booked else None
    if booking is not None:
        leg = await note_facts(leg, booking=booking.id)
        return AskTail(leg=leg.public_id, attempt=1, host=host, offers_menu=policy.asks_language)
    if is_closed:
        return await _go_on(leg, session, now, host=host)
    if traces.is_booked_by_somebody or policy.asks_language:
        return _ask_code(leg, host, policy)
    return await _go_on(leg, session, now, host=host)


def _ask_code(leg: Leg, host: Host, policy: CallPolicy) -> AskCode:
    return AskCode(leg=leg.public_id, attempt=1, host=host, offers_menu=policy.asks_language)


def _is_closed_to_codes(session: Session, policy: CallPolicy) -> bool:
    """Whether so many wrong codes were keyed in that no whole code opens anything any more."""
    return session.wrong_codes >= policy.wrong_codes_cap


async def _match(
    leg: Leg, digits: str, session: Session, secret: bytes, *, is_closed: bool
) -> tuple[Booking | None, Identity]:
    """Booking that ``digits`` open: the one of the caller's number by two, any by all six."""
    if leg.booking is not None:
        booking = (await list_bookings_by_id([leg.booking])).get(leg.booking)
        if booking and booking.state is BookingState.BOOKED and digits == booking.code_hint:
            return booking, Identity.WEAK
    if len(digits) == CODE_DIGITS and not is_closed:
        mac = build_booking_mac(secret, session.public_id, digits)
        return await find_booking_by_code(session.id, mac), Identity.CODE
    return None, Identity.NONE


async def _go_on(
    leg: Leg,
    session: Session,
    now: datetime,
    *,
    booking: Booking | None = None,
    host: Host | None = None,
) -> Prompt:
    """The next thing a caller has to say before waiting, or the queue itself."""
    if session.state not in ADMITTING:
        return await ask_question(leg, session, choose_refusal(session), now)
    if session.is_recorded and leg.consent is Consent.NONE:
        return in_language(
            AskConsent(
                leg=leg.public_id,
                attempt=1,
                host=host,
                is_transcribed=session.is_transcribed,
            ),
            leg,
        )
    policy = await get_call_policy(session.institution)
    has_place = leg.resumes is not None or leg.waiting_since is not None
    needs_room = leg.booking is None and not has_place
    if needs_room and await count_waiting(session.id) >= policy.queue_cap:
        return await ask_question(leg, session, Parting.FULL, now)
    leg = await note(leg, CallEvent.ADMITTED, now, identity=leg.identity.value)
    await settle_air(session, now)
    return in_language(build_wait(leg, session, booking=booking, host=host), leg)


async def return_from_menu(name: PublicId, *, language: str, now: datetime) -> Prompt:
    """Back from the services by telephone, perhaps in another language: the code is asked for.

    Runs inside a transaction. The number of the attempt is one that was never used, so that
    what is keyed in now is not taken for a repetition.
    """
    session = await lock_session((await get_leg(name)).session)
    leg = await note_facts(await get_leg(name), language=language)
    if leg.state is not CallState.GREETING:
        return in_language(build_wait(leg, session), leg)
    if session.state not in ADMITTING:
        return await ask_question(leg, session, choose_refusal(session), now)
    host = await get_host(session.id, locale=leg.language)
    turn = await draw_turn(session.id)
    return in_language(AskCode(leg=leg.public_id, attempt=turn * FRESH_ATTEMPTS, host=host), leg)


async def offer_menu(incoming: Incoming, lines: Sequence[Line], now: datetime) -> Prompt:
    """Services by telephone, when no session answers on the line."""
    call = MenuCall(sid=incoming.sid, line=lines[0], caller=incoming.caller)
    return await open_menu(call, now)


def is_official_number(session: Session, caller: str | None) -> bool:
    """Whether the official seems to call: enough to ask for the code, for nothing else."""
    return caller is not None and caller == session.ring_number


def is_official_pin(secret: bytes, session: Session, digits: str) -> bool:
    """Whether these are the official's own digits for this session."""
    pin = build_official_pin(secret, session.public_id)
    return hmac.compare_digest(pin.encode(), digits.encode())


async def _find_booking(session: Session, caller: str | None) -> Booking | None:
    if caller is None:
        return None
    booking = await find_live_booking(session.id, caller)
    return booking if booking and booking.state is BookingState.BOOKED else None


async def _take_over(leg: Leg, session: Session, now: datetime) -> tuple[Leg, bool]:
    """A call goes on where an earlier one from its number stands; whether that was past greeting.

    A second call takes the place of the first, a talk is never cut by it. Who was promised
    a call keeps that place, who was cut off goes on with the talk. A number alone gives a
    place, and nothing else.
    """
    number = leg.peer_number
    if number is None:
        return leg, False
    is_known = False
    for other in await list_live_legs(session.id):
        is_same = other.peer_number == number and other.role is Role.CITIZEN
        if not is_same or other.id == leg.id or other.is_on_air:
            continue
        # First the other one ends: a dropped talk is gone on with by one call at a time.
        await _replace(other, session, now)
        leg = await _inherit(leg, other)
        is_known = is_known or leg.resumes is not None
        is_known = is_known or (other.state is CallState.WAITING and other.booking is None)
    promise = await find_promise(session, number)
    if promise is not None and promise.kind is not CallBackKind.SLOT:
        await mark_call_back(promise, CallBackState.REACHED, now)
        since = min(filter(None, (leg.waiting_since, promise.place_since)))
        leg, is_known = await note_facts(leg, waiting_since=since), promise.booking is None
        if promise.resumes is not None and leg.resumes is None:
            return await take_up(leg, await get_leg_by_id(promise.resumes)), True
    dropped = await find_unfinished(session.id, number, now)
    if dropped is not None:
        return await take_up(leg, dropped), True
    return leg, is_known


async def _inherit(leg: Leg, other: Leg) -> Leg:
    """The place of another call from the same number, and what was said in it."""
    since = min(filter(None, (leg.waiting_since, other.waiting_since)), default=None)
    changes: dict[str, object] = {
        "waiting_since": since,
        "precedence": other.precedence,
        "consent": other.consent,
        "consented_at": other.consented_at,
        "language": other.language,
    }
    unfinished = other.id if other.on_air_at is not None else other.resumes
    if unfinished is not None:
        changes |= {
            "resumes": unfinished,
            "booking": other.booking,
            "identity": other.identity,
            "talk_seconds": other.talk_seconds,
            "extra_seconds": other.extra_seconds,
        }
    return await note_facts(leg, **changes)


async def _take_over_booking(leg: Leg, booking: Booking, session: Session, now: datetime) -> None:
    """A booking has one place in the queue: the latest call that has proven it holds it."""
    for other in await list_live_legs(session.id):
        if other.booking == booking.id and other.id != leg.id and not other.is_on_air:
            await _replace(other, session, now)


async def _replace(leg: Leg, session: Session, now: datetime) -> None:
    await note(leg, CallEvent.REPLACED, now)
    await command(HangUp(leg=leg.public_id), session, leg, now)
    promise = await find_call_back_of_leg(leg.id)
    if promise is not None and promise.is_standing:
        await mark_call_back(promise, CallBackState.REACHED, now)
