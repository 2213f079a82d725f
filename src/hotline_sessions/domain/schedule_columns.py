"""Columns of a published schedule, under the names that people give them."""

from collections.abc import Iterable, Mapping
from typing import ClassVar, Final

from msgspec import Struct

from hotline_sessions.domain.errors import Invalid


ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "institution": (
        "institution", "organisation", "organization", "установа", "назва установи",
        "орган", "найменування органу", "організація",
    ),
    "institution_type": (
        "institution type", "institution kind", "тип установи", "вид установи", "тип органу",
    ),
    "region": ("region", "oblast", "регіон", "область", "місто"),
    "date": (
        "date", "day", "дата", "день", "дата проведення", "дата сеансу", "число",
        "дата лінії", "дата прийому",
    ),
    "date_precision": ("date precision", "precision", "точність дати", "примітка до дати"),
    "time_from": (
        "time from", "from", "start", "starts", "start time", "time", "hours", "початок",
        "час початку", "час", "година", "години", "години проведення", "час проведення", "з",
    ),
    "time_to": ("time to", "to", "end", "ends", "end time", "кінець", "час завершення",
                "завершення", "закінчення", "час закінчення", "до", "час кінця"),
    "recurrence": ("recurrence", "rrule", "repeats", "повторення", "повторюваність",
                   "періодичність"),
    "duration": ("duration", "length", "тривалість"),
    "phone": (
        "phone", "phone number", "telephone", "number", "телефон", "номер телефону",
        "номер", "контактний телефон", "телефон лінії", "тел", "№ телефону",
    ),
    "free_call": ("free call", "toll free", "безкоштовно", "безоплатно", "безкоштовний дзвінок",
                  "дзвінок безкоштовний", "безоплатний дзвінок"),
    "official_position": (
        "official position", "position", "official", "посадова особа", "посада",
        "посада посадової особи",
    ),
    "official_name": (
        "official name", "person", "name", "піб", "п.і.б", "прізвище", "ім’я", "ім'я",
        "прізвище, ім’я, по батькові", "прізвище, ім'я, по батькові", "піб посадової особи",
    ),
    "topic": ("topic", "subject", "тема", "тематика", "питання", "тема розмови"),
    "community": (
        "community", "for the people of", "громада", "територіальна громада", "для громади",
        "для мешканців",
    ),
}  # fmt: skip
"""Our name of a column → the headers under which it is met, in lower case."""

CHOICES: Final = (("date", "recurrence"), ("time_from",), ("time_to", "duration"))
"""Of each group a schedule needs at least one column."""


class BadSheet(Invalid):
    """The file cannot be read as a table.

    Facts: ``what`` is wrong; ``line`` of it, where one line is to blame; ``limit``, if one
    was passed.
    """

    code: ClassVar[str] = "bad-sheet"


class MissingColumns(Invalid):
    """The table lacks columns without which no session can be read.

    Facts: ``columns``, our names; alternatives are joined with ``/``.
    """

    code: ClassVar[str] = "missing-columns"


class SheetRow(Struct, frozen=True, kw_only=True):
    """One filled row of a table; ``line`` is its number in a spreadsheet, 1 is the header."""

    line: int
    cells: dict[str, str]


def choose_columns(headers: Iterable[str], *, has_institution: bool = False) -> dict[str, str]:
    """Our name of each known column → its header in this file; the others are ignored.

    ``has_institution`` tells that the institution is known without the file.

    Raises:
        BadSheet: Two columns mean the same (``same-column-twice``).
        MissingColumns: A session cannot be read without them.
    """
    chosen = name_columns(headers, ALIASES)
    needed = CHOICES if has_institution else (("institution",), *CHOICES)
    missing = ["/".join(group) for group in needed if not chosen.keys() & set(group)]
    if "time_to/duration" in missing and _plain(chosen.get("time_from", "")) in SPAN_HEADERS:
        missing.remove("time_to/duration")
    if missing:
        raise MissingColumns(columns=", ".join(missing))
    return chosen


def name_columns(headers: Iterable[str], aliases: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Our name of each column that ``aliases`` know → its header in this file.

    Raises:
        BadSheet: Two columns mean the same (``same-column-twice``).
    """
    meanings = {alias: name for name, known in aliases.items() for alias in known}
    chosen: dict[str, str] = {}
    for header in headers:
        name = meanings.get(_plain(header))
        if name is None:
            continue
        if name in chosen:
            raise BadSheet(what="same-column-twice", line=1, columns=f"{chosen[name]}, {header}")
        chosen[name] = header
    return chosen


SPAN_HEADERS: Final = frozenset(
    {"time", "hours", "час", "години", "години проведення", "час проведення"}
)
"""Headers of a column that may hold start and end together: «13:00–14:00»."""


def _plain(header: str) -> str:
    """A header without the accidents of writing: case, underscores, spaces, marks."""
    words = header.replace("_", " ").casefold().split()
    return " ".join(words).strip(" .:*")
