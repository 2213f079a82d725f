"""What the network tells of recordings: each is written down once, and only if it was agreed to.

A recording that nobody has agreed to is never copied: it is deleted at the network at once.
"""

from datetime import datetime
from functools import partial

import msgspec
import structlog

from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.recordings import (
    FoundRecording,
    RecordedCall,
    Recording,
    RecordingKind,
    RecordingState,
    SoundStatus,
    advance,
    may_record,
)
from hotline_sessions.services.inbox import note_once
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.recording_ends import end_late_recording
from hotline_sessions.store.bus import notify
from hotline_sessions.store.recordings import (
    add_recorded_question,
    find_recorded_call,
    link_to_question,
    lock_or_add_recording,
    mark_recording,
)


log = structlog.get_logger()

RECORDINGS_TOPIC = "recordings"
"""Topic of hints that a recording is to be copied or deleted."""


async def note_recording(
    found: FoundRecording, delivery: Delivery, *, leg: PublicId | None = None, clock: Clock
) -> None:
    """Note what the network tells of a recording; ``leg`` is what our own address names."""
    now = clock.now()
    await note_once(delivery, partial(take_note, found, now, leg=leg), now)


async def take_note(found: FoundRecording, now: datetime, *, leg: PublicId | None = None) -> None:
    """The same inside a transaction that is already open."""
    call = await find_recorded_call(found.call)
    if call is None:
        # Nobody here knows whose it is: it is left where it is until it is old.
        log.error("recording_unclaimed", call_sid=found.call)
        return
    if leg is not None and call.public_id != leg:
        log.error("recording_of_another_leg", call_id=call.id)
        return
    kind = RecordingKind.QUESTION if found.is_question else RecordingKind.TALK
    if kind is RecordingKind.TALK and found.status is SoundStatus.UNDER_WAY:
        await end_late_recording(found.sid, call.public_id, call.session, now)
    is_wanted = may_record(call, kind)
    recording = await lock_or_add_recording(
        call,
        found.sid,
        kind,
        RecordingState.RECORDING if is_wanted else RecordingState.UNWANTED,
        started_at=found.started_at,
        now=now,
    )
    if not is_wanted and recording.state is RecordingState.RECORDING:  # The consent is taken back.
        recording = msgspec.structs.replace(recording, state=RecordingState.UNWANTED, due_at=now)
        await mark_recording(recording)
    await _follow(recording, found, call, now)


async def _follow(
    before: Recording, found: FoundRecording, call: RecordedCall, now: datetime
) -> None:
    """Write what has changed, and let the work be done."""
    if before.state is RecordingState.UNWANTED:
        log.error("recording_without_consent", call_id=call.id, recording_id=before.id)
        await notify(RECORDINGS_TOPIC, before.id)
        return
    state = advance(before.state, found.status)
    if state is before.state:
        await link_to_question(before)
        return
    after = msgspec.structs.replace(
        before,
        state=state,
        channels=found.channels,
        seconds=found.seconds,
        due_at=now,
        attempts=0,
    )
    await mark_recording(after)
    if found.status is SoundStatus.COMPLETED and before.kind is RecordingKind.QUESTION:
        await add_recorded_question(after, now)
    await link_to_question(after)
    await notify(RECORDINGS_TOPIC, after.id)
    log.info("recording_advanced", recording_id=after.id, before=before.state, after=after.state)
