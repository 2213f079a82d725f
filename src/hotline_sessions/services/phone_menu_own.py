"""Services by phone: open a booking by its code, hear it, move it, cancel it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline_sessions.domain.bookings import BookingOver
from hotline_sessions.domain.codes import CODE_DIGITS
from hotline_sessions.domain.errors import Invalid, NotFound
from hotline_sessions.domain.menu_prompts import Remark
from hotline_sessions.domain.phone_menu import CALL_TRIES, LEAVE_KEY, Step
from hotline_sessions.domain.phones import parse_mobile
from hotline_sessions.services.booking_choices import give_up
from hotline_sessions.services.booking_codes import (
    BookingCodesLocked,
    WrongBookingCode,
    open_by_code,
)
from hotline_sessions.services.phone_menu_turns import Handler, Outcome, Turn, lead, miss


def ask_own(turn: Turn) -> Outcome:
    """The code; before it the number, where the network does not show it."""
    if turn.facts.tries >= CALL_TRIES:
        return lead(turn, Step.SERVICE, Remark.LOCKED)
    phone = turn.facts.own_phone or turn.dialogue.caller
    if phone is None:
        return lead(turn, Step.OWN_PHONE, booking=None)
    return lead(turn, Step.OWN_CODE, own_phone=phone, booking=None)


async def accept_own_phone(turn: Turn) -> Outcome:
    """The number that the booking was made with."""
    try:
        phone = parse_mobile(turn.keys)
    except Invalid:
        return miss(turn, Remark.BAD_NUMBER)
    return lead(turn, Step.OWN_CODE, own_phone=phone)


async def accept_own_code(turn: Turn) -> Outcome:
    """The code of the booking: without it nothing is told and nothing is changed."""
    if turn.keys == LEAVE_KEY:
        return lead(turn, Step.OWN_PHONE)
    if len(turn.keys) != CODE_DIGITS or not turn.keys.isdigit():
        return miss(turn, Remark.WRONG_CODE)
    opened = await open_by_code(
        str(turn.facts.own_phone),
        turn.keys,
        institution=turn.dialogue.institution,
        secret=turn.secret,
        now=turn.now,
    )
    if isinstance(opened, BookingCodesLocked):
        return lead(turn, Step.SERVICE, Remark.LOCKED, tries=CALL_TRIES)
    if isinstance(opened, WrongBookingCode):
        tries = turn.facts.tries + 1
        if tries < CALL_TRIES:
            return lead(turn, Step.OWN_CODE, Remark.WRONG_CODE, tries=tries)
        return lead(turn, Step.SERVICE, Remark.NO_BOOKING, tries=tries)
    return lead(turn, Step.OWN, booking=opened)


async def choose_deed(turn: Turn) -> Outcome:
    """Move, cancel, or hear it again."""
    match turn.keys:
        case "1":
            return lead(turn, Step.SESSION, is_moving=True)
        case "2":
            return lead(turn, Step.SURE)
        case "3":
            return lead(turn, Step.OWN)
        case _:
            return miss(turn)


async def cancel_if_sure(turn: Turn) -> Outcome:
    """Cancel after a second key."""
    if turn.keys == "2":
        return lead(turn, Step.OWN, Remark.KEPT)
    if turn.keys != "1":
        return miss(turn)
    try:
        await give_up(str(turn.facts.booking), now=turn.now)
    except (BookingOver, NotFound):
        return lead(turn, Step.SERVICE, Remark.BOOKING_OVER, booking=None)
    return lead(turn, Step.SERVICE, Remark.CANCELLED, booking=None)


STEPS: Final[Mapping[Step, Handler]] = MappingProxyType(
    {
        Step.OWN_PHONE: accept_own_phone,
        Step.OWN_CODE: accept_own_code,
        Step.OWN: choose_deed,
        Step.SURE: cancel_if_sure,
    }
)
