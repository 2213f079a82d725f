"""What the official sees and notes during a session."""

from datetime import datetime

import structlog
from msgspec import Struct

from hotline_sessions.domain.calls import ASKS_OPERATOR, OfficialAbsent, find_official
from hotline_sessions.domain.ids import CallId, PublicId
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.domain.promises import Promise
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.talk_notes import NoSuchTalk, TalkNote, TalkOutcome
from hotline_sessions.services.desk_lists import CallerCard, build_card
from hotline_sessions.services.legs import note_facts, tell_desk
from hotline_sessions.services.live import LiveDesk, get_live_desk
from hotline_sessions.services.tokens import build_official_pin
from hotline_sessions.services.waiting import list_bookings_of
from hotline_sessions.store.announcements import find_announcement_of
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.promises import list_promises
from hotline_sessions.store.sessions import lock_session
from hotline_sessions.store.talk_notes import list_talk_notes, list_talks, save_talk_note
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


class NotedTalk(Struct, frozen=True, kw_only=True):
    """A talk with what has been noted of it; ``ended_at`` is None while it goes on."""

    key: CallId
    caller: CallerCard
    began_at: datetime
    ended_at: datetime | None
    note: TalkNote | None


class OfficialView(Struct, frozen=True, kw_only=True):
    """A session for its official: as it is now, how to join, the talks with their notes.

    ``has_asked_operator``: the official has asked, here or by the menu of the telephone.
    """

    desk: LiveDesk
    talks: list[NotedTalk]
    promises: list[Promise]
    line_number: PhoneNumber | None
    pin: str
    has_asked_operator: bool

    def find_talk(self, call: str) -> NotedTalk | None:
        """The talk on the leg with this name."""
        return next((talk for talk in self.talks if talk.caller.call == call), None)


async def get_official_view(
    session: Session, *, secret: bytes, now: datetime, locale: str = "uk"
) -> OfficialView:
    """The session as its official sees it."""
    announced = await find_announcement_of(session.id)
    official = find_official(await list_live_legs(session.id))
    return OfficialView(
        desk=await get_live_desk(
            session.id, institution=session.institution, now=now, locale=locale
        ),
        talks=await list_noted_talks(session),
        promises=await list_promises(institution=session.institution, session=session.id),
        line_number=announced.line_number if announced else None,
        pin=build_official_pin(secret, session.public_id),
        has_asked_operator=official is not None and official.step == ASKS_OPERATOR,
    )


async def list_noted_talks(session: Session) -> list[NotedTalk]:
    """Talks of the session with their notes, the latest first."""
    talks = await list_talks(session.id)
    notes = await list_talk_notes(session.id)
    bookings = await list_bookings_of(talks)
    return [
        NotedTalk(
            key=leg.id,
            caller=build_card(leg, bookings),
            began_at=leg.on_air_at or leg.started_at,
            ended_at=leg.off_air_at,
            note=notes.get(leg.id),
        )
        for leg in talks
    ]


async def note_talk(
    session: Session,
    call: PublicId,
    *,
    words: str,
    outcome: TalkOutcome | None,
    now: datetime,
) -> None:
    """Keep what the official notes of a talk; a later note of the same talk takes its place.

    Raises:
        NoSuchTalk: Nobody has talked on such a leg in this session.
    """
    async with transaction():
        talks = await list_talks(session.id)
        leg = next((each for each in talks if each.public_id == call), None)
        if leg is None:
            raise NoSuchTalk
        await save_talk_note(leg.id, words, outcome, session=session, now=now)
        await tell_desk(session.public_id)
    log.info("talk_noted", session_id=session.id, call_id=leg.id)


async def ask_operator(session: Session, *, now: datetime) -> None:
    """Tell the desk that the official needs the operator, as the menu of the telephone does.

    Raises:
        OfficialAbsent: The official is not on the line.
    """
    async with transaction():
        await lock_session(session.id)
        official = find_official(await list_live_legs(session.id))
        if official is None:
            raise OfficialAbsent
        await note_facts(official, step=ASKS_OPERATOR)
        await add_entry(
            "operator_asked",
            "call",
            official.id,
            institution=session.institution,
            account=None,
            now=now,
            detail={"session": session.id},
        )
        await tell_desk(session.public_id)
    log.info("operator_asked", session_id=session.id, call_id=official.id)
