"""What document systems ask for: cards that have changed, one card, one more appeal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.cards import Card, hide_secret
from hotline_sessions.domain.errors import Forbidden, Invalid
from hotline_sessions.domain.outer_appeals import OuterReading, read_outer_rows
from hotline_sessions.domain.outer_columns import OUTER_ALIASES
from hotline_sessions.domain.schedule_columns import SheetRow
from hotline_sessions.domain.systems import ApiKey, Scope
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.outer_appeals import Batch, enter_outer
from hotline_sessions.store.cards import (
    find_card_of_number,
    find_place_before,
    get_card,
    list_cards,
    list_changes,
)
from hotline_sessions.store.classifier_data import load_classifier
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.outer_appeals import lock_source
from hotline_sessions.store.transaction import transaction


NEEDED: Final = ("outer_number", "surname", "residence", "question")
"""Fields that count as empty when they are not sent."""


class NoSource(Forbidden):
    """The key does not say whose appeals it sends."""

    code = "key-without-source"


class UnknownFields(Invalid):
    """The document has fields that nobody reads. Facts: ``fields``."""

    code = "unknown-fields"


class BadAppeal(Invalid):
    """The document is no appeal; ``reading`` says why."""

    code = "bad-appeal"

    def __init__(self, reading: OuterReading) -> None:
        super().__init__()
        self.reading = reading


class Changed(Struct, frozen=True, kw_only=True):
    """Cards that have changed, each once, and where to go on."""

    items: list[Card]
    cursor: int
    has_more: bool


async def list_changed(key: ApiKey, *, after: int, since: datetime | None, limit: int) -> Changed:
    """Cards with steps behind ``after``, as they are now; ``since`` is where to begin."""
    if since is not None:
        before = await find_place_before(since, institution=key.institution)
        after = max(after, before)
    changes = await list_changes(after, institution=key.institution, limit=limit + 1)
    shown = changes[:limit]
    appeals = list(dict.fromkeys(change.appeal for change in shown))
    cards = await list_cards(appeals, institution=key.institution)
    return Changed(
        items=[_show(card, key) for card in cards],
        cursor=shown[-1].place if shown else after,
        has_more=len(changes) > limit,
    )


async def show_card(public_id: str, key: ApiKey) -> Card:
    """The card, as the key may see it.

    Raises:
        NotFound: The institution of the key has no such appeal.
    """
    return _show(await get_card(public_id, institution=key.institution), key)


async def receive(
    cells: dict[str, str], key: ApiKey, *, secret: bytes, now: datetime
) -> tuple[Card, bool]:
    """Enter an appeal of another body; whether it is new. Sent again, it is the same one.

    Raises:
        NoSource: The key does not say whose appeals it sends.
        UnknownFields: There are fields that nobody reads.
        BadAppeal: It is no appeal.
    """
    if key.source is None:
        raise NoSource
    if unknown := cells.keys() - OUTER_ALIASES.keys():
        raise UnknownFields(fields=", ".join(sorted(unknown))[:200])
    home = await get_institution(key.institution)
    today = local_date(now, ZoneInfo(home.time_zone))
    row = SheetRow(line=1, cells=dict.fromkeys(NEEDED, "") | cells)
    (reading,) = read_outer_rows([row], classifier=load_classifier(), today=today)
    if reading.appeal is None:
        raise BadAppeal(reading)
    batch = Batch(institution=home.id, source=key.source, received_on=today, by=None)
    async with transaction():
        await lock_source(key.source, institution=home.id)
        known = await find_card_of_number(reading.key, source=key.source, institution=home.id)
        if known is not None:
            return _show(known, key), False
        (entered,) = await enter_outer([reading.appeal], batch, home, secret=secret, now=now)
    cards: Sequence[Card] = await list_cards([entered.appeal.id], institution=home.id)
    return _show(cards[0], key), True


def _show(card: Card, key: ApiKey) -> Card:
    return card if Scope.READ_HIDDEN in key.scopes else hide_secret(card)
