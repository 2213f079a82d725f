"""Listening to recordings: written down first, then heard."""

from datetime import datetime, timedelta
from typing import Final

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.ids import CallId
from hotline_sessions.domain.recordings import NoSound, Play, Recording, StorageError
from hotline_sessions.services.recording_ports import Storage
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.recordings import (
    add_play,
    get_recording,
    is_listening,
    list_plays,
    list_recordings,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

LISTENING: Final = timedelta(minutes=25)
"""How long one may listen, and move about in the recording, after having said why."""
CHUNK: Final = 256 * 1024
"""Bytes read from the storage at once."""


class NotListening(NoSound):
    """Who wants to hear has not said why, or said it too long ago."""

    code = "not-listening"


class Heard(Struct, frozen=True, kw_only=True):
    """A recording, who has listened to it, and whether the one who asks may hear it now."""

    recording: Recording
    plays: list[Play]
    is_open: bool


async def list_for_staff(*, staff: Staff, calls: list[CallId] | None = None) -> list[Recording]:
    """Recordings of the institution, the latest first; of ``calls`` alone if given."""
    return await list_recordings(institution=staff.institution, calls=calls)


async def get_heard(public_id: str, *, staff: Staff, now: datetime) -> Heard:
    """The recording with the list of who has listened.

    Raises:
        NotFound: There is no such recording in the institution of ``staff``.
    """
    recording = await get_recording(public_id, institution=staff.institution)
    since = now - LISTENING
    return Heard(
        recording=recording,
        plays=await list_plays(recording.id),
        is_open=recording.is_playable
        and await is_listening(recording.id, account=staff.account, since=since),
    )


async def start_listening(public_id: str, reason: str, *, staff: Staff, now: datetime) -> None:
    """Write down who listens, when and why; only then the sound is given out.

    Raises:
        NotFound: There is no such recording in the institution of ``staff``.
        NoSound: Our storage has not got it, or no longer.
    """
    async with transaction():
        recording = await get_recording(public_id, institution=staff.institution)
        if not recording.is_playable:
            raise NoSound
        await add_play(recording.id, account=staff.account, reason=reason, now=now)
        await add_entry(
            "recording_played",
            "recording",
            recording.id,
            institution=staff.institution,
            account=staff.account,
            now=now,
        )
    log.info("recording_played", recording_id=recording.id, account_id=staff.account)


async def get_sound(public_id: str, *, staff: Staff, now: datetime) -> Recording:
    """The recording, if the one who asks has said why.

    Raises:
        NotFound: There is no such recording in the institution of ``staff``.
        NoSound: Our storage has not got it, or no longer.
        NotListening: Nobody has written down that this person listens.
    """
    recording = await get_recording(public_id, institution=staff.institution)
    if not recording.is_playable:
        raise NoSound
    since = now - LISTENING
    if not await is_listening(recording.id, account=staff.account, since=since):
        raise NotListening
    return recording


async def read_sound(storage: Storage, recording: Recording, start: int, end: int) -> bytes:
    """Bytes of the sound from ``start`` up to ``end``.

    Raises:
        NoSound: The storage does not give them out.
    """
    try:
        return await storage.read_range(recording.storage_key, start, end)
    except StorageError as error:
        log.error("recording_unreadable", recording_id=recording.id, reason=str(error))  # noqa: TRY400 - no traceback: it may hold addresses
        raise NoSound from None
