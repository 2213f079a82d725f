"""Columns of a list of appeals that another body sends, under the names that people give them."""

from collections.abc import Iterable, Mapping
from typing import Final

from hotline_sessions.domain.schedule_columns import MissingColumns, name_columns


OUTER_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "outer_number": (
        "outer number", "number", "index", "registration number", "номер звернення", "номер",
        "зовнішній номер", "вихідний номер", "реєстраційний номер", "реєстраційний індекс",
        "індекс", "№", "№ звернення",
    ),
    "outer_date": (
        "outer date", "date", "received", "received on", "registered on", "дата",
        "дата звернення", "дата надходження", "дата реєстрації",
    ),
    "full_name": (
        "full name", "name", "applicant", "піб", "п.і.б", "піб заявника", "заявник",
        "прізвище, ім’я, по батькові", "прізвище, ім'я, по батькові",
    ),
    "surname": ("surname", "last name", "прізвище"),
    "given_name": ("given name", "first name", "ім’я", "ім'я"),
    "patronymic": ("patronymic", "по батькові"),
    "residence": (
        "residence", "address", "place of residence", "адреса", "місце проживання",
        "адреса заявника", "адреса проживання",
    ),
    "phone": ("phone", "phone number", "телефон", "номер телефону", "контактний телефон"),
    "email": ("email", "e-mail", "електронна пошта", "електронна адреса", "ел. пошта"),
    "kind": ("kind", "type of appeal", "вид", "вид звернення"),
    "topic": ("topic", "subject", "тема", "тематика", "категорія", "рубрика"),
    "question": (
        "question", "content", "text", "substance", "зміст", "зміст звернення", "питання",
        "суть питання", "суть", "текст", "текст звернення", "короткий зміст",
    ),
    "written_reply": (
        "written reply", "wants written reply", "письмова відповідь",
        "потрібна письмова відповідь",
    ),
    "priority": ("priority", "benefits", "першочерговий розгляд", "пільга", "має пільги"),
    "secrecy": ("secrecy", "asks for secrecy", "нерозголошення", "просить не розголошувати"),
}  # fmt: skip
"""Our name of a column → the headers under which it is met, in lower case."""

NEEDED: Final = (
    ("outer_number",),
    ("surname", "full_name"),
    ("residence",),
    ("question",),
)
"""Of each group a list of appeals needs at least one column."""


def choose_outer_columns(headers: Iterable[str]) -> dict[str, str]:
    """Our name of each known column → its header in this file; the others are ignored.

    Raises:
        BadSheet: Two columns mean the same (``same-column-twice``).
        MissingColumns: An appeal cannot be read without them.
    """
    chosen = name_columns(headers, OUTER_ALIASES)
    missing = ["/".join(group) for group in NEEDED if not chosen.keys() & set(group)]
    if missing:
        raise MissingColumns(columns=", ".join(missing))
    return chosen
