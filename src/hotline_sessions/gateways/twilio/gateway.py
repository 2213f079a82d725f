"""Twilio as a whole: one account, one client, and what satisfies the ports."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from urllib.parse import urlsplit

from msgspec import Struct

from hotline_sessions.gateways.twilio.addresses import Addresses
from hotline_sessions.gateways.twilio.line import TwilioPhoneLine
from hotline_sessions.gateways.twilio.media import MediaFetcher
from hotline_sessions.gateways.twilio.recordings import TwilioRecordings
from hotline_sessions.gateways.twilio.strays import TwilioStrays
from hotline_sessions.gateways.twilio.texts import TwilioTexts


class TwilioAccount(Struct, frozen=True, kw_only=True):
    """Whose account, with which secret; ``base_url`` is empty unless Twilio is simulated.

    ``public_base_url`` is how Twilio reaches this installation; ``region`` and ``edge`` are
    where its calls are kept and where its network is entered, empty for the United States;
    ``trunk`` is that of a carrier of one's own; ``fallback_url`` is played without us.
    """

    account_sid: str
    token: str
    caller_id: str
    sms_sender: str
    public_base_url: str
    base_url: str = ""
    is_production: bool = True
    region: str = ""
    edge: str = ""
    trunk: str = ""
    fallback_url: str = ""


class Twilio(Struct, frozen=True, kw_only=True):
    """What the account is used for; without ``recordings`` or ``strays`` none are taken in."""

    line: TwilioPhoneLine
    texts: TwilioTexts
    recordings: TwilioRecordings | None = None
    strays: TwilioStrays | None = None


class ForeignBaseUrlError(ValueError):
    """In production Twilio may be replaced only by something on this machine."""


def check_base_url(url: str, *, is_production: bool) -> None:
    """Refuse to send citizens' numbers to a stranger who was configured by mistake.

    Raises:
        ForeignBaseUrlError: In production the host is not this machine.
    """
    if url and is_production and not _is_loopback(urlsplit(url).hostname or ""):
        raise ForeignBaseUrlError("in production the phone simulator must be on this machine")


@asynccontextmanager
async def open_twilio(account: TwilioAccount) -> AsyncIterator[Twilio]:
    """Twilio, open until the block ends; to be opened inside the running loop.

    Raises:
        ForeignBaseUrlError: In production Twilio is replaced by another host.
    """
    check_base_url(account.base_url, is_production=account.is_production)
    from hotline_sessions.gateways.twilio.client import open_client  # noqa: PLC0415 - slow to load

    addresses = Addresses(account.public_base_url)
    async with open_client(
        account.account_sid,
        account.token,
        base_url=account.base_url,
        region=account.region,
        edge=account.edge,
    ) as client:
        yield Twilio(
            line=TwilioPhoneLine(
                client,
                addresses,
                account.caller_id,
                trunk=account.trunk,
                fallback_url=account.fallback_url,
            ),
            texts=TwilioTexts(client, addresses, account.sms_sender),
            recordings=TwilioRecordings(
                client,
                MediaFetcher(account.account_sid, account.token),
                account_sid=account.account_sid,
                base_url=account.base_url,
            ),
            strays=TwilioStrays(client),
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
