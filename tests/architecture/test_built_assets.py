"""The styles and scripts that are committed are those that ``frontend/`` makes."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.architecture.code import ROOT, SOURCE

from hotline_sessions.cli.assets import find_node, is_installed


BUILT = SOURCE / "web" / "static" / "dist"
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def run(folder: Path, path: str, *arguments: str) -> bool:
    """Whether a program of Node ended well."""
    program = shutil.which(arguments[0], path=path)
    if program is None:
        return False
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        [program, *arguments[1:]],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def give_up(reason: str) -> None:
    """Skip where Node's packages cannot be had; on the server that checks all, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of ``frontend/``, so that a build does not touch the checkout."""
    copy = tmp_path_factory.mktemp("checkout") / "frontend"
    ready = is_installed()
    ignored = shutil.ignore_patterns() if ready else shutil.ignore_patterns("node_modules")
    shutil.copytree(ROOT / "frontend", copy, symlinks=True, ignore=ignored)
    path = find_node()
    if path is None:
        give_up("Node.js is not here")
    elif not ready and not run(copy, path, *INSTALL):
        give_up("packages of Node.js cannot be installed here")
    return copy


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_committed_assets_are_what_their_sources_make(workshop: Path) -> None:
    path = find_node()
    assert path is not None
    assert run(workshop, path, "node", "build.mjs")

    made = workshop.parent / BUILT.relative_to(ROOT)

    assert digests(BUILT) == digests(made), "run `hotline assets build` and commit the result"
