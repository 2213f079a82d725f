"""How the words of a talk come in, whoever turns sound into words.

A transcriber is told with the talk itself that it is to listen (``Join.is_transcribed``), in
which language, and where to send what it hears. It is never asked for anything: it sends
each sentence once or more, in any order, under the name of its own run and a number, and
``services.transcripts.note_sentence`` keeps it. To put another one in the place of Twilio's is
to turn what it sends into a ``HeardSentence``.
"""

from msgspec import Struct

from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.transcripts import Speaker


class HeardSentence(Struct, frozen=True, kw_only=True):
    """One sentence as a transcriber sends it; run and ``sequence`` tell it from all others."""

    call: CallSid
    transcription: str
    sequence: int
    speaker: Speaker
    words: str
