"""What the webhooks have to know of this installation."""

from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.gateways.twilio.addresses import Addresses
from hotline_sessions.gateways.twilio.signature import Scheme, SharedKey, Signatory
from hotline_sessions.gateways.twilio.twiml import Voices
from hotline_sessions.services.hold import QueueViews
from hotline_sessions.services.ports import Clock


TWIML: Final = "text/xml"
"""Type of every answer that Twilio reads."""


class TwilioSetup(Struct, frozen=True, kw_only=True):
    """Whose webhooks are accepted, and how they are answered.

    ``public_base_url`` is the address Twilio was given, without a slash at the end;
    ``secrets`` are the account's token and, while it is being changed, the coming one, and
    ``shared_keys`` likewise; ``scheme`` says which of the two must have signed;
    ``booking_secret`` keys the hashes of bookings' codes.
    """

    public_base_url: str
    account_sid: str
    secrets: tuple[str, ...]
    scheme: Scheme = Scheme.TOKEN
    shared_keys: tuple[SharedKey, ...] = ()
    booking_secret: bytes
    clock: Clock
    views: QueueViews = msgspec.field(default_factory=QueueViews)
    """What those who wait are told from."""
    voice: Voices = msgspec.field(default_factory=Voices)

    @property
    def signatory(self) -> Signatory:
        """Whose signatures count."""
        return Signatory(
            base_url=self.public_base_url,
            scheme=self.scheme,
            tokens=self.secrets,
            keys=self.shared_keys,
        )

    @property
    def addresses(self) -> Addresses:
        """Addresses under which Twilio reaches us."""
        return Addresses(self.public_base_url)
