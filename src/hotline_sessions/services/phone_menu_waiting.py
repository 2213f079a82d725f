"""Services by phone: join the waiting list, leave it, answer an offer; take part in a draw."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from hotline_sessions.domain.bookings import AlreadyBooked, Caller, Origin, SessionNotBookable
from hotline_sessions.domain.draws import WISHES
from hotline_sessions.domain.errors import Forbidden, NotFound, Refusal
from hotline_sessions.domain.menu_prompts import Remark
from hotline_sessions.domain.phone_menu import (
    MORE_KEY,
    SLOTS_OFFERED,
    Step,
    choose_number,
)
from hotline_sessions.domain.registration import (
    DrawSession,
    RegistrationClosed,
    RegistrationNotOpen,
)
from hotline_sessions.domain.waiting_list import EntryOver, NewEntry, SlotsFree
from hotline_sessions.domain.waiting_offers import OfferOver
from hotline_sessions.services.draw_entries import (
    DrawWish,
    NotByLot,
    RegisteredAlready,
    enter_draw,
    leave_draw,
)
from hotline_sessions.services.offer_answers import pass_offer_on, take_offer
from hotline_sessions.services.phone_menu_booking import ask_number, tell_booked
from hotline_sessions.services.phone_menu_turns import Handler, Outcome, Turn, lead, miss
from hotline_sessions.services.phone_menu_words import by_phone, not_said, to_be_asked
from hotline_sessions.services.waiting_list import put_on, take_off
from hotline_sessions.store.dialogues import is_awaited_on
from hotline_sessions.store.transaction import savepoint


NAME_KEY: Final = "3"
"""Names a time that suits in a draw."""


async def ask_place(turn: Turn) -> Outcome:
    """The caller's places; before them the number, unless it has been proven in this call."""
    if not await is_awaited_on(turn.dialogue.line, turn.now):
        return miss(turn)
    if turn.facts.is_proven:
        return lead(turn, Step.PLACE, entry=None, nth=0)
    return ask_number(turn, goal=Step.PLACE, entry=None, nth=0)


async def join_list(turn: Turn) -> Outcome:
    """Wait for this session, or for any of the post."""
    if turn.keys not in {"1", "2"}:
        return miss(turn)
    new = NewEntry(
        phone=get_proven(turn),
        caller_name=by_phone(),
        community=not_said(),
        question=to_be_asked(),
        language=turn.dialogue.language,
        any_session=turn.keys == "2",
        origin=Origin.PHONE,
    )
    try:
        async with savepoint():
            name = await put_on(str(turn.facts.session), new, now=turn.now)
    except SlotsFree:
        return lead(turn, Step.SLOT, after=0)
    except Refusal as refusal:
        return lead(turn, Step.SERVICE, choose_remark(refusal))
    return lead(turn, Step.PLACE, entry=name)


async def answer_place(turn: Turn) -> Outcome:
    """Yes or no to an offer; without one, hear the place again or leave the list."""
    facts = turn.facts
    get_proven(turn)
    match turn.keys:
        case key if key == str(MORE_KEY):
            return lead(turn, Step.PLACE, entry=None, nth=facts.nth + 1)
        case "1" if facts.offer is not None:
            return await _accept(turn, facts.offer)
        case "2" if facts.offer is not None:
            return await _decline(turn, facts.offer)
        case "1":
            return lead(turn, Step.PLACE)
        case "2":
            return await _leave(turn)
        case _:
            return miss(turn)


async def choose_lot(turn: Turn) -> Outcome:
    """Take part in the draw with any time, name times that suit, or withdraw."""
    caller = Caller(phone=get_proven(turn), name=by_phone())
    match turn.keys:
        case "1":
            return await _enter(turn, any_time=True)
        case "2":
            try:
                async with savepoint():
                    await leave_draw(str(turn.facts.session), caller, now=turn.now)
            except Refusal as refusal:
                return lead(turn, Step.SERVICE, choose_remark(refusal))
            return lead(turn, Step.SERVICE, Remark.WITHDRAWN)
        case key if key == NAME_KEY:
            return lead(turn, Step.LOT_TIMES, after=0, wishes=())
        case _:
            return miss(turn)


async def choose_time(turn: Turn) -> Outcome:
    """One of the times that were told, or others."""
    facts = turn.facts
    number = choose_number(turn.keys, of=len(facts.starts))
    if number is not None:
        named = (*facts.wishes, facts.starts[number])
        return lead(turn, Step.LOT_SURE, wishes=named, after=0)
    if turn.keys == str(MORE_KEY):
        return lead(turn, Step.LOT_TIMES, after=facts.after + SLOTS_OFFERED)
    return miss(turn)


async def confirm_times(turn: Turn) -> Outcome:
    """Take part with the times that were named, alone or with any other; or name one more."""
    match turn.keys:
        case "1" | "2":
            return await _enter(turn, any_time=turn.keys == "1", times=turn.facts.wishes)
        case key if key == NAME_KEY and len(turn.facts.wishes) < WISHES:
            return lead(turn, Step.LOT_TIMES, after=0)
        case _:
            return miss(turn)


async def _enter(turn: Turn, *, any_time: bool, times: tuple[datetime, ...] = ()) -> Outcome:
    wish = DrawWish(times=times, any_time=any_time, community=not_said(), question=to_be_asked())
    try:
        async with savepoint():
            await enter_draw(
                str(turn.facts.session),
                wish,
                Caller(phone=get_proven(turn), name=by_phone()),
                language=turn.dialogue.language,
                now=turn.now,
                origin=Origin.PHONE,
            )
    except RegisteredAlready:
        return lead(turn, Step.SLOT)
    except Refusal as refusal:
        return lead(turn, Step.SERVICE, choose_remark(refusal))
    return lead(turn, Step.SLOT)


async def _accept(turn: Turn, offer: str) -> Outcome:
    try:
        async with savepoint():
            accepted = await take_offer(offer, secret=turn.secret, now=turn.now)
    except (OfferOver, NotFound):
        return lead(turn, Step.PLACE, Remark.OFFER_OVER)
    except Refusal as refusal:
        return lead(turn, Step.SERVICE, choose_remark(refusal))
    return await tell_booked(turn, accepted.booking, accepted.code)


async def _decline(turn: Turn, offer: str) -> Outcome:
    try:
        async with savepoint():
            await pass_offer_on(offer, now=turn.now)
    except (OfferOver, NotFound):
        return lead(turn, Step.PLACE, Remark.OFFER_OVER)
    return lead(turn, Step.PLACE, Remark.DECLINED)


async def _leave(turn: Turn) -> Outcome:
    try:
        async with savepoint():
            await take_off(str(turn.facts.entry), now=turn.now)
    except (EntryOver, NotFound):
        return lead(turn, Step.SERVICE, Remark.NOT_WAITING, entry=None)
    return lead(turn, Step.SERVICE, Remark.LEFT_LIST, entry=None)


def choose_remark(refusal: Refusal) -> Remark:
    """What is told of a refusal before the first question."""
    match refusal:
        case AlreadyBooked():
            return Remark.ALREADY_BOOKED
        case RegistrationClosed() | RegistrationNotOpen() | DrawSession() | NotByLot():
            return Remark.NOT_OPEN
        case SessionNotBookable() | NotFound():
            return Remark.NO_SLOTS
        case _:
            return Remark.LIMIT_REACHED


def get_proven(turn: Turn) -> str:
    """The number that was proven in this call.

    Raises:
        Forbidden: None was.
    """
    if not turn.facts.is_proven or turn.facts.phone is None:
        raise Forbidden
    return turn.facts.phone


STEPS: Final[Mapping[Step, Handler]] = MappingProxyType(
    {
        Step.WAIT: join_list,
        Step.PLACE: answer_place,
        Step.LOT: choose_lot,
        Step.LOT_TIMES: choose_time,
        Step.LOT_SURE: confirm_times,
    }
)
