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
    """A recording; ``words`` is what was said while it ran."""

    sid: str
    call_sid: str
    started_at: datetime
    source: str
    status: str = "in-progress"
    seconds: int = 0
    channels: int = 1
    words: list[str] = field(default_factory=list)


class Notification(Struct, frozen=True, kw_only=True):
    """Something the provider complains about: a number, a sentence, where."""

    at: datetime
    code: int
    text: str
    call_sid: str = ""
    url: str = ""
