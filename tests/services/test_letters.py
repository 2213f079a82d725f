"""A letter is what was signed, whatever changes afterwards."""

import asyncio
from datetime import date, datetime, timedelta
from io import BytesIO

import asyncpg
import docx
import pytest
from docx.table import Table
from msgspec import structs
from tests.factories import NOW, make_staff
from tests.services.recorded import FakeStorage, Fuse
from tests.services.test_appeal_life import TEXT, Office, make_body, open_office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.appeal_life import ImpossibleStep, ReturnGround, StopGround
from hotline_sessions.domain.appeals import AppealState
from hotline_sessions.domain.attachments import Origin, PaperSealed
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.letters import (
    LetterChanged,
    LetterDamaged,
    LetterFormat,
    Letterhead,
    LetterIssued,
    LetterKind,
    LetterPaper,
    LettersSilent,
    LetterStage,
)
from hotline_sessions.gateways.letters import Press
from hotline_sessions.services.appeal_exits import forward, give_back_to_author, stop
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeal_replies import check, draft, tell
from hotline_sessions.services.appeals import answer, get_for_staff
from hotline_sessions.services.attachments import attach, remove
from hotline_sessions.services.letter_ports import Documents
from hotline_sessions.services.letterheads import name_person, save_letterhead
from hotline_sessions.services.letters import (
    LetterView,
    get_letter,
    issue_letter,
    list_views,
    send_reply,
    sign_reply,
)
from hotline_sessions.services.own_files import (
    list_own_files,
    read_own_letter,
    read_own_paper,
)
from hotline_sessions.store.appeal_digests import DIGEST
from hotline_sessions.store.engine import fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

LATER = NOW + timedelta(days=1)


def open_documents() -> tuple[Documents, FakeStorage]:
    storage = FakeStorage(Fuse())
    return Documents(printer=Press(), storage=storage), storage


async def view(office: Office) -> list[LetterView]:
    return await list_views(
        (await get_for_staff(office.name, staff=office.head)).appeal, staff=office.head
    )


async def read(office: Office, documents: Documents, letter: LetterView) -> str:
    """All words of the letter as Word has it."""
    file = await get_letter(
        office.name,
        letter.kind,
        letter.source,
        LetterFormat.DOCX,
        staff=office.head,
        documents=documents,
        now=LATER,
    )
    lines = []
    for part in docx.Document(BytesIO(file.content)).iter_inner_content():
        if isinstance(part, Table):
            lines += [cell.text for row in part.rows for cell in row.cells]
        else:
            lines.append(part.text)
    return "\n".join(lines)


async def make_checked(text: str = TEXT, result: str = "9.1") -> Office:
    """An appeal whose reply waits for its signature."""
    office = await open_office()
    await office.assign()
    await draft(office.name, text, {}, result=result, staff=office.clerk, now=NOW)
    await check(office.name, staff=office.other, now=NOW)
    return office


async def test_a_reply_is_a_draft_until_it_is_signed_and_gets_its_number_when_it_is_sent() -> None:
    office = await make_checked()
    documents, storage = open_documents()
    await name_person(
        office.head.account, post="Заступник голови", phone="", staff=office.head, now=NOW
    )

    [drafted] = await view(office)
    before = await read(office, documents, drafted)
    await sign_reply(office.name, staff=office.head, documents=documents, now=NOW)
    [signed] = await view(office)
    between = await read(office, documents, signed)
    await send_reply(office.name, "01-17/5", staff=office.clerk, documents=documents, now=NOW)
    [sent] = await view(office)
    after = await read(office, documents, sent)

    assert [each.stage for each in (drafted, signed, sent)] == list(LetterStage)
    assert "ПРОЄКТ" in before
    assert "Заступник голови" not in before
    assert "ПРОЄКТ" not in between + after
    assert "№ _____" in between
    for said in (TEXT, "Заступник голови", office.head.full_name, "01-17/5", "На № К-1-2026 від"):
        assert said in after
    assert len(storage.kept) == 4
    assert [each.may_issue for each in (drafted, signed, sent)] == [False] * 3


async def test_what_was_signed_stays_as_it_was_whatever_changes_afterwards() -> None:
    office = await make_checked()
    documents, _ = open_documents()
    await sign_reply(office.name, staff=office.head, documents=documents, now=NOW)
    await send_reply(office.name, "01-17/5", staff=office.clerk, documents=documents, now=NOW)
    [letter] = await view(office)
    before = await read(office, documents, letter)

    await save_letterhead(
        Letterhead(name="Інша назва", edrpou="13986712"),
        None,
        staff=office.head,
        printer=documents.printer,
        now=LATER,
    )
    await run_sql("update appeal set surname = 'Інша'")
    after = await read(office, documents, letter)

    assert after == before
    alike = f"select {DIGEST} = appeal_digest(a.id) from appeal a"  # noqa: S608 - a constant
    assert await fetch_value(alike)
    pdf = await read_own_letter(office.appeal, LetterFormat.PDF, storage=documents.storage)
    assert pdf.startswith(b"%PDF-")
    with pytest.raises(asyncpg.RestrictViolationError):
        await run_sql("update letter set pdf_sha256 = docx_sha256")
    with pytest.raises(asyncpg.RestrictViolationError):
        await run_sql("delete from letter")


async def test_a_file_that_was_changed_in_the_storage_is_not_given_out() -> None:
    office = await make_checked()
    documents, storage = open_documents()
    await sign_reply(office.name, staff=office.head, documents=documents, now=NOW)
    [letter] = await view(office)

    storage.kept = {key: content + b" " for key, content in storage.kept.items()}
    with pytest.raises(LetterDamaged):
        await read(office, documents, letter)
    storage.is_down = True
    with pytest.raises(LettersSilent):
        await read(office, documents, letter)


async def test_without_the_storage_nothing_is_signed() -> None:
    office = await make_checked()
    documents, storage = open_documents()
    storage.is_down = True

    with pytest.raises(LettersSilent):
        await sign_reply(office.name, staff=office.head, documents=documents, now=NOW)

    assert await office.state() is AppealState.CHECKED


async def test_a_reply_signed_twice_at_once_is_signed_once_and_leaves_no_file_behind() -> None:
    office = await make_checked()
    documents, storage = open_documents()

    done = await asyncio.gather(
        *(
            sign_reply(office.name, staff=office.head, documents=documents, now=NOW)
            for _ in range(2)
        ),
        return_exceptions=True,
    )

    assert {type(each) for each in done} == {type(None), ImpossibleStep}
    assert len(storage.kept) == 2
    assert await fetch_value("select count(*) from letter") == 1


async def test_a_file_attached_while_the_letter_was_printed_keeps_it_from_being_signed() -> None:
    office = await make_checked()
    documents, storage = open_documents()

    class SlowPress(Press):
        """While it prints, somebody attaches a file."""

        async def print_pdf(self, paper: LetterPaper, *, made_at: datetime) -> bytes:
            await attach_reply(office, storage)
            return await super().print_pdf(paper, made_at=made_at)

    slow = structs.replace(documents, printer=SlowPress())
    with pytest.raises(LetterChanged):
        await sign_reply(office.name, staff=office.head, documents=slow, now=NOW)

    assert await office.state() is AppealState.CHECKED
    assert [key for key in storage.kept if key.startswith("letters/")] == []


async def attach_reply(office: Office, storage: FakeStorage) -> None:
    await attach(
        office.name,
        "Розрахунок.txt",
        "Разом: 1200 грн".encode(),
        Origin.REPLY,
        staff=office.clerk,
        storage=storage,
        now=NOW,
    )


async def test_files_of_a_reply_are_named_in_it_go_with_it_and_are_sealed_by_the_signature() -> (
    None
):
    office = await make_checked()
    documents, storage = open_documents()
    await attach_reply(office, storage)
    await sign_reply(office.name, staff=office.head, documents=documents, now=NOW)
    [letter] = await view(office)
    text = await read(office, documents, letter)

    with pytest.raises(PaperSealed):
        await attach_reply(office, storage)
    early = await list_own_files(office.appeal)
    await send_reply(office.name, "01-17/5", staff=office.clerk, documents=documents, now=NOW)
    [paper] = (await list_own_files(office.appeal)).papers
    with pytest.raises(PaperSealed):
        await remove(office.name, paper.public_id, staff=office.clerk, now=NOW)
    file = await read_own_paper(office.appeal, paper.public_id, storage=storage)

    assert "1. Розрахунок.txt" in text
    assert (early.letter, early.papers) == (None, ())
    assert (file.name, file.content) == ("Розрахунок.txt", "Разом: 1200 грн".encode())


async def test_a_refusal_says_where_to_complain() -> None:
    office = await make_checked(result="9.2")
    documents, _ = open_documents()
    [letter] = await view(office)

    assert "стаття 16" in await read(office, documents, letter)


async def test_a_notice_of_each_kind_names_its_article_and_gets_a_number_once() -> None:
    said = []
    for deed in ("extend", "forward", "return", "stop"):
        office = await open_office()
        documents, _ = open_documents()
        name, head = office.name, office.head
        if deed == "extend":
            until = date(2027, 1, 7)
            await extend(name, until, "Перевірка на місці.", staff=head, now=NOW)
        elif deed == "forward":
            body = await make_body(office)
            await forward(name, body.id, "За належністю.", staff=head, now=NOW)
        elif deed == "return":
            ground = ReturnGround.MISSING_DATA
            await give_back_to_author(name, ground, "Додайте адресу.", staff=head, now=NOW)
        else:
            await stop(name, StopGround.ANONYMOUS, "Без адреси.", staff=head, now=NOW)
        [notice] = await view(office)
        assert notice.may_issue
        assert "ПРОЄКТ" in await read(office, documents, notice)
        await issue(office, documents, notice)
        with pytest.raises(LetterIssued):
            await issue(office, documents, notice)
        [issued] = await view(office)
        assert (issued.stage, issued.number) == (LetterStage.ISSUED, "02-3/7")
        said.append(await read(office, documents, issued))

    extended, forwarded, returned, stopped = said
    assert "статті 20" in extended
    assert "07.01.2027" in extended
    assert "Перевірка на місці." in extended
    assert "статті 7" in forwarded
    assert "Пенсійний фонд" in forwarded
    assert "статті 7" in returned
    assert "Додайте адресу." in returned
    assert "статті 8" in stopped
    assert "стаття 16" in stopped
    assert all("02-3/7" in each for each in said)


async def issue(office: Office, documents: Documents, letter: LetterView) -> None:
    await issue_letter(
        office.name,
        letter.kind,
        letter.source,
        "02-3/7",
        staff=office.clerk,
        documents=documents,
        now=NOW,
    )


async def test_an_answer_given_at_once_can_be_made_a_letter_too() -> None:
    office = await open_office()
    documents, storage = open_documents()
    await attach_reply(office, storage)
    await answer(office.name, TEXT, result="9.3", staff=office.clerk, now=NOW)

    [letter] = await view(office)
    await issue(office, documents, letter)
    [issued] = await view(office)

    assert TEXT in await read(office, documents, issued)
    own = await list_own_files(office.appeal)
    assert own.letter is not None
    assert [each.name for each in own.papers] == ["Розрахунок.txt"]


async def test_a_reply_told_orally_gets_a_number_only_if_somebody_wants_a_letter() -> None:
    office = await make_checked()
    documents, _ = open_documents()
    await run_sql("update appeal set wants_written_reply = false")
    await sign_reply(office.name, staff=office.head, documents=documents, now=NOW)
    await tell(office.name, staff=office.clerk, now=NOW)

    [letter] = await view(office)

    assert (letter.stage, letter.may_issue) == (LetterStage.SIGNED, True)


async def test_letters_of_another_institution_are_not_there() -> None:
    office, other = await make_checked(), await open_office()
    documents, _ = open_documents()
    [letter] = await view(office)
    stranger = await make_staff(institution=other.head.institution, roles=frozenset({Role.MANAGER}))

    with pytest.raises(NotFound):
        await get_letter(
            office.name,
            letter.kind,
            letter.source,
            LetterFormat.PDF,
            staff=stranger,
            documents=documents,
            now=NOW,
        )
    with pytest.raises(NotFound):
        await get_letter(
            other.name,
            LetterKind.REPLY,
            letter.source,
            LetterFormat.PDF,
            staff=stranger,
            documents=documents,
            now=NOW,
        )
    with pytest.raises(NotFound):
        await name_person(office.clerk.account, post="", phone="", staff=stranger, now=NOW)
