"""Appeals that belong together: a program finds what is alike, a person says what it is."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import check_parties
from hotline_sessions.domain.appeal_links import (
    SAME_MATTER,
    SIGNS,
    First,
    LinkedToItself,
    LinkedToLater,
    LinkKind,
    Newer,
    NoLink,
    UndoReason,
    check_kind,
    is_same_author,
)
from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.registers import parse_index
from hotline_sessions.domain.times import local_date
from hotline_sessions.i18n import DEFAULT_LOCALE, N_, load_catalogues
from hotline_sessions.services.appeal_steps import check_actor, note_step
from hotline_sessions.services.secrecy import may_see_hidden, show_to
from hotline_sessions.store.appeal_corrections import add_corrected_field, mark_card
from hotline_sessions.store.appeal_links import (
    Alike,
    Answered,
    Group,
    add_link,
    find_decided_on,
    find_first_of_group,
    find_link,
    list_alike,
    list_answered,
    list_group,
    list_groups,
    mark_undone,
)
from hotline_sessions.store.appeal_parties import copy_complained_of, list_barred, list_executors
from hotline_sessions.store.appeals import (
    find_numbered,
    get_appeal,
    list_appeals_by_id,
    lock_appeal,
)
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

MOST_OF_GROUP: Final = 50
"""Appeals of a group that are shown, and dealt with, at once; the next ones come after them."""
MOST_GROUPS: Final = 100
MOST_ANSWERS: Final = 3
"""Answers of others that are offered for a draft."""
MOST_KIN: Final = 1000
DEED_BYTES: Final = 8

_LINKED: Final = N_("Linked to appeal %(number)s")
_UNLINKED: Final = N_("The link to appeal %(number)s was undone: %(reason)s")


class GroupView(Struct, frozen=True, kw_only=True):
    """Appeals of many about one thing: the first, ``count`` in all, and some of them.

    Those with which something can still be done together come before the others.
    """

    first: Appeal
    members: Sequence[Appeal]
    count: int


async def find_alike(appeal: Appeal, *, staff: Staff) -> list[Alike]:
    """Earlier appeals that ``appeal`` may repeat, double or go with, as far as a program sees.

    Who may not see authors that have asked for secrecy is not told who is the same author.
    """
    return await list_alike(
        appeal, institution=staff.institution, with_author=may_see_hidden(staff)
    )


async def confirm_link(
    public_id: str, earlier: str, kind: LinkKind, *, staff: Staff, now: datetime
) -> None:
    """Say what an appeal has to do with an earlier one of the same institution.

    Of whom the first one complains, the repeated one or the duplicate does, too. The number
    stays, whatever the appeal is found to be: the card is marked, and the mark can be seen among
    its corrections. One of many is linked to the first of all.

    Raises:
        NotFound: One of them is not there.
        LinkedToItself, LinkedToLater: It is not an earlier one.
        ComplainedOf: The appeal complains of ``staff``, or the earlier one of who executes this
            one: it must be given to others first. Source: Law 393/96-ВР, art. 7(4).
        StillConsidered, DecidedBefore, SameAuthor: See ``check_kind``.
    """
    async with transaction():
        appeal = await lock_appeal(public_id, institution=staff.institution)
        await check_actor(appeal.id, staff=staff)
        other = await get_appeal(earlier, institution=staff.institution)
        if other.id == appeal.id:
            raise LinkedToItself
        if other.id > appeal.id:
            raise LinkedToLater
        await _check(kind, appeal, other, staff=staff)
        target = await find_first_of_group(other.id) if kind is LinkKind.MASS else other.id
        if kind in SAME_MATTER:
            await copy_complained_of(other.id, appeal.id)
            executors = [each.party for each in await list_executors(appeal.id)]
            check_parties(executors, await list_barred(appeal.id))
        before = await _mark(appeal, kind, other, staff=staff, now=now)
        await add_link(appeal.id, target, kind, by=staff.account, now=now, sign_before=before)
        facts: dict[str, object] = {"earlier": target, "kind": kind.value}
        action = "appeal_found_unrelated" if kind is LinkKind.UNRELATED else "appeal_linked"
        await note_step(action, appeal.id, staff=staff, now=now, facts=facts)
    log.info("appeal_linked", appeal_id=appeal.id, kind=kind.value)


async def find_by_number(number: str, *, staff: Staff, now: datetime) -> str | None:
    """Name of the appeal of the institution with this number; the year may be left out.

    Raises:
        BadIndex: That is no number of a register.
    """
    index = parse_index(number, this_year=local_date(now).year)
    return await find_numbered(index, institution=staff.institution)


async def undo_link(
    public_id: str, earlier: str, reason: UndoReason, *, staff: Staff, now: datetime
) -> None:
    """Take back what was found of two appeals; the link is kept with the reason.

    The card gets back the sign it had, unless somebody has chosen another one meanwhile.

    Raises:
        NotFound: One of them is not there.
        NoLink: They are not linked, or by the author, who has said so.
        ComplainedOf: The appeal complains of ``staff``.
    """
    async with transaction():
        appeal = await lock_appeal(public_id, institution=staff.institution)
        await check_actor(appeal.id, staff=staff)
        other = await get_appeal(earlier, institution=staff.institution)
        link = await find_link(appeal.id, other.id)
        if link is None or link.confirmed_by is None:
            raise NoLink
        await mark_undone(appeal.id, other.id, reason, by=staff.account, now=now)
        if link.sign_before is not None and appeal.sign == SIGNS.get(link.kind):
            words = load_catalogues().words(DEFAULT_LOCALE)
            why = words.gettext(_UNLINKED, number=other.register_index, reason=reason)
            await _write_sign(appeal, link.sign_before, why[:500], staff=staff, now=now)
        facts: dict[str, object] = {"earlier": other.id, "kind": link.kind.value}
        await note_step("appeal_unlinked", appeal.id, staff=staff, now=now, facts=facts)


async def show_group(public_id: str, *, staff: Staff) -> GroupView:
    """The group to which an appeal belongs; of itself alone if it is in none.

    Raises:
        NotFound: There is no such appeal in the institution of ``staff``.
    """
    appeal = await get_appeal(public_id, institution=staff.institution)
    first = await find_first_of_group(appeal.id)
    home = staff.institution
    ids, count = await list_group(first, institution=home, limit=MOST_OF_GROUP)
    found = {
        each.id: show_to(staff, each)
        for each in await list_appeals_by_id([first, *ids], institution=home)
    }
    return GroupView(first=found[first], members=[found[each] for each in ids], count=count)


async def list_answers(appeal: Appeal, *, staff: Staff) -> list[Answered]:
    """Answers to appeals that are linked with ``appeal``: one of them may fit it, too."""
    return await list_answered(appeal.id, institution=staff.institution, limit=MOST_ANSWERS)


async def find_answer_of(public_id: str, other: str, *, staff: Staff) -> Answered:
    """The answer to an appeal that is linked with another one.

    Raises:
        NotFound: There are no such appeals, they are not linked, or the other has no answer.
    """
    appeal = await get_appeal(public_id, institution=staff.institution)
    found = await list_answered(appeal.id, institution=staff.institution, limit=MOST_KIN)
    for each in found:
        if each.public_id == other:
            return each
    raise NotFound


async def list_mass(*, staff: Staff) -> list[Group]:
    """Groups of the institution in which somebody waits for an answer."""
    return await list_groups(institution=staff.institution, limit=MOST_GROUPS)


async def _check(kind: LinkKind, appeal: Appeal, other: Appeal, *, staff: Staff) -> None:
    home = await get_institution(staff.institution)
    decided_on = await find_decided_on(other.id, time_zone=home.time_zone)
    check_kind(
        kind,
        Newer(received_on=appeal.received_on, form_of_receipt=appeal.form_of_receipt),
        First(appeal=other, decided_on=decided_on),
        same_author=is_same_author(other, appeal.surname, appeal.given_name, appeal.phone),
    )


async def _mark(
    appeal: Appeal, kind: LinkKind, other: Appeal, *, staff: Staff, now: datetime
) -> str | None:
    """Let the card say what it is found to be; the sign that it had, if it had another one."""
    sign = SIGNS.get(kind)
    if sign is None or sign == appeal.sign:
        return None
    words = load_catalogues().words(DEFAULT_LOCALE)
    why = words.gettext(_LINKED, number=other.register_index)
    await _write_sign(appeal, sign, why, staff=staff, now=now)
    return appeal.sign


async def _write_sign(
    appeal: Appeal, sign: str, reason: str, *, staff: Staff, now: datetime
) -> None:
    await add_corrected_field(
        appeal.id,
        "sign",
        before=appeal.sign,
        after=sign,
        deed=secrets.token_hex(DEED_BYTES),
        reason=reason,
        by=staff.account,
        now=now,
    )
    await mark_card(appeal.id, {"sign": sign}, institution=staff.institution)
