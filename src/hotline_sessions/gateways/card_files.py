"""Cards as files: CSV, JSON and XLSX, written a page at a time."""

import csv
import io
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Final

import anyio.to_thread
import msgspec
import xlsxwriter

from hotline_sessions.domain.cards import Card, build_cells, build_document, escape_formula


CHUNK: Final = 64 * 1024
LONGEST_CELL: Final = 32_767
"""Characters that a cell of a spreadsheet can hold."""

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write_file(
    form: str, pages: AsyncIterator[list[Card]], names: Sequence[str]
) -> AsyncIterator[bytes]:
    """A file in ``form`` with the cards of ``pages``; ``names`` are the headings of columns."""
    match form:
        case "csv":
            return _write_csv(pages, names)
        case "xlsx":
            return _write_xlsx(pages, names)
        case _:
            return _write_json(pages)


async def _write_csv(
    pages: AsyncIterator[list[Card]], names: Sequence[str]
) -> AsyncIterator[bytes]:
    # With the mark and semicolons, as spreadsheets here open it by a double click.
    yield b"\xef\xbb\xbf" + _write_lines([names])
    async for page in pages:
        yield _write_lines([escape_formula(cell) for cell in build_cells(card)] for card in page)


def _write_lines(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


async def _write_json(pages: AsyncIterator[list[Card]]) -> AsyncIterator[bytes]:
    before = b"["
    async for page in pages:
        for card in page:
            yield before + b"\n" + msgspec.json.encode(build_document(card))
            before = b","
    yield b"[]\n" if before == b"[" else b"\n]\n"


async def _write_xlsx(
    pages: AsyncIterator[list[Card]], names: Sequence[str]
) -> AsyncIterator[bytes]:
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(names):
            sheet.write_string(0, column, name)
        line = 0
        async for page in pages:
            for card in page:
                line += 1
                for column, cell in enumerate(build_cells(card)):
                    if cell:
                        sheet.write_string(line, column, cell[:LONGEST_CELL])
        # Packing the sheet takes seconds for a large one: others are served meanwhile.
        await anyio.to_thread.run_sync(book.close)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk
