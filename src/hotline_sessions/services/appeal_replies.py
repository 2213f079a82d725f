"""The reply: drafted, checked by another person, signed by the head, sent or told, closed."""

from collections.abc import Mapping
from datetime import datetime

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import (
    Deed,
    OwnDraft,
    Party,
    PartyKind,
    check_answer_result,
    check_answers,
    check_parties,
    check_telling,
)
from hotline_sessions.domain.appeals import Appeal, AppealState
from hotline_sessions.domain.attachments import Origin, list_present
from hotline_sessions.domain.ids import AppealId
from hotline_sessions.domain.letters import FrozenLetter, LetterChanged
from hotline_sessions.domain.messages import Purpose
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.appeal_steps import check_others_answered, lock_for, note_step
from hotline_sessions.services.appeal_tellings import tell_of_step
from hotline_sessions.store.appeal_life import (
    Reply,
    add_reply,
    find_reply,
    list_questions,
    mark_answered,
    mark_checked,
    mark_delivered,
    mark_signed,
    mark_withdrawn,
)
from hotline_sessions.store.appeal_parties import list_barred
from hotline_sessions.store.appeals import add_answer, mark_state
from hotline_sessions.store.attachments import list_papers
from hotline_sessions.store.classifier_data import load_classifier
from hotline_sessions.store.letters import add_letter
from hotline_sessions.store.transaction import transaction


SENT = "sent"
TOLD = "told"


async def draft(
    public_id: str,
    text: str,
    answers: Mapping[int, str],
    *,
    result: str,
    staff: Staff,
    now: datetime,
) -> None:
    """Write a reply: ``text`` answers the question of the card, ``answers`` the further ones.

    Raises:
        NotFound, ImpossibleStep, ComplainedOf: See ``appeal_steps.lock_for``.
        UnknownCode: ``result`` is not one of an answer.
        Unanswered: A further question has no answer.
    """
    check_answer_result(load_classifier(), result, local_date(now))
    async with transaction():
        await write_draft(public_id, text, answers, result=result, staff=staff, now=now)


async def write_draft(
    public_id: str,
    text: str,
    answers: Mapping[int, str],
    *,
    result: str,
    staff: Staff,
    now: datetime,
) -> None:
    """Write a reply within the transaction of whoever calls, with a ``result`` that was checked.

    Raises:
        NotFound, ImpossibleStep, ComplainedOf, Unanswered: As for ``draft``.
    """
    appeal, after = await lock_for(public_id, Deed.DRAFT, staff=staff)
    places = [each.place for each in await list_questions(appeal.id)]
    check_answers(places, [place for place, answer in answers.items() if answer.strip()])
    await add_reply(
        appeal.id,
        result=result,
        text=text,
        answers={str(place): answers[place] for place in places},
        author=staff.account,
        now=now,
    )
    await mark_state(appeal.id, after)
    await note_step("appeal_drafted", appeal.id, staff=staff, now=now)


async def check(public_id: str, *, staff: Staff, now: datetime) -> None:
    """Somebody else than the author has found the draft right.

    Raises:
        NotFound, ImpossibleStep, ComplainedOf: See ``appeal_steps.lock_for``.
        OwnDraft: ``staff`` has written it.
        ComplainedOf: The appeal complains of who has written it: it is to be given back.
    """
    async with transaction():
        appeal, after = await lock_for(public_id, Deed.CHECK, staff=staff)
        reply = await _get_reply(appeal.id)
        if reply.author == staff.account:
            raise OwnDraft
        await _check_hands(appeal.id, reply)
        await mark_checked(reply.id, by=staff.account, now=now)
        await mark_state(appeal.id, after)
        await note_step("appeal_checked", appeal.id, staff=staff, now=now)


async def give_back(public_id: str, *, staff: Staff, now: datetime) -> None:
    """The draft is to be written anew; it is kept.

    Raises:
        NotFound, ImpossibleStep, ComplainedOf: See ``appeal_steps.lock_for``.
    """
    async with transaction():
        appeal, after = await lock_for(public_id, Deed.GIVE_BACK, staff=staff)
        await mark_withdrawn((await _get_reply(appeal.id)).id, now=now)
        await mark_state(appeal.id, after)
        await note_step("appeal_given_back", appeal.id, staff=staff, now=now)


async def sign(
    public_id: str, *, staff: Staff, now: datetime, letter: FrozenLetter | None = None
) -> None:
    """The head signs: the ``letter``, if it was printed. Source: Law 393/96-ВР, art. 15(4).

    Raises:
        NotFound, ImpossibleStep, OnlyHead, ComplainedOf: See ``appeal_steps.lock_for``.
        LetterChanged: The letter is not of the reply and the papers as they are now.
    """
    async with transaction():
        appeal, after = await lock_for(public_id, Deed.SIGN, staff=staff)
        reply = await _get_reply(appeal.id)
        await _check_hands(appeal.id, reply)
        await mark_signed(reply.id, by=staff.account, now=now)
        await _keep(appeal, reply, letter, staff=staff, now=now)
        await mark_state(appeal.id, after)
        await note_step("appeal_signed", appeal.id, staff=staff, now=now)


async def send(
    public_id: str,
    outgoing_number: str,
    *,
    staff: Staff,
    now: datetime,
    letter: FrozenLetter | None = None,
) -> None:
    """The reply goes out under its number; the citizen is told and reads it on the page.

    Raises:
        NotFound, ImpossibleStep, ComplainedOf: See ``appeal_steps.lock_for``.
        LetterChanged: The ``letter`` is not of the reply and the papers as they are now.
    """
    async with transaction():
        appeal, _ = await lock_for(public_id, Deed.SEND, staff=staff)
        await _keep(appeal, await _get_reply(appeal.id), letter, staff=staff, now=now)
        await _deliver(appeal, SENT, outgoing_number, staff=staff, now=now)


async def tell(public_id: str, *, staff: Staff, now: datetime) -> None:
    """The reply was told orally; only to who wants no written one.

    Raises:
        NotFound, ImpossibleStep, ComplainedOf: See ``appeal_steps.lock_for``.
        WrittenReplyWanted: The citizen asked for a written one. Source: art. 18, 19.
    """
    async with transaction():
        appeal, _ = await lock_for(public_id, Deed.TELL, staff=staff)
        check_telling(wants_written_reply=appeal.wants_written_reply)
        await _deliver(appeal, TOLD, "", staff=staff, now=now)


async def close(public_id: str, *, staff: Staff, now: datetime) -> None:
    """Take an answered appeal off control.

    Raises:
        NotFound, ImpossibleStep, ComplainedOf: See ``appeal_steps.lock_for``.
        Unanswered: A question has no answer. Source: Law 393/96-ВР, art. 15, 19.
    """
    async with transaction():
        appeal, after = await lock_for(public_id, Deed.CLOSE, staff=staff)
        await check_others_answered(appeal.id)
        await mark_state(appeal.id, after)
        await note_step("appeal_closed", appeal.id, staff=staff, now=now)


async def _deliver(appeal: Appeal, way: str, number: str, *, staff: Staff, now: datetime) -> None:
    reply = await _get_reply(appeal.id)
    await mark_delivered(reply.id, way=way, number=number, now=now)
    await mark_answered(appeal.id, reply.answers)
    await check_others_answered(appeal.id)
    await add_answer(appeal.id, result=reply.result, text=reply.text, by=staff.account, now=now)
    await tell_of_step(appeal, Purpose.APPEAL_ANSWERED, now=now)
    facts: dict[str, object] = {"state": AppealState.ANSWERED.value, "number": number}
    await note_step(f"appeal_{way}", appeal.id, staff=staff, now=now, facts=facts)


async def _keep(
    appeal: Appeal, reply: Reply, letter: FrozenLetter | None, *, staff: Staff, now: datetime
) -> None:
    """Write the printed letter down, if it is still of what stands on the card."""
    if letter is None:
        return
    papers = await list_papers(appeal.id, institution=staff.institution)
    enclosed = tuple(each.id for each in list_present(papers, Origin.REPLY))
    if (letter.source, letter.attachments) != (reply.id, enclosed):
        raise LetterChanged
    await add_letter(appeal.id, letter, by=staff.account, now=now)


async def _check_hands(appeal: AppealId, reply: Reply) -> None:
    """Whether those who have written and checked a reply may deal with the appeal.

    Of whom it complains may have been noted since. Source: Law 393/96-ВР, art. 7(4).
    """
    hands = [each for each in (reply.author, reply.checked_by) if each is not None]
    parties = [Party(kind=PartyKind.ACCOUNT, id=each) for each in hands]
    check_parties(parties, await list_barred(appeal))


async def _get_reply(appeal: AppealId) -> Reply:
    reply = await find_reply(appeal)
    if reply is None:
        raise RuntimeError("an appeal with a drafted reply has none")
    return reply
