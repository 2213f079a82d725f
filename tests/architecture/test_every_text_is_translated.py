import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from tests.architecture.code import SOURCE, list_modules, parse, place_of

from hotline_sessions.i18n import list_catalogue_files, merge_catalogues


METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"**.html": {"extensions": "jinja2.ext.do", "silent": "false", "trimmed": "true"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
MARKS = {"gettext", "ngettext", "N_", "_"}
MSGID = re.compile(r'^msgid ((?:".*"\n)+)', re.MULTILINE)
UKRAINIAN_FORMS = 3

# The simulator is a tool for people who build the product; it carries its own texts.
NOT_OURS = ("phonesim/",)


Text = tuple[str, int, str | tuple[str, ...], str | None]


def extract_texts() -> Iterator[Text]:
    found = extract_from_dir(SOURCE, METHODS, OPTIONS, KEYWORDS, strip_comment_tags=True)
    for file, line, msgid, _comments, context in found:
        if not file.replace("\\", "/").startswith(NOT_OURS):
            yield file, line, msgid, context
    yield from extract_from_f_strings()


def extract_from_f_strings() -> Iterator[Text]:
    """Texts in the braces of f-strings, which Babel does not look into."""
    for path in list_modules():
        file = place_of(path)
        if file.startswith(NOT_OURS):
            continue
        for outer in ast.walk(parse(path)):
            if not isinstance(outer, ast.JoinedStr):
                continue
            for node in ast.walk(outer):
                if isinstance(node, ast.Call) and (found := read_call(node)):
                    yield file, node.lineno, found, None


def read_call(call: ast.Call) -> str | tuple[str, ...] | None:
    """The text that a call translates, or marks to be translated; with its plural."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    given = [each.value for each in call.args if isinstance(each, ast.Constant)]
    texts = tuple(each for each in given if isinstance(each, str))
    if name not in MARKS or not texts:
        return None
    return texts[:2] if name == "ngettext" else texts[0]


@pytest.fixture(scope="module")
def ukrainian() -> Catalog:
    return merge_catalogues("uk", list_catalogue_files(SOURCE / "locale", "uk"))


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    return list(extract_texts())


def find_message(catalogue: Catalog, msgid: str | tuple[str, ...]) -> Message | None:
    return catalogue.get(msgid if isinstance(msgid, str) else msgid[0])


def test_every_text_of_pages_and_code_has_a_ukrainian_translation(
    texts: list[Text], ukrainian: Catalog
) -> None:
    missing = []
    for file, line, msgid, _ in texts:
        message = find_message(ukrainian, msgid)
        if message is None or not message.string or message.fuzzy:
            missing.append(f"{file}:{line}: {msgid!r}")

    assert not missing, "\n".join(["Say it in locale/uk/LC_MESSAGES/<area>.po:", *missing])


def test_every_counted_text_has_all_three_ukrainian_plural_forms(
    texts: list[Text], ukrainian: Catalog
) -> None:
    incomplete = []
    for file, line, msgid, _ in texts:
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


def test_a_text_is_translated_in_one_place() -> None:
    # Of a text said twice the first file decides: a change of the other would do nothing.
    said = Counter(
        msgid
        for file in list_catalogue_files(SOURCE / "locale", "uk")
        for msgid in list_msgids(file.read_text(encoding="utf-8"))
    )
    doubled = [msgid for msgid, times in said.items() if times > 1]

    assert not doubled, "\n".join(["Translated more than once:", *doubled])


def test_no_translation_is_of_a_text_that_nobody_says(
    texts: list[Text], ukrainian: Catalog
) -> None:
    said = {msgid if isinstance(msgid, str) else msgid[0] for _, _, msgid, _ in texts}
    there = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in ukrainian
        if message.id
    }

    assert there <= said, "\n".join(["Translated, and not said:", *sorted(there - said)])


def list_msgids(text: str) -> list[str]:
    """Texts that a file of translations translates, in their order, without its head."""
    found = (
        "".join(ast.literal_eval(line) for line in lines.splitlines())
        for lines in MSGID.findall(text)
    )
    return [msgid for msgid in found if msgid]
