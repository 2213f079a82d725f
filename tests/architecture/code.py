"""What the tests of this folder read: the product as files and as syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final


ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src" / "hotline_sessions"


def list_modules(folder: str = "") -> list[Path]:
    """Python files below ``folder`` of the product, in order."""
    return sorted((SOURCE / folder).rglob("*.py"))


def place_of(path: Path) -> str:
    """Path as it is written in lists: relative to the product."""
    return path.relative_to(SOURCE).as_posix()


def parse(path: Path) -> ast.Module:
    """Syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def list_calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Calls by their dotted names; those of other things than names are left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := dotted(node.func)):
            yield name, node


def dotted(node: ast.expr) -> str:
    """``a.b.c`` for such an expression; empty for any other."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""
