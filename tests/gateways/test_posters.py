"""Posters say everything on one sheet, can be read out, and lead a telephone to the page."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from msgspec import structs
from pypdf import PdfReader
from tests.gateways.test_letters import list_tags

from hotline_sessions.gateways.posters import (
    Paper,
    Poster,
    build_poster_pdf,
    build_poster_png,
)
from hotline_sessions.gateways.qr import draw_qr


MADE_AT = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
POSTER = Poster(
    title="Пряма телефонна лінія",
    institution="Рівненська обласна державна адміністрація",
    language="uk",
    region="ua",
    heading="Пряма телефонна лінія",
    notice="",
    notice_text="",
    topic="Субсидії та пільги",
    who="Олена Петрівна Коваль",
    post="Директор департаменту соціальної політики",
    day="Середа, 25 листопада 2026 р.",
    clock="з 10:00 до 11:00",
    call="Телефон:",
    number="0 800 502 708",
    to_call="Дзвінок безкоштовний",
    book="Записатися на розмову:",
    address="lines.example/s/abcdefghij",
    link="https://lines.example/s/abcdefghij",
    qr_text="QR-код сторінки https://lines.example/s/abcdefghij",
    foot="Можна й просто зателефонувати.",
)
LONG = structs.replace(
    POSTER,
    number="+380 50 123 45 67",
    topic='#eval("1") ' + "Дуже довга тема " * 18,
    post="Заступник голови — начальник управління " * 7,
    institution="Виконавчий комітет міської ради " * 9,
    notice="Скасовано",
    notice_text="Причина: хвороба. " * 20,
)


def squeeze(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("poster", [POSTER, LONG], ids=["short", "long"])
def test_all_of_it_stands_on_one_sheet_that_can_be_read_out(poster: Poster, paper: Paper) -> None:
    content = build_poster_pdf(poster, paper, made_at=MADE_AT)
    reader = PdfReader(BytesIO(content))
    (page,) = reader.pages
    text = squeeze(page.extract_text())

    # The QR code and the title are no text of the page.
    said = {k: v for k, v in structs.asdict(poster).items() if k not in {"link", "qr_text"}}
    for name in said.keys() - {"title", "language", "region"}:
        assert squeeze(said[name]) in text, name
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert str(reader.root_object["/Lang"]) == "uk-UA"
    assert list_tags(reader.root_object["/StructTreeRoot"]) >= {"/H1", "/P", "/Figure"}
    assert poster.number in page.extract_text(), "a number is not broken"
    assert content == build_poster_pdf(poster, paper, made_at=MADE_AT)


def test_the_picture_is_a_whole_sheet_of_its_size() -> None:
    content = build_poster_png(POSTER, Paper.A4)

    width, height = (int.from_bytes(content[at : at + 4]) for at in (16, 20))
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert (width, height) == (1240, 1754)


def test_the_code_leads_to_the_page_and_to_nothing_else() -> None:
    assert draw_qr(POSTER.link) != draw_qr(POSTER.link + "x")
    assert draw_qr(POSTER.link).startswith("<svg")
