"""Officials are invited to their sessions by mail, told of changes, and taken out again.

Their calendars are brought in line with the sessions from time to time, whatever has changed
these: staff, an import, a series, a substitution. Each change is told once.
"""

from datetime import datetime
from typing import Final

import structlog
from msgspec import Struct

from hotline_sessions.domain.attendance import Invited
from hotline_sessions.domain.codes import mac
from hotline_sessions.domain.ids import PublicId, SessionId
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.services.attendance_letters import (
    Addressee,
    build_invited_entry,
    build_link,
    note_letter,
)
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.together import OneByOne
from hotline_sessions.store.attendance import (
    Facts,
    find_last_sequence,
    get_facts,
    hand_over_invitations,
    list_invited,
    list_sessions_to_tell,
    mark_seen,
    mark_uninvited,
    save_invitation,
)
from hotline_sessions.store.sessions import lock_session
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

BATCH: Final = 50

UID_SECRET: Final = 20
"""Hexadecimal digits of a uid that nobody can guess: 80 bits, and all programs send it back."""

_GONE: Final = frozenset({SessionState.DRAFT, SessionState.CANCELLED, SessionState.RESCHEDULED})
"""States in which nobody has to come."""


class Signing(Struct, frozen=True, kw_only=True):
    """What links and uids are made with."""

    secret: bytes
    public_url: str


async def tell_officials(*, secret: bytes, public_url: str, clock: Clock) -> int:
    """Note the letters that bring officials' calendars in line; how many sessions had changed.

    Several processes may do it at once: each session is compared with its row locked.
    """
    now, signing = clock.now(), Signing(secret=secret, public_url=public_url)
    await hand_over_invitations()
    told, works = 0, OneByOne()
    for session in await list_sessions_to_tell(now, limit=BATCH):
        with works.one(session_id=session):
            await _tell_of(session, signing, now=now)
            told += 1
    works.end()
    return told


async def _tell_of(key: SessionId, signing: Signing, *, now: datetime) -> None:
    async with transaction():
        session = await lock_session(key)
        if session.state is SessionState.RESCHEDULED and session.rescheduled_to is not None:
            await hand_over_invitations()
        facts = await get_facts(key)
        stands = session.state not in _GONE
        for each in await list_invited(key):
            about = _choose_end(each, facts, stands=stands)
            if about:
                await _take_out(each, facts, about=about, now=now)
        if stands and facts.email and facts.official is not None and now < session.starts_at:
            await _bring_in(session, facts, signing, now=now)


def _choose_end(each: Invited, facts: Facts, *, stands: bool) -> str:
    """Why the invitation ends, as its letter says it; empty if it does not."""
    if each.is_cancelled:
        return ""
    if not stands:
        return "cancelled"
    if each.official != facts.official:
        return "replaced"
    return "" if each.recipient == facts.email else "readdressed"


async def _bring_in(session: Session, facts: Facts, signing: Signing, *, now: datetime) -> None:
    invited = await list_invited(session.id)
    mine = next((each for each in invited if each.official == facts.official), None)
    is_known = mine is not None and not mine.is_cancelled
    if mine is not None and is_known and mine.told == facts.engagement.hash():
        await mark_seen(mine.id, facts.sequence, facts.language)
        return
    uid = invited[0].uid if invited else build_uid(facts.public_id, signing.secret)
    sequence = await find_last_sequence(uid) + 1
    key = await save_invitation(facts, session.id, uid=uid, sequence=sequence, now=now)
    assert facts.official is not None, "somebody answers"  # noqa: S101 - the caller has looked
    to = Addressee(
        invitation=key, official=facts.official, recipient=facts.email, language=facts.language
    )
    link = build_link(session, facts.language, secret=signing.secret, public_url=signing.public_url)
    entry = build_invited_entry(
        facts.engagement, to.words, uid=uid, sequence=sequence, url=link, now=now
    )
    await note_letter(
        to,
        entry,
        facts.engagement,
        about="changed" if is_known else "invited",
        institution=facts.institution,
        organizer=facts.organizer,
        now=now,
    )


def build_uid(session: PublicId, secret: bytes) -> str:
    """The name of the entry in calendars; part of it is known to who was invited alone.

    Every program sends it back in an answer, which no other property or address is sure to be.
    Source: RFC 5546, section 3.2.3.
    """
    proof = mac(secret, "invitation", "uid", session)[:UID_SECRET]
    return f"line-{session}-{proof}@hotline-sessions"


async def _take_out(each: Invited, facts: Facts, *, about: str, now: datetime) -> None:
    sequence = await find_last_sequence(each.uid) + 1
    await mark_uninvited(each.id, sequence, now)
    to = Addressee(
        invitation=each.id,
        official=each.official,
        recipient=each.recipient,
        language=each.language,
    )
    entry = build_invited_entry(
        facts.engagement,
        to.words,
        uid=each.uid,
        sequence=sequence,
        url="",
        now=now,
        is_cancelled=True,
    )
    await note_letter(
        to,
        entry,
        facts.engagement,
        about=about,
        institution=facts.institution,
        organizer=facts.organizer,
        now=now,
    )
