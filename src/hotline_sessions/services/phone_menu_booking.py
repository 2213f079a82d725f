"""Services by phone: choose a session, prove a number, take a slot."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from hotline_sessions.domain.bookings import (
    AlreadyBooked,
    Booking,
    Caller,
    Origin,
    SessionNotBookable,
    Wish,
)
from hotline_sessions.domain.codes import TooSoon, WrongCode
from hotline_sessions.domain.errors import Forbidden, Invalid, NotFound, Refusal
from hotline_sessions.domain.menu_prompts import Remark, TellBooked
from hotline_sessions.domain.phone_menu import MORE_KEY, SLOTS_OFFERED, Step, choose_number
from hotline_sessions.domain.phones import PhoneNumber, is_mobile, parse_mobile
from hotline_sessions.domain.slots import SlotTaken, SlotTooSoon
from hotline_sessions.services.booking_choices import exchange
from hotline_sessions.services.booking_orders import Way
from hotline_sessions.services.bookings import book, promise_call
from hotline_sessions.services.phone_menu_turns import Handler, Outcome, Turn, lead, miss
from hotline_sessions.services.phone_menu_words import by_phone, not_said, to_be_asked
from hotline_sessions.services.verification import issue_code, try_code
from hotline_sessions.store.dialogues import get_zone
from hotline_sessions.store.transaction import savepoint


async def choose_session(turn: Turn) -> Outcome:
    """The session; then the number, unless it has been proven in this call."""
    number = choose_number(turn.keys, of=len(turn.facts.sessions))
    if number is None:
        return miss(turn)
    chosen = {"session": turn.facts.sessions[number], "after": 0, "starts": ()}
    if turn.facts.is_moving or turn.facts.is_proven:
        return lead(turn, Step.SLOT, **chosen)
    return ask_number(turn, goal=Step.SLOT, **chosen)


def ask_number(turn: Turn, *, goal: Step, **changes: object) -> Outcome:
    """The number to prove; ``goal`` is the step to which the proof leads."""
    step = Step.NUMBER if may_get_texts(turn.dialogue.caller) else Step.PHONE
    return lead(turn, step, goal=goal, **changes)


async def confirm_number(turn: Turn) -> Outcome:
    """Whether the code goes to the number that calls."""
    if turn.keys == "1" and turn.dialogue.caller is not None:
        return await _send(turn, turn.dialogue.caller)
    return lead(turn, Step.PHONE) if turn.keys == "2" else miss(turn)


async def accept_phone(turn: Turn) -> Outcome:
    """Another number for the code."""
    try:
        phone = parse_mobile(turn.keys)
    except Invalid:
        return miss(turn, Remark.BAD_NUMBER)
    return await _send(turn, phone) if is_mobile(phone) else miss(turn, Remark.BAD_NUMBER)


async def accept_sms_code(turn: Turn) -> Outcome:
    """The code from the SMS: it alone proves the number."""
    try:
        outcome = await try_code(turn.facts.token, turn.keys, secret=turn.secret, now=turn.now)
    except Invalid:
        return miss(turn, Remark.WRONG_CODE)
    except Refusal:
        return lead(turn, Step.SERVICE, Remark.CODE_OVER, token="")
    if isinstance(outcome, WrongCode):
        if outcome.facts["remaining"]:
            return lead(turn, Step.SMS_CODE, Remark.WRONG_CODE)
        return lead(turn, Step.SERVICE, Remark.CODE_OVER, token="")
    return lead(turn, turn.facts.goal, phone=outcome.phone, is_proven=True, token="", after=0)


async def choose_slot(turn: Turn) -> Outcome:
    """The time: with its key the booking is made, or moved."""
    facts = turn.facts
    number = choose_number(turn.keys, of=len(facts.starts))
    if number is not None:
        return await _take(turn, number)
    if turn.keys == str(MORE_KEY):
        return lead(turn, Step.SLOT, after=facts.after + SLOTS_OFFERED)
    return miss(turn)


async def after_booking(turn: Turn) -> Outcome:
    """A call at the time of the talk, if wished; silence is the end."""
    if turn.keys == "1" and turn.facts.made is not None:
        await promise_call(turn.facts.made)
        return lead(turn, Step.SERVICE, Remark.CALL_BACK, made=None)
    return lead(turn, Step.SERVICE if turn.keys else Step.OVER, made=None)


STEPS: Final[Mapping[Step, Handler]] = MappingProxyType(
    {
        Step.SESSION: choose_session,
        Step.NUMBER: confirm_number,
        Step.PHONE: accept_phone,
        Step.SMS_CODE: accept_sms_code,
        Step.SLOT: choose_slot,
        Step.BOOKED: after_booking,
    }
)


def may_get_texts(caller: str | None) -> bool:
    """Whether an SMS can be sent to the number that calls."""
    return caller is not None and is_mobile(PhoneNumber(caller))


async def _send(turn: Turn, phone: str) -> Outcome:
    try:
        token = await issue_code(
            phone,
            by_phone(),
            institution=turn.dialogue.institution,
            language=turn.dialogue.language,
            secret=turn.secret,
            now=turn.now,
        )
    except TooSoon:
        if turn.facts.token and turn.facts.phone == phone:
            return lead(turn, Step.SMS_CODE)
        return lead(turn, Step.SERVICE, Remark.TOO_SOON)
    except Refusal:
        return lead(turn, Step.SERVICE, Remark.TOO_MANY_CODES)
    return lead(turn, Step.SMS_CODE, phone=phone, token=token)


async def _take(turn: Turn, number: int) -> Outcome:
    """Take the slot; whoever finds it gone chooses among those that are left."""
    try:
        async with savepoint():
            booking, code = await (
                _move(turn, number) if turn.facts.is_moving else _book(turn, number)
            )
    except (SlotTaken, SlotTooSoon, NotFound):
        return lead(turn, Step.SLOT, Remark.SLOT_TAKEN, after=0)
    except SessionNotBookable:
        return lead(turn, Step.SERVICE, Remark.NO_SLOTS)
    except AlreadyBooked:
        return lead(turn, Step.SERVICE, Remark.ALREADY_BOOKED)
    except Refusal:
        return lead(turn, Step.SERVICE, Remark.LIMIT_REACHED)
    return await tell_booked(turn, booking, code)


async def tell_booked(turn: Turn, booking: Booking, code: str | None) -> Outcome:
    """Day, time and code of what was booked; none where the code stays as it was."""
    done = lead(
        turn,
        Step.BOOKED,
        booking=None,
        is_moving=False,
        session=None,
        starts=(),
        made=booking.public_id,
    )
    told = TellBooked(
        starts_at=booking.starts_at, time_zone=await get_zone(booking.session), code=code
    )
    return msgspec.structs.replace(done, told=told)


async def _book(turn: Turn, number: int) -> tuple[Booking, str | None]:
    facts = turn.facts
    if not facts.is_proven:
        raise Forbidden
    wish = Wish(starts_at=facts.starts[number], community=not_said(), question=to_be_asked())
    caller = Caller(phone=str(facts.phone), name=by_phone())
    way = Way(origin=Origin.PHONE, language=turn.dialogue.language)
    taken = await book(str(facts.session), wish, caller, secret=turn.secret, now=turn.now, way=way)
    return taken.booking, taken.code


async def _move(turn: Turn, number: int) -> tuple[Booking, str | None]:
    facts = turn.facts
    moved = await exchange(
        str(facts.booking),
        str(facts.session),
        facts.starts[number],
        secret=turn.secret,
        now=turn.now,
    )
    return moved.booking, moved.code
