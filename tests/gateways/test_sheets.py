import io
import zipfile
from datetime import date, time

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.schedule_columns import BadSheet
from hotline_sessions.gateways.sheets import MOST_BYTES, MOST_ROWS, read_sheet


TABLE = "Установа;Дата;Тема\nЗакарпатська ОДА;05.05.2026;їжа, «ґрунт»\n"


def make_xlsx(cells: dict[tuple[int, int], object]) -> bytes:
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer)
    sheet = workbook.add_worksheet()
    day = workbook.add_format({"num_format": "dd.mm.yyyy"})
    clock = workbook.add_format({"num_format": "hh:mm"})
    for (row, column), value in cells.items():
        match value:
            case date():
                sheet.write_datetime(row, column, value, day)
            case time():
                sheet.write_datetime(row, column, value, clock)
            case _:
                sheet.write(row, column, value)
    workbook.close()
    return buffer.getvalue()


def make_ods(rows: str) -> bytes:
    """A spreadsheet as LibreOffice writes it, with the given rows."""
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    spaces = " ".join(f'xmlns:{name}="{urn}"' for name, urn in names.items())
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{manifest}"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {spaces}><office:body>'
            f'<office:spreadsheet><table:table table:name="1">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return buffer.getvalue()


def ods_row(*cells: str, repeated: int = 1) -> str:
    body = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return (
        f'<table:table-row table:number-rows-repeated="{repeated}">{body}'
        '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
    )


def refusal_of(content: bytes, filename: str = "a.csv") -> dict[str, object]:
    with pytest.raises(BadSheet) as refusal:
        read_sheet(content, filename)
    return refusal.value.facts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_is_read_whatever_wrote_it(encoding: str, delimiter: str) -> None:
    text = TABLE.replace("їжа, «ґрунт»", '"їжа, «ґрунт»"').replace(";", delimiter)

    (row,) = read_sheet(text.encode(encoding), "графік.csv")

    assert row.line == 2
    assert row.cells == {
        "Установа": "Закарпатська ОДА", "Дата": "05.05.2026", "Тема": "їжа, «ґрунт»",
    }  # fmt: skip


def test_rows_are_counted_as_a_spreadsheet_shows_them() -> None:
    rows = read_sheet(b'a,b\r\n"x\r\ny",1\r\n\r\n,\r\nz\r\n', "a.csv")

    assert [(row.line, row.cells) for row in rows] == [
        (2, {"a": "x\r\ny", "b": "1"}),
        (5, {"a": "z", "b": ""}),
    ]


@pytest.mark.parametrize(("content", "expected"), [
    pytest.param(b"", {"what": "empty"}, id="nothing"),
    pytest.param(b"a,b\n", {"what": "empty"}, id="header-alone"),
    pytest.param(b"\n\na,b\n1,2\n", {"what": "no-header", "line": 1}, id="no-header"),
    pytest.param(b'a,b\n1,"2\n', {"what": "quotes", "line": 2}, id="open-quote"),
    pytest.param(b'a,b\n1,"2"3\n', {"what": "quotes", "line": 2}, id="quote-in-the-middle"),
    pytest.param(b"a,b\n1,2\n1,2,3\n", {"what": "extra-cells", "line": 3}, id="extra-cell"),
    pytest.param(b"a,a\n1,2\n", {"what": "same-column-twice", "line": 1, "columns": "a"},
                 id="twin"),
    pytest.param("дата\nїжа\n".encode() + b"\xd0\n", {"what": "encoding", "line": 3},
                 id="cut-utf8"),
    pytest.param(b"\xef\xbb\xbfa\n\xff\n", {"what": "encoding", "line": 2}, id="bom-but-not-utf8"),
    pytest.param(b"a,b\n1,\x98\n", {"what": "encoding", "line": 2}, id="no-encoding-fits"),
    pytest.param(b"a,b\n1,\x00\n", {"what": "encoding", "line": 2}, id="nul"),
    pytest.param(b"\xff\xfea", {"what": "encoding", "line": 1}, id="half-utf16"),
    pytest.param(b"a\n" + b"1\n" * (MOST_ROWS + 1), {"what": "too-many-rows", "limit": 5000},
                 id="long"),
    pytest.param(b",".join(b"c%d" % at for at in range(101)) + b"\n1\n",
                 {"what": "too-many-columns", "limit": 100}, id="wide"),
    pytest.param(b"a" * (MOST_BYTES + 1), {"what": "too-big", "limit": 5}, id="big"),
    pytest.param(b"PK\x03\x04 not a zip", {"what": "unreadable"}, id="broken-zip"),
    pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 not a book", {"what": "unreadable"}, id="ole"),
])  # fmt: skip
def test_a_broken_file_is_refused_with_its_fault(
    content: bytes, expected: dict[str, object]
) -> None:
    assert refusal_of(content) == expected


def test_a_text_that_calls_itself_a_workbook_is_refused() -> None:
    assert refusal_of(TABLE.encode(), "графік.xlsx") == {"what": "unreadable"}


def test_dates_times_and_numbers_of_a_workbook_become_plain_text() -> None:
    header = ("Дата", "Початок", "Рік", "Так", "Частка", "Тема")
    cells: dict[tuple[int, int], object] = {(0, at): name for at, name in enumerate(header)}
    values = (date(2026, 5, 5), time(17, 30), 2026, True, 0.5, " тарифи ")
    cells |= {(2, at): value for at, value in enumerate(values)}

    (row,) = read_sheet(make_xlsx(cells), "a.xlsx")

    assert row.line == 3
    assert list(row.cells.values()) == ["2026-05-05", "17:30", "2026", "yes", "0.5", " тарифи "]


@pytest.mark.parametrize(("corner", "what"), [
    ((1_048_575, 16_383), "too-many-rows"),
    ((1_048_575, 0), "too-many-rows"),
    ((5, 16_383), "too-many-columns"),
])  # fmt: skip
def test_a_cell_in_the_far_corner_is_refused_before_it_fills_the_memory(
    corner: tuple[int, int], what: str
) -> None:
    content = make_xlsx({(0, 0): "дата", corner: "x"})

    assert len(content) < 10_000
    assert refusal_of(content, "a.xlsx")["what"] == what


def test_an_empty_workbook_is_refused() -> None:
    assert refusal_of(make_xlsx({}), "a.xlsx")["what"] in {"empty", "no-header"}


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        rows = read_sheet(content, "a.csv")
    except BadSheet:
        return
    assert all(row.line > 1 for row in rows)


def test_a_libreoffice_table_is_read_despite_its_empty_end() -> None:
    content = make_ods(ods_row("Дата", "Тема") + ods_row("2026-05-05", "їжа") +
                       ods_row(repeated=1_048_000))  # fmt: skip

    (row,) = read_sheet(content, "a.ods")

    assert (row.line, row.cells) == (2, {"Дата": "2026-05-05", "Тема": "їжа"})


@pytest.mark.parametrize("rows", [
    ods_row("Дата") + ods_row("x", repeated=1_000_000),
    ods_row("Дата") + ods_row(repeated=1_000_000) + ods_row("x"),
])  # fmt: skip
def test_a_repeated_row_of_a_libreoffice_table_is_refused(rows: str) -> None:
    assert refusal_of(make_ods(rows), "a.ods")["what"] == "too-many-rows"


def test_a_document_that_is_no_table_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")

    assert refusal_of(buffer.getvalue(), "a.docx") == {"what": "unreadable"}


def test_a_workbook_that_would_unpack_into_gigabytes_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (70 * 1024 * 1024))

    assert len(buffer.getvalue()) < MOST_BYTES
    assert refusal_of(buffer.getvalue(), "a.xlsx")["what"] == "too-big"


@pytest.mark.parametrize("reference", ["&#65;1048576", "A1\0"])
def test_a_cell_whose_place_is_hidden_is_refused(reference: str) -> None:
    source = make_xlsx({(0, 0): "дата", (1, 0): "x"})
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            part = old.read(info).replace(b'r="A2"', f'r="{reference}"'.encode())
            new.writestr(info.filename, part)

    assert refusal_of(buffer.getvalue(), "a.xlsx") == {"what": "unreadable"}


def test_lengths_of_time_in_a_workbook_become_hours_and_minutes() -> None:
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer)
    sheet = workbook.add_worksheet()
    sheet.write(0, 0, "Тривалість")
    sheet.write_number(1, 0, 1.5 / 24, workbook.add_format({"num_format": "[h]:mm"}))
    workbook.close()

    (row,) = read_sheet(buffer.getvalue(), "a.xlsx")
    assert row.cells == {"Тривалість": "1:30"}
