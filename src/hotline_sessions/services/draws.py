"""Let the lots fall: once for each draw, when its registration has closed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import structlog
from msgspec import Struct

from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.bookings import (
    Caller,
    Origin,
    TooManyBookings,
    TooManyMissed,
    Wish,
)
from hotline_sessions.domain.draw_files import DrawFile, build_file, read_file, write_file
from hotline_sessions.domain.draws import (
    Entry,
    Inputs,
    Lot,
    build_pseudonym,
    draw_lots,
    order_inputs,
)
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.sessions import BOOKABLE, Session
from hotline_sessions.domain.slots import list_free
from hotline_sessions.domain.waiting_list import WaitingEntry, WaitingState
from hotline_sessions.services.announcements import get_announcement
from hotline_sessions.services.booking_orders import Way
from hotline_sessions.services.bookings import book
from hotline_sessions.services.draw_tellings import tell_of_lost_draw, tell_of_refused_lot
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.waiting_offers import offer_freed
from hotline_sessions.store.bookings import list_taken
from hotline_sessions.store.draws import (
    StoredDraw,
    count_entries,
    find_draw,
    list_due_draws,
    list_phones_with_slot,
    list_wishes,
    lock_open_draw,
    mark_drawn,
)
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.sessions import list_slots, lock_session
from hotline_sessions.store.transaction import savepoint, transaction
from hotline_sessions.store.waiting_list import (
    list_waiting,
    lock_list,
    mark_entry,
    mark_places,
    mark_refused,
)


log = structlog.get_logger()


class PublishedDraw(Struct, frozen=True, kw_only=True):
    """What everyone may know of a draw: the commitment from the first, the file afterwards."""

    announcement: Announcement
    commitment: str
    entries: int
    drawn_at: datetime | None
    file: DrawFile | None
    text: str


async def get_draw(session_public_id: str) -> PublishedDraw:
    """The draw of an announced session.

    Raises:
        NotFound: No such session is announced, or its slots are not given by lot.
    """
    announcement = await get_announcement(session_public_id)
    draw = await find_draw(announcement.id)
    if draw is None:
        raise NotFound
    file = read_file(draw.file) if draw.file else None
    return PublishedDraw(
        announcement=announcement,
        commitment=draw.commitment,
        entries=len(file.entries) if file else await count_entries(announcement.id),
        drawn_at=draw.drawn_at,
        file=file,
        text=draw.file,
    )


async def run_due_draws(*, secret: bytes, clock: Clock) -> int:
    """Let the lots fall wherever registration has closed; how many draws were made.

    Any number of processes may try at once: the row of the draw is locked and looked at
    again, and everything a draw changes is one transaction.
    """
    made = 0
    for session in await list_due_draws(clock.now()):
        async with transaction():
            # Who is still registering holds the session; who comes after finds it drawn.
            made += await conduct_draw(await lock_session(session), secret=secret, now=clock.now())
    return made


async def conduct_draw(session: Session, *, secret: bytes, now: datetime) -> bool:
    """Let the lots fall for a session that is locked; false if they have fallen before."""
    draw = await lock_open_draw(session.id)
    if draw is None or session.state not in BOOKABLE:
        return False
    await lock_list(session.id)
    entries = await _name_entries(session, draw)
    inputs = await _gather_inputs(session, draw, entries, now=now)
    nonce = bytes.fromhex(draw.nonce)
    outcome = draw_lots(inputs, nonce)
    await mark_drawn(session.id, write_file(build_file(inputs, nonce, outcome)), now=now)
    for lot in outcome.result:
        await _book_drawn(session, lot, entries[lot.name], secret=secret, now=now)
    losers = [entries[name] for name in outcome.waiting]
    places = {entry.id: place for place, entry in enumerate(losers, start=1)}
    await mark_places(session.id, places)
    for entry in losers:
        await tell_of_lost_draw(entry, session, place=places[entry.id], now=now)
    await offer_freed(session.id, now=now)
    log.info(
        "draw_made", session_id=session.id, given=len(outcome.result), waiting=len(outcome.waiting)
    )
    return True


async def _name_entries(session: Session, draw: StoredDraw) -> Mapping[str, WaitingEntry]:
    """Everyone who takes part, by pseudonym; who has got a slot in another way does not."""
    salt = bytes.fromhex(draw.salt)
    provided = await list_phones_with_slot(session.id)
    return {
        build_pseudonym(salt, entry.public_id): entry
        for entry in await list_waiting(session.id)
        if entry.is_draw and entry.state is WaitingState.WAITING and entry.phone not in provided
    }


async def _gather_inputs(
    session: Session, draw: StoredDraw, entries: Mapping[str, WaitingEntry], *, now: datetime
) -> Inputs:
    home = await get_institution(session.institution)
    free = list_free(
        await list_slots(session.id),
        taken=await list_taken(session.id),
        now=now,
        cutoff=timedelta(minutes=home.booking_cutoff_minutes),
    )
    wishes = await list_wishes(session.id)
    return order_inputs(
        session=session.public_id,
        closed_at=_write_moment(session.registration_closes_at or now),
        commitment=draw.commitment,
        slots=[_write_moment(slot.starts_at) for slot in free],
        entries=[
            Entry(
                name=name,
                wishes=tuple(_write_moment(time) for time in wishes[entry.id].times),
                any=wishes[entry.id].any,
            )
            for name, entry in entries.items()
        ],
    )


async def _book_drawn(
    session: Session, lot: Lot, entry: WaitingEntry, *, secret: bytes, now: datetime
) -> None:
    """Book what was drawn; the limits of a person hold for lots, too.

    Whoever has reached one meanwhile leaves the list and is told why; the slot is free for
    the next. The published file tells how the lots fell, whatever has become of them.
    """
    wish = Wish(
        starts_at=datetime.fromisoformat(lot.slot),
        community=entry.community,
        question=entry.question,
        wants_call_back=entry.wants_call_back,
    )
    caller = Caller(phone=entry.phone, name=entry.caller_name)
    way = Way(origin=Origin.DRAW, language=entry.language)
    try:
        async with savepoint():
            taken = await book(session.public_id, wish, caller, secret=secret, now=now, way=way)
    except Refusal as refusal:
        log.warning("lot_refused", session_id=session.id, refusal=refusal.code)
        await mark_entry(entry.id, WaitingState.LEFT, now=now)
        await mark_refused(entry.id, refusal.code)
        if isinstance(refusal, TooManyBookings | TooManyMissed):
            await tell_of_refused_lot(entry, session, now=now)
        return
    await mark_entry(entry.id, WaitingState.BOOKED, now=now, booking=taken.booking.id)


def _write_moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
