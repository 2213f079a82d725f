"""History of appeals: steps in one chain per institution, each with the hash of the one before.

The hash is SHA-256 over lines of plain text, so that anybody can reckon it again with
``sha256sum``: the form, the institution, the place in the chain, the appeal, the action, the
account (or nothing), microseconds since 1970, the facts as stored, the digest of the card,
and the hash of the step before; lines are parted by one newline, none stands at the end.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId


FORM: Final = "1"
"""Form of the text that is hashed."""
NOTHING: Final = bytes(32)
"""Stands for the hash of the step before the first."""
CARRIED_OVER: Final = "carried-over"
"""First step of a card that was there before there were chains."""
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


class NewStep(Struct, frozen=True, kw_only=True):
    """A step to be written; ``facts`` hold identifiers, days and states, no words of people."""

    institution: InstitutionId
    appeal: AppealId
    action: str
    account: AccountId | None
    done_at: datetime
    facts: dict[str, object]


class ChainedStep(Struct, frozen=True, kw_only=True):
    """A step as it stands in the chain; ``place`` counts from one, ``facts`` are JSON."""

    institution: InstitutionId
    place: int
    appeal: AppealId
    action: str
    account: AccountId | None
    done_at: datetime
    facts: str
    digest: bytes
    previous: bytes
    hash: bytes


class Head(Struct, frozen=True, kw_only=True):
    """Where a chain ends."""

    institution: InstitutionId
    place: int
    hash: bytes


def build_hash(step: ChainedStep) -> bytes:
    """What the hash of a step must be, by all else that it says."""
    lines = (
        FORM,
        str(step.institution),
        str(step.place),
        str(step.appeal),
        step.action,
        "" if step.account is None else str(step.account),
        str((step.done_at - EPOCH) // MICROSECOND),
        step.facts,
        step.digest.hex(),
        step.previous.hex(),
    )
    return sha256("\n".join(lines).encode()).digest()
