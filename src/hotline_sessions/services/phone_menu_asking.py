"""Services by phone: what is asked at a step, with what there is to choose now."""

from datetime import datetime, timedelta

import msgspec

from hotline_sessions.domain.booking_choices import Choice
from hotline_sessions.domain.bookings import LIVE
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.menu_prompts import (
    Ask,
    AskChoice,
    AskNumber,
    AskOwnCode,
    AskPhone,
    AskService,
    AskSession,
    AskSlot,
    AskSmsCode,
    AskSure,
    Remark,
    TellOwn,
)
from hotline_sessions.domain.phone_menu import (
    SESSIONS_OFFERED,
    SLOTS_OFFERED,
    Dialogue,
    Step,
)
from hotline_sessions.domain.registration import Stage, choose_stage
from hotline_sessions.domain.slots import list_free
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.booking_choices import find_choice
from hotline_sessions.services.bookings import get_own_booking
from hotline_sessions.services.nearest_times import find_nearest
from hotline_sessions.services.phone_menu_places import (
    ask_to_wait,
    build_offer,
    tell_lot,
    tell_place,
)
from hotline_sessions.services.phone_menu_words import build_written
from hotline_sessions.store.bookings import find_booking, list_taken
from hotline_sessions.store.dialogues import (
    Announced,
    find_latest_session,
    get_announced,
    is_awaited_on,
    list_bookable,
)
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.live import find_next_session
from hotline_sessions.store.sessions import find_session, list_slots


async def ask(dialogue: Dialogue, now: datetime) -> tuple[Dialogue, Ask | None, tuple[Remark, ...]]:
    """The dialogue with what it offers, the question, and why it is another one than wished."""
    match dialogue.step:
        case Step.SESSION:
            return await _ask_session(dialogue, now)
        case Step.SLOT | Step.WAIT | Step.LOT | Step.LOT_TIMES | Step.LOT_SURE:
            return await _ask_slot(dialogue, now)
        case Step.PLACE:
            return await _tell_place(dialogue, now)
        case Step.OWN:
            return await _tell_own(dialogue, now)
        case Step.NUMBER:
            return dialogue, AskNumber(phone=str(dialogue.caller)), ()
        case Step.PHONE | Step.OWN_PHONE:
            return dialogue, AskPhone(for_code=dialogue.step is Step.PHONE), ()
        case Step.SMS_CODE:
            return dialogue, AskSmsCode(), ()
        case Step.OWN_CODE:
            return dialogue, AskOwnCode(), ()
        case Step.SURE:
            return dialogue, AskSure(), ()
        case Step.CHOICE:
            return await _tell_own(dialogue, now)
        case Step.SERVICE | Step.BOOKED:
            return await _ask_service(dialogue, now)
        case Step.OVER:
            return dialogue, None, ()


async def _ask_service(
    dialogue: Dialogue, now: datetime, *remarks: Remark
) -> tuple[Dialogue, Ask, tuple[Remark, ...]]:
    home = await get_institution(dialogue.institution)
    is_new = dialogue.number == 0 and dialogue.leg is None
    following = await find_next_session([dialogue.line], now) if is_new else None
    asked = AskService(
        institution=home.name(dialogue.language) if is_new else "",
        next_at=following.starts_at if following else None,
        time_zone=following.time_zone if following else home.time_zone,
        can_ask=await can_ask(dialogue, now),
        can_wait=await is_awaited_on(dialogue.line, now),
    )
    facts = msgspec.structs.replace(dialogue.facts, is_moving=False, booking=None, after=0)
    return msgspec.structs.replace(dialogue, step=Step.SERVICE, facts=facts), asked, remarks


async def can_ask(dialogue: Dialogue, now: datetime) -> bool:
    """Whether there is a session that a recorded question may go to."""
    if dialogue.leg is not None:
        return True
    return await find_latest_session(dialogue.line, local_date(now), now) is not None


async def _ask_session(
    dialogue: Dialogue, now: datetime
) -> tuple[Dialogue, Ask, tuple[Remark, ...]]:
    rows = await _list_choices(dialogue, now)
    offered = sorted(rows, key=lambda row: row[1])[:SESSIONS_OFFERED]
    if not offered:
        return await _ask_service(dialogue, now, Remark.NO_SESSIONS)
    facts = msgspec.structs.replace(
        dialogue.facts, sessions=tuple(each.public_id for each, _ in offered)
    )
    offers = tuple(
        build_offer(each, each.starts_at, dialogue.language, is_full=is_full)
        for each, is_full in offered
    )
    return msgspec.structs.replace(dialogue, facts=facts), AskSession(offers=offers), ()


async def _list_choices(dialogue: Dialogue, now: datetime) -> list[tuple[Announced, bool]]:
    """Sessions that may be chosen, and whether only the waiting list of one is left.

    Who moves a booking looks for a free time; who has none yet may also wait, or draw lots.
    """
    found = []
    for each in await list_bookable(dialogue.line, now):
        free = await _list_free_starts(each, dialogue, now)
        stage = choose_stage(each, now)
        if dialogue.facts.is_moving:
            is_offered = bool(free)
        elif stage is Stage.OPEN:
            is_offered = bool(free or await _list_free_starts(each, dialogue, now, but_taken=False))
        else:
            is_offered = stage is Stage.DRAW_OPEN
        if is_offered:
            found.append((each, not free and stage is Stage.OPEN))
    return found


async def _ask_slot(dialogue: Dialogue, now: datetime) -> tuple[Dialogue, Ask, tuple[Remark, ...]]:
    """Two times and a key for more, or as many as there are left; after the last the first.

    Where there is none the waiting list takes their place, and the draw where lots are to fall.
    """
    session = await find_session(str(dialogue.facts.session))
    announced = await get_announced(session.id) if session else None
    starts = await _list_free_starts(announced, dialogue, now) if announced else []
    if announced is not None and choose_stage(announced, now) is Stage.DRAW_OPEN:
        asked_lot = await tell_lot(announced, dialogue, starts)
        if asked_lot is not None:
            return *asked_lot, ()
    if announced is None or not starts:
        wait = await ask_to_wait(announced, dialogue) if announced else None
        return (*wait, ()) if wait else await _ask_service(dialogue, now, Remark.NO_SLOTS)
    after = dialogue.facts.after if dialogue.facts.after < len(starts) else 0
    rest = starts[after:]
    shown = rest if len(rest) <= SLOTS_OFFERED else rest[:SLOTS_OFFERED]
    facts = msgspec.structs.replace(dialogue.facts, starts=tuple(shown), after=after)
    asked = AskSlot(
        starts=tuple(shown),
        time_zone=announced.time_zone,
        has_more=len(starts) > SLOTS_OFFERED,
    )
    return msgspec.structs.replace(dialogue, step=Step.SLOT, facts=facts), asked, ()


async def _tell_place(
    dialogue: Dialogue, now: datetime
) -> tuple[Dialogue, Ask, tuple[Remark, ...]]:
    told = await tell_place(dialogue, now)
    return (*told, ()) if told else await _ask_service(dialogue, now, Remark.NOT_WAITING)


async def _tell_own(dialogue: Dialogue, now: datetime) -> tuple[Dialogue, Ask, tuple[Remark, ...]]:
    chosen = await ask_choice(dialogue, now)
    if chosen is not None:
        return *chosen, ()
    dialogue = msgspec.structs.replace(dialogue, step=Step.OWN)
    booking = await find_booking(str(dialogue.facts.booking))
    if booking is None or booking.state not in LIVE or now >= booking.starts_at:
        return await _ask_service(dialogue, now, Remark.BOOKING_OVER)
    announced = await get_announced(booking.session)
    facts = msgspec.structs.replace(dialogue.facts, is_moving=False)
    told = TellOwn(offer=build_offer(announced, booking.starts_at, dialogue.language))
    return msgspec.structs.replace(dialogue, facts=facts), told, ()


async def ask_choice(dialogue: Dialogue, now: datetime) -> tuple[Dialogue, AskChoice] | None:
    """What is asked of the owner of the booking since plans have changed; None if nothing is."""
    if dialogue.facts.booking is None:
        return None
    try:
        own = await get_own_booking(dialogue.facts.booking)
    except NotFound:
        return None
    choice = await find_choice(own, now=now)
    if choice is None:
        return None
    nearest = await find_nearest(own, choice, now=now)
    announced = await get_announced(own.booking.session)
    facts = msgspec.structs.replace(
        dialogue.facts,
        is_moving=False,
        sessions=() if nearest is None else (nearest.session,),
        starts=() if nearest is None else (nearest.slot.starts_at,),
    )
    offered = None
    if nearest is not None:
        found = await get_announced(nearest.session_id)
        offered = build_offer(found, nearest.slot.starts_at, dialogue.language)
    asked = AskChoice(
        cause=choice.asked.cause,
        offer=build_offer(announced, own.booking.starts_at, dialogue.language),
        may_keep=Choice.KEEP in choice.offered,
        nearest=offered,
        may_file=build_written(own.booking) is not None,
    )
    return msgspec.structs.replace(dialogue, step=Step.CHOICE, facts=facts), asked


async def _list_free_starts(
    announced: Announced, dialogue: Dialogue, now: datetime, *, but_taken: bool = True
) -> list[datetime]:
    home = await get_institution(dialogue.institution)
    free = list_free(
        await list_slots(announced.id),
        taken=await list_taken(announced.id) if but_taken else set(),
        now=now,
        cutoff=timedelta(minutes=home.booking_cutoff_minutes),
    )
    return [slot.starts_at for slot in free]
