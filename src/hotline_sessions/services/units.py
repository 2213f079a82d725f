"""Units of an institution and bodies outside it, to which appeals are given."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import ComplainedOf, Party, PartyKind
from hotline_sessions.domain.errors import Conflict, NotFound
from hotline_sessions.store.appeal_parties import is_party
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.units import (
    OutsideBody,
    Unit,
    add_body,
    add_unit,
    is_barred_from_its_work,
    list_closed_bodies,
    list_closed_units,
    list_members_of,
    lock_body,
    lock_unit,
    mark_body,
    mark_unit,
)


class Closed(Struct, frozen=True, kw_only=True):
    """Units and bodies that are offered no more."""

    units: Sequence[Unit]
    bodies: Sequence[OutsideBody]


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
        await _check_heads(head, head_official, staff=staff)
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


async def load_closed(*, staff: Staff) -> Closed:
    """Units and bodies of the institution that are offered no more."""
    return Closed(
        units=await list_closed_units(institution=staff.institution),
        bodies=await list_closed_bodies(institution=staff.institution),
    )


async def load_unit(unit: int, *, staff: Staff) -> tuple[Unit, list[int]]:
    """The unit and the accounts of those who work in it.

    Raises:
        NotFound: The institution of ``staff`` has no such unit.
    """
    async with transaction():
        found = await lock_unit(unit, institution=staff.institution)
        return found, await list_members_of(unit)


async def load_body(body: int, *, staff: Staff) -> OutsideBody:
    """The body.

    Raises:
        NotFound: The institution of ``staff`` knows no such body.
    """
    async with transaction():
        return await lock_body(body, institution=staff.institution)


async def change_unit(
    unit: int,
    name: str,
    *,
    head: int | None,
    head_official: int | None,
    members: Sequence[int],
    staff: Staff,
    now: datetime,
) -> None:
    """Another name, other heads, other members; what it has been given stays with it.

    Raises:
        NotFound: The unit, or a head, does not belong to the institution of ``staff``.
        NameTaken: Another unit has this name.
        ComplainedOf: The unit owes an appeal that complains of its new head.
    """
    async with transaction():
        before = await lock_unit(unit, institution=staff.institution)
        await _check_heads(head, head_official, staff=staff)
        after = replace(before, name=name, head=head, head_official=head_official)
        if not await mark_unit(after, members=members, institution=staff.institution):
            raise NameTaken
        heads = (before.head, before.head_official), (head, head_official)
        if heads[0] != heads[1] and await is_barred_from_its_work(unit):
            raise ComplainedOf
        await _note_change("unit", unit, before.name, name, staff=staff, now=now)


async def change_body(body: int, name: str, *, address: str, staff: Staff, now: datetime) -> None:
    """Another name or address; what was sent to it stays as it was.

    Raises:
        NotFound: The institution of ``staff`` knows no such body.
        NameTaken: Another body has this name.
    """
    async with transaction():
        before = await lock_body(body, institution=staff.institution)
        after = replace(before, name=name, address=address)
        if not await mark_body(after, institution=staff.institution):
            raise NameTaken
        await _note_change("outside_body", body, before.name, name, staff=staff, now=now)


async def turn_unit(unit: int, *, is_active: bool, staff: Staff, now: datetime) -> None:
    """Close a unit, so that it is offered no more, or open it again.

    Raises:
        NotFound: The institution of ``staff`` has no such unit.
    """
    async with transaction():
        found = await lock_unit(unit, institution=staff.institution)
        if found.is_active != is_active:
            members = await list_members_of(unit)
            changed = replace(found, is_active=is_active)
            await mark_unit(changed, members=members, institution=staff.institution)
            action = "unit_reopened" if is_active else "unit_closed"
            await _note(action, "unit", unit, staff=staff, now=now)


async def turn_body(body: int, *, is_active: bool, staff: Staff, now: datetime) -> None:
    """Close a body, so that it is offered no more, or open it again.

    Raises:
        NotFound: The institution of ``staff`` knows no such body.
    """
    async with transaction():
        found = await lock_body(body, institution=staff.institution)
        if found.is_active != is_active:
            await mark_body(replace(found, is_active=is_active), institution=staff.institution)
            action = "outside_body_reopened" if is_active else "outside_body_closed"
            await _note(action, "outside_body", body, staff=staff, now=now)


async def _check_heads(head: int | None, official: int | None, *, staff: Staff) -> None:
    for kind, number in ((PartyKind.ACCOUNT, head), (PartyKind.OFFICIAL, official)):
        if number is not None and not await is_party(
            Party(kind=kind, id=number), institution=staff.institution
        ):
            raise NotFound


async def _note_change(
    subject: str, changed: int, before: str, after: str, *, staff: Staff, now: datetime
) -> None:
    await add_entry(
        f"{subject}_changed",
        subject,
        changed,
        institution=staff.institution,
        account=staff.account,
        now=now,
        detail={"from": before, "to": after} if before != after else None,
    )


async def _note(
    action: str, subject: str, added: int | None, *, staff: Staff, now: datetime
) -> None:
    if added is None:
        raise NameTaken
    await add_entry(
        action, subject, added, institution=staff.institution, account=staff.account, now=now
    )
