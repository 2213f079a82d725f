"""What the README says of folders, settings and commands is so."""

import re
from pathlib import Path

import pytest
from tests.architecture.code import ROOT

from hotline_sessions.cli import COMMANDS
from hotline_sessions.settings import settings_table


NOT_OURS = {"node_modules", "__pycache__", "dist"}

README = (ROOT / "README.md").read_text(encoding="utf-8")


def read_section(heading: str) -> str:
    _, _, rest = README.partition(f"\n## {heading}\n")
    return rest.partition("\n## ")[0]


def list_mapped() -> list[str]:
    block = read_section("Map of folders").split("```")[1]
    return [line.split("  ")[0].split()[0].rstrip("/") for line in block.strip().splitlines()]


def list_tracked() -> set[str]:
    """Folders with files of the project; what is hidden, installed or built is not looked at."""
    return {
        parent.as_posix()
        for top in ("src", "tests", "migrations", "frontend")
        for path in (ROOT / top).rglob("*")
        if path.is_file()
        for parent in path.relative_to(ROOT).parents
        if parent != Path() and not NOT_OURS & set(parent.parts)
    }


def test_every_folder_on_the_map_is_there() -> None:
    missing = [folder for folder in list_mapped() if not (ROOT / folder).is_dir()]

    assert not missing


def test_every_folder_of_code_is_on_the_map() -> None:
    mapped = set(list_mapped())
    containers = {Path(folder).parent.as_posix() for folder in mapped}
    unmapped = {
        folder
        for folder in list_tracked() - mapped - containers
        if not any(folder.startswith(f"{known}/") for known in mapped if is_covered(known, folder))
    }

    assert not unmapped


def is_covered(known: str, folder: str) -> bool:
    """Whether the line of ``known`` speaks for ``folder`` below it too."""
    return (
        known.endswith(("templates", "static", "locale"))
        or known.startswith("tests")
        or folder.endswith("LC_MESSAGES")
    )


def test_the_map_names_each_folder_once_and_says_what_it_is_for() -> None:
    block = read_section("Map of folders").split("```")[1].strip().splitlines()

    assert len(set(list_mapped())) == len(block)
    assert all(len(line.split(maxsplit=1)) == 2 for line in block)


def test_the_table_of_settings_is_that_of_the_code() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in read_section("Configuration").splitlines()
        if line.startswith("| `")
    ]
    shown = [(row[0].strip("`"), row[1].strip("`"), row[2]) for row in rows]

    assert shown == [
        (each.variable, each.default, each.meaning.replace("``", "`")) for each in settings_table()
    ]


def test_every_command_that_the_readme_tells_to_run_exists() -> None:
    told = set(re.findall(r"\bhotline ([a-z]+)", README))

    assert told <= set(COMMANDS), told - set(COMMANDS)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z]+)\b", README))))
def test_every_target_of_make_that_the_readme_names_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    words = {"it", "sure", "a", "the", "alone"}

    assert target in words or re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_every_test_that_the_readme_appeals_to_exists() -> None:
    missing = [p for p in re.findall(r"`(tests/[\w/]+\.py)`", README) if not (ROOT / p).is_file()]

    assert not missing


def test_every_picture_of_the_readme_is_there() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)

    assert pictures
    assert not [picture for picture in pictures if not (ROOT / picture).is_file()]
