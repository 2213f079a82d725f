"""Services by phone: what is told of waiting lists and draws to a caller whose number is proven."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from hotline_sessions.domain.draws import WISHES
from hotline_sessions.domain.menu_prompts import (
    Ask,
    AskLotSure,
    AskLotTimes,
    AskWait,
    SessionOffer,
    TellLot,
    TellOffer,
    TellPlace,
)
from hotline_sessions.domain.phone_menu import SLOTS_OFFERED, Dialogue, Step
from hotline_sessions.services.waiting_list import OwnEntry, get_own_entry
from hotline_sessions.store.dialogues import Announced, get_announced, list_places_of
from hotline_sessions.store.waiting_list import find_standing_entry


async def ask_to_wait(announced: Announced, dialogue: Dialogue) -> tuple[Dialogue, Ask] | None:
    """Of a session without free times: the waiting list, or the place on it.

    None if the number is not proven, or a booking is to be moved.
    """
    facts = dialogue.facts
    if facts.phone is None or not facts.is_proven or facts.is_moving:
        return None
    known = await find_standing_entry(announced.id, facts.phone)
    if known is not None:
        return await _tell(dialogue, await get_own_entry(known.public_id), has_more=False)
    return msgspec.structs.replace(dialogue, step=Step.WAIT), AskWait()


async def tell_place(dialogue: Dialogue, now: datetime) -> tuple[Dialogue, Ask] | None:
    """One of the caller's places on waiting lists; None if there is none."""
    facts = dialogue.facts
    if facts.phone is None or not facts.is_proven:
        return None
    names = await list_places_of(facts.phone, institution=dialogue.institution, now=now)
    if not names:
        return None
    name = facts.entry if facts.entry in names else names[facts.nth % len(names)]
    after = msgspec.structs.replace(
        dialogue, facts=msgspec.structs.replace(facts, nth=names.index(name))
    )
    return await _tell(after, await get_own_entry(name), has_more=len(names) > 1)


async def tell_lot(
    announced: Announced, dialogue: Dialogue, starts: Sequence[datetime]
) -> tuple[Dialogue, Ask] | None:
    """The draw of a session, or which of its ``starts`` suit the caller who takes part.

    None if the number is not proven, or a booking is to be moved.
    """
    facts = dialogue.facts
    if facts.phone is None or not facts.is_proven or facts.is_moving:
        return None
    known = await find_standing_entry(announced.id, facts.phone)
    if known is None and dialogue.step in {Step.LOT_TIMES, Step.LOT_SURE}:
        asked = ask_wishes(announced, dialogue, starts)
        if asked is not None:
            return asked
    told = TellLot(
        offer=build_offer(announced, announced.starts_at, dialogue.language),
        falls_at=announced.registration_closes_at,
        is_in=known is not None and known.is_draw,
        has_times=bool(starts),
    )
    return msgspec.structs.replace(dialogue, step=Step.LOT), told


def ask_wishes(
    announced: Announced, dialogue: Dialogue, starts: Sequence[datetime]
) -> tuple[Dialogue, Ask] | None:
    """Which of ``starts`` suit in a draw, or whether only those named do; None if none is left."""
    facts = dialogue.facts
    named = tuple(each for each in facts.wishes if each in starts)
    left = [each for each in starts if each not in named]
    if named and (dialogue.step is Step.LOT_SURE or not left):
        may_add = bool(left) and len(named) < WISHES
        sure = AskLotSure(starts=named, time_zone=announced.time_zone, may_add=may_add)
        return msgspec.structs.replace(dialogue, step=Step.LOT_SURE), sure
    if not left:
        return None
    after = facts.after if facts.after < len(left) else 0
    rest = left[after:]
    shown = tuple(rest if len(rest) <= SLOTS_OFFERED else rest[:SLOTS_OFFERED])
    asked = AskLotTimes(
        starts=shown, time_zone=announced.time_zone, has_more=len(left) > SLOTS_OFFERED
    )
    facts = msgspec.structs.replace(facts, starts=shown, after=after, wishes=named)
    return msgspec.structs.replace(dialogue, step=Step.LOT_TIMES, facts=facts), asked


def build_offer(
    announced: Announced, starts_at: datetime, language: str, *, is_full: bool = False
) -> SessionOffer:
    """The session as it is told, with the moment that matters."""
    return SessionOffer(
        post=announced.title(language),
        official=announced.official,
        starts_at=starts_at,
        time_zone=announced.time_zone,
        is_full=is_full,
    )


async def _tell(dialogue: Dialogue, own: OwnEntry, *, has_more: bool) -> tuple[Dialogue, Ask]:
    offer = own.offer
    facts = msgspec.structs.replace(
        dialogue.facts,
        entry=own.entry.public_id,
        offer=None if offer is None else offer.booking.public_id,
    )
    after = msgspec.structs.replace(dialogue, step=Step.PLACE, facts=facts)
    if offer is None or offer.expires_at is None:
        announced = await get_announced(own.entry.session)
        told = build_offer(announced, announced.starts_at, dialogue.language)
        return after, TellPlace(offer=told, place=own.before + 1, has_more=has_more)
    announced = await get_announced(offer.booking.session)
    told = build_offer(announced, offer.booking.starts_at, dialogue.language)
    return after, TellOffer(offer=told, until=offer.expires_at, has_more=has_more)
