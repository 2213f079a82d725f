"""The account at Twilio that the settings name: what the product needs of it, and access to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, Final

import click

from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.console import Needs, Webhooks
from hotline_sessions.domain.network import (
    CallOver,
    NetworkError,
    NetworkRefusal,
    OutcomeUnknown,
    RetryLater,
)
from hotline_sessions.gateways.twilio.addresses import Addresses
from hotline_sessions.gateways.twilio.fallback import METHOD, choose_fallback
from hotline_sessions.gateways.twilio.gateway import ForeignBaseUrlError, check_base_url
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.console import list_lines_in_use
from hotline_sessions.settings import Settings
from hotline_sessions.store.engine import open_database


WRONG_SECRET: Final = N_(
    "Twilio does not let us in: check TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_REGION;"
    " each region has a token of its own."
)
NO_ANSWER: Final = N_("Twilio does not answer. Try again in a moment.")
REFUSED: Final = N_("Twilio refuses (%(code)s): https://www.twilio.com/docs/errors/%(code)s")
NO_ACCOUNT: Final = N_(
    "Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN as Twilio's console shows them."
)
LET_IN: Final = frozenset({401, 20003})


async def read_needs(settings: Settings, on: date) -> Needs:
    """What the product needs, with the lines that are in use on the day ``on``."""
    async with open_database(settings.database_url, application_name="hotline twilio"):
        return build_needs(settings, await list_lines_in_use(on))


def build_needs(settings: Settings, lines: tuple[str, ...]) -> Needs:
    """What an installation with ``settings`` needs of the account for ``lines``."""
    addresses = Addresses(settings.public_base_url)
    return Needs(
        lines=lines,
        caller_id=settings.twilio_caller_id,
        sender=settings.twilio_sms_sender,
        incoming=build_webhooks(
            addresses.incoming(),
            addresses,
            choose_fallback(settings.twilio_fallback_url, Role.CITIZEN),
        ),
        client=build_webhooks(
            addresses.client(),
            addresses,
            choose_fallback(settings.twilio_fallback_url, Role.OFFICIAL),
        ),
        public_base_url=settings.public_base_url,
        application=settings.twilio_app_sid,
        trunk=settings.twilio_byoc_trunk_sid,
        region=settings.twilio_region,
        edge=settings.twilio_edge,
        talks_in_browser=bool(settings.twilio_api_key_sid and settings.twilio_api_key_secret),
        is_simulated=bool(settings.twilio_api_base_url),
    )


def build_webhooks(voice_url: str, addresses: Addresses, fallback_url: str) -> Webhooks:
    """Where calls have to go that begin at ``voice_url``."""
    return Webhooks(
        voice_url=voice_url,
        fallback_url=fallback_url,
        fallback_method=METHOD,
        status_url=addresses.incoming_status(),
    )


@asynccontextmanager
async def open_account(settings: Settings, words: Words) -> AsyncIterator[Any]:
    """Twilio's client of the account, until the block ends; failures are told in plain words.

    Raises:
        click.ClickException: Twilio cannot be reached, or refuses.
    """
    from hotline_sessions.gateways.twilio.client import open_client  # noqa: PLC0415 - slow to load

    if not settings.twilio_account_sid or not settings.twilio_auth_token:
        raise click.ClickException(words.gettext(NO_ACCOUNT))
    try:
        check_base_url(settings.twilio_api_base_url, is_production=settings.is_production)
        async with open_client(
            settings.twilio_account_sid,
            settings.twilio_auth_token,
            base_url=settings.twilio_api_base_url,
            region=settings.twilio_region,
            edge=settings.twilio_edge,
        ) as client:
            yield client
    except ForeignBaseUrlError as error:
        raise click.ClickException(str(error)) from None
    except NetworkError as error:
        raise click.ClickException(explain(error, words)) from None


def explain(error: NetworkError, words: Words) -> str:
    """A failure in plain words."""
    code = error.args[0] if error.args else None
    match error:
        case RetryLater() if code in LET_IN:
            return words.gettext(WRONG_SECRET)
        case RetryLater() | OutcomeUnknown():
            return words.gettext(NO_ANSWER)
        case NetworkRefusal() | CallOver() if code:
            return words.gettext(REFUSED, code=code)
        case _:
            return words.gettext(NO_ANSWER)
