"""The account at Twilio: read what is set up there, and change it."""

from collections.abc import Awaitable, Iterable
from datetime import date
from typing import Protocol, TypeVar

from hotline_sessions.domain.console import (
    AccountFacts,
    ApplicationFacts,
    Balance,
    Console,
    Country,
    NumberFacts,
    TrunkFacts,
    Webhooks,
)
from hotline_sessions.domain.console_changes import (
    Change,
    ChangeApplication,
    ChangeNumber,
    ChangeTrunk,
)
from hotline_sessions.domain.network import CallOver, NetworkRefusal
from hotline_sessions.store.institutions import list_institutions
from hotline_sessions.store.lines import list_lines


T = TypeVar("T")


class ConsoleKeeper(Protocol):
    """Whoever reads and changes the account; raises a ``domain.network.NetworkError``."""

    async def fetch_account(self) -> AccountFacts:
        """What kind of account it is."""
        ...

    async def fetch_balance(self) -> Balance:
        """Money left."""
        ...

    async def list_numbers(self) -> list[NumberFacts]:
        """Its numbers."""
        ...

    async def list_verified(self) -> list[str]:
        """Numbers of others that calls may come from."""
        ...

    async def list_applications(self) -> list[ApplicationFacts]:
        """Its applications."""
        ...

    async def list_countries(self) -> list[Country]:
        """Countries that may be called."""
        ...

    async def fetch_trunk(self, sid: str) -> TrunkFacts:
        """A trunk of a carrier."""
        ...

    async def change_number(self, sid: str, webhooks: Webhooks) -> None:
        """Let the calls of a number go elsewhere."""
        ...

    async def change_application(self, sid: str, webhooks: Webhooks) -> None:
        """Let the calls of an application go elsewhere."""
        ...

    async def add_application(self, webhooks: Webhooks) -> str:
        """A new application; its name at Twilio."""
        ...

    async def change_trunk(self, sid: str, webhooks: Webhooks) -> None:
        """Let the calls of a carrier go elsewhere."""
        ...


async def read_console(keeper: ConsoleKeeper, *, trunk: str = "") -> Console:
    """The account; what it has not, or does not show to this key, is None.

    Raises:
        NetworkError: Twilio cannot be reached, or does not let us in.
    """
    numbers = await _read(keeper.list_numbers())
    verified = await _read(keeper.list_verified())
    applications = await _read(keeper.list_applications())
    countries = await _read(keeper.list_countries())
    return Console(
        account=await _read(keeper.fetch_account()),
        balance=await _read(keeper.fetch_balance()),
        numbers=None if numbers is None else tuple(numbers),
        verified=None if verified is None else frozenset(verified),
        applications=None if applications is None else tuple(applications),
        trunk=await _read(keeper.fetch_trunk(trunk)) if trunk else None,
        countries=None if countries is None else tuple(countries),
    )


async def list_lines_in_use(on: date) -> tuple[str, ...]:
    """Numbers on which any institution is called on the day ``on``."""
    numbers = [
        line.number
        for institution in await list_institutions()
        for line in await list_lines(institution=institution.id, on=on)
    ]
    return tuple(dict.fromkeys(numbers))


async def make_changes(keeper: ConsoleKeeper, changes: Iterable[Change]) -> str:
    """Change the account; the name of the application that was made, or empty.

    Raises:
        NetworkError: One could not be made; those before it are.
    """
    made = ""
    for change in changes:
        match change:
            case ChangeNumber(sid=sid, webhooks=webhooks):
                await keeper.change_number(sid, webhooks)
            case ChangeApplication(sid="", webhooks=webhooks):
                made = await keeper.add_application(webhooks)
            case ChangeApplication(sid=sid, webhooks=webhooks):
                await keeper.change_application(sid, webhooks)
            case ChangeTrunk(sid=sid, webhooks=webhooks):
                await keeper.change_trunk(sid, webhooks)
    return made


async def _read(asking: Awaitable[T]) -> T | None:
    try:
        return await asking
    except (CallOver, NetworkRefusal):
        return None
