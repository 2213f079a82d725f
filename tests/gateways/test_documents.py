from datetime import UTC, datetime
from io import BytesIO

from pypdf import PdfReader

from hotline_sessions.gateways.documents import (
    BriefingList,
    BriefingPaper,
    BriefingTalk,
    build_briefing_pdf,
)


MADE_AT = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
PAPER = BriefingPaper(
    title="Довідка до прямої телефонної лінії",
    institution="Рівненська обласна державна адміністрація",
    language="uk",
    region="ua",
    facts=[("День", "середа, 25 листопада 2026 р.")],
    talks_title="Хто записався",
    talks_text="Записалися двоє.",
    talks_head=("Час", "Хто", "Питання"),
    talks=[
        BriefingTalk(
            clock="10:00–10:10",
            who="Ґалаґан Їжак Єва",
            place="с. Зоря",
            question='#eval("1+1") *не жирний* $x$ @посилання <мітка> \\ #import "/etc/passwd"',
            earlier="К-12: на розгляді",
        ),
        BriefingTalk(clock="10:10–10:20", who="вільно"),
    ],
    lists=[
        BriefingList(title="Звідки вони", lines=["с. Зоря: 1"]),
        BriefingList(title="Теми", lines=[], nothing="Звернень немає."),
    ],
    notes_title="Мої нотатки",
    made="Станом на 25 листопада",
)


def read(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_the_paper_says_what_it_was_given_in_ukrainian() -> None:
    text = read(build_briefing_pdf(PAPER, made_at=MADE_AT))

    for said in (PAPER.title, PAPER.institution, "Ґалаґан Їжак Єва", "с. Зоря: 1"):
        assert said in text
    assert "Звернень немає." in text
    assert "Станом на 25 листопада" in text


def test_what_a_citizen_writes_is_printed_and_never_carried_out() -> None:
    text = read(build_briefing_pdf(PAPER, made_at=MADE_AT))

    assert '#eval("1+1") *не жирний* $x$ @посилання <мітка> \\ #import "/etc/passwd"' in text


def test_the_paper_can_be_read_out() -> None:
    content = build_briefing_pdf(PAPER, made_at=MADE_AT)
    reader = PdfReader(BytesIO(content))
    root = reader.root_object

    assert str(root["/Lang"]) == "uk-UA"
    assert str(root["/MarkInfo"].get_object()).startswith("{'/Marked': True")
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert reader.metadata.title == PAPER.title
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content


def test_the_paper_is_a4() -> None:
    page = PdfReader(BytesIO(build_briefing_pdf(PAPER, made_at=MADE_AT))).pages[0]

    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


def test_the_same_paper_is_the_same_file() -> None:
    assert build_briefing_pdf(PAPER, made_at=MADE_AT) == build_briefing_pdf(PAPER, made_at=MADE_AT)
