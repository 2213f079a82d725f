from pathlib import Path

import pytest
from click.testing import CliRunner

from hotline_sessions.cli import assets


def test_an_installed_product_says_that_its_assets_are_built_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "FRONTEND", tmp_path)

    result = CliRunner().invoke(assets.assets, ["build"])

    assert result.exit_code == 1
    assert "in a checkout" in result.output


def test_without_node_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "find_node", lambda: None)

    result = CliRunner().invoke(assets.assets, ["build"])

    assert result.exit_code == 1
    assert "Install the development tools" in result.output


def test_node_of_the_system_is_good_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n", encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    assert assets.find_node() == str(tmp_path)

    monkeypatch.setenv("PATH", "")

    assert assets.find_node() is None
