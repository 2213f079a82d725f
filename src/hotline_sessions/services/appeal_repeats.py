"""An author disagrees with an answer: a repeated appeal, with a number and a term of its own.

Source: Instruction approved by CMU Resolution 348 of 14.04.1997: a repeated appeal gets a new
index and a reference to the one before, marked «ПОВТОРНО». Whether it is considered the head
decides (Law 393/96-ВР, art. 8): here nothing is refused.
"""

from datetime import datetime
from typing import Final

import structlog
from msgspec.structs import asdict

from hotline_sessions.domain.appeal_life import LinkKind
from hotline_sessions.domain.appeals import (
    BY_POST_OR_EMAIL,
    Appeal,
    AppealState,
    NewAppeal,
    QuestionText,
)
from hotline_sessions.domain.ratings import NotAnsweredYet
from hotline_sessions.services.appeal_steps import note
from hotline_sessions.services.following import carry_over, lock_followed
from hotline_sessions.services.registering import Origin, Registered, enter, prepare
from hotline_sessions.store.appeal_links import add_link
from hotline_sessions.store.appeals import list_appeals_of_forms
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

ANSWERED: Final = frozenset({AppealState.ANSWERED, AppealState.CLOSED})
"""States in which there is an answer to disagree with."""


async def find_repeat(appeal: Appeal) -> Appeal | None:
    """The appeal by which the author has disagreed with the answer to ``appeal``."""
    key = _build_form_key(appeal)
    return (await list_appeals_of_forms([key], institution=appeal.institution)).get(key)


async def repeat(
    public_id: str, question: QuestionText, *, language: str, secret: bytes, now: datetime
) -> Registered:
    """Register that the author does not agree with the answer, once for each answer.

    A second form, whatever is in it, leads to the same appeal; its code is not told again.

    Raises:
        NotFound: There is no such appeal.
        NotAnsweredYet: It has no answer.
    """
    async with transaction():
        earlier = await lock_followed(public_id)
        if earlier.state not in ANSWERED:
            raise NotAnsweredYet
        if known := await find_repeat(earlier):
            return Registered(appeal=known, code="")
        draft = prepare(
            build_repeated(earlier, question),
            Origin(received_at=now, form_of_receipt=BY_POST_OR_EMAIL),
            await get_institution(earlier.institution),
            form_key=_build_form_key(earlier),
            action="appeal_filed",
            by=None,
            secret=secret,
            now=now,
            facts={"repeats": earlier.id},
            language=language,
        )
        (done,) = await enter([draft])
        await carry_over(earlier, done.appeal, language=language, now=now)
        await add_link(done.appeal.id, earlier.id, LinkKind.REPEATED, by=None, now=now)
        note(
            "appeal_disagreed",
            earlier.id,
            institution=earlier.institution,
            account=None,
            now=now,
            facts={"later": done.appeal.id},
        )
    log.info("appeal_repeated", appeal_id=done.appeal.id, earlier_id=earlier.id)
    return done


def build_repeated(earlier: Appeal, question: QuestionText) -> NewAppeal:
    """The appeal to be registered: the same person, another text, always studied."""
    known = asdict(earlier)
    taken = {name: known[name] for name in NewAppeal.__struct_fields__ if name in known}
    return NewAppeal(**{**taken, "question": question, "needs_study": True})


def _build_form_key(earlier: Appeal) -> str:
    return f"repeat:{earlier.public_id}"
