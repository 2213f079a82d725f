"""From the network into our own storage: copied, compared, marked, deleted there, marked.

Each step may be cut off at any moment and is simply done again: under which key the sound
will stand is written before the sound is, the key holds what it must hash to, and the
network's copy is deleted only after ours was read back.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Final

import msgspec
import structlog

from hotline_sessions.domain.network import NetworkError
from hotline_sessions.domain.recordings import (
    ALARM_AFTER,
    GIVE_UP,
    Recording,
    RecordingGone,
    RecordingState,
    RecordingStep,
    StorageError,
    build_key,
    choose_step,
    detect_sound,
    digest_of,
    mark_removed,
    plan_retry,
)
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.recording_ports import Recorder, Storage
from hotline_sessions.store.recordings import (
    link_to_question,
    lock_recording,
    mark_intended,
    mark_recording,
    take_due_recording,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

LEASE: Final = timedelta(minutes=10)
"""Longer than the largest recording takes at the network's worst."""


class CopyDiffersError(StorageError):
    """What was read back is not what was written."""


async def take_in_recordings(recorder: Recorder, storage: Storage, *, clock: Clock) -> int:
    """Do the next step of one recording that is due; how many there were, 0 or 1."""
    now = clock.now()
    recording = await take_due_recording(now, lease_until=now + LEASE)
    if recording is None:
        return 0
    try:
        match choose_step(recording):
            case RecordingStep.COPY:
                await _copy(recording, recorder, storage, clock)
            case RecordingStep.REMOVE:
                await _remove(recording, recorder, clock)
            case None:
                await mark_recording(recording)
    except (NetworkError, StorageError) as error:
        await _note_failure(recording, error, clock)
    return 1


async def _copy(recording: Recording, recorder: Recorder, storage: Storage, clock: Clock) -> None:
    """Copy the sound and read it back.

    Raises:
        NetworkError: The network has not sent it, or has sent something else.
        StorageError: Our storage has not taken it.
    """
    content = await recorder.fetch_sound(recording.sid)
    key = build_key(recording, sha256(content).hexdigest(), detect_sound(content))
    if recording.storage_key not in {"", key}:
        await storage.delete(recording.storage_key)  # An attempt that was cut off, of other sound.
    await mark_intended(recording.id, key, len(content))
    await storage.put(key, content)
    await _compare(storage, key)
    async with transaction():
        fresh = await lock_recording(recording.id)
        if fresh.state is not RecordingState.COPYING or fresh.storage_key != key:
            return  # Somebody has taken it over meanwhile.
        copied = msgspec.structs.replace(
            fresh,
            state=RecordingState.COPIED,
            copied_at=clock.now(),
            due_at=clock.now(),
            attempts=0,
        )
        await mark_recording(copied)
        await link_to_question(copied)
    log.info("recording_copied", recording_id=recording.id, size=len(content))


async def _compare(storage: Storage, key: str) -> None:
    """Check that what stands under ``key`` is whole.

    Raises:
        CopyDiffersError: It is not.
    """
    written = await storage.read(key)
    if written is None or sha256(written).hexdigest() != digest_of(key):
        raise CopyDiffersError


async def _remove(recording: Recording, recorder: Recorder, clock: Clock) -> None:
    """Delete the network's copy; what nobody has agreed to is stopped first.

    Raises:
        NetworkError: It was not deleted.
    """
    if recording.state is RecordingState.UNWANTED and recording.call_sid is not None:
        await recorder.stop(recording.call_sid, recording.sid)
    await recorder.delete(recording.sid)
    async with transaction():
        fresh = await lock_recording(recording.id)
        if choose_step(fresh) is RecordingStep.REMOVE:
            await mark_recording(mark_removed(fresh, clock.now()))
    log.info("recording_removed", recording_id=recording.id)


async def _note_failure(
    recording: Recording, error: NetworkError | StorageError, clock: Clock
) -> None:
    """Try again later; what the network has not had for a day is lost."""
    now, name = clock.now(), type(error).__name__
    async with transaction():
        fresh = await lock_recording(recording.id)
        if fresh.state not in {recording.state, RecordingState.COPYING}:
            return
        is_lost = isinstance(error, RecordingGone) and recording.attempts >= GIVE_UP
        state = RecordingState.LOST if is_lost else fresh.state
        due_at = plan_retry(recording.attempts, now)
        await mark_recording(msgspec.structs.replace(fresh, state=state, due_at=due_at), error=name)
    say = log.error if is_lost or recording.attempts >= ALARM_AFTER else log.warning
    say("recording_step_failed", recording_id=recording.id, reason=name, attempt=recording.attempts)
