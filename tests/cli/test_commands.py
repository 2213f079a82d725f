import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from hotline_sessions.cli import COMMANDS, hotline


def test_help_lists_every_command_and_imports_none() -> None:
    script = (
        "import sys\n"
        "from hotline_sessions.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('imported:', *(m for m in ('piccolo', 'litestar', 'asyncpg', 'uvicorn')"
        " if m in sys.modules))\n"
    )
    done = subprocess.run(  # noqa: S603 - the command is ours
        [sys.executable, "-c", script, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": "src"},
    )
    *listed, imported = done.stdout.splitlines()
    assert imported == "imported:"
    assert all(any(line.startswith(f"  {name} ") for line in listed) for name in COMMANDS)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_exists_and_explains_itself(name: str) -> None:
    done = CliRunner().invoke(hotline, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert "Usage:" in done.output


def test_a_command_that_does_not_exist_is_named() -> None:
    done = CliRunner().invoke(hotline, ["fly"])
    assert done.exit_code == 2
    assert "fly" in done.output
