"""Bookings, many in one statement: the function ``book_many`` of the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.booking_policies import DEFAULT_BOOKING_POLICY
from hotline_sessions.store.engine import fetch_rows


class BookingOrder(Struct, frozen=True, kw_only=True):
    """One citizen's wish, with all that its booking will need.

    Either ``proof`` (the keyed hash of what a device holds) or ``phone`` and ``name`` say
    whose it is. ``mark`` and ``digest`` name the form it came by, and what stood in it.
    ``replaces`` is a booking that will be given up for this one, and counts no more.
    """

    moment: datetime
    session: str
    proof: str | None = None
    phone: str | None = None
    name: str | None = None
    starts_at: datetime
    community: str
    question: str
    wants_call_back: bool
    code: str
    code_mac: str
    public_id: str
    mark: str | None = None
    digest: str | None = None
    language: str = "uk"
    email: str = ""
    origin: str = "web"
    author: int | None = None
    replaces: int | None = None


class BookingResult(Struct, frozen=True, kw_only=True):
    """What became of one wish: ``outcome`` is ``booked``, ``repeated``, or why not.

    ``fact`` is a figure or a moment for the sentence that says so.
    """

    number: int
    outcome: str
    id: int | None = None
    public_id: str | None = None
    institution: int | None = None
    session: int | None = None
    slot: int | None = None
    phone: str | None = None
    caller_name: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    fact: str | None = None


_USUAL: Final = msgspec.json.encode(DEFAULT_BOOKING_POLICY).decode()
_FIELDS: Final = BookingOrder.__struct_fields__
_SQL: Final = f"select * from book_many($1, {', '.join(f'${n + 2}' for n in range(len(_FIELDS)))})"


async def book_many(orders: Sequence[BookingOrder]) -> list[BookingResult]:
    """What becomes of each of ``orders``, in their order; one transaction unless one is open.

    Raises:
        asyncpg.PostgresError: None of them is booked: a lock could not be had in time, or the
            server ended the transaction to break a circle.
    """
    columns = ([getattr(order, field) for order in orders] for field in _FIELDS)
    rows = await fetch_rows(_SQL, _USUAL, *columns)
    results = [msgspec.convert(dict(row), BookingResult) for row in rows]
    return sorted(results, key=lambda result: result.number)
