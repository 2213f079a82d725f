"""The account at Twilio, read and changed through its interface."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from hotline_sessions.domain.console import (
    APPLICATION_NAME,
    AccountFacts,
    ApplicationFacts,
    Balance,
    Country,
    NumberFacts,
    TrunkFacts,
    Webhooks,
)
from hotline_sessions.domain.network import OutcomeUnknown
from hotline_sessions.gateways.twilio.errors import ask, read_name


MOST: Final = 1000
"""Numbers, applications and countries at most; there are fewer than 300 countries."""


class TwilioConsole:
    """The port ``ConsoleKeeper``; every error is a ``NetworkError``."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - the library has no types
        self._client = client

    async def fetch_account(self) -> AccountFacts:
        """What kind of account it is."""
        account = self._client.api.v2010.accounts(self._client.account_sid)
        found = await ask(account.fetch_async())
        return AccountFacts(status=str(found.status), is_trial=str(found.type) == "Trial")

    async def fetch_balance(self) -> Balance:
        """Money left."""
        account = self._client.api.v2010.accounts(self._client.account_sid)
        found = await ask(account.balance.fetch_async())
        try:
            return Balance(amount=Decimal(str(found.balance)), currency=str(found.currency))
        except InvalidOperation:
            raise OutcomeUnknown from None

    async def list_numbers(self) -> list[NumberFacts]:
        """Its numbers."""
        found = await ask(self._client.incoming_phone_numbers.list_async(limit=MOST))
        return [
            NumberFacts(
                sid=str(each.sid),
                number=str(each.phone_number),
                webhooks=_read_webhooks(each),
                application=each.voice_application_sid or "",
                trunk=each.trunk_sid or "",
            )
            for each in found
        ]

    async def list_verified(self) -> list[str]:
        """Numbers of others that calls may come from."""
        found = await ask(self._client.outgoing_caller_ids.list_async(limit=MOST))
        return [str(each.phone_number) for each in found]

    async def list_applications(self) -> list[ApplicationFacts]:
        """Its applications."""
        found = await ask(self._client.applications.list_async(limit=MOST))
        return [
            ApplicationFacts(
                sid=str(each.sid), name=each.friendly_name or "", webhooks=_read_webhooks(each)
            )
            for each in found
        ]

    async def list_countries(self) -> list[Country]:
        """Countries that may be called."""
        countries = self._client.voice.v1.dialing_permissions.countries
        return [
            Country(
                code=str(each.iso_code),
                is_open=bool(each.low_risk_numbers_enabled),
                is_fraud_open=bool(each.high_risk_tollfraud_numbers_enabled),
            )
            for each in await ask(countries.list_async(limit=MOST))
        ]

    async def fetch_trunk(self, sid: str) -> TrunkFacts:
        """A trunk of a carrier."""
        found = await ask(self._client.voice.v1.byoc_trunks(sid).fetch_async())
        return TrunkFacts(sid=str(found.sid), webhooks=_read_webhooks(found))

    async def change_number(self, sid: str, webhooks: Webhooks) -> None:
        """Let the calls of a number go elsewhere.

        An application or trunk that has them stays: Twilio describes no way to take it away.
        """
        number = self._client.incoming_phone_numbers(sid)
        await ask(number.update_async(**_write_webhooks(webhooks)))

    async def change_application(self, sid: str, webhooks: Webhooks) -> None:
        """Let the calls of an application go elsewhere."""
        application = self._client.applications(sid)
        await ask(application.update_async(**_write_webhooks(webhooks)))

    async def add_application(self, webhooks: Webhooks) -> str:
        """A new application; its name at Twilio."""
        made = await ask(
            self._client.applications.create_async(
                friendly_name=APPLICATION_NAME, **_write_webhooks(webhooks)
            )
        )
        return read_name(made.sid)

    async def change_trunk(self, sid: str, webhooks: Webhooks) -> None:
        """Let the calls of a carrier go elsewhere."""
        fields = _write_webhooks(webhooks)
        fields["status_callback_url"] = fields.pop("status_callback")
        await ask(self._client.voice.v1.byoc_trunks(sid).update_async(**fields))


def _read_webhooks(found: Any) -> Webhooks:  # noqa: ANN401 - a number, application or trunk
    """Where calls go; a trunk calls the address of its progress by another name."""
    status = getattr(found, "status_callback", None) or getattr(found, "status_callback_url", None)
    return Webhooks(
        voice_url=found.voice_url or "",
        voice_method=found.voice_method or "",
        fallback_url=found.voice_fallback_url or "",
        fallback_method=found.voice_fallback_method or "",
        status_url=status or "",
        status_method=found.status_callback_method or "",
    )


def _write_webhooks(webhooks: Webhooks) -> dict[str, str]:
    """Fields to send; without a fallback of ours, that of others stays."""
    fields = {
        "voice_url": webhooks.voice_url,
        "voice_method": webhooks.voice_method,
        "status_callback": webhooks.status_url,
        "status_callback_method": webhooks.status_method,
    }
    if webhooks.fallback_url:
        fields["voice_fallback_url"] = webhooks.fallback_url
        fields["voice_fallback_method"] = webhooks.fallback_method
    return fields
