"""Text messages through Twilio."""

from typing import Any

from hotline_sessions.domain.network import NetworkRefusal
from hotline_sessions.gateways.twilio.addresses import Addresses
from hotline_sessions.gateways.twilio.errors import ask, read_name


class TwilioTexts:
    """The port ``TextSender``, by Twilio's interface; every error is a ``NetworkError``."""

    def __init__(
        self,
        client: Any,  # noqa: ANN401 - the library has no types
        addresses: Addresses,
        sender: str,
    ) -> None:
        self._client = client
        self._addresses = addresses
        self._sender = sender

    async def send(self, recipient: str, body: str) -> str:
        """Hand a message over; returns Twilio's name for it."""
        if not self._sender:
            raise NetworkRefusal
        message = await ask(
            self._client.messages.create_async(
                to=recipient,
                from_=self._sender,
                body=body,
                status_callback=self._addresses.text_status(),
            )
        )
        return read_name(message.sid)
