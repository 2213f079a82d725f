"""Lists that other systems send: a table, or JSON with one object per row."""

import json
from collections.abc import Mapping
from typing import Any, Final

from hotline_sessions.domain.schedule_columns import BadSheet, SheetRow
from hotline_sessions.gateways.sheets import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, read_sheet


_LIST_NAMES: Final = ("appeals", "items", "rows", "data")
"""Under one of these an object may hold the list."""


def read_list(content: bytes, filename: str) -> list[SheetRow]:
    """Rows of a table or of a JSON list; in JSON the first object is row 1.

    Raises:
        BadSheet: See ``read_sheet``; ``not-a-list`` where JSON holds no list of flat objects,
            ``not-text`` where a text of it cannot be written down.
    """
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in {b"[", b"{"} or filename.lower().endswith(".json"):
        return _read_json(content)
    return read_sheet(content, filename)


def read_object(content: bytes) -> dict[str, str]:
    """The cells of one JSON object.

    Raises:
        BadSheet: It is no object with plain values.
    """
    try:
        decoded = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadSheet(what="not-a-list") from None
    return _read_cells(decoded, 1)


def _read_json(content: bytes) -> list[SheetRow]:
    if len(content) > MOST_BYTES:
        raise BadSheet(what="too-big", limit=MOST_BYTES // 1024 // 1024)
    if not content.strip():
        raise BadSheet(what="empty")
    try:
        decoded = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadSheet(what="not-a-list") from None
    rows = _find_list(decoded)
    if len(rows) > MOST_ROWS:
        raise BadSheet(what="too-many-rows", limit=MOST_ROWS)
    if not rows:
        raise BadSheet(what="empty")
    return [
        SheetRow(line=line, cells=_read_cells(row, line)) for line, row in enumerate(rows, start=1)
    ]


def _find_list(decoded: object) -> list[Any]:
    if isinstance(decoded, dict):
        decoded = next((decoded[name] for name in _LIST_NAMES if name in decoded), None)
    if not isinstance(decoded, list):
        raise BadSheet(what="not-a-list")
    return decoded


def _read_cells(row: object, line: int) -> dict[str, str]:
    if not isinstance(row, Mapping):
        raise BadSheet(what="not-an-object", line=line)
    if len(row) > MOST_COLUMNS:
        raise BadSheet(what="too-many-columns", limit=MOST_COLUMNS)
    cells = {str(name).strip(): _cell_text(value, line) for name, value in row.items()}
    try:
        # JSON can name halves of characters; neither the database nor an answer takes them.
        "".join((*cells, *cells.values())).encode()
    except UnicodeEncodeError:
        raise BadSheet(what="not-text", line=line) from None
    return cells


def _cell_text(value: object, line: int) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            return str(value)
        case _:
            raise BadSheet(what="not-an-object", line=line)
