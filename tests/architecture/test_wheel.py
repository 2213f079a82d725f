"""What is installed has all that it needs to run, and nothing of the workshop."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.architecture.code import ROOT


NEEDED = (
    "hotline_sessions/migrations/m0001_create_tables.py",
    "hotline_sessions/web/static/dist/",
    "hotline_sessions/web/templates/base.html",
    "hotline_sessions/locale/uk/LC_MESSAGES/",
    "hotline_sessions/cli/demo_data/",
    "hotline_sessions/domain/data/",
    "hotline_sessions/phonesim/static/",
    "hotline_sessions/phonesim/templates/",
)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Names of the files in a wheel built from this checkout."""
    folder: Path = tmp_path_factory.mktemp("wheel")
    subprocess.run(  # noqa: S603 - our own arguments, no shell
        [
            *(sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"),
            *("--no-deps", "--no-build-isolation", "--no-index"),
            *("--wheel-dir", str(folder), str(ROOT)),
        ],
        check=True,
        capture_output=True,
    )
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.mark.parametrize("place", NEEDED)
def test_the_wheel_carries_what_the_product_reads(place: str, packed: list[str]) -> None:
    assert any(name.startswith(place) for name in packed)


@pytest.mark.parametrize("kind", ["py", "html", "po", "csv", "json", "css", "js", "typ"])
def test_no_file_of_the_package_is_left_behind(kind: str, packed: list[str]) -> None:
    package = ROOT / "src"
    here = {
        path.relative_to(package).as_posix()
        for path in package.rglob(f"*.{kind}")
        if "__pycache__" not in path.parts
    }

    assert here <= set(packed), here - set(packed)


def test_all_migrations_are_in_the_wheel(packed: list[str]) -> None:
    here = {f"hotline_sessions/migrations/{path.name}" for path in ROOT.glob("migrations/m*.py")}

    assert here <= set(packed)


def test_no_tests_and_no_sources_of_assets_are_in_the_wheel(packed: list[str]) -> None:
    foreign = [
        name for name in packed if not name.startswith(("hotline_sessions/", "hotline_sessions-"))
    ]

    assert not foreign


def test_the_licences_of_what_is_built_in_come_along(packed: list[str]) -> None:
    carried = [name for name in packed if "dist-info/licenses" in name]

    assert any(name.endswith("LICENSE") for name in carried)
    assert any(name.endswith("THIRD_PARTY_NOTICES.txt") for name in carried)
