"""By which orders the schedule of a month is approved."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.store.approvals import find_orders, list_approved, list_present


class Order(Struct, frozen=True, kw_only=True):
    """Number and date of an order."""

    number: str
    on: date


class Orders(Struct, frozen=True, kw_only=True):
    """Orders that approve all sessions of a schedule, by date; none: not all are approved.

    ``is_amended``: something in it is not any more as it was approved.
    """

    orders: tuple[Order, ...] = ()
    is_amended: bool = False


async def find_orders_of(sessions: Sequence[Announcement], *, staff: Staff) -> Orders:
    """The orders by which all of ``sessions`` were approved, if they were."""
    keys = [each.id for each in sessions]
    found = await find_orders(keys, institution=staff.institution)
    if not keys or len(found) < len(keys):
        return Orders()
    present = await list_present(keys, institution=staff.institution)
    latest = {each.id: each for each in found.values()}
    is_amended = False
    for approval in latest.values():
        for line in await list_approved(approval.id, institution=staff.institution):
            if line.session not in found or found[line.session].id != approval.id:
                continue
            is_amended |= bool(line.facts.list_differences(present[line.session].facts))
    orders = sorted({(each.order_on, each.order_number) for each in latest.values()})
    return Orders(
        orders=tuple(Order(number=number, on=on) for on, number in orders), is_amended=is_amended
    )
