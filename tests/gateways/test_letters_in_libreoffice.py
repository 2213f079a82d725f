"""Letters open in LibreOffice without loss: all of the text, in order, and nothing beside it."""

from io import BytesIO
from pathlib import Path

import pytest
from msgspec import structs
from pypdf import PdfReader
from tests.gateways.judges.libreoffice import PDF, TEXT, convert
from tests.gateways.test_letters import HOSTILE, MADE_AT, PAPER, make_png

from hotline_sessions.domain.letters import LetterPaper
from hotline_sessions.gateways.letters import build_letter_docx


LETTERS = {
    "sent.docx": structs.replace(
        PAPER, logo=make_png(40, 20), paragraphs=["Слово про субсидію. " * 500, *HOSTILE]
    ),
    "draft.docx": structs.replace(
        PAPER, draft="ПРОЄКТ", above="", dated="", number="", enclosures=[], post="", executor=""
    ),
}


@pytest.fixture
def documents(tmp_path: Path) -> list[Path]:
    files = [tmp_path / name for name in LETTERS]
    for file in files:
        file.write_bytes(build_letter_docx(LETTERS[file.name], made_at=MADE_AT))
    return files


def list_lines(paper: LetterPaper) -> list[str]:
    """All lines of the letter, one for each paragraph of the sheet."""
    numbered = [f"{place}. {name}" for place, name in enumerate(paper.enclosures, 1)]
    lines = [
        paper.draft,
        paper.above,
        paper.institution,
        *paper.contacts,
        f"{paper.dated or '__________'} {paper.number_sign} {paper.number or '______________'}",
        paper.reference,
        *paper.addressee,
        paper.subject,
        *paper.paragraphs,
        *([paper.enclosures_title, *numbered] if numbered else []),
        paper.post,
        paper.signer,
        paper.executor,
    ]
    return [line.strip() for line in lines if line.strip()]


def squeeze(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


def test_libreoffice_reads_every_line_of_a_letter_and_no_other(
    documents: list[Path], tmp_path: Path
) -> None:
    for file, content in zip(documents, convert(documents, TEXT, tmp_path), strict=True):
        lines = [line.strip() for line in content.decode("utf-8-sig").splitlines()]
        assert [line for line in lines if line] == list_lines(LETTERS[file.name])


def test_libreoffice_prints_a_letter_whole_with_its_emblem_and_numbers_of_pages(
    documents: list[Path], tmp_path: Path
) -> None:
    for file, content in zip(documents, convert(documents, PDF, tmp_path), strict=True):
        paper = LETTERS[file.name]
        pages = PdfReader(BytesIO(content)).pages
        first, *others = [page.extract_text() for page in pages]
        # The first page has no number. Source: DSTU 4163:2020.
        assert all(text.startswith(str(place)) for place, text in enumerate(others, 2))
        text = first + "".join(text[len(str(place)) :] for place, text in enumerate(others, 2))
        assert squeeze(text) == squeeze("".join(list_lines(paper)))
        assert len(pages[0].images) == bool(paper.logo)
