"""Another official answers instead of the one announced; those who wait are told."""

from zoneinfo import ZoneInfo

import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.booking_choices import Cause
from hotline_sessions.domain.calls import find_official
from hotline_sessions.domain.conflicts import Candidate
from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.ids import OfficialId
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.domain.sessions import ANSWERING, SessionState
from hotline_sessions.services.air import settle_air
from hotline_sessions.services.closing import part_with_staff
from hotline_sessions.services.conflicts import refuse_conflicts
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.ringing import ring_official
from hotline_sessions.services.tellings import tell_of_substitution
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.booking_choices import ask_owners
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.occurrences import mark_by_hand
from hotline_sessions.store.officials import get_official
from hotline_sessions.store.sessions import (
    get_session_of,
    lock_session,
    mark_official_due,
    mark_substitute,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


class NothingToSubstitute(Conflict):
    """The session is over or was called off, or this official answers already."""

    code = "nothing-to-substitute"


async def substitute_official(
    public_id: str,
    official: OfficialId,
    *,
    ring_number: str | None = None,
    staff: Staff,
    clock: Clock,
) -> None:
    """Let another official answer; the one on the line is let go, the other one is rung.

    Callers hear it while they wait, the site and the calendars show it. Who has booked a talk
    that is still ahead is told by SMS and chooses.

    Raises:
        NotFound: There is no such session, or no such official, in the institution of ``staff``.
        NothingToSubstitute: The session is over, or this official answers already.
        OfficialAway, OfficialBusy: The substitute cannot answer then.
    """
    now = clock.now()
    async with transaction():
        found = await get_session_of(public_id, institution=staff.institution)
        session = await lock_session(found.id)
        chosen = await get_official(official, institution=staff.institution)
        is_standing = session.state in ANSWERING | {SessionState.DRAFT, SessionState.PUBLISHED}
        if not is_standing or official == (session.substitute or session.official):
            raise NothingToSubstitute
        await refuse_conflicts(
            Candidate(
                window=session.window, post=session.post, official=official, session=session.id
            ),
            institution=staff.institution,
            zone=ZoneInfo(session.time_zone),
        )
        number = ring_number or chosen.ring_number
        await mark_substitute(session.id, official, number, now)
        await mark_by_hand(session.id)
        asked = await ask_owners(
            session.id, Cause.SUBSTITUTED, version=session.sequence + 1, now=now
        )
        await tell_of_substitution(session, asked, now=now)
        if session.state in ANSWERING:
            leg = find_official(await list_live_legs(session.id))
            if leg is not None:
                await part_with_staff(leg, Parting.REPLACED, session, now)
            await mark_official_due(session.id, None, tries=0)
            session = await lock_session(session.id)
            if number is not None:
                await ring_official(session, now)
            await settle_air(session, now)
        await add_entry(
            "official_substituted",
            "session",
            session.id,
            institution=staff.institution,
            account=staff.account,
            now=now,
            detail={"official": official},
        )
    log.info("official_substituted", session_id=session.id, account_id=staff.account)
