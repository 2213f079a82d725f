"""The published file of a draw: what it looks like, and what is wrong with one.

It is JSON with one entry, slot or lot in a line, so that two files can be compared by eye.
The digest in it is that of ``{session, closed_at, commitment, slots, entries}`` written
compactly with sorted names: ``jq -cjS '{session, closed_at, commitment, slots, entries}'
FILE | sha256sum``.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Final, Literal

import msgspec
from msgspec import Struct

from hotline_sessions.domain.draws import (
    Entry,
    Hash,
    Inputs,
    Lot,
    Moment,
    Outcome,
    Pseudonym,
    build_commitment,
    draw_lots,
)


FORMAT: Final = "hotline-draw"
VERSION: Final = 1


class Flaw(StrEnum):
    """What can be wrong with a file."""

    UNREADABLE = "unreadable"
    REWRITTEN = "rewritten"
    NAMES = "names"
    COMMITMENT = "commitment"
    DIGEST = "digest"
    SEED = "seed"
    RESULT = "result"
    WAITING = "waiting"


class DrawFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file, field by field in the order in which it is written."""

    format: Literal["hotline-draw"] = "hotline-draw"
    version: Literal[1] = 1
    session: str
    closed_at: Moment
    commitment: Hash
    slots: tuple[Moment, ...]
    entries: tuple[Entry, ...]
    nonce: Hash
    digest: Hash
    seed: Hash
    result: tuple[Lot, ...]
    waiting: tuple[Pseudonym, ...]

    @property
    def inputs(self) -> Inputs:
        """What the draw was reckoned from."""
        return Inputs(
            session=self.session,
            closed_at=self.closed_at,
            commitment=self.commitment,
            slots=self.slots,
            entries=self.entries,
        )


def build_file(inputs: Inputs, nonce: bytes, outcome: Outcome) -> DrawFile:
    """The file of a draw that has just been made."""
    return DrawFile(
        session=inputs.session,
        closed_at=inputs.closed_at,
        commitment=inputs.commitment,
        slots=inputs.slots,
        entries=inputs.entries,
        nonce=nonce.hex(),
        digest=outcome.digest,
        seed=outcome.seed,
        result=outcome.result,
        waiting=outcome.waiting,
    )


def write_file(file: DrawFile) -> str:
    """The text that is published: the same for the same draw, to the last character."""
    fields = [f'"{name}": {_write(getattr(file, name))}' for name in DrawFile.__struct_fields__]
    return "{\n" + ",\n".join(fields) + "\n}\n"


def read_file(text: str) -> DrawFile:
    """The draw that ``text`` tells of.

    Raises:
        msgspec.DecodeError: It is not such a file.
    """
    return msgspec.json.decode(text, type=DrawFile)


def find_flaws(text: str) -> list[Flaw]:
    """What is wrong with a file when everything in it is reckoned again; nothing if all is well."""
    try:
        file = read_file(text)
    except (msgspec.DecodeError, UnicodeError):
        return [Flaw.UNREADABLE]
    return list(_find_flaws(file, text))


def _find_flaws(file: DrawFile, text: str) -> Iterator[Flaw]:
    if text.replace("\r\n", "\n").strip() != write_file(file).strip():
        yield Flaw.REWRITTEN
    names = [entry.name for entry in file.entries]
    if not _is_ordered(names) or not _is_ordered(file.slots):
        yield Flaw.NAMES
    nonce = bytes.fromhex(file.nonce)
    if build_commitment(nonce) != file.commitment:
        yield Flaw.COMMITMENT
    right = draw_lots(file.inputs, nonce)
    for flaw in (Flaw.DIGEST, Flaw.SEED, Flaw.RESULT, Flaw.WAITING):
        if getattr(right, flaw) != getattr(file, flaw):
            yield flaw


def _is_ordered(names: Sequence[str]) -> bool:
    """Whether they stand in order, none of them twice."""
    return all(one < other for one, other in pairwise(names))


def _write(value: object) -> str:
    if not isinstance(value, tuple):
        return msgspec.json.encode(value).decode()
    if not value:
        return "[]"
    return "[\n" + ",\n".join(msgspec.json.encode(each).decode() for each in value) + "\n]"
