"""Draw: slots given by lot, so that nobody is first because of a fast line or of good friends.

How the lots fall is fixed by two things, and anyone can reckon it again:

- a secret random *nonce*, drawn when the session is announced. Its SHA-256, the
  *commitment*, is published at once: the nonce cannot be exchanged afterwards;
- the *entries* as they stand when registration closes, each under a *pseudonym* that its
  owner sees and that tells nobody else who it is.

The seed is ``SHA-256(nonce ‖ SHA-256(inputs))``; the entries stand in line by
``HMAC-SHA-256(seed, pseudonym)``, the smallest first. Each in turn gets the first of its
wishes that is still free, or the earliest free slot if any time suits; whoever gets none
goes to the waiting list in the same order.

What it does not prove: somebody who reads the nonce in the database before registration
closes could add or withdraw entries of his own until the lots please him. Against that only
a number helps that nobody knows before the closing, such as a public beacon of randomness;
it would be hashed into the seed, and its place in the file would be a new version of it.
"""

import hmac
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct


Hash = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Moment = Annotated[str, Meta(pattern=r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")]
"""A moment in UTC to the second, as the file writes it."""
Pseudonym = Annotated[str, Meta(pattern=r"\A[0-9a-f]{16}\Z")]

NONCE_BYTES: Final = 32
WISHES: Final = 3
"""Times that a citizen may name, the dearest first."""
_PSEUDONYM_DIGITS: Final = 16


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One who takes part: preferred starts, the dearest first; ``any``: others suit as well."""

    name: Pseudonym
    wishes: tuple[Moment, ...] = ()
    any: bool = False


class Lot(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who has got which slot, by its start."""

    name: Pseudonym
    slot: Moment


class Inputs(Struct, frozen=True, kw_only=True):
    """All that the draw is reckoned from, besides the nonce.

    ``slots`` are the starts in time's order, ``entries`` stand in the order of their names.
    """

    session: str
    closed_at: Moment
    commitment: Hash
    slots: tuple[Moment, ...]
    entries: tuple[Entry, ...]


class Outcome(Struct, frozen=True, kw_only=True):
    """How the lots fell: slots in the order in which they were drawn, then the waiting list."""

    digest: Hash
    seed: Hash
    result: tuple[Lot, ...]
    waiting: tuple[Pseudonym, ...]


def build_commitment(nonce: bytes) -> str:
    """What is published of the nonce before the draw."""
    return sha256(nonce).hexdigest()


def build_pseudonym(salt: bytes, entry: str) -> str:
    """Name of an entry in the published file; ``salt`` belongs to the draw and stays secret."""
    return hmac.new(salt, entry.encode(), sha256).hexdigest()[:_PSEUDONYM_DIGITS]


def order_inputs(
    *,
    session: str,
    closed_at: Moment,
    commitment: Hash,
    slots: Iterable[Moment],
    entries: Iterable[Entry],
) -> Inputs:
    """Inputs in the one order in which they are hashed and published."""
    return Inputs(
        session=session,
        closed_at=closed_at,
        commitment=commitment,
        slots=tuple(sorted(slots)),
        entries=tuple(sorted(entries, key=lambda entry: entry.name)),
    )


def draw_lots(inputs: Inputs, nonce: bytes) -> Outcome:
    """How the lots fall: the same for the same inputs and nonce, wherever it is reckoned."""
    digest = build_digest(inputs)
    seed = sha256(nonce + bytes.fromhex(digest))
    line = sorted(inputs.entries, key=lambda entry: (_rank(seed.digest(), entry), entry.name))
    result, waiting = _give(line, inputs.slots)
    return Outcome(digest=digest, seed=seed.hexdigest(), result=result, waiting=waiting)


def build_digest(inputs: Inputs) -> str:
    """SHA-256 of the inputs as JSON: names in alphabetical order, no blanks, no line's end."""
    return sha256(msgspec.json.encode(inputs, order="sorted")).hexdigest()


def _rank(seed: bytes, entry: Entry) -> bytes:
    return hmac.new(seed, entry.name.encode(), sha256).digest()


def _give(
    line: Sequence[Entry], slots: Sequence[Moment]
) -> tuple[tuple[Lot, ...], tuple[Pseudonym, ...]]:
    free = dict.fromkeys(sorted(slots))
    result, waiting = [], []
    for entry in line:
        slot = _choose(entry, free)
        if slot is None:
            waiting.append(entry.name)
        else:
            del free[slot]
            result.append(Lot(name=entry.name, slot=slot))
    return tuple(result), tuple(waiting)


def _choose(entry: Entry, free: dict[Moment, None]) -> Moment | None:
    wanted = next((wish for wish in entry.wishes if wish in free), None)
    return next(iter(free), None) if wanted is None and entry.any else wanted
