"""Letters say all that they were given, in order, and can be read out."""

import struct
import zipfile
import zlib
from datetime import UTC, datetime
from io import BytesIO
from xml.etree import ElementTree as ET

import docx
import pytest
from docx.table import Table
from docx.text.paragraph import Paragraph
from msgspec import structs
from pypdf import PdfReader

from hotline_sessions.domain.letters import BadLogo, LetterPaper, split_paragraphs
from hotline_sessions.gateways.letters import (
    WIDEST_LOGO,
    build_letter_docx,
    build_letter_pdf,
    check_logo,
)


MADE_AT = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
PAPER = LetterPaper(
    title="Відповідь на звернення К-401-2026",
    institution="РІВНЕНСЬКА ОБЛАСНА ДЕРЖАВНА АДМІНІСТРАЦІЯ",
    above="КАБІНЕТ МІНІСТРІВ УКРАЇНИ",
    contacts=["майдан Просвіти, 1, м. Рівне, 33013", "код згідно з ЄДРПОУ 13986712"],
    logo=b"",
    logo_text="Емблема установи",
    draft="",
    dated="24.11.2026",
    number="вих-1204/01-17",
    number_sign="№",
    reference="На № К-401-2026 від 10.11.2026",
    addressee=["Ґалаґан Їжак Єва", "вул. Соборна, 1, кв. 2, м. Рівне"],
    subject="Про розгляд звернення",
    paragraphs=["Субсидію нараховано.", "Щодо питання 2: виплата 25 листопада."],
    enclosures_title="Додатки:",
    enclosures=["Розрахунок.pdf", "Довідка.docx"],
    post="Заступник голови",
    signer="Олександр КОВАЛЬЧУК",
    executor="Виконавець: Олена Петренко, тел. 69 51 70",
)
HOSTILE = [
    '#eval("1+1") *не жирний* $x$ @посилання <мітка> \\ #import "/etc/passwd"',
    "{{ 7 * 7 }} {% for x in y %} {# c #} {_{ }_} {{ self.__init__ }}",
    "</w:t></w:r><w:r><w:br/> & &amp; &lt; ]]> <?xml?> \"'",
    "= Заголовок",
    "- 1. /* примітка */ // кінець",
    "Щ" * 400,
]
IN_ORDER = [
    PAPER.above,
    PAPER.institution,
    *PAPER.contacts,
    PAPER.dated,
    PAPER.number,
    PAPER.reference,
    *PAPER.addressee,
    PAPER.subject,
    *PAPER.paragraphs,
    PAPER.enclosures_title,
    *PAPER.enclosures,
    PAPER.post,
    PAPER.signer,
    PAPER.executor,
]


def read_pdf(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    text = "".join(page.extract_text() for page in pages)
    return "".join(text.replace("\u200b", "").split())


def read_docx(content: bytes) -> list[str]:
    """All lines of the document in their order, those in tables too."""
    found = []
    for part in docx.Document(BytesIO(content)).iter_inner_content():
        if isinstance(part, Paragraph):
            found.append(part.text)
        elif isinstance(part, Table):
            found += [
                line.text for row in part.rows for cell in row.cells for line in cell.paragraphs
            ]
    return [line for line in found if line.strip()]


def make_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + kind
            + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\x20\x40\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_both_sheets_say_all_of_it_in_the_order_of_a_letter() -> None:
    pdf = read_pdf(build_letter_pdf(PAPER, made_at=MADE_AT))
    word = "".join(" ".join(read_docx(build_letter_docx(PAPER, made_at=MADE_AT))).split())

    for text in (pdf, word):
        places = [text.find("".join(line.split())) for line in IN_ORDER]
        assert -1 not in places, IN_ORDER[places.index(-1)]
        assert places == sorted(places)


def test_what_somebody_types_is_text_in_both_and_nothing_is_carried_out_or_lost() -> None:
    paper = structs.replace(PAPER, paragraphs=HOSTILE, addressee=[HOSTILE[0], HOSTILE[1]])

    pdf = read_pdf(build_letter_pdf(paper, made_at=MADE_AT))
    lines = read_docx(build_letter_docx(paper, made_at=MADE_AT))

    for line in HOSTILE:
        assert "".join(line.split()) in pdf
        assert line in lines


def test_the_longest_answer_with_controls_in_it_is_printed_whole() -> None:
    typed = "Перший\x01\x0b рядок\u202e.\ud800\r\n\n" + "Слово про субсидію. " * 1000
    paper = structs.replace(PAPER, paragraphs=split_paragraphs(typed))

    pdf = build_letter_pdf(paper, made_at=MADE_AT)
    lines = read_docx(build_letter_docx(paper, made_at=MADE_AT))

    assert paper.paragraphs[0] == "Перший рядок."
    for word in ("Слово", "про", "субсидію."):
        assert read_pdf(pdf).count(word) == 1000
    assert paper.paragraphs[1] in lines
    assert len(PdfReader(BytesIO(pdf)).pages) > 4


def test_no_place_of_the_template_stays_unfilled() -> None:
    content = build_letter_docx(
        structs.replace(PAPER, above="", enclosures=[], number="", dated="", executor=""),
        made_at=MADE_AT,
    )

    with zipfile.ZipFile(BytesIO(content)) as parts:
        xml = {name: parts.read(name).decode() for name in parts.namelist() if ".xml" in name}
    for name, text in xml.items():
        assert "{{" not in text, name
        assert "{%" not in text, name
        ET.fromstring(text)  # noqa: S314 - made by ourselves
    assert PAPER.enclosures_title not in xml["word/document.xml"]


def test_the_pdf_can_be_read_out() -> None:
    content = build_letter_pdf(PAPER, made_at=MADE_AT)
    root = PdfReader(BytesIO(content)).root_object

    assert str(root["/Lang"]) == "uk-UA"
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index] # pypdf does not say what it holds
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index] # see above
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert PAPER.title.encode() in content
    assert list_tags(root["/StructTreeRoot"]) >= {"/H1", "/H2", "/P", "/L", "/LI"}


def list_tags(node: object) -> set[str]:
    """Kinds of the parts that a screen reader finds."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        each = waiting.pop()
        each = each.get_object() if hasattr(each, "get_object") else each
        if isinstance(each, dict):
            found |= {str(each["/S"])} if "/S" in each else set()
            waiting.append(each.get("/K"))
        elif isinstance(each, list):
            waiting += each
    return found


def test_the_same_letter_is_the_same_pdf() -> None:
    assert build_letter_pdf(PAPER, made_at=MADE_AT) == build_letter_pdf(PAPER, made_at=MADE_AT)


def test_an_emblem_stands_on_both_with_words_for_who_cannot_see_it() -> None:
    logo = make_png(40, 20)
    check_logo(logo)
    paper = structs.replace(PAPER, logo=logo)

    pdf = PdfReader(BytesIO(build_letter_pdf(paper, made_at=MADE_AT)))
    content = build_letter_docx(paper, made_at=MADE_AT)

    assert len(pdf.pages[0].images) == 1
    assert "/Figure" in list_tags(pdf.root_object["/StructTreeRoot"])
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert logo in [parts.read(name) for name in parts.namelist() if "media/" in name]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<svg/>", id="no-png"),
        pytest.param(make_png(WIDEST_LOGO + 1, 1), id="too-wide"),
        pytest.param(make_png(1, 1)[:16] + b"\x00" * 20, id="no-size"),
        pytest.param(make_png(1, 1) + b"\x00" * 200 * 1024, id="too-big"),
    ],
)
def test_a_picture_that_is_no_emblem_is_refused(content: bytes) -> None:
    with pytest.raises(BadLogo):
        check_logo(content)


def test_a_damaged_emblem_is_refused_and_not_an_error_of_ours() -> None:
    torn = make_png(40, 20)[:60]
    check_logo(torn)

    with pytest.raises(BadLogo):
        build_letter_pdf(structs.replace(PAPER, logo=torn), made_at=MADE_AT)
