"""Ready texts of an institution: written by staff, put into resolutions and replies."""

from datetime import datetime

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.ready_texts import (
    ReadyText,
    TextKind,
    check_ready_text,
    fill_ready_text,
)
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.units import NameTaken
from hotline_sessions.store.appeals import get_appeal
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.ready_texts import (
    add_ready_text,
    get_ready_text,
    list_ready_texts,
    mark_ready_text,
    remove_ready_text,
)
from hotline_sessions.store.transaction import transaction


async def list_for_staff(*, staff: Staff) -> list[ReadyText]:
    """All ready texts of the institution, by kind and title."""
    return await list_ready_texts(institution=staff.institution)


async def get_for_staff(ready_text: int, *, staff: Staff) -> ReadyText:
    """One of them.

    Raises:
        NotFound: There is no such ready text in the institution of ``staff``.
    """
    return await get_ready_text(ready_text, institution=staff.institution)


async def write_for(public_id: str, ready_text: int, *, staff: Staff, now: datetime) -> str:
    """The ready text with its places filled for one appeal.

    Raises:
        NotFound: There is no such appeal or ready text in the institution of ``staff``.
    """
    appeal = await get_appeal(public_id, institution=staff.institution)
    chosen = await get_ready_text(ready_text, institution=staff.institution)
    return fill_ready_text(chosen.text, appeal, today=local_date(now))


async def add(kind: TextKind, title: str, text: str, *, staff: Staff, now: datetime) -> None:
    """A new ready text.

    Raises:
        UnknownPlaceholder: It has a place that nothing can be put into.
        NameTaken: There is one of this kind and title.
    """
    check_ready_text(text)
    async with transaction():
        added = await add_ready_text(
            kind, title, text, institution=staff.institution, by=staff.account, now=now
        )
        if added is None:
            raise NameTaken
        await _note("ready_text_added", added, staff=staff, now=now)


async def change(ready_text: ReadyText, *, staff: Staff, now: datetime) -> None:
    """Let a ready text say this from now on.

    Raises:
        NotFound: There is no such ready text in the institution of ``staff``.
        UnknownPlaceholder: It has a place that nothing can be put into.
        NameTaken: Another one has its kind and title.
    """
    check_ready_text(ready_text.text)
    async with transaction():
        if not await mark_ready_text(
            ready_text, institution=staff.institution, by=staff.account, now=now
        ):
            raise NameTaken
        await _note("ready_text_changed", ready_text.id, staff=staff, now=now)


async def remove(ready_text: int, *, staff: Staff, now: datetime) -> None:
    """Away with a ready text.

    Raises:
        NotFound: There is no such ready text in the institution of ``staff``.
    """
    async with transaction():
        await remove_ready_text(ready_text, institution=staff.institution)
        await _note("ready_text_removed", ready_text, staff=staff, now=now)


async def _note(action: str, ready_text: int, *, staff: Staff, now: datetime) -> None:
    await add_entry(
        action,
        "ready_text",
        ready_text,
        institution=staff.institution,
        account=staff.account,
        now=now,
    )
