"""Second gate before a one-time code, while very many are asked for: a wait or a proof of work.

A device with scripts works for some seconds: it looks for the number whose SHA-256 with the salt
is the challenge, as ALTCHA does. Without scripts its reader waits a little instead: nobody has
to solve or to copy anything. Either serves once, for one phone.

Source: WCAG 2.2, 3.3.8; ALTCHA, "Proof-of-work captcha", version 1.
"""

import hmac
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.codes import mac
from hotline_sessions.domain.errors import TooMany
from hotline_sessions.domain.links import BadLink, read, sign


WAIT: Final = timedelta(seconds=20)
"""How long who cannot prove work waits before a code is sent."""
WAIT_LIFE: Final = timedelta(minutes=10)
"""How long the wait is good for."""
MOST_WORK: Final = 40_000
"""Numbers to be tried at most: a few seconds on a cheap telephone."""

_PURPOSE: Final = "code-gate"
_SALT_BYTES: Final = 9


class WaitLonger(TooMany):
    """The wait has only begun, and no work was proven. Facts: ``retry_after``, seconds."""

    code = "wait-longer"


class Gate(Struct, frozen=True, kw_only=True):
    """What the page of the gate holds; ``seconds`` are left to wait."""

    token: str
    seconds: int
    salt: str
    challenge: str
    most: int = MOST_WORK


def open_gate(secret: bytes, phone: str, now: datetime) -> Gate:
    """A gate for ``phone`` whose wait begins now."""
    salt = secrets.token_hex(_SALT_BYTES)
    opens_at = f"{int((now + WAIT).timestamp()):x}"
    subject = f"{salt}-{opens_at}-{_name_phone(secret, phone)}"
    token = sign(secret, _PURPOSE, subject, now + WAIT_LIFE)
    return _build(secret, token, salt, opens_at, now)


def check_gate(secret: bytes, token: str, *, phone: str, work: str, now: datetime) -> None:
    """Let pass who has waited, or whose device has worked.

    Whoever calls sees to it that ``token`` serves once.

    Raises:
        BadLink, LinkExpired: It is no gate of ours for this phone, or one of long ago.
        WaitLonger: There is some time left to wait.
    """
    salt, opens_at = _read(secret, token, phone, now)
    if hmac.compare_digest(work.encode(), str(_choose_number(secret, salt)).encode()):
        return
    left = _count_seconds(opens_at, now)
    if left > 0:
        raise WaitLonger(retry_after=left)


def show_gate(secret: bytes, token: str, *, phone: str, now: datetime) -> Gate:
    """The same gate again, for who has come too early.

    Raises:
        BadLink, LinkExpired: It is no gate of ours for this phone, or one of long ago.
    """
    salt, opens_at = _read(secret, token, phone, now)
    return _build(secret, token, salt, opens_at, now)


def _read(secret: bytes, token: str, phone: str, now: datetime) -> tuple[str, str]:
    """Salt of a gate, and when its wait is over; one wait must not serve for many phones."""
    salt, opens_at, name = read(secret, _PURPOSE, token, now).split("-")
    if not hmac.compare_digest(name, _name_phone(secret, phone)):
        raise BadLink
    return salt, opens_at


def _build(secret: bytes, token: str, salt: str, opens_at: str, now: datetime) -> Gate:
    number = _choose_number(secret, salt)
    return Gate(
        token=token,
        seconds=max(0, _count_seconds(opens_at, now)),
        salt=salt,
        challenge=sha256(f"{salt}{number}".encode()).hexdigest(),
    )


def _count_seconds(opens_at: str, now: datetime) -> int:
    left = datetime.fromtimestamp(int(opens_at, 16), UTC) - now
    return -(-left // timedelta(seconds=1))


def _choose_number(secret: bytes, salt: str) -> int:
    """The number to be found: known to us without being kept."""
    return int(mac(secret, _PURPOSE, "number", salt), 16) % MOST_WORK


def _name_phone(secret: bytes, phone: str) -> str:
    return mac(secret, _PURPOSE, "phone", phone)[:16]
