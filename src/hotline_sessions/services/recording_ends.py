"""A recording ends with the talk, also where the call goes on after it.

The network would record until the call ends: what is said in the queue and to the operator,
to which nobody has agreed. Everything here runs with the session locked.
"""

from datetime import datetime

from hotline_sessions.domain.calls import Leg
from hotline_sessions.domain.commands import StopRecording
from hotline_sessions.domain.ids import PublicId, SessionId
from hotline_sessions.domain.recordings import RecordingSid, records_talk
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.legs import command
from hotline_sessions.store.calls import get_leg
from hotline_sessions.store.recordings import list_running_talks
from hotline_sessions.store.sessions import lock_session


async def end_recordings(leg: Leg, session: Session, now: datetime) -> None:
    """Stop what still records a citizen who has come away from the air.

    Where a recording is due and none is known of, the word of its beginning may be lost: the
    network is asked then, and not only when recordings are next compared.
    """
    running = await list_running_talks(leg.id)
    for recording in running:
        await _stop(recording, leg, session, now)
    if not running and leg.on_air_at is not None and records_talk(leg, session):
        order = StopRecording(leg=leg.public_id, until=now, turn=leg.turn)
        await command(order, session, leg, now)


async def end_late_recording(
    recording: RecordingSid, call: PublicId, session_id: SessionId, now: datetime
) -> None:
    """Stop a recording that is heard of only now, if its citizen has left the air meanwhile."""
    session = await lock_session(session_id)
    leg = await get_leg(call)
    if leg.is_live and not leg.is_on_air:
        await _stop(recording, leg, session, now)


async def _stop(recording: RecordingSid, leg: Leg, session: Session, now: datetime) -> None:
    order = StopRecording(leg=leg.public_id, recording=recording)
    await command(order, session, leg, now)
