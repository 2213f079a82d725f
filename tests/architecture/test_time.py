"""What time it is, is asked in one place; everybody else is told."""

import ast

import pytest
from tests.architecture.code import SOURCE, dotted, list_modules, parse, place_of


ASKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
MAY_ASK = {
    "gateways/clock.py",  # the clock of the product
    "phonesim/clock.py",  # the clock of the simulator, which runs at another speed
}


def list_askings(tree: ast.AST) -> list[str]:
    return [
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        for name in [".".join(dotted(node).split(".")[-2:])]
        if name in ASKS
    ]


def test_only_the_clocks_ask_what_time_it_is() -> None:
    asking = {place_of(path) for path in list_modules() if list_askings(parse(path))}

    assert asking <= MAY_ASK, asking - MAY_ASK


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "f(default_factory=time.time)",
    ],
)
def test_an_asking_would_be_found(code: str) -> None:
    assert list_askings(ast.parse(code))


def test_the_database_is_not_asked_either_where_a_rule_depends_on_it() -> None:
    told = [
        f"{place_of(path)}: {node.value[:60]!r}"
        for path in list_modules("store")
        if not path.is_relative_to(SOURCE / "store" / "embedded")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if "now()" in node.value.lower() or "current_timestamp" in node.value.lower()
        if place_of(path) != "store/health.py"  # compares the clocks of both
    ]

    assert not told, "\n".join(told)
