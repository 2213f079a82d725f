"""Prove a phone: send a one-time code, accept it, remember the device for a day."""

from datetime import datetime, timedelta
from typing import Final

import structlog
from msgspec import Struct

from hotline_sessions.domain.booking_policies import DEFAULT_BOOKING_POLICY
from hotline_sessions.domain.bookings import Caller
from hotline_sessions.domain.code_caps import RETRY_AFTER, CodesStopped, choose_cap
from hotline_sessions.domain.codes import (
    CodeUsedUp,
    WrongCode,
    check_code,
    check_send,
    mac,
    parse_code,
    plan_code,
)
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.messages import Purpose
from hotline_sessions.domain.phones import PhoneNumber, number_range, operator_code, parse_mobile
from hotline_sessions.i18n import DEFAULT_LOCALE
from hotline_sessions.services.tellings import tell_code
from hotline_sessions.services.tokens import build_token_mac, draw_code, draw_token
from hotline_sessions.store.code_stops import (
    CodeStop,
    count_sent,
    list_stops,
    lock_all_sends,
    note_stop,
)
from hotline_sessions.store.institutions import get_booking_policy
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.verification import (
    StoredCode,
    add_code,
    add_proof,
    find_code,
    find_proof,
    list_sends,
    lock_code,
    lock_sends,
    mark_code_used,
    mark_wrong_try,
)


log = structlog.get_logger()

PROOF_LIFE: Final = timedelta(hours=24)
"""How long a device remembers that its phone was proven."""
LOGGED_EACH: Final = 100
"""Of the codes refused by one cap the first is logged, and then one of so many."""


class NoCodeAsked(NotFound):
    """The device has asked for no code; the form must be filled in first."""

    code = "no-code-asked"


class Asked(Struct, frozen=True, kw_only=True):
    """What the page of the code may show: to whom it was sent."""

    phone: str
    caller_name: str


async def request_code(
    phone: str,
    name: str,
    *,
    institution: InstitutionId | None = None,
    purpose: Purpose = Purpose.CODE,
    language: str = DEFAULT_LOCALE,
    secret: bytes,
    now: datetime,
) -> str:
    """Send a one-time code to ``phone``; the token that names the attempt.

    The answer is the same whether the number is known or not. The caps are those that
    ``institution`` has chosen, in whose session a talk is to be booked. The text is that of
    ``purpose`` in ``language``.

    Raises:
        BadPhone, PhoneAbroad: No SMS can be sent there.
        TooSoon, TooManyCodes: The number has had its codes for now.
        CodesStopped: Its range has, or the installation.
    """
    async with transaction():
        try:
            return await issue_code(
                phone,
                name,
                institution=institution,
                purpose=purpose,
                language=language,
                secret=secret,
                now=now,
            )
        except CodesStopped as refusal:
            # The alarm is kept although the code is refused: committed first, refused after.
            stopped = refusal
    raise stopped


async def issue_code(
    phone: str,
    name: str,
    *,
    institution: InstitutionId | None = None,
    purpose: Purpose = Purpose.CODE,
    language: str = DEFAULT_LOCALE,
    secret: bytes,
    now: datetime,
) -> str:
    """The same within the transaction of whoever calls, who commits also what is refused.

    Raises:
        BadPhone, PhoneAbroad: No SMS can be sent there.
        TooSoon, TooManyCodes: The number has had its codes for now.
        CodesStopped: Its range has, or the installation.
    """
    number = parse_mobile(phone)
    code, token = draw_code(), draw_token()
    token_mac = build_token_mac(secret, "code-token", token)
    await lock_sends(number)
    check_send(await list_sends(number, since=now - timedelta(days=1)), now)
    await _check_caps(number, institution, now=now)
    await add_code(
        phone=number,
        caller_name=name,
        mac=mac(secret, "one-time-code", number, code),
        token_mac=token_mac,
        state=plan_code(now),
    )
    key = f"code:{token_mac}"
    await tell_code(number, code, key=key, now=now, purpose=purpose, language=language)
    log.info("code_sent")
    return token


async def find_asked(token: str, *, secret: bytes) -> Asked | None:
    """For whom the code of this token was sent."""
    stored = await find_code(build_token_mac(secret, "code-token", token))
    if stored is None:
        return None
    return Asked(phone=stored.phone, caller_name=stored.caller_name)


async def accept_code(token: str, text: str, *, secret: bytes, now: datetime) -> str:
    """Prove the phone by its code; the token by which the device is remembered for a day.

    Raises:
        BadCode: It is not six digits.
        NoCodeAsked: No code was sent for this token.
        WrongCode, CodeExpired, CodeUsed, CodeUsedUp: The code proves nothing.
    """
    proof = draw_token()
    async with transaction():
        outcome = await try_code(token, text, secret=secret, now=now)
        if isinstance(outcome, Caller):
            await add_proof(
                outcome,
                token_mac=build_token_mac(secret, "phone-proof", proof),
                now=now,
                until=now + PROOF_LIFE,
            )
    if not isinstance(outcome, Caller):
        # The wrong try is counted although it is refused: committed first, refused after.
        raise outcome if outcome.facts["remaining"] else CodeUsedUp
    log.info("phone_proven")
    return proof


async def try_code(token: str, text: str, *, secret: bytes, now: datetime) -> Caller | WrongCode:
    """Whose phone the code proves, within the transaction of whoever calls.

    A wrong code is given back as a refusal, not raised: the try must be committed.

    Raises:
        BadCode: It is not six digits.
        NoCodeAsked: No code was sent for this token.
        CodeExpired, CodeUsed, CodeUsedUp: The code proves nothing.
    """
    code = parse_code(text)
    stored = await _lock(token, secret=secret)
    given = mac(secret, "one-time-code", stored.phone, code)
    try:
        check_code(stored.state, given, stored.mac, now)
    except WrongCode as refusal:
        await mark_wrong_try(stored.id)
        return refusal
    await mark_code_used(stored.id, now)
    return Caller(phone=stored.phone, name=stored.caller_name)


async def find_caller(proof: str, *, secret: bytes, now: datetime) -> Caller | None:
    """The citizen whose device holds this proof of a phone."""
    return await find_proof(build_token_mac(secret, "phone-proof", proof), now=now)


async def list_code_stops(*, now: datetime) -> list[CodeStop]:
    """Where codes are stopped now, for whoever works with citizens."""
    return await list_stops(now=now)


async def _lock(token: str, *, secret: bytes) -> StoredCode:
    try:
        return await lock_code(build_token_mac(secret, "code-token", token))
    except NotFound:
        raise NoCodeAsked from None


async def _check_caps(
    number: PhoneNumber, institution: InstitutionId | None, *, now: datetime
) -> None:
    """Stop a range of numbers, or everything, where codes are asked for to earn on them.

    Counted under a lock that is held until the code is written: two requests at once cannot
    both be the last one.
    """
    policy = await get_booking_policy(institution) if institution else DEFAULT_BOOKING_POLICY
    prefix = number_range(number)
    await lock_all_sends()
    cap = choose_cap(await count_sent(prefix, now=now), policy)
    if cap is None:
        return
    refused = await note_stop(cap, prefix, now=now)
    if refused % LOGGED_EACH == 1:
        log.warning("codes_stopped", cap=cap.value, operator=operator_code(number), refused=refused)
    raise CodesStopped(retry_after=int(RETRY_AFTER[cap].total_seconds()))
