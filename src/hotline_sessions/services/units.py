"""Units of an institution and bodies outside it, to which appeals are given."""

from datetime import datetime

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.domain.errors import Conflict, NotFound
from hotline_sessions.store.appeal_parties import is_party
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.units import add_body, add_unit


class NameTaken(Conflict):
    """The institution has a unit, or knows a body, of this name."""

    code = "name-taken"


async def set_up_unit(
    name: str,
    *,
    staff: Staff,
    now: datetime,
    head: int | None = None,
    head_official: int | None = None,
) -> None:
    """A new unit; a complaint of it, or of its head, keeps both from the appeal.

    Raises:
        NotFound: The head does not belong to the institution of ``staff``.
        NameTaken: There is a unit of this name.
    """
    async with transaction():
        for kind, number in (
            (PartyKind.ACCOUNT, head),
            (PartyKind.OFFICIAL, head_official),
        ):
            if number is not None and not await is_party(
                Party(kind=kind, id=number), institution=staff.institution
            ):
                raise NotFound
        unit = await add_unit(
            name, head=head, head_official=head_official, institution=staff.institution
        )
        await _note("unit_added", "unit", unit, staff=staff, now=now)


async def set_up_body(name: str, *, address: str, staff: Staff, now: datetime) -> None:
    """A new body outside the institution.

    Raises:
        NameTaken: There is one of this name.
    """
    async with transaction():
        body = await add_body(name, address=address, institution=staff.institution)
        await _note("outside_body_added", "outside_body", body, staff=staff, now=now)


async def _note(
    action: str, subject: str, added: int | None, *, staff: Staff, now: datetime
) -> None:
    if added is None:
        raise NameTaken
    await add_entry(
        action, subject, added, institution=staff.institution, account=staff.account, now=now
    )
