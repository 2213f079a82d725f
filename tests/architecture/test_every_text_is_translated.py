from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from hotline_sessions.i18n import list_catalogue_files, merge_catalogues


SOURCE = Path(__file__).parents[2] / "src" / "hotline_sessions"
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"**.html": {"extensions": "jinja2.ext.do", "silent": "false", "trimmed": "true"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
UKRAINIAN_FORMS = 3

# The simulator is a tool for people who build the product; it carries its own texts.
NOT_OURS = ("phonesim/",)


Text = tuple[str, int, str | tuple[str, ...], str | None]


def extract_texts() -> Iterator[Text]:
    found = extract_from_dir(SOURCE, METHODS, OPTIONS, KEYWORDS, strip_comment_tags=True)
    for file, line, msgid, _comments, context in found:
        if not file.replace("\\", "/").startswith(NOT_OURS):
            yield file, line, msgid, context


@pytest.fixture(scope="module")
def ukrainian() -> Catalog:
    return merge_catalogues("uk", list_catalogue_files(SOURCE / "locale", "uk"))


def find_message(catalogue: Catalog, msgid: str | tuple[str, ...]) -> Message | None:
    return catalogue.get(msgid if isinstance(msgid, str) else msgid[0])


def test_every_text_of_pages_and_code_has_a_ukrainian_translation(ukrainian: Catalog) -> None:
    missing = []
    for file, line, msgid, _ in extract_texts():
        message = find_message(ukrainian, msgid)
        if message is None or not message.string or message.fuzzy:
            missing.append(f"{file}:{line}: {msgid!r}")

    assert not missing, "\n".join(["Say it in locale/uk/LC_MESSAGES/<area>.po:", *missing])


def test_every_counted_text_has_all_three_ukrainian_plural_forms(ukrainian: Catalog) -> None:
    incomplete = []
    for file, line, msgid, _ in extract_texts():
        if isinstance(msgid, str):
            continue
        message = find_message(ukrainian, msgid)
        forms = message.string if message else ()
        if not isinstance(forms, (list, tuple)) or len([form for form in forms if form]) < (
            UKRAINIAN_FORMS
        ):
            incomplete.append(f"{file}:{line}: {msgid!r}")

    assert not incomplete, "\n".join(incomplete)


def test_translations_name_the_same_values_as_their_texts(ukrainian: Catalog) -> None:
    broken = [
        f"{message.id!r}: {error}" for message, errors in ukrainian.check() for error in errors
    ]

    assert not broken, "\n".join(broken)
