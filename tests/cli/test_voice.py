"""The script for the announcer, and the melody."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hotline_sessions.cli.melody import RATE, SECONDS, build_melody, encode_mu_law
from hotline_sessions.cli.voice import voice
from hotline_sessions.web.voice_files import MELODY, melody_folder
from hotline_sessions.web.webhooks.voice_texts import TEXTS


HEADER = 58
"""Bytes before the first sample."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "uk").mkdir()
    (tmp_path / "uk" / "consent.mp3").write_bytes(b"ID3")
    return tmp_path


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(voice, args)
    return result.exit_code, result.output


def test_the_script_names_every_text_its_file_and_whether_it_is_there(folder: Path) -> None:
    code, output = run("list", "--lang", "uk", "--folder", str(folder))

    assert code == 0
    assert output.count(".mp3\n") == len(TEXTS)
    assert "+ uk/consent.mp3\n    Розмову буде записано" in output
    assert "- uk/wait.mp3\n    Ви в черзі." in output


def test_the_script_can_be_read_by_a_program() -> None:
    rows = json.loads(run("list", "--json")[1])

    assert len(rows) == 2 * len(TEXTS)
    assert {row["language"] for row in rows} == {"uk", "en"}
    assert not any(row["recorded"] for row in rows)
    assert all(row["text"] for row in rows)


def test_the_check_counts_what_is_recorded(folder: Path) -> None:
    code, output = run("check", "--folder", str(folder))

    assert code == 0
    assert f"uk: 1 of {len(TEXTS)} recorded." in output
    assert "en: 0 of" in output


def test_the_check_finds_a_file_that_nobody_would_hear(folder: Path) -> None:
    (folder / "uk" / "konsent.mp3").write_bytes(b"ID3")

    code, output = run("check", "--folder", str(folder))

    assert code == 1
    assert "uk/konsent.mp3: belongs to no text." in output


def test_the_check_needs_a_folder() -> None:
    code, output = run("check")

    assert code == 2
    assert "HOTLINE_VOICE_FILES" in output


def test_the_melody_in_the_package_is_the_one_that_is_made_here() -> None:
    made, kept = build_melody(), (melody_folder() / MELODY).read_bytes()

    assert made[:HEADER] == kept[:HEADER]
    assert len(made) == len(kept) == HEADER + RATE * SECONDS
    # Sines may differ in the last bit from one machine to the next.
    different = sum(one != other for one, other in zip(made, kept, strict=True))
    assert different < RATE // 100


@pytest.mark.parametrize(
    ("sample", "code"), [(0, 0xFF), (-1, 0x7F), (32767, 0x80), (-32768, 0x00), (1000, 0xCE)]
)
def test_samples_are_coded_as_on_the_telephone(sample: int, code: int) -> None:
    assert encode_mu_law(sample) == code
