"""Papers are kept as they came, as many as fit, and once."""

import asyncio

import asyncpg
import pytest
from tests.factories import NOW
from tests.services.recorded import FakeStorage, Fuse
from tests.services.test_appeal_life import Office, of, open_office

from hotline_sessions.domain import attachments
from hotline_sessions.domain.appeal_life import ComplainedOf
from hotline_sessions.domain.attachments import Origin, PaperLost, TooManyPapers
from hotline_sessions.services.appeal_assignments import note_complained_of
from hotline_sessions.services.attachments import (
    attach,
    get_for_staff,
    list_for_card,
    remove,
)
from hotline_sessions.store.engine import fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def send(office: Office, storage: FakeStorage, content: bytes = b"%PDF-1.7") -> None:
    await attach(
        office.name,
        "Заява.pdf",
        content,
        Origin.CITIZEN,
        staff=office.clerk,
        storage=storage,
        now=NOW,
    )


async def test_a_file_sent_twice_at_once_is_kept_once() -> None:
    office, storage = await open_office(), FakeStorage(Fuse())

    await asyncio.gather(send(office, storage), send(office, storage))

    assert len(await list_for_card(office.appeal, staff=office.clerk)) == 1
    assert len(storage.kept) == 1


async def test_what_was_removed_is_marked_and_kept_and_may_be_attached_anew() -> None:
    office, storage = await open_office(), FakeStorage(Fuse())
    await send(office, storage)
    [paper] = await list_for_card(office.appeal, staff=office.clerk)
    await remove(office.name, paper.public_id, staff=office.clerk, now=NOW)
    await send(office, storage)

    papers = await list_for_card(office.appeal, staff=office.clerk)

    assert [each.removed_at for each in papers] == [NOW, None]
    assert len(storage.kept) == 2
    with pytest.raises(asyncpg.RestrictViolationError):
        await run_sql("update attachment set removed_at = null")
    with pytest.raises(asyncpg.RestrictViolationError):
        await run_sql("update attachment set name = 'x' where removed_at is null")
    with pytest.raises(asyncpg.RestrictViolationError):
        await run_sql("delete from attachment")


async def test_no_more_than_so_many_papers_lie_with_an_appeal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office, storage = await open_office(), FakeStorage(Fuse())
    monkeypatch.setattr("hotline_sessions.services.attachments.MOST_PAPERS", 2)
    for number in range(2):
        await send(office, storage, b"%PDF-" + bytes([number]))

    with pytest.raises(TooManyPapers):
        await send(office, storage, b"%PDF-2")

    assert len(storage.kept) == 2
    assert attachments.MOST_PAPERS > 2


async def test_a_storage_that_fails_or_lies_is_told_of() -> None:
    office, storage = await open_office(), FakeStorage(Fuse())
    storage.is_down = True
    with pytest.raises(PaperLost):
        await send(office, storage)
    storage.is_down = False
    storage.spoils = True
    await send(office, storage)
    [paper] = await list_for_card(office.appeal, staff=office.clerk)

    with pytest.raises(PaperLost):
        await get_for_staff(office.name, paper.public_id, staff=office.clerk, storage=storage)


async def test_who_is_complained_of_touches_no_paper_of_the_appeal() -> None:
    office, storage = await open_office(), FakeStorage(Fuse())
    await note_complained_of(office.name, of(office.clerk), staff=office.head, now=NOW)

    with pytest.raises(ComplainedOf):
        await send(office, storage)

    assert storage.kept == {}
    assert await fetch_value("select count(*) from attachment") == 0
