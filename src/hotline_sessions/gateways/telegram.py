"""Posts in Telegram channels, by the Bot API.

The secret of the bot stands in each address that is called, so no error says which one it was.
Source: https://core.telegram.org/bots/api (sendMessage, editMessageText, ResponseParameters).
"""

from html import escape
from typing import Any, Final

import aiohttp
import msgspec
from msgspec import Struct

from hotline_sessions.domain.channel_posts import (
    BotRefused,
    ChannelGone,
    FloodWait,
    PostGone,
)
from hotline_sessions.domain.network import (
    NetworkError,
    NetworkRefusal,
    OutcomeUnknown,
    RetryLater,
)


API: Final = "https://api.telegram.org"
TIMEOUT: Final = aiohttp.ClientTimeout(total=15, connect=5)
LONGEST: Final = 4096
"""Letters of a post, counted as UTF-16 does. Source: Bot API, sendMessage, text."""
LONGEST_ANSWER: Final = 65_536
DEFAULT_WAIT: Final = 30
LONGEST_WAIT: Final = 3600
"""Seconds; what is asked for is waited for, within reason."""

_SAME: Final = "message is not modified"
_GONE_CHATS: Final = ("chat not found", "not enough rights", "administrator rights", "chat_write")
_GONE_POSTS: Final = ("message to edit not found", "can't be edited", "message_id_invalid")


class _Parameters(Struct, frozen=True):
    retry_after: int = DEFAULT_WAIT


class _Message(Struct, frozen=True):
    message_id: int


class _Answer(Struct, frozen=True):
    """The envelope of every answer."""

    ok: bool
    result: Any = None
    error_code: int = 0
    description: str = ""
    parameters: _Parameters = _Parameters()


class TelegramBot:
    """The port ``ChannelPoster``; every error is a ``NetworkError`` that says nothing."""

    def __init__(self, token: str, *, base_url: str = API) -> None:
        self._address = f"{base_url.rstrip('/')}/bot{token}"

    async def post(self, chat: str, text: str) -> int:
        """Post ``text``; returns the number of the post.

        Raises:
            ChannelGone, BotRefused, NetworkRefusal: It will never be posted so.
            RetryLater: It was not posted now.
            OutcomeUnknown: It may have been.
        """
        answer = await self._call("sendMessage", chat, text)
        try:
            return msgspec.convert(answer.result, _Message).message_id
        except msgspec.ValidationError:
            raise OutcomeUnknown from None

    async def edit(self, chat: str, message: int, text: str) -> None:
        """Let the post say ``text``.

        Raises:
            PostGone, ChannelGone, BotRefused, NetworkRefusal: It never will.
            RetryLater: It does not now.
            OutcomeUnknown: It may; the same may be asked for again.
        """
        await self._call("editMessageText", chat, text, message_id=message)

    async def _call(self, method: str, chat: str, text: str, **more: int) -> _Answer:
        order = {
            "chat_id": chat,
            "text": build_html(text),
            "parse_mode": "HTML",
            # What Telegram keeps of a page would say the old time after a change.
            "link_preview_options": {"is_disabled": True},
            **more,
        }
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            try:
                async with session.post(
                    f"{self._address}/{method}",
                    data=msgspec.json.encode(order),
                    headers={"content-type": "application/json"},
                    allow_redirects=False,
                ) as response:
                    return _read(response.status, await response.content.read(LONGEST_ANSWER))
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
                raise RetryLater from None
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
                raise OutcomeUnknown from None


def build_html(text: str) -> str:
    """``text`` with its first line in bold, no longer than a post may be.

    The length counts without marks; what is cut is the end of the lines before the last, which
    holds the address of the page.
    """
    head, _, rest = _cut(text).partition("\n")
    return f"<b>{escape(head, quote=False)}</b>" + (
        f"\n{escape(rest, quote=False)}" if rest else ""
    )


def _cut(text: str) -> str:
    if _length(text) <= LONGEST:
        return text
    start, _, last = text.rpartition("\n")
    if _length(last) > LONGEST // 2:
        start, last = text, ""
    room = LONGEST - _length(last) - 2
    kept = start.encode("utf-16-le")[: room * 2].decode("utf-16-le", errors="ignore")
    return f"{kept}…\n{last}"


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _read(status: int, content: bytes) -> _Answer:
    try:
        answer = msgspec.json.decode(content, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        answer = _Answer(ok=False, error_code=status)
    if answer.ok and status == 200:  # noqa: PLR2004 - OK
        return answer
    if answer.error_code == 400 and _SAME in answer.description:  # noqa: PLR2004 - Bad Request
        return answer
    raise choose_error(status, answer.description.lower(), answer.parameters.retry_after)


def choose_error(status: int, said: str, retry_after: int = DEFAULT_WAIT) -> NetworkError:
    """What a refusal means. A gateway that got no answer does not know what became of it."""
    match status:
        case 429:
            return FloodWait(min(max(retry_after, 1), LONGEST_WAIT))
        case 401 | 404:
            return BotRefused()
        case 403:
            return ChannelGone()
        case 400 if any(each in said for each in _GONE_CHATS):
            return ChannelGone()
        case 400 if any(each in said for each in _GONE_POSTS):
            return PostGone()
        case 504:
            return OutcomeUnknown()
        case _ if status >= 500:  # noqa: PLR2004 - faults of the server
            return RetryLater(status)
        case _ if status >= 400:  # noqa: PLR2004
            return NetworkRefusal(status)
        case _:
            return OutcomeUnknown()
