"""Find appeals in a register of millions."""

from datetime import datetime

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_search import (
    BY_LAST_DAY,
    PAGE,
    Place,
    Wanted,
    read_number,
    read_phone,
)
from hotline_sessions.domain.appeals import Appeal, NewAppeal
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.search_words import list_terms, list_words
from hotline_sessions.services.secrecy import may_see_hidden, show_to
from hotline_sessions.store.appeal_search import keep_words, list_wanted, list_without_words


log = structlog.get_logger()

BATCH = 500
"""Cards whose words are written down in one go."""


class Found(Struct, frozen=True, kw_only=True):
    """One page of a list; ``next`` is where the following one begins, if there is one."""

    appeals: list[Appeal]
    next: Place | None = None


async def find_appeals(
    wanted: Wanted, *, staff: Staff, now: datetime, after: Place | None = None
) -> Found:
    """A page of the appeals of the institution of ``staff`` that are wanted.

    A text that is a number of the register finds what has that number, one that is a phone
    what its owner wrote; any other finds the cards in which all its words stand. Who may not see
    an author does not find him by name or phone either.
    """
    today = local_date(now)
    text = wanted.text.strip()
    number = read_number(text, this_year=today.year) if text else None
    phone = read_phone(text) if text and number is None else None
    terms = list_terms(text) if number is None and phone is None else []
    if text and number is None and phone is None and not terms:
        return Found(appeals=[])
    appeals = await list_wanted(
        wanted,
        institution=staff.institution,
        terms=terms,
        numbered=None if number is None else (number.number, number.year),
        phone=phone,
        with_hidden=may_see_hidden(staff),
        today=today,
        after=after,
        limit=PAGE + 1,
    )
    shown = [show_to(staff, appeal) for appeal in appeals[:PAGE]]
    return Found(appeals=shown, next=_place_after(appeals, wanted))


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
