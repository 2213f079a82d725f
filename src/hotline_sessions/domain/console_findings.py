"""Whether the account at Twilio is as the product needs it: findings, and what they rest on.

Source of the limits: https://www.twilio.com/docs/usage/tutorials/how-to-use-your-free-trial-account
"""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from hotline_sessions.domain.console import (
    EDGES,
    HOME_REGION,
    UKRAINE,
    Console,
    Needs,
    TrunkFacts,
    Webhooks,
    find_application,
    find_number,
    list_numbers_needed,
)
from hotline_sessions.domain.console_changes import list_differences


LOW_BALANCE: Final = Decimal(20)
"""Units of the account's currency; a session of an hour with its waiting callers costs about
as much."""
SHOWN_COUNTRIES: Final = 12


class Level(StrEnum):
    """How bad it is: fine, worth a look, or nobody can call."""

    GOOD = "good"
    ADVICE = "advice"
    PROBLEM = "problem"


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was looked at; ``code`` is stable, ``subject`` is what it is about."""

    code: str
    level: Level
    subject: str = ""
    found: str = ""
    wanted: str = ""


def list_findings(console: Console, needs: Needs) -> list[Finding]:
    """Everything that was looked at, in reading order."""
    return [
        *judge_account(console),
        *judge_numbers(console, needs),
        *judge_trunk(console, needs),
        *judge_fallback(needs),
        *judge_caller(console, needs),
        *judge_sender(console, needs),
        *judge_application(console, needs),
        *judge_countries(console),
        *judge_address(needs),
    ]


def judge_account(console: Console) -> Iterator[Finding]:
    """Whether the account works, and for how much longer."""
    account, balance = console.account, console.balance
    if account is None:
        yield _advise("account-unread")
    elif account.status != "active":
        yield _complain("account-not-active", found=account.status)
    elif account.is_trial:
        yield _complain("account-trial")
    else:
        yield _praise("account")
    if balance is None:
        yield _advise("balance-unread")
        return
    left = f"{balance.amount} {balance.currency}"
    if balance.amount < LOW_BALANCE:
        yield _complain("balance-low", found=left, wanted=f"{LOW_BALANCE} {balance.currency}")
    else:
        yield _praise("balance", found=left)


def judge_numbers(console: Console, needs: Needs) -> Iterator[Finding]:
    """Whether calls to our lines reach us."""
    if console.numbers is None:
        yield _advise("numbers-unread")
        return
    if not needs.lines:
        yield _advise("lines-none")
    for number in list_numbers_needed(needs):
        found = find_number(console, number)
        if found is None:
            yield _judge_foreign(number, console, needs)
            continue
        if found.application or found.trunk:
            yield _complain("number-taken", number, found=found.application or found.trunk)
        yield from _judge_webhooks("number", number, found.webhooks, needs.incoming)


def judge_trunk(console: Console, needs: Needs) -> Iterator[Finding]:
    """Whether calls that a carrier hands over reach us."""
    if not needs.trunk:
        return
    trunk: TrunkFacts | None = console.trunk
    if trunk is None:
        yield _complain("trunk-missing", needs.trunk)
        return
    yield from _judge_webhooks("trunk", trunk.sid, trunk.webhooks, needs.incoming)


def judge_fallback(needs: Needs) -> Iterator[Finding]:
    """Whether somebody answers when we do not."""
    address = needs.incoming.fallback_url
    if not address:
        yield _complain("fallback-missing")
    elif urlsplit(address).hostname == urlsplit(needs.public_base_url).hostname:
        yield _complain("fallback-same-host", found=address)
    else:
        yield _praise("fallback", found=address)


def judge_caller(console: Console, needs: Needs) -> Iterator[Finding]:
    """Whether calls may come from the number that we show."""
    if not needs.caller_id:
        yield _complain("caller-missing")
        return
    if console.numbers is None or needs.trunk:
        return
    own = find_number(console, needs.caller_id) is not None
    if own or needs.caller_id in (console.verified or ()):
        yield _praise("caller", needs.caller_id)
    else:
        yield _complain("caller-not-ours", needs.caller_id)


def judge_sender(console: Console, needs: Needs) -> Iterator[Finding]:
    """Whether text messages may come from the name that we show."""
    sender = needs.sender
    if not sender:
        yield _complain("sender-missing")
    elif sender.startswith("+"):
        if console.numbers is not None and find_number(console, sender) is None:
            yield _complain("sender-not-ours", sender)
        else:
            yield _praise("sender", sender)
    elif console.account is not None and console.account.is_trial:
        yield _complain("sender-on-trial", sender)
    else:
        yield _advise("sender-registered", sender)


def judge_application(console: Console, needs: Needs) -> Iterator[Finding]:
    """Whether officials and operators can talk in the browser."""
    if not needs.talks_in_browser:
        yield _advise("browser-off")
        return
    if console.applications is None:
        yield _advise("applications-unread")
        return
    found = find_application(console, needs)
    if found is None:
        yield _complain("application-missing", needs.application)
        return
    if not needs.application:
        yield _complain("application-not-set", found.sid, wanted=f"TWILIO_APP_SID={found.sid}")
    yield from _judge_webhooks("application", found.sid, found.webhooks, needs.client)


def judge_countries(console: Console) -> Iterator[Finding]:
    """Whom the account may call: Ukraine, and whoever else costs money when it is stolen."""
    if console.countries is None:
        yield _advise("countries-unread")
        return
    opened = {each.code for each in console.countries if each.is_open}
    if UKRAINE in opened:
        yield _praise("countries-ukraine")
    else:
        yield _complain("countries-no-ukraine")
    risky = sorted(each.code for each in console.countries if each.is_fraud_open)
    if risky:
        yield _complain("countries-fraud", found=_shorten(risky))
    if others := sorted(opened - {UKRAINE}):
        yield _advise("countries-others", found=_shorten(others))


def judge_address(needs: Needs) -> Iterator[Finding]:
    """Whether we find Twilio, and Twilio us, safely."""
    if needs.is_simulated:
        return
    region = needs.region or HOME_REGION
    yield _praise("region", needs.edge or EDGES[region], found=region)
    if not needs.public_base_url.startswith("https://"):
        yield _complain("address-not-https", found=needs.public_base_url)


def _judge_foreign(number: str, console: Console, needs: Needs) -> Finding:
    """A number that is not the account's: handed over by a carrier, or verified to call from."""
    if needs.trunk:
        return _praise("number-by-trunk", number)
    if number not in needs.lines and number in (console.verified or ()):
        return _praise("number-verified", number)
    return _complain("number-missing", number)


def _judge_webhooks(what: str, name: str, found: Webhooks, wanted: Webhooks) -> Iterator[Finding]:
    differences = list_differences(found, wanted)
    if not differences:
        yield _praise(f"{what}-leads-here", name)
    for each in differences:
        yield Finding(
            code=f"{what}-{each.name.replace('_', '-')}",
            level=Level.PROBLEM,
            subject=name,
            found=each.found,
            wanted=each.wanted,
        )


def _shorten(codes: list[str]) -> str:
    more = len(codes) - SHOWN_COUNTRIES
    return " ".join(codes[:SHOWN_COUNTRIES]) + (f" + {more}" if more > 0 else "")


def _praise(code: str, subject: str = "", *, found: str = "") -> Finding:
    return Finding(code=code, level=Level.GOOD, subject=subject, found=found)


def _advise(code: str, subject: str = "", *, found: str = "") -> Finding:
    return Finding(code=code, level=Level.ADVICE, subject=subject, found=found)


def _complain(code: str, subject: str = "", *, found: str = "", wanted: str = "") -> Finding:
    return Finding(code=code, level=Level.PROBLEM, subject=subject, found=found, wanted=wanted)
