"""What posting to channels needs of the outside world."""

from typing import Protocol


class ChannelPoster(Protocol):
    """Posts of a bot in channels; raises a ``domain.network.NetworkError`` and nothing else.

    There is no name by which a channel would know a post again: what was sent without an answer
    may stand there. A change is the same however often it is made.
    """

    async def post(self, chat: str, text: str) -> int:
        """Post ``text``; returns the number of the post."""
        ...

    async def edit(self, chat: str, message: int, text: str) -> None:
        """Let the post say ``text``; if it does already, that is not an error."""
        ...
