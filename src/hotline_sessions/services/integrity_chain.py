"""Whether the history of appeals is what was written, step by step."""

import hmac
from collections.abc import AsyncIterator, Sequence

from hotline_sessions.domain.history import NOTHING, ChainedStep, Head, build_hash
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.integrity import Check, Finding, SignedHead, sign
from hotline_sessions.store.integrity import list_hashes, list_heads, stream_steps
from hotline_sessions.store.signed_heads import list_signed_heads


async def check_chain() -> AsyncIterator[Finding]:
    """Every step follows from the one before, and each chain ends where its head says.

    Each step is held against its neighbour as that is stored: what comes after a bad step is
    not bad for that.
    """
    ends: dict[InstitutionId, Head] = {}
    async for step in stream_steps():
        before = ends.get(step.institution)
        for what in _judge(step, before):
            yield _find(step.institution, step.place, what)
        ends[step.institution] = Head(
            institution=step.institution, place=step.place, hash=step.hash
        )
    heads = {head.institution: head for head in await list_heads()}
    for institution in sorted(ends.keys() | heads.keys()):
        start = Head(institution=institution, place=0, hash=NOTHING)
        end, head = ends.get(institution, start), heads.get(institution, start)
        if end != head:
            yield _find(
                institution,
                min(end.place, head.place) + (end.place != head.place),
                f"the chain ends at step {end.place}, its head says {head.place}",
            )


async def check_heads(
    kept: Sequence[SignedHead], secrets: Sequence[bytes]
) -> AsyncIterator[Finding]:
    """Every signed end of a chain, of the database and of ``kept``, lies in its chain still."""
    known = {(each.institution, each.signed_on): each for each in await list_signed_heads()}
    for each in kept:
        ours = known.get((each.institution, each.signed_on))
        if ours is None:
            yield _tell(each, "it is not in the database any more")
        elif (ours.place, ours.hash) != (each.place, each.hash):
            yield _tell(each, "the database has another one of that day")
    signed = []
    for each in dict.fromkeys((*known.values(), *kept)):
        head = _read(each)
        if head is None or not _is_signed(each, head, secrets):
            yield _tell(each, "it is not signed with the key of this installation")
        else:
            signed.append((each, head))
    present = await list_hashes([head for _, head in signed])
    for (each, head), now in zip(signed, present, strict=True):
        if now is None:
            yield _tell(each, f"the chain does not reach step {head.place} any more")
        elif now != head.hash:
            yield _tell(each, f"step {head.place} is another one than that which was signed")


def _is_signed(signed: SignedHead, head: Head, secrets: Sequence[bytes]) -> bool:
    return any(
        hmac.compare_digest(sign(head, signed.signed_on, secret), signed.signature)
        for secret in secrets
    )


def _judge(step: ChainedStep, before: Head | None) -> list[str]:
    place, previous = (before.place, before.hash) if before else (0, NOTHING)
    found = []
    if step.place != place + 1:
        missing = step.place - place - 1
        found.append(
            f"the {missing} before it are missing"
            if missing > 1
            else "the one before it is missing"
        )
    elif step.previous != previous:
        found.append("it does not follow from the one before")
    if step.hash != build_hash(step):
        found.append("it is not what was written")
    return found


def _read(signed: SignedHead) -> Head | None:
    try:
        value = bytes.fromhex(signed.hash)
    except ValueError:
        return None
    return Head(institution=signed.institution, place=signed.place, hash=value)


def _find(institution: InstitutionId, place: int, what: str) -> Finding:
    return Finding(check=Check.CHAIN, institution=institution, where=f"step {place}", what=what)


def _tell(signed: SignedHead, what: str) -> Finding:
    return Finding(
        check=Check.HEADS,
        institution=signed.institution,
        where=f"head of {signed.signed_on.isoformat()}",
        what=what,
    )
