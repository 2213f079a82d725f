"""Things the provider keeps: numbers, messages, recordings, notifications."""

from datetime import datetime

from msgspec import Struct, field


class PhoneNumber(Struct, kw_only=True):
    """A number of the account with its webhooks; REST may change them."""

    sid: str
    number: str
    name: str
    created_at: datetime
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    sms_url: str = ""
    application_sid: str = ""
    reached_by: tuple[str, ...] = ()
    carrier: str = "direct"
    is_sms_capable: bool = True
    trunk_sid: str = ""


class Application(Struct, kw_only=True):
    """An application of the account with its webhooks; REST may change them."""

    sid: str
    name: str
    created_at: datetime
    updated_at: datetime
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    sms_url: str = ""


class Message(Struct, kw_only=True):
    """A text message on its way."""

    sid: str
    to: str
    sender: str
    body: str
    created_at: datetime
    status: str = "queued"
    callback_url: str = ""
    error_code: int | None = None
    service_sid: str | None = None
    sent_at: datetime | None = None


class Recording(Struct, kw_only=True):
    """A recording: what was said while it ran, by the call itself and by the others.

    ``seconds`` is its length so far, ``running_since`` when it began or went on last.
    """

    sid: str
    call_sid: str
    started_at: datetime
    source: str
    track: str = "both"
    status: str = "in-progress"
    seconds: int = 0
    channels: int = 1
    words: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    callback_url: str = ""
    callback_method: str = "POST"
    callback_events: frozenset[str] = frozenset({"completed"})
    length: float = 0.0
    running_since: datetime | None = None
    keeps_pauses: bool = True

    @property
    def is_running(self) -> bool:
        """Whether it takes down what is said."""
        return self.status == "in-progress"


class Transcription(Struct, kw_only=True):
    """A real-time transcription of one call."""

    sid: str
    call_sid: str
    name: str
    url: str
    method: str
    language: str
    engine: str
    track: str
    labels: dict[str, str]
    partial_results: bool = False
    sequence: int = 0
    is_running: bool = True


class Notification(Struct, frozen=True, kw_only=True):
    """Something the provider complains about: a number, a sentence, where."""

    at: datetime
    code: int
    text: str
    sid: str = ""
    call_sid: str = ""
    url: str = ""
