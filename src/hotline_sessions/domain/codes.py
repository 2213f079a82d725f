"""Secret codes of six digits: one-time codes, codes of bookings and of appeals.

Random numbers come from the caller, who draws them with ``secrets``. A code itself is never
stored: ``mac`` turns it into what is kept and compared.
"""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, TypeVar

from msgspec import Struct

from hotline_sessions.domain.errors import Conflict, Invalid, TooLate, TooMany


Stored = TypeVar("Stored")

CODE_DIGITS: Final = 6
CODE_SPACE: Final = 10**CODE_DIGITS
"""How many codes there are: the caller draws below this number."""
TAIL_DIGITS: Final = 2
COMPARED: Final = 8
"""With so many stored codes a given one is compared at least: more than one person has."""

CODE_LIFE: Final = timedelta(minutes=10)
CODE_ATTEMPTS: Final = 5
RESEND_AFTER: Final = timedelta(seconds=60)
SENDS_PER_HOUR: Final = 3
SENDS_PER_DAY: Final = 6

PUMPING_PERIOD: Final = timedelta(minutes=15)
"""How far back the sends and proofs of a range of numbers are counted."""
_PUMPING_SENDS: Final = 20
_PUMPING_SENDS_PER_PROOF: Final = 4

_SEPARATORS: Final = re.compile(r"[\s.\-\u2010-\u2015\u2212\u200b\ufeff]+")
_CODE: Final = re.compile(rf"[0-9]{{{CODE_DIGITS}}}")


class BadCode(Invalid):
    """The text is not six digits."""

    code = "bad-code"


class TooSoon(TooMany):
    """A code was sent a moment ago. Facts: ``retry_after``, seconds."""

    code = "code-too-soon"


class TooManyCodes(TooMany):
    """The number has had its codes of the hour or of the day. Facts: ``retry_after``, seconds."""

    code = "too-many-codes"


class WrongCode(Invalid):
    """It is another code. Facts: ``remaining`` attempts."""

    code = "wrong-code"


class CodeExpired(TooLate):
    """The code was right once; it is too old now."""

    code = "code-expired"


class CodeUsed(Conflict):
    """The code has already done its work."""

    code = "code-used"


class CodeUsedUp(TooMany):
    """The code was guessed at too often and will not be looked at again."""

    code = "code-used-up"


class CodeState(Struct, frozen=True, kw_only=True):
    """Life of one code, without the code.

    ``attempts`` counts the wrong tries before the present one.
    """

    issued_at: datetime
    expires_at: datetime
    attempts: int = 0
    used_at: datetime | None = None


def plan_code(now: datetime) -> CodeState:
    """State of a one-time code issued at ``now``."""
    return CodeState(issued_at=now, expires_at=now + CODE_LIFE)


def build_code(number: int) -> str:
    """Six digits for a random ``number`` below ``CODE_SPACE``."""
    return f"{number % CODE_SPACE:0{CODE_DIGITS}}"


def parse_code(text: str) -> str:
    """The six digits that ``text`` writes, with or without gaps.

    Raises:
        BadCode: It is not six digits.
    """
    digits = _SEPARATORS.sub("", text)
    if not _CODE.fullmatch(digits):
        raise BadCode
    return digits


def tail(code: str) -> str:
    """The last two digits, which a caller keys in to take his place in the queue."""
    return code[-TAIL_DIGITS:]


def check_send(previous_sends: Sequence[datetime], now: datetime) -> None:
    """Refuse when one more code may not be sent to a number at ``now``.

    ``previous_sends`` are the moments of earlier sends to it, at least of the last day.

    Raises:
        TooSoon: The last one was less than a minute ago.
        TooManyCodes: The number has had its codes of the hour or of the day.
    """
    if not previous_sends:
        return
    sends = sorted(previous_sends, reverse=True)
    if (free_at := sends[0] + RESEND_AFTER) > now:
        raise TooSoon(retry_after=_whole_seconds(free_at - now))
    waits = [
        sends[count - 1] + period - now
        for count, period in (
            (SENDS_PER_HOUR, timedelta(hours=1)),
            (SENDS_PER_DAY, timedelta(days=1)),
        )
        if len(sends) >= count
    ]
    if (wait := max(waits, default=timedelta())) > timedelta():
        raise TooManyCodes(retry_after=_whole_seconds(wait))


def is_pumped(*, sent: int, proven: int) -> bool:
    """Whether a range of numbers takes codes to earn on them and not to use them.

    Counted over ``PUMPING_PERIOD``: twenty codes or more, fewer than a quarter proven.
    """
    return sent >= _PUMPING_SENDS and proven * _PUMPING_SENDS_PER_PROOF < sent


def check_code(state: CodeState, given_mac: str, expected_mac: str, now: datetime) -> None:
    """Refuse when the given code does not prove anything at ``now``.

    On ``WrongCode`` the caller counts the attempt; on success it marks the code as used,
    in the same transaction and with the code locked.

    Raises:
        CodeUsed: It has already been used.
        CodeUsedUp: Too many wrong tries came before.
        CodeExpired: It is too old.
        WrongCode: It is another code.
    """
    if state.used_at is not None:
        raise CodeUsed
    if state.attempts >= CODE_ATTEMPTS:
        raise CodeUsedUp
    if now >= state.expires_at:
        raise CodeExpired
    if not hmac.compare_digest(given_mac, expected_mac):
        raise WrongCode(remaining=CODE_ATTEMPTS - state.attempts - 1)


def pad(found: Sequence[Stored], nobodys: Stored) -> list[Stored]:
    """``found`` and as many of ``nobodys`` as are missing to ``COMPARED``.

    Who has nothing stored costs the same work as who has: the time of an answer tells nobody
    whether a number is known.
    """
    return [*found, *[nobodys] * (COMPARED - len(found))]


def mac(secret: bytes, purpose: str, subject: str, code: str) -> str:
    """What is stored in place of ``code``: hexadecimal HMAC-SHA-256.

    ``purpose`` and ``subject`` bind it to one use by one person or thing.

    Source: RFC 2104. The parts carry their lengths, so that no two triples look the same.
    """
    parts = [part.encode() for part in (purpose, subject, code)]
    message = b"".join(b"%d:%s" % (len(part), part) for part in parts)
    return hmac.new(secret, message, sha256).hexdigest()


def _whole_seconds(span: timedelta) -> int:
    """Seconds, rounded up: whoever waits that long is not refused again."""
    return -(-span // timedelta(seconds=1))
