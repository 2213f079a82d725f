"""The account itself and its balance."""

from typing import Final

from hotline_sessions.phonesim.parameters import rfc2822
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.views import Json, view_account


CURRENCY: Final = "USD"


async def show_account(ask: Ask) -> Reply:
    """Answer a request for the account."""
    if ask.method != "GET":
        raise ask.not_found()
    profile = ask.simulator.config.limits.profile
    return Reply(json=view_account(ask.account, ask.simulator.carrier.began_at, profile))


async def answer_caller_ids(ask: Ask) -> Reply:
    """Answer a request for numbers of others that calls may come from."""
    if ask.method != "GET" or len(ask.parts) > 1:
        raise ask.not_found()
    at = rfc2822(ask.simulator.carrier.began_at)
    base = ask.path.removesuffix(".json")
    shown: list[Json] = [
        {
            "sid": f"PN{index:032x}",
            "account_sid": ask.account,
            "friendly_name": number,
            "phone_number": number,
            "date_created": at,
            "date_updated": at,
            "uri": f"{base}/PN{index:032x}.json",
        }
        for index, number in enumerate(ask.simulator.config.caller_ids, 1)
    ]
    return ask.page("outgoing_caller_ids", shown)


async def answer_balance(ask: Ask) -> Reply:
    """Answer a request for the balance."""
    balance = ask.simulator.config.limits.balance
    return Reply(json={"account_sid": ask.account, "balance": balance, "currency": CURRENCY})
