import re
from collections.abc import Callable

import pytest

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.schedule_columns import (
    ALIASES,
    BadSheet,
    MissingColumns,
    choose_columns,
)
from hotline_sessions.domain.schedule_rows import Mistake, Remark
from hotline_sessions.i18n import load_catalogues
from hotline_sessions.services.schedule_words import (
    COLUMN_NAMES,
    MISTAKES,
    REMARKS,
    SHEETS,
    explain,
    explain_sheet,
)


UKRAINIAN = load_catalogues().words("uk").gettext
ENGLISH = load_catalogues().words("en").gettext
FACTS = {name: name for name in ("text", "limit", "start", "end", "date", "time", "year",
                                 "first", "last")}  # fmt: skip


@pytest.mark.parametrize("gettext", [UKRAINIAN, ENGLISH], ids=["uk", "en"])
def test_every_mistake_and_remark_has_a_whole_sentence(gettext: Callable[[str], str]) -> None:
    noticed = [Mistake(column="date", code=code, facts=FACTS) for code in MISTAKES]
    noted = [Remark(column="date", code=code, facts=FACTS) for code in REMARKS]

    sentences = [explain(one, gettext) for one in noticed]
    sentences += [explain(one, gettext) for one in noted]
    for sentence in sentences:
        assert sentence.endswith(".")
        assert "%" not in sentence


def test_every_sentence_is_translated() -> None:
    for english in (*COLUMN_NAMES.values(), *MISTAKES.values(), *REMARKS.values(),
                    *SHEETS.values()):  # fmt: skip
        assert re.search("[а-яіїєґ]", UKRAINIAN(english)), english
        assert set(re.findall(r"%\(\w+\)s", english)) == set(
            re.findall(r"%\(\w+\)s", UKRAINIAN(english))
        )


def test_the_column_is_called_as_the_file_calls_it() -> None:
    mistake = Mistake(column="time_from", code="missing-start")

    assert explain(mistake, UKRAINIAN).startswith("час початку: ")
    assert explain(mistake, UKRAINIAN, headers={"time_from": "З котрої"}).startswith("З котрої: ")


def test_a_column_named_in_a_sentence_is_accepted_as_a_header() -> None:
    assert COLUMN_NAMES.keys() == ALIASES.keys()
    for gettext in (UKRAINIAN, ENGLISH):
        headers = [gettext(name) for name in COLUMN_NAMES.values()]
        assert choose_columns(headers) == dict(zip(COLUMN_NAMES, headers, strict=True))


@pytest.mark.parametrize("what", list(SHEETS))
def test_every_fault_of_a_file_has_its_sentence(what: str) -> None:
    refusal = BadSheet(what=what, line=3, limit=5, columns="дата")

    assert "%" not in explain_sheet(refusal, UKRAINIAN)


def test_missing_columns_are_named_in_the_readers_language() -> None:
    sentence = explain_sheet(MissingColumns(columns="date/recurrence, time_from"), UKRAINIAN)

    assert "«дата»/«повторення», «час початку»" in sentence


def test_any_other_refusal_of_a_file_is_told_plainly() -> None:
    assert explain_sheet(NotFound(), ENGLISH).startswith("The file cannot be opened")
