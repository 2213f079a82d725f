"""Sign in and out; add members of staff."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache
from typing import Final

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from hotline_sessions.domain.access import Role, Staff
from hotline_sessions.domain.appeals import parse_reply_email
from hotline_sessions.domain.codes import mac
from hotline_sessions.domain.errors import Conflict, Invalid, TooMany
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.domain.phones import parse_phone
from hotline_sessions.services.tokens import build_token_mac, draw_token
from hotline_sessions.store.accounts import (
    add_account,
    add_failure,
    add_sign_in,
    count_failures,
    find_credentials,
    find_staff,
    is_login_taken,
    remove_failures,
    remove_sign_in,
)
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

IDLE: Final = timedelta(minutes=30)
"""A browser that is away for so long is signed out. Source: OWASP ASVS 5.0, 7.3.1."""
LONGEST: Final = timedelta(hours=12)
"""A signed-in browser at most. Source: OWASP ASVS 5.0, 7.3.2."""
FAILURES: Final = 10
FAILURE_PERIOD: Final = timedelta(minutes=15)
SHORTEST_PASSWORD: Final = 12

_HASHERS: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
"""Hashing takes 64 MB and a tenth of a second: never more than two at once."""


class WrongPassword(Invalid):
    """Login and password do not belong together; which of them is wrong is not said."""

    code = "wrong-password"


class LoginTaken(Conflict):
    """Another member of staff has this login."""

    code = "login-taken"


class TooManyFailures(TooMany):
    """Too many wrong passwords for this login. Facts: ``retry_after``, seconds."""

    code = "too-many-failures"


class PasswordTooShort(Invalid):
    """The password has fewer than ``SHORTEST_PASSWORD`` characters."""

    code = "password-too-short"


async def add_member(
    *,
    institution: InstitutionId,
    login: str,
    full_name: str,
    password: str,
    roles: frozenset[Role],
    now: datetime,
    ring_number: str | None = None,
    email: str = "",
) -> AccountId:
    """Add a member of staff; ``ring_number`` is where an operator without a headset is rung.

    ``email`` is where reminders of work go.

    Raises:
        PasswordTooShort: See there.
        LoginTaken: See there.
        BadPhone: The number to ring is none.
        BadReplyEmail: The address is none.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort
    password_hash = await _hash(password)
    async with transaction():
        if await is_login_taken(login.strip().lower()):
            raise LoginTaken
        account = await add_account(
            institution=institution,
            login=login.strip().lower(),
            full_name=full_name,
            password_hash=password_hash,
            roles=roles,
            ring_number=None if ring_number is None else parse_phone(ring_number),
            email=parse_reply_email(email) if email else "",
        )
        await add_entry(
            "account_added", "account", account, institution=institution, account=None, now=now
        )
    return account


async def sign_in(login: str, password: str, *, secret: bytes, now: datetime) -> str:
    """Token of a browser that is signed in from now on.

    Raises:
        WrongPassword: Login and password do not belong together.
        TooManyFailures: Too many wrong passwords were given for this login lately.
    """
    name = login.strip().lower()
    login_mac = mac(secret, "sign-in", "login", name)
    if await count_failures(login_mac, since=now - FAILURE_PERIOD) >= FAILURES:
        raise TooManyFailures(retry_after=int(FAILURE_PERIOD.total_seconds()))
    credentials = await find_credentials(name)
    # An unknown login costs the same time as a known one.
    good = await _verify(credentials.password_hash if credentials else _decoy(), password)
    if credentials is None or not good:
        await add_failure(login_mac, now)
        log.warning("sign_in_refused")
        raise WrongPassword
    token = draw_token()
    async with transaction():
        await remove_failures(login_mac)
        await add_sign_in(
            credentials.account,
            token_mac=build_token_mac(secret, "sign-in", token),
            now=now,
            until=now + LONGEST,
        )
    log.info("signed_in", account_id=credentials.account)
    return token


async def sign_out(token: str, *, secret: bytes) -> None:
    """Sign a browser out."""
    await remove_sign_in(build_token_mac(secret, "sign-in", token))


async def find_signed_in(token: str, *, secret: bytes, now: datetime) -> Staff | None:
    """The member of staff who is signed in in the browser with this token."""
    return await find_staff(
        build_token_mac(secret, "sign-in", token), now=now, idle_since=now - IDLE
    )


async def _hash(password: str) -> str:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_HASHERS, PasswordHasher().hash, password)


async def _verify(password_hash: str, password: str) -> bool:
    loop = asyncio.get_running_loop()
    try:
        return await loop.run_in_executor(
            _HASHERS, PasswordHasher().verify, password_hash, password
        )
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    return PasswordHasher().hash(secrets.token_hex())
