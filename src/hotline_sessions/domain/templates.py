"""An institution's own words for one kind of message."""

from datetime import datetime

from msgspec import Struct


class MessageTemplate(Struct, frozen=True, kw_only=True):
    """A text with its places, and who wrote it when."""

    purpose: str
    language: str
    text: str
    edited_by: str
    edited_at: datetime
