"""A number that the law gives has a name, a source, and one place."""

import ast

import pytest
from tests.architecture.code import list_calls, list_modules, parse, place_of


SPANS = {"timedelta": {"days", "weeks"}, "relativedelta": {"days", "weeks", "months"}}
STATUTORY_DAYS = {5, 10, 15, 30, 45}
TABLES = {"domain/terms.py", "domain/deadlines.py"}
"""Where the terms of the law live, as dated rows."""


def list_bare_spans(tree: ast.Module) -> list[int]:
    """Lines on which a span of days of a statutory length stands without a name."""
    named = {
        id(inner)
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value
        for inner in ast.walk(statement.value)
    }
    return [
        call.lineno
        for name, call in list_calls(tree)
        for keyword in call.keywords
        if keyword.arg in SPANS.get(name.rpartition(".")[2], set())
        and isinstance(keyword.value, ast.Constant)
        and (keyword.value.value in STATUTORY_DAYS or keyword.arg == "months")
        and id(call) not in named
    ]


def test_no_statutory_term_stands_outside_the_tables() -> None:
    found = [
        f"{place_of(path)}:{line}"
        for path in list_modules()
        if place_of(path) not in TABLES
        for line in list_bare_spans(parse(path))
    ]

    assert not found, found


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("due = received + timedelta(days=15)", []),
        ("def plan(day):\n    return day + timedelta(days=15)", [2]),
        ("def plan(day):\n    return day + datetime.timedelta(days=45)", [2]),
        ("def plan(day):\n    return day + relativedelta(months=1)", [2]),
        ("def plan(day):\n    return day + timedelta(days=1)", []),
    ],
)
def test_a_bare_term_would_be_found(code: str, lines: list[int]) -> None:
    assert list_bare_spans(ast.parse(code)) == lines


def test_every_module_with_terms_of_the_law_says_its_source() -> None:
    for path in list_modules("domain"):
        text = path.read_text(encoding="utf-8")
        if place_of(path) in TABLES:
            assert "Source:" in text or "Law" in text, path
