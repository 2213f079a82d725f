"""Hand cards over: those that a search finds, page by page, so that millions may be read."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import Party
from hotline_sessions.domain.appeal_search import Wanted
from hotline_sessions.domain.cards import Card, hide_secret
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.services.appeal_search import count_appeals, find_appeals
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.cards import list_cards


log = structlog.get_logger()

MOST: Final = 200_000
"""Cards of one file: a year of the largest contact centre."""


class TooManyCards(Invalid):
    """No file holds so many cards. Facts: ``most``, how many it holds."""

    code = "too-many-cards"


async def note_export(wanted: Wanted, form: str, *, staff: Staff, now: datetime) -> None:
    """Write down who takes cards out, in which form and of which days; not what was looked for.

    Raises:
        TooManyCards: The file would end before the cards do.
    """
    count = await count_appeals(wanted, staff=staff, now=now, most=MOST + 1)
    if count > MOST:
        raise TooManyCards(most=MOST)
    await add_entry(
        "appeals_exported",
        "institution",
        staff.institution,
        institution=staff.institution,
        account=staff.account,
        now=now,
        detail={
            "form": form,
            "count": count,
            "which": wanted.which.value,
            "whose": wanted.whose.value,
            "state": wanted.state,
            "executor": _write_party(wanted.executor),
            "kind": wanted.kind,
            "topic": wanted.topic,
            "category": wanted.category,
            "procedure": wanted.procedure,
            "received_from": wanted.received_from,
            "received_to": wanted.received_to,
            "by_text": bool(wanted.text),
        },
    )


async def iterate_cards(
    wanted: Wanted, *, staff: Staff, now: datetime
) -> AsyncIterator[list[Card]]:
    """Cards that are wanted, a page at a time, without what authors asked not to disclose."""
    after, count = None, 0
    while True:
        found = await find_appeals(wanted, staff=staff, now=now, after=after)
        if found.appeals:
            cards = await list_cards(
                [each.id for each in found.appeals], institution=staff.institution
            )
            count += len(cards)
            yield [hide_secret(card) for card in cards]
        after = found.next
        if after is None:
            break
    log.info("appeals_exported", count=count)


def _write_party(party: Party | None) -> str | None:
    return None if party is None else f"{party.kind.value}:{party.id}"
