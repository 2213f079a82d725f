"""The author of an appeal disagrees with the answer: that is a new, repeated appeal.

It gets its own number and its own term. Whether the matter was decided in substance, so that it
is not considered again, is for the head to say, never for the form. Source: Law 393/96-ВР, art. 8.
"""

from datetime import datetime

import structlog

from hotline_sessions.domain.appeal_links import LinkKind
from hotline_sessions.domain.appeal_ratings import ANSWERED, NothingToDispute
from hotline_sessions.domain.appeals import BY_POST_OR_EMAIL, Appeal, NewAppeal, QuestionText
from hotline_sessions.domain.card_facts import REPEATED
from hotline_sessions.services.appeal_steps import note
from hotline_sessions.services.appeals import get_followed
from hotline_sessions.services.following import carry_over
from hotline_sessions.services.registering import Origin, Registered, enter, prepare
from hotline_sessions.store.appeal_links import add_link
from hotline_sessions.store.appeal_parties import copy_complained_of
from hotline_sessions.store.appeals import list_appeals_of_forms, lock_appeal, lock_forms
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


async def dispute(
    public_id: str, text: QuestionText, *, language: str, secret: bytes, now: datetime
) -> Registered:
    """Register what is still not solved as a repeated appeal of the same author.

    Once per answer: a second form leads to the same appeal, and its code is not told again.

    Raises:
        NotFound: There is no such appeal.
        NothingToDispute: It has no answer.
    """
    home = (await get_followed(public_id)).institution
    form_key = f"dispute:{public_id}"
    async with transaction():
        earlier = await lock_appeal(public_id, institution=home.id)
        if earlier.state not in ANSWERED:
            raise NothingToDispute
        await lock_forms([form_key])
        if known := (await list_appeals_of_forms([form_key], institution=home.id)).get(form_key):
            return Registered(appeal=known, code="")
        draft = prepare(
            build_repeated(earlier, text),
            Origin(received_at=now, form_of_receipt=BY_POST_OR_EMAIL),
            home,
            form_key=form_key,
            action="appeal_repeated",
            by=None,
            secret=secret,
            now=now,
            facts={"earlier": earlier.id},
            language=language,
        )
        (done,) = await enter([draft])
        await carry_over(earlier, done.appeal, language=language, now=now)
        await copy_complained_of(earlier.id, done.appeal.id)
        await add_link(done.appeal.id, earlier.id, LinkKind.REPEATED, by=None, now=now)
        facts: dict[str, object] = {"later": done.appeal.id}
        note("appeal_disputed", earlier.id, institution=home.id, account=None, now=now, facts=facts)
    log.info("appeal_disputed", appeal_id=earlier.id, later_id=done.appeal.id)
    return done


async def find_dispute(appeal: Appeal) -> Appeal | None:
    """The repeated appeal that was filed against the answer to this one."""
    form_key = f"dispute:{appeal.public_id}"
    found = await list_appeals_of_forms([form_key], institution=appeal.institution)
    return found.get(form_key)


def build_repeated(earlier: Appeal, text: QuestionText) -> NewAppeal:
    """The same author and matter; what has been studied once is studied again."""
    return NewAppeal(
        surname=earlier.surname,
        given_name=earlier.given_name,
        patronymic=earlier.patronymic,
        residence=earlier.residence,
        phone=earlier.phone,
        email=earlier.email,
        kind=earlier.kind,
        topic=earlier.topic,
        question=text,
        has_priority=earlier.has_priority,
        asks_secrecy=earlier.asks_secrecy,
        categories=earlier.categories,
        social_status=earlier.social_status,
        sex=earlier.sex,
        sign=REPEATED,
        subject=earlier.subject,
        people=earlier.people,
    )
