"""What a page says of a mistake in a form is said of a mistake that can be made."""

import ast
from collections import Counter
from collections.abc import Iterator

from tests.architecture.code import list_modules, parse, place_of

from hotline_sessions.web.forms import GENERAL


def list_kinds(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Kinds of mistakes in tables by (field, kind), each with its line."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.value, ast.Dict):
            continue
        if "Sentences" in ast.unparse(node.annotation):
            for key in node.value.keys:
                if isinstance(key, ast.Tuple) and isinstance(key.elts[-1], ast.Constant):
                    yield key.lineno, str(key.elts[-1].value)


def list_codes(tree: ast.Module) -> Iterator[str]:
    """Codes of the refusals of a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "code":
                    yield str(ast.literal_eval(line.value))


def test_every_kind_of_mistake_that_has_words_is_one_that_forms_or_rules_find() -> None:
    known = {
        *GENERAL,
        *(code for path in list_modules() for code in list_codes(parse(path))),
    }
    unknown = []
    for path in list_modules("web"):
        tree = parse(path)
        words = Counter(node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
        kinds = list(list_kinds(tree))
        of_table = Counter(kind for _, kind in kinds)
        # A page may find mistakes of its own: then it names them once more.
        unknown += [
            f"{place_of(path)}:{line}: {kind}"
            for line, kind in kinds
            if kind not in known and words[kind] == of_table[kind]
        ]

    assert not unknown, unknown
