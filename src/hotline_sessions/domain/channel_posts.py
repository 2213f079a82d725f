"""Posts of sessions in a Telegram channel: what a channel is, and how a post can fail."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.network import NetworkRefusal, RetryLater


LONGEST_CHAT: Final = 33
LONGEST_PAUSE: Final = timedelta(minutes=5)
"""How long it is waited at most before a post is tried again."""

_CHAT: Final = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}")
_LINK: Final = re.compile(r"(?:https?://)?t\.me/([A-Za-z][A-Za-z0-9_]{3,31})/?")
_MESSAGE: Final = re.compile(r"(?:(?:https?://)?t\.me/[A-Za-z][A-Za-z0-9_]{3,31}/)?([1-9]\d{0,14})")


class BadChat(Invalid):
    """Not the name of a public channel."""

    code = "bad-chat"


class ChatTaken(Conflict):
    """Another institution posts to this channel."""

    code = "chat-taken"


class BadMessage(Invalid):
    """Not the number of a post, nor its address."""

    code = "bad-message"


class PostChanged(Conflict):
    """The post is not any more as it was shown."""

    code = "post-changed"


class FloodWait(RetryLater):
    """Too many posts: not before so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class ChannelGone(NetworkRefusal):
    """The channel is not there, or the bot may not post to it."""


class BotRefused(NetworkRefusal):
    """The secret of the bot is not right: no channel can be posted to."""


class PostGone(NetworkRefusal):
    """Somebody has deleted the post, or it cannot be changed any more."""


class Failure(StrEnum):
    """Why something was not posted; a person has to put it right."""

    CHANNEL_GONE = "channel-gone"
    BOT_REFUSED = "bot-refused"
    POST_GONE = "post-gone"
    REFUSED = "refused"


class State(StrEnum):
    """What became of one version of a post."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REPLACED = "replaced"
    UNKNOWN = "unknown"
    FAILED = "failed"


class Channel(Struct, frozen=True, kw_only=True):
    """The channel of an institution, and why it cannot be posted to, if so."""

    chat: str
    posts_by_itself: bool
    failure: Failure | None = None
    failed_at: datetime | None = None


class Post(Struct, frozen=True, kw_only=True):
    """A session in a channel, and what became of the last version of its text."""

    chat: str
    message: int | None
    state: State | None
    reason: str = ""

    @property
    def link(self) -> str:
        """Where everybody reads it; empty while that is not known."""
        return f"https://t.me/{self.chat[1:]}/{self.message}" if self.message else ""


def read_chat(text: str) -> str:
    """The channel that staff have named, as «@name»; empty for none.

    Source: https://core.telegram.org/bots/api, chat_id of sendMessage.

    Raises:
        BadChat: It is no name and no address of a public channel.
    """
    given = text.strip()
    if not given:
        return ""
    link = _LINK.fullmatch(given)
    name = f"@{link[1]}" if link else given if given.startswith("@") else f"@{given}"
    if not _CHAT.fullmatch(name):
        raise BadChat
    return name


def read_message(text: str) -> int:
    """The number of a post: itself, or at the end of the address of the post.

    Raises:
        BadMessage: It is neither.
    """
    match = _MESSAGE.fullmatch(text.strip())
    if match is None:
        raise BadMessage
    return int(match[1])


def choose_pause(attempts: int, error: Exception) -> timedelta:
    """How long to wait after so many attempts: what the network asks for, or longer and longer."""
    if isinstance(error, FloodWait):
        return timedelta(seconds=error.seconds)
    return min(timedelta(seconds=2 ** min(attempts, 10)), LONGEST_PAUSE)
