"""An institution's own words for one kind of message."""

from datetime import datetime

from msgspec import Struct

from hotline_sessions.domain.errors import Invalid


class TooManySegments(Invalid):
    """With its longest values the text is sent in several parts, and nobody has agreed to that.

    Facts: ``segments``.
    """

    code = "too-many-segments"


class MessageTemplate(Struct, frozen=True, kw_only=True):
    """A text with its places, and who wrote it when."""

    purpose: str
    language: str
    text: str
    edited_by: str
    edited_at: datetime
