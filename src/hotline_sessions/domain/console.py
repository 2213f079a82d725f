"""The account at Twilio as it is set up there, and what the product needs of it."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from msgspec import Struct


UKRAINE: Final = "UA"
APPLICATION_NAME: Final = "hotline-sessions"
"""Name of the application for talking in the browser, by which it is found again."""

HOME_REGION: Final = "us1"
EDGES: Final[Mapping[str, str]] = MappingProxyType(
    {"us1": "ashburn", "ie1": "dublin", "au1": "sydney"}
)
"""Edge of each region: requests that name a region and no edge go to the United States.

Source: https://www.twilio.com/docs/global-infrastructure/using-the-twilio-rest-api-in-a-non-us-region
"""


class Webhooks(Struct, frozen=True, kw_only=True):
    """Where calls to a number, an application or a trunk go; addresses with their fragment."""

    voice_url: str = ""
    voice_method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    status_url: str = ""
    status_method: str = "POST"


class NumberFacts(Struct, frozen=True, kw_only=True):
    """A number of the account.

    ``application`` and ``trunk`` name what takes the calls instead of the webhooks.
    """

    sid: str
    number: str
    webhooks: Webhooks
    application: str = ""
    trunk: str = ""


class ApplicationFacts(Struct, frozen=True, kw_only=True):
    """An application of the account: where calls of browsers go."""

    sid: str
    name: str
    webhooks: Webhooks


class TrunkFacts(Struct, frozen=True, kw_only=True):
    """A trunk by which a carrier of one's own hands calls over."""

    sid: str
    webhooks: Webhooks


class AccountFacts(Struct, frozen=True, kw_only=True):
    """``status`` is Twilio's word: active, suspended or closed."""

    status: str
    is_trial: bool


class Balance(Struct, frozen=True, kw_only=True):
    """Money left."""

    amount: Decimal
    currency: str


class Country(Struct, frozen=True, kw_only=True):
    """A country that may be called: its ordinary numbers, and those known from fraud."""

    code: str
    is_open: bool
    is_fraud_open: bool


class Console(Struct, frozen=True, kw_only=True):
    """Everything that was read; None is what could not be read."""

    account: AccountFacts | None = None
    balance: Balance | None = None
    numbers: tuple[NumberFacts, ...] | None = None
    verified: frozenset[str] | None = None
    """Numbers of others that calls may come from."""
    applications: tuple[ApplicationFacts, ...] | None = None
    trunk: TrunkFacts | None = None
    countries: tuple[Country, ...] | None = None


class Needs(Struct, frozen=True, kw_only=True):
    """What the product needs.

    ``lines`` are the numbers that citizens call; ``incoming`` is where their calls have to
    go, and ``client`` where those of browsers do. ``application`` and ``trunk`` are empty
    where none is set; ``talks_in_browser`` says that there is a key for it.
    """

    lines: tuple[str, ...]
    caller_id: str
    sender: str
    incoming: Webhooks
    client: Webhooks
    public_base_url: str
    application: str = ""
    trunk: str = ""
    region: str = ""
    edge: str = ""
    talks_in_browser: bool = False
    is_simulated: bool = False


def list_numbers_needed(needs: Needs) -> tuple[str, ...]:
    """Numbers whose calls the product answers: the lines, and whoever calls back the caller."""
    return tuple(dict.fromkeys(each for each in (*needs.lines, needs.caller_id) if each))


def find_number(console: Console, number: str) -> NumberFacts | None:
    """The number as it is set up, if the account has it."""
    return next((each for each in console.numbers or () if each.number == number), None)


def find_application(console: Console, needs: Needs) -> ApplicationFacts | None:
    """The application for browsers: the one that is set, else the one with our name."""
    by_sid = {each.sid: each for each in console.applications or ()}
    if needs.application:
        return by_sid.get(needs.application)
    return next((each for each in by_sid.values() if each.name == APPLICATION_NAME), None)
