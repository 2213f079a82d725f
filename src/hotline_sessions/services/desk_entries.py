"""An operator puts a citizen who has called on a waiting list or into a draw, and is on record."""

from datetime import datetime

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.bookings import Caller, CallerName, Community, Origin, Question
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.waiting_list import NewEntry
from hotline_sessions.i18n import DEFAULT_LOCALE, Locale
from hotline_sessions.services.draw_entries import DrawWish, enter_draw
from hotline_sessions.services.sent_forms import Facts, SentForm, answer_once
from hotline_sessions.services.waiting_list import put_on
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.sessions import get_session_of
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.waiting_list import find_entry


log = structlog.get_logger()


class Told(Struct, frozen=True, kw_only=True):
    """What a citizen has told an operator; ``times``: preferred starts in a draw."""

    phone: str
    name: CallerName
    community: Community
    question: Question
    wants_call_back: bool = False
    any_session: bool = False
    times: tuple[datetime, ...] = ()
    any_time: bool = True
    language: Locale = DEFAULT_LOCALE
    """In which the citizen is written to."""


async def join_for(
    public_id: str,
    told: Told,
    *,
    staff: Staff,
    secret: bytes,
    now: datetime,
    form: SentForm | None = None,
) -> PublicId:
    """Put a citizen on the waiting list; the name of the entry. A ``form`` does so once.

    Raises:
        NotFound: The institution of ``staff`` has no such session.
        SessionNotBookable: It is not announced, over, or will not be held.
        RegistrationNotOpen, RegistrationClosed, DrawSession: Slots are not given now, or not so.
        AlreadyBooked: This phone holds a slot.
        SlotsFree: A slot can be booked at once.
        TooManyMissed: This phone has missed too many talks; its limits can be lifted.
        OtherForm: The form was sent before, with something else in it.
    """

    async def work() -> Facts:
        new = NewEntry(
            phone=told.phone,
            caller_name=told.name,
            community=told.community,
            question=told.question,
            wants_call_back=told.wants_call_back,
            any_session=told.any_session,
            language=told.language,
            origin=Origin.DESK,
            author=staff.account,
        )
        name = await put_on(public_id, new, now=now)
        await _note("waiting_list_joined_for_citizen", name, staff=staff, now=now)
        return {"entry": name}

    async with transaction():
        await get_session_of(public_id, institution=staff.institution)
        whose = f"{staff.account}:{public_id}"
        facts = await answer_once(form, work, whose=whose, secret=secret, now=now)
    return PublicId(facts["entry"])


async def enter_draw_for(
    public_id: str,
    told: Told,
    *,
    staff: Staff,
    secret: bytes,
    now: datetime,
    form: SentForm | None = None,
) -> PublicId:
    """Register a citizen for the draw; the name of the entry. A ``form`` does so once.

    Raises:
        NotFound: The institution of ``staff`` has no such session.
        SessionNotBookable: It is not announced, over, or will not be held.
        RegistrationNotOpen, RegistrationClosed, NotByLot: Nobody may register now.
        NoTimeNamed: No time of the session is named, and not any time suits.
        AlreadyBooked: This phone holds a slot of this session.
        TooManyBookings, TooManyMissed: This phone could not have the slot that it would draw.
        RegisteredAlready: This phone takes part already.
        OtherForm: The form was sent before, with something else in it.
    """

    async def work() -> Facts:
        wish = DrawWish(
            times=told.times,
            any_time=told.any_time,
            community=told.community,
            question=told.question,
            wants_call_back=told.wants_call_back,
        )
        name = await enter_draw(
            public_id,
            wish,
            Caller(phone=told.phone, name=told.name),
            language=told.language,
            now=now,
            origin=Origin.DESK,
            author=staff.account,
        )
        await _note("draw_entered_for_citizen", name, staff=staff, now=now)
        return {"entry": name}

    async with transaction():
        await get_session_of(public_id, institution=staff.institution)
        whose = f"{staff.account}:{public_id}"
        facts = await answer_once(form, work, whose=whose, secret=secret, now=now)
    return PublicId(facts["entry"])


async def _note(action: str, name: PublicId, *, staff: Staff, now: datetime) -> None:
    entry = await find_entry(name)
    if entry is None:
        raise NotFound
    await add_entry(
        action,
        "waiting_entry",
        entry.id,
        institution=staff.institution,
        account=staff.account,
        now=now,
    )
    log.info(action, entry_id=entry.id, account_id=staff.account)
