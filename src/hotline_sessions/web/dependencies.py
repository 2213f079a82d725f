"""What a handler may ask for by name: the time, the secret, the address, who is signed in."""

from datetime import datetime, timedelta
from typing import Any, TypeAlias

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.gateways.letters import Press
from hotline_sessions.gateways.twilio.softphone import NoSoftphones
from hotline_sessions.services.letter_ports import Documents
from hotline_sessions.services.ports import Clock, Watch
from hotline_sessions.services.recording_ports import Storage
from hotline_sessions.services.softphones import Softphones


PageRequest: TypeAlias = Request[Any, Any, State]

Now: TypeAlias = NamedDependency[datetime]
Secret: TypeAlias = NamedDependency[bytes]
PublicUrl: TypeAlias = NamedDependency[str]
SignedIn: TypeAlias = NamedDependency[Staff]


class WebFacts(Struct, frozen=True, kw_only=True):
    """What the application tells its pages; kept in its state as ``facts``."""

    clock: Clock
    secret: bytes
    public_url: str
    watch: Watch
    softphones: Softphones = NoSoftphones()
    sms_price: float = 0.0
    """Of one part of an SMS, in hryvnias; 0 where it is not known."""
    sends_mail: bool = False
    """Whether letters are sent here at all; only then an address is asked for."""
    has_bot: bool = False
    """Whether there is a bot that posts to Telegram channels."""
    fresh_for: timedelta = timedelta(0)
    """How old a page may be that is the same for everybody; nothing: it is made anew each time."""
    tells_inside: bool = False
    """Whether document systems may be told that run beside us: in a demo only."""


def facts_of(request: PageRequest) -> WebFacts:
    """Facts of the application that serves ``request``."""
    facts: WebFacts = request.app.state.facts
    return facts


def provide_now(request: PageRequest) -> datetime:
    """The moment of the request, in UTC."""
    return facts_of(request).clock.now()


def provide_secret(request: PageRequest) -> bytes:
    """Key that signs links and hashes codes."""
    return facts_of(request).secret


def provide_public_url(request: PageRequest) -> str:
    """How citizens reach this installation, without a slash at the end."""
    return facts_of(request).public_url


def sounds_of(request: PageRequest) -> Storage:
    """Our own storage of recordings."""
    storage: Storage = request.app.state.storage
    return storage


def documents_of(request: PageRequest) -> Documents:
    """Where letters are printed, and they and papers of appeals are kept."""
    return Documents(printer=Press(), storage=request.app.state.storage)


def provide_signed_in(request: PageRequest) -> Staff:
    """Who is signed in; only behind a guard of ``web.guards``."""
    staff: Staff = request.state.staff
    return staff


DEPENDENCIES = {
    "now": Provide(provide_now, sync_to_thread=False),
    "secret": Provide(provide_secret, sync_to_thread=False),
    "public_url": Provide(provide_public_url, sync_to_thread=False),
    "signed_in": Provide(provide_signed_in, sync_to_thread=False),
}
