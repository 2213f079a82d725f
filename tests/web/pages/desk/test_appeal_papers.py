"""Letters and files of an appeal on the pages of staff."""

from io import BytesIO
from zipfile import ZipFile

import httpx
import pytest
from pypdf import PdfReader
from tests.factories import make_institution
from tests.web.pages.desk.conftest import Browser, Office
from tests.web.pages.desk.test_appeal_life import make_card

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.attachments import MOST_BYTES
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


pytestmark = pytest.mark.anyio

SCAN = b"%PDF-1.7\n" + "Заява".encode()


async def attach(
    browser: Browser, at: str, content: bytes, *, name: str = "Заява.pdf", origin: str = "citizen"
) -> httpx.Response:
    return await browser.client.post(
        f"{at}/documents",
        data={"csrf_token": browser.csrf, "origin": origin},
        files={"file": (name, content)},
    )


def list_files(page: str) -> list[str]:
    """Addresses of the files that a page leads to."""
    return [part.partition('"')[0] for part in page.split('href="') if "/files/" in part[:60]]


async def test_a_file_is_attached_listed_given_out_and_marked_as_removed(office: Office) -> None:
    at = await make_card(office)
    operator, clerk = await office.enter(Role.OPERATOR), await office.enter(Role.CLERK)

    attached = await attach(operator, at, SCAN, name='../Заява "нова".exe')
    [file] = list_files((await clerk.get(at)).text)
    given = await clerk.get(file)
    refused = await operator.post(f"{file}/remove")
    removed = await clerk.post(f"{file}/remove")
    again = await clerk.post(f"{file}/remove")
    page = (await clerk.get(f"{at}/documents")).text

    assert (attached.status_code, removed.status_code) == (303, 303)
    assert (refused.status_code, again.status_code) == (403, 409)
    assert given.content == SCAN
    assert given.headers["content-type"] == "application/pdf"
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["cache-control"] == "no-store"
    disposition = given.headers["content-disposition"]
    assert disposition.startswith("attachment; filename=\"document.pdf\"; filename*=UTF-8''%D0%97")
    assert "<s>Заява нова .exe.pdf</s>" in page
    assert list_files((await clerk.get(at)).text) == []
    assert (await clerk.get(file)).status_code == 409
    card = (await clerk.get(at)).text
    assert "Долучено файл" in card
    assert "Файл вилучено" in card
    rows = await fetch_rows("select facts::text as facts from appeal_step order by place")
    assert all("Заява" not in row["facts"] for row in rows)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "Файл порожній", id="empty"),
        pytest.param(b"MZ\x90", "не приймаються", id="program"),
        pytest.param(b"%PDF-" + b"x" * MOST_BYTES, "більший за 10 МБ", id="too-big"),
    ],
)
async def test_a_file_that_is_not_taken_is_refused_with_words(
    office: Office, content: bytes, told: str
) -> None:
    at = await make_card(office)
    clerk = await office.enter(Role.CLERK)

    refused = await attach(clerk, at, content)

    assert refused.status_code == 422
    assert told in refused.text
    assert await fetch_value("select count(*) from attachment") == 0


async def test_forms_that_no_page_of_ours_sends_are_refused_and_nothing_breaks(
    office: Office,
) -> None:
    at = await make_card(office)
    clerk = await office.enter(Role.CLERK)

    nameless = await clerk.post(f"{at}/documents")
    unknown = await attach(clerk, at, SCAN, origin="nobody")
    numbers = [
        await clerk.post(f"{at}/letters", letter_kind=kind, letter_source=source, letter_number=no)
        for kind, source, no in (
            ("reply", "9" * 40, "1"),
            ("nothing", "1", "1"),
            ("reply", "1", ""),
            ("reply", "1", "№" * 61),
            ("reply", "1", "1"),
        )
    ]
    names = ["reply-1.pdf", "reply-1.exe", "x", f"reply-{'9' * 30}.pdf", "reply--1.pdf", "%F0%9F"]
    letters = [await clerk.get(f"{at}/letters/{name}") for name in names]
    files = [await clerk.get(f"{at}/files/{name}") for name in ("x", "я" * 300)]

    assert (nameless.status_code, unknown.status_code) == (422, 422)
    assert [each.status_code for each in numbers] == [422, 422, 422, 422, 404]
    assert {each.status_code for each in letters} <= {400, 404}
    assert [each.status_code for each in files] == [404, 404]


async def test_nobody_of_another_institution_sees_letters_or_files(office: Office) -> None:
    at = await make_card(office)
    clerk = await office.enter(Role.CLERK)
    await attach(clerk, at, SCAN)
    [file] = list_files((await clerk.get(at)).text)
    stranger = await office.enter(Role.CLERK, home=await make_institution())
    planner = await office.enter(Role.COMMUNICATIONS)

    assert (await stranger.get(file)).status_code == 404
    assert (await stranger.get(f"{at}/documents")).status_code == 404
    assert (await attach(stranger, at, SCAN)).status_code == 404
    assert (await stranger.post(f"{file}/remove")).status_code == 404
    assert (await planner.get(file)).status_code == 403


async def test_a_reply_is_looked_at_as_a_draft_then_signed_and_sent_as_pdf(office: Office) -> None:
    at = await make_card(office)
    head, clerk = await office.enter(Role.MANAGER), await office.enter(Role.CLERK)
    account = clerk.staff.account
    await head.post(f"{at}/steps/resolve", main=f"account:{account}", resolution="До дії")
    await clerk.post(f"{at}/steps/draft", reply_text="Субсидію нараховано.", reply_result="9.1")
    source = await fetch_value("select id from reply")
    letter = f"{at}/letters/reply-{source}"

    draft = await clerk.get(f"{letter}.pdf")
    for step in ("check", "sign"):
        await head.post(f"{at}/steps/{step}")
    await clerk.post(f"{at}/steps/send", outgoing_number="01-17/5")
    pdf, word = await clerk.get(f"{letter}.pdf"), await clerk.get(f"{letter}.docx")
    card = (await clerk.get(at)).text

    assert "ПРОЄКТ" in read_pdf(draft.content)
    said = read_pdf(pdf.content)
    assert "ПРОЄКТ" not in said
    assert "01-17/5" in said
    assert "Субсидіюнараховано." in said
    assert pdf.headers["content-disposition"].startswith("attachment;")
    assert "№ 01-17/5" in card
    with ZipFile(BytesIO(word.content)) as parts:
        assert "Субсидію нараховано." in parts.read("word/document.xml").decode()


def read_pdf(content: bytes) -> str:
    return "".join("".join(p.extract_text() for p in PdfReader(BytesIO(content)).pages).split())


async def test_a_notice_gets_its_number_on_the_page_of_documents(office: Office) -> None:
    at = await make_card(office)
    head = await office.enter(Role.MANAGER)
    await head.post(f"{at}/steps/extend", until="2027-01-07", reason="Перевірка на місці")
    source = await fetch_value("select id from extension")
    fields = {"letter_kind": "extension", "letter_source": source}

    empty = await head.post(f"{at}/letters", **fields, letter_number="")
    done = await head.post(f"{at}/letters", **fields, letter_number="02-3/7")
    again = await head.post(f"{at}/letters", **fields, letter_number="02-3/8")

    assert (empty.status_code, done.status_code, again.status_code) == (422, 303, 409)
    assert "Вкажіть вихідний номер" in empty.text
    assert "Повідомлення про продовження строку" in (await head.get(f"{at}/documents")).text
    assert await fetch_value("select number from letter") == "02-3/7"


async def test_papers_of_who_asked_for_secrecy_are_seen_by_those_who_deal_with_it(
    office: Office,
) -> None:
    at = await make_card(office)
    clerk, operator = await office.enter(Role.CLERK), await office.enter(Role.OPERATOR)
    await attach(clerk, at, SCAN, name="Заява Коваленко.pdf")
    [file] = list_files((await clerk.get(at)).text)

    await run_sql("update appeal set asks_secrecy = true")

    assert (await clerk.get(file)).content == SCAN
    refused = await operator.get(file)
    assert refused.status_code == 403
    assert "просив не розголошувати" in refused.text
    for page in (at, f"{at}/documents"):
        assert "Коваленко" not in (await operator.get(page)).text
