"""Tables that people send: CSV of any common kind, XLSX, XLS and ODS."""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

from hotline_sessions.domain.schedule_columns import BadSheet, SheetRow


MOST_BYTES: Final = 5 * 1024 * 1024
MOST_ROWS: Final = 5_000
MOST_COLUMNS: Final = 100
MOST_UNPACKED_BYTES: Final = 64 * 1024 * 1024

DELIMITERS: Final = ",;\t"

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_UTF_8: Final = b"\xef\xbb\xbf"

_CELL: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,4})(\d{1,9})["']""")
_CODED_CELL: Final = re.compile(rb"""\br\s*=\s*["'][^"'<>]*&""")
_ODS_TAG: Final = re.compile(
    rb"""<table:(table-row|table-cell|covered-table-cell)(?=[\s/>])"""
    rb"""((?:"[^"]*"|'[^']*'|[^>"'])*)>"""
)
_ODS_REPEATED: Final = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["'](\d+)""")


def read_sheet(content: bytes, filename: str) -> list[SheetRow]:
    """Rows of the first sheet below its header, without the empty ones.

    The kind is told by the content; ``filename`` only tells an unfit file by its ending.
    Dates and times become ISO text, whole numbers lose their ``.0``.

    Raises:
        BadSheet: ``what`` is one of ``empty``, ``too-big``, ``too-many-rows``,
            ``too-many-columns``, ``unreadable``, ``encoding``, ``quotes``, ``no-header``,
            ``same-column-twice``, ``extra-cells``.
    """
    if len(content) > MOST_BYTES:
        raise BadSheet(what="too-big", limit=MOST_BYTES // 1024 // 1024)
    if not content.strip():
        raise BadSheet(what="empty")
    if content.startswith((_ZIP, _OLE)):
        rows = _read_workbook(content)
    elif filename.lower().endswith((".xlsx", ".xls", ".ods", ".pdf", ".doc", ".docx")):
        raise BadSheet(what="unreadable")
    else:
        rows = _read_csv(_decode(content))
    return _name_cells(rows)


def _name_cells(rows: Sequence[list[str]]) -> list[SheetRow]:
    if len(rows) > MOST_ROWS + 1:
        raise BadSheet(what="too-many-rows", limit=MOST_ROWS)
    header = [cell.strip() for cell in rows[0]] if rows else []
    while header and not header[-1]:
        header.pop()
    _check_header(header)
    filled = []
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if any(cell.strip() for cell in row[len(header) :]):
            raise BadSheet(what="extra-cells", line=line)
        padded = row + [""] * (len(header) - len(row))
        cells = {name: padded[at] for at, name in enumerate(header) if name}
        filled.append(SheetRow(line=line, cells=cells))
    if not filled:
        raise BadSheet(what="empty")
    return filled


def _check_header(header: list[str]) -> None:
    names = [name for name in header if name]
    if not names:
        raise BadSheet(what="no-header", line=1)
    if len(header) > MOST_COLUMNS:
        raise BadSheet(what="too-many-columns", limit=MOST_COLUMNS)
    for name in names:
        if names.count(name) > 1:
            raise BadSheet(what="same-column-twice", line=1, columns=name[:40])


def _decode(content: bytes) -> str:
    """Text of a CSV; what is not UTF-8 is read as Windows-1251, as Excel writes it here."""
    is_marked = content.startswith((_UTF_8, *_UTF_16))
    content = content.removeprefix(_UTF_8)
    try:
        text = content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8")
    except UnicodeDecodeError as error:
        if is_marked or _is_broken_utf_8(content):
            raise BadSheet(what="encoding", line=content.count(b"\n", 0, error.start) + 1) from None
        text = _decode_1251(content)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BadSheet(what="encoding", line=line)
    return text


def _decode_1251(content: bytes) -> str:
    try:
        return content.decode("cp1251")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadSheet(what="encoding", line=line) from None


def _is_broken_utf_8(content: bytes) -> bool:
    """Whether most of it is UTF-8: then a few spoilt bytes do not make it Windows-1251."""
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    whole = sum(1 for letter in text if not letter.isascii()) - broken
    return whole > broken


def _read_csv(text: str) -> list[list[str]]:
    """Records of a CSV, blank lines included: rows count as in a spreadsheet."""
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) > MOST_ROWS + 1:
                raise BadSheet(what="too-many-rows", limit=MOST_ROWS)
    except csv.Error:
        raise BadSheet(what="quotes", line=len(rows) + 1) from None
    return rows


def _read_workbook(content: bytes) -> list[list[str]]:
    _check_size(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            if not workbook.sheet_names:
                raise BadSheet(what="empty")
            sheet = workbook.get_sheet_by_index(0)
            if sheet.height and sheet.total_height > MOST_ROWS + 1:
                raise BadSheet(what="too-many-rows", limit=MOST_ROWS)
            rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile):
        raise BadSheet(what="unreadable") from None
    return [[_cell_text(cell) for cell in row] for row in rows]


def _check_size(content: bytes) -> None:
    """Refuse a small file that would unpack into gigabytes.

    The reader lays out the whole rectangle up to the last cell, so one cell in the last
    corner of a sheet would end the process: the corners are looked up before.
    """
    if content.startswith(_OLE):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > MOST_UNPACKED_BYTES:
                raise BadSheet(what="too-big", limit=MOST_BYTES // 1024 // 1024)
            names = {info.filename for info in infos}
            if not names & {"xl/workbook.xml", "content.xml"}:
                raise BadSheet(what="unreadable")
            for info in infos:
                if info.filename.endswith((".xml", ".XML")):
                    _check_corner(archive.read(info))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        raise BadSheet(what="unreadable") from None


def _check_corner(part: bytes) -> None:
    if b"\0" in part:
        raise BadSheet(what="unreadable")
    if b"<sheetData" in part:
        if _CODED_CELL.search(part):
            raise BadSheet(what="unreadable")
        found = {(letters.upper(), int(row)) for letters, row in _CELL.findall(part)}
        rows = max((row for _, row in found), default=0)
        columns = max((_column_number(letters) for letters, _ in found), default=0)
    else:
        rows, columns = _measure_ods(part)
    if rows > MOST_ROWS + 1:
        raise BadSheet(what="too-many-rows", limit=MOST_ROWS)
    if columns > MOST_COLUMNS:
        raise BadSheet(what="too-many-columns", limit=MOST_COLUMNS)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _measure_ods(part: bytes) -> tuple[int, int]:
    """Rows and columns in use; empty repeated ones at the end of a sheet do not count."""
    rows = rows_before = columns = width = 0
    for tag, attributes in _ODS_TAG.findall(part):
        found = _ODS_REPEATED.search(attributes)
        count = int(found[1][:9]) if found else 1
        if tag == b"table-row":
            rows_before, width = rows_before + count, 0
            continue
        width += count
        if b"office:" in attributes:
            rows, columns = rows_before, max(columns, width)
    return rows, columns


def _cell_text(cell: float | str | bool | date | time | timedelta | None) -> str:  # noqa: FBT001
    """What a cell shows, in a notation that does not depend on the spreadsheet."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() if cell.year < 1905:  # noqa: PLR2004 - day 0 of Excel: a time alone
            return f"{cell:%H:%M}"
        case time():
            return f"{cell:%H:%M}"
        case timedelta():
            minutes = round(cell.total_seconds() / 60)
            return f"{minutes // 60}:{minutes % 60:02}"
        case _:
            return str(cell)
