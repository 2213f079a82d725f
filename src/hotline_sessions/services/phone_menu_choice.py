"""Services by phone: what becomes of a booking since plans have changed, chosen by keys.

Who calls from a number of which an answer is waited for hears that first, and keys in the code:
until then neither who was booked nor when is told, since a shown number proves nothing.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline_sessions.domain.booking_choices import Choice, NothingToChoose
from hotline_sessions.domain.bookings import AlreadyBooked, BookingOver, SessionNotBookable
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.menu_prompts import Remark
from hotline_sessions.domain.phone_menu import LEAVE_KEY, Step
from hotline_sessions.domain.slots import SlotTaken, SlotTooSoon
from hotline_sessions.services.booking_choices import exchange, file_in_place, settle
from hotline_sessions.services.bookings import get_booking
from hotline_sessions.services.phone_menu_booking import tell_booked
from hotline_sessions.services.phone_menu_turns import Handler, Outcome, Turn, lead, miss
from hotline_sessions.services.phone_menu_words import build_written
from hotline_sessions.store.transaction import savepoint


async def choose_by_key(turn: Turn) -> Outcome:
    """Keep or look for other times, take the nearest one, file an appeal, give up."""
    match turn.keys:
        case "1":
            return await _keep_or_look(turn)
        case "2" if turn.facts.starts and turn.facts.sessions:
            return await _move(turn)
        case "3":
            return await _file(turn)
        case key if key == LEAVE_KEY:
            return lead(turn, Step.SURE)
        case _:
            return miss(turn)


async def _keep_or_look(turn: Turn) -> Outcome:
    """What cannot be kept is exchanged: then the first key leads to all free times."""
    try:
        async with savepoint():
            await settle(str(turn.facts.booking), Choice.KEEP, now=turn.now)
    except NothingToChoose:
        return lead(turn, Step.SESSION, is_moving=True, sessions=(), starts=())
    except (BookingOver, NotFound):
        return lead(turn, Step.SERVICE, Remark.BOOKING_OVER, booking=None)
    return lead(turn, Step.OWN, Remark.KEPT)


async def _move(turn: Turn) -> Outcome:
    facts = turn.facts
    try:
        async with savepoint():
            moved = await exchange(
                str(facts.booking),
                facts.sessions[0],
                facts.starts[0],
                secret=turn.secret,
                now=turn.now,
            )
    except (SlotTaken, SlotTooSoon, SessionNotBookable, NotFound):
        return lead(turn, Step.CHOICE, Remark.SLOT_TAKEN)
    except AlreadyBooked:
        return lead(turn, Step.CHOICE, Remark.ALREADY_BOOKED)
    except BookingOver:
        return lead(turn, Step.SERVICE, Remark.BOOKING_OVER, booking=None)
    except Refusal:
        return lead(turn, Step.CHOICE, Remark.LIMIT_REACHED)
    return await tell_booked(turn, moved.booking, moved.code)


async def _file(turn: Turn) -> Outcome:
    """The number and the code of the appeal come by SMS: nobody keeps them in mind."""
    written = build_written(await get_booking(str(turn.facts.booking)))
    if written is None:
        return miss(turn)
    await file_in_place(str(turn.facts.booking), written, secret=turn.secret, now=turn.now)
    return lead(turn, Step.SERVICE, Remark.FILED, booking=None)


STEPS: Final[Mapping[Step, Handler]] = MappingProxyType({Step.CHOICE: choose_by_key})
