"""Find appeals in a register of millions."""

from collections.abc import Mapping
from datetime import datetime

import structlog
from msgspec import Struct

from hotline_sessions.domain.absences import is_head
from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.domain.appeal_search import (
    BY_LAST_DAY,
    PAGE,
    Place,
    Wanted,
    Whose,
    read_number,
    read_phone,
    settle,
)
from hotline_sessions.domain.appeals import Appeal, NewAppeal
from hotline_sessions.domain.ids import AppealId
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.appeal_work import list_own, list_own_units
from hotline_sessions.services.search_words import list_terms, list_words
from hotline_sessions.services.secrecy import may_see_hidden, show_to
from hotline_sessions.store.appeal_parties import list_main_executors
from hotline_sessions.store.appeal_search import (
    Desk,
    Sought,
    count_wanted,
    keep_words,
    list_wanted,
    list_without_words,
)


log = structlog.get_logger()

BATCH = 500
"""Cards whose words are written down in one go."""


class Found(Struct, frozen=True, kw_only=True):
    """One page of a list; ``next`` is where the following one begins, if there is one.

    ``executors``: the name of the main executor of each appeal that has one.
    """

    appeals: list[Appeal]
    next: Place | None = None
    executors: Mapping[AppealId, str] = {}


async def find_appeals(
    wanted: Wanted, *, staff: Staff, now: datetime, after: Place | None = None
) -> Found:
    """A page of the appeals of the institution of ``staff`` that are wanted.

    A text that is a number of the register finds what has that number, one that is a phone
    what its owner wrote; any other finds the cards in which all its words stand. Who may not see
    an author does not find him by name or phone either.
    """
    sought = await _understand(wanted, staff=staff, now=now)
    if sought is None:
        return Found(appeals=[])
    appeals = await list_wanted(sought, institution=staff.institution, after=after, limit=PAGE + 1)
    shown = [show_to(staff, appeal) for appeal in appeals[:PAGE]]
    return Found(
        appeals=shown,
        next=_place_after(appeals, sought.wanted),
        executors=await list_main_executors([each.id for each in shown]),
    )


async def count_appeals(wanted: Wanted, *, staff: Staff, now: datetime, most: int) -> int:
    """How many appeals ``find_appeals`` finds on all its pages; it is counted up to ``most``."""
    sought = await _understand(wanted, staff=staff, now=now)
    if sought is None:
        return 0
    return await count_wanted(sought, institution=staff.institution, most=most)


async def _understand(wanted: Wanted, *, staff: Staff, now: datetime) -> Sought | None:
    """What is looked for; None where nothing can be found so."""
    today = local_date(now)
    settled = settle(wanted)
    executors = await _list_executors(wanted, staff)
    if settled is None or not all(executors) or not _may_wait(wanted, staff):
        return None
    wanted, text = settled, wanted.text.strip()
    number = read_number(text, this_year=today.year) if text else None
    phone = read_phone(text) if text and number is None else None
    terms = list_terms(text) if number is None and phone is None else []
    if text and number is None and phone is None and not terms:
        return None
    return Sought(
        wanted=wanted,
        executors=executors,
        desk=(
            Desk(author=staff.account, signs=is_head(staff))
            if wanted.whose is Whose.WAITING
            else None
        ),
        terms=terms,
        numbered=None if number is None else (number.number, number.year),
        phone=phone,
        with_hidden=may_see_hidden(staff),
        today=today,
    )


async def _list_executors(wanted: Wanted, staff: Staff) -> list[list[Party]]:
    """Of each of these somebody must work on an appeal that is wanted."""
    executors = []
    if wanted.whose is Whose.MINE:
        executors.append(list_own(staff))
    if wanted.whose is Whose.UNIT:
        executors.append(await list_own_units(staff))
    if wanted.executor is not None:
        # Nothing is given to those who answer on the air: they are complained of at most.
        is_official = wanted.executor.kind is PartyKind.OFFICIAL
        executors.append([] if is_official else [wanted.executor])
    return executors


def _may_wait(wanted: Wanted, staff: Staff) -> bool:
    """Whether anything can wait for ``staff``: nothing does for who answers no appeals."""
    return wanted.whose is not Whose.WAITING or staff.may(Right.ANSWER_APPEALS)


async def note_missing_words() -> int:
    """Let appeals be found whose words nobody has written down; how many they were."""
    missing = await list_without_words(limit=BATCH)
    for institution in sorted({appeal.institution for appeal in missing}):
        await keep_words(
            {
                appeal.id: [*list_card_words(appeal), *list_words(appeal.register_index)]
                for appeal in missing
                if appeal.institution == institution
            },
            institution=institution,
        )
    if missing:
        log.info("appeal_words_noted", count=len(missing))
    return len(missing)


def list_card_words(card: NewAppeal | Appeal) -> list[str]:
    """The words by which a card is found, but for those of its number."""
    return list_words(card.question, card.surname, card.given_name, card.patronymic, card.residence)


def _place_after(appeals: list[Appeal], wanted: Wanted) -> Place | None:
    if len(appeals) <= PAGE:
        return None
    last = appeals[PAGE - 1]
    on = last.legal_on if wanted.which in BY_LAST_DAY else last.received_on
    return Place(id=last.id, on=on)
