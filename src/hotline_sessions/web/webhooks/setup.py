"""What the webhooks have to know of this installation."""

from typing import Final

from msgspec import Struct

from hotline_sessions.gateways.twilio.addresses import Addresses
from hotline_sessions.gateways.twilio.twiml import Voice
from hotline_sessions.services.ports import Clock


TWIML: Final = "text/xml"
"""Type of every answer that Twilio reads."""


class TwilioSetup(Struct, frozen=True, kw_only=True):
    """Whose webhooks are accepted, and how they are answered.

    ``public_base_url`` is the address Twilio was given, without a slash at the end;
    ``secrets`` are the account's token and, while it is being changed, the coming one;
    ``booking_secret`` keys the hashes of bookings' codes.
    """

    public_base_url: str
    account_sid: str
    secrets: tuple[str, ...]
    booking_secret: bytes
    clock: Clock
    voice: Voice = Voice()

    @property
    def addresses(self) -> Addresses:
        """Addresses under which Twilio reaches us."""
        return Addresses(self.public_base_url)
