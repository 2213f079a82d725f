"""Nothing is kept longer than was said: here, and at the network."""

from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog

from hotline_sessions.domain.network import NetworkError
from hotline_sessions.domain.recordings import (
    PATIENCE,
    FoundRecording,
    Recording,
    RecordingState,
    StorageError,
    advance,
    mark_erased,
)
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.recording_copies import LEASE
from hotline_sessions.services.recording_ports import Recorder, Storage
from hotline_sessions.services.recordings import take_note
from hotline_sessions.store.recordings import (
    find_recorded_call,
    find_recording_by_sid,
    lock_recording,
    mark_recording,
    take_expired_recording,
)
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.transcripts import erase_expired_words


log = structlog.get_logger()

UNCLAIMED: Final = timedelta(days=30)
"""How long a recording may lie at the network of which nobody here knows whose it is."""
NEWS: Final = timedelta(minutes=10)
"""After so long the network's own news of a recording is not waited for any more."""


async def erase_expired(storage: Storage, *, clock: Clock) -> int:
    """Erase our copy of one recording whose days are over; how many there were, 0 or 1."""
    now = clock.now()
    async with transaction():
        recording = await take_expired_recording(now, lease_until=now + LEASE)
    if recording is None:
        return 0
    try:
        if recording.storage_key:
            await storage.delete(recording.storage_key)
    except StorageError as error:
        # The lease is its pause: it is given out again when that has passed.
        log.error("recording_not_erased", recording_id=recording.id, reason=type(error).__name__)  # noqa: TRY400 - no traceback: it may hold addresses
        return 1
    async with transaction():
        fresh = await lock_recording(recording.id)
        if fresh.erased_at is None:
            await mark_recording(
                msgspec.structs.replace(mark_erased(fresh, now), due_at=now, attempts=0)
            )
    log.info("recording_erased", recording_id=recording.id)
    return 1


async def erase_words(*, clock: Clock) -> int:
    """Erase what machines have heard, where its days are over."""
    await erase_expired_words(clock.now())
    return 0


async def reconcile_recordings(recorder: Recorder, *, clock: Clock) -> int:
    """Compare what the network has with what is written here; always 0, since it is one round.

    A recording whose news was lost is taken in; one that should be gone is deleted again;
    one that belongs to nobody is deleted when it is old.
    """
    now = clock.now()
    try:
        kept = await recorder.list_kept()
    except NetworkError as error:
        log.warning("recordings_not_listed", reason=type(error).__name__)
        return 0
    for found in kept:
        known = await find_recording_by_sid(found.sid)
        if known is not None:
            await _follow_up(known, found, now)
        elif await find_recorded_call(found.call) is not None:
            if found.started_at < now - NEWS:
                await _adopt(found, now)
        elif found.started_at < now - UNCLAIMED:
            await _delete_unclaimed(found, recorder)
    return 0


async def _adopt(found: FoundRecording, now: datetime) -> None:
    async with transaction():
        await take_note(found, now)


async def _follow_up(known: Recording, found: FoundRecording, now: datetime) -> None:
    """Note news that was lost; let what should be gone be deleted once more."""
    if advance(known.state, found.status) is not known.state:
        await _adopt(found, now)
    elif known.removed_at is not None and known.removed_at < now - PATIENCE[-1]:
        async with transaction():
            fresh = await lock_recording(known.id)
            is_kept = fresh.state is RecordingState.KEPT
            state = RecordingState.COPIED if is_kept else RecordingState.UNWANTED
            await mark_recording(
                msgspec.structs.replace(fresh, state=state, removed_at=None, due_at=now, attempts=0)
            )
        log.error("recording_still_at_network", recording_id=known.id)


async def _delete_unclaimed(found: FoundRecording, recorder: Recorder) -> None:
    try:
        await recorder.delete(found.sid)
    except NetworkError as error:
        log.warning("recording_not_removed", call_sid=found.call, reason=type(error).__name__)
    else:
        log.error("recording_unclaimed_removed", call_sid=found.call)
