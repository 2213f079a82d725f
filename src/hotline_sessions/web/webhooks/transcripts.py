"""Webhook by which a transcriber sends what it hears; the words are not kept in the inbox."""

from typing import Final

from litestar import post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException

from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.gateways.twilio.payloads import BadForm
from hotline_sessions.gateways.twilio.sound_forms import (
    FAILURE,
    SENTENCE,
    SentenceForm,
    TranscriptionForm,
    read_words,
    speaker_of,
)
from hotline_sessions.services import transcripts
from hotline_sessions.services.transcript_ports import HeardSentence
from hotline_sessions.web.webhooks.deliveries import build_delivery, find_leg_name
from hotline_sessions.web.webhooks.genuine import Genuine
from hotline_sessions.web.webhooks.setup import TwilioSetup


SPOKEN_FIELDS: Final = frozenset({"TranscriptionData"})
"""What was said lives as long as a recording would, and not in the inbox."""


@post("/stt", status_code=204)
async def note_words(
    genuine: NamedDependency[Genuine], setup: NamedDependency[TwilioSetup]
) -> None:
    """A sentence that was heard, or that the transcription begins, ends or fails."""
    form = genuine.read(TranscriptionForm)
    delivery = build_words_delivery(genuine, form)
    if form.transcription_event == FAILURE:
        await transcripts.note_failure(CallSid(form.call_sid), delivery, clock=setup.clock)
        return
    if form.transcription_event != SENTENCE:
        return
    sentence = genuine.read(SentenceForm)
    try:
        words = read_words(sentence)
    except BadForm:
        raise ClientException("bad-form") from None
    if sentence.final == "false" or not words:
        return
    heard = HeardSentence(
        call=CallSid(form.call_sid),
        transcription=form.transcription_sid,
        sequence=int(form.sequence_id or 0),
        speaker=speaker_of(sentence),
        words=words,
    )
    await transcripts.note_sentence(heard, delivery, leg=find_leg_name(genuine), clock=setup.clock)


def build_words_delivery(genuine: Genuine, form: TranscriptionForm) -> Delivery:
    """The webhook without what was said."""
    mark = form.sequence_id or form.transcription_event
    whole = build_delivery(genuine, "transcription", form.transcription_sid, mark)
    body = {name: "…" if name in SPOKEN_FIELDS else text for name, text in whole.body.items()}
    return Delivery(source=whole.source, key=whole.key, path=whole.path, body=body)
