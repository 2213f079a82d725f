"""What machines hear in talks: kept where it was agreed to, and made into a draft."""

from functools import partial

import structlog

from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.ids import CallId, CallSid, PublicId
from hotline_sessions.domain.recordings import may_transcribe
from hotline_sessions.domain.transcripts import Sentence
from hotline_sessions.domain.transcripts import draft_words as draft
from hotline_sessions.services.inbox import note_once
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.transcript_ports import HeardSentence
from hotline_sessions.store.recordings import find_recorded_call
from hotline_sessions.store.transcripts import add_sentence, list_sentences, mark_machine_words


log = structlog.get_logger()


async def note_sentence(
    heard: HeardSentence, delivery: Delivery, *, leg: PublicId | None = None, clock: Clock
) -> None:
    """Keep a sentence; ``leg`` is what our own address names."""
    await note_once(delivery, partial(_note, heard, leg, clock), clock.now())


async def note_failure(call: CallSid, delivery: Delivery, *, clock: Clock) -> None:
    """Note that a machine cannot hear a talk: the talk goes on, without a draft."""

    async def tell() -> None:
        log.warning("transcription_failed", call_sid=call)

    await note_once(delivery, tell, clock.now())


async def draft_words(call: CallId) -> str:
    """What the citizen has said in a talk as a machine has heard it; empty when it heard none."""
    return draft(await list_sentences(call))


async def _note(heard: HeardSentence, leg: PublicId | None, clock: Clock) -> None:
    call = await find_recorded_call(heard.call)
    if call is None or (leg is not None and call.public_id != leg):
        log.error("transcription_unclaimed", call_sid=heard.call)
        return
    if not may_transcribe(call):
        log.error("transcription_without_consent", call_id=call.id)
        return
    await add_sentence(
        Sentence(
            call=call.id,
            transcription=heard.transcription,
            sequence=heard.sequence,
            speaker=heard.speaker,
            words=heard.words,
            heard_at=clock.now(),
        )
    )
    await mark_machine_words(call.id, await draft_words(call.id))
