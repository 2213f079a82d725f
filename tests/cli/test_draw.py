from pathlib import Path

from click.testing import CliRunner

from hotline_sessions.cli.draw import draw
from hotline_sessions.domain.draw_files import build_file, write_file
from hotline_sessions.domain.draws import (
    Entry,
    build_commitment,
    build_pseudonym,
    draw_lots,
    order_inputs,
)


NONCE = bytes(32)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(draw, ["verify", *arguments])
    return result.exit_code, result.output


def save(folder: Path) -> Path:
    inputs = order_inputs(
        session="0123456789",
        closed_at="2026-11-24T15:00:00Z",
        commitment=build_commitment(NONCE),
        slots=["2026-11-25T08:00:00Z", "2026-11-25T08:10:00Z"],
        entries=[
            Entry(name=build_pseudonym(b"salt", str(number)), any=True) for number in range(5)
        ],
    )
    path = folder / "draw.json"
    path.write_text(write_file(build_file(inputs, NONCE, draw_lots(inputs, NONCE))))
    return path


def test_a_right_file_is_reckoned_again_without_any_database(tmp_path: Path) -> None:
    code, output = run(str(save(tmp_path)))

    assert code == 0
    assert "The draw is right: 5 entries, 2 slots, 2 given, 3 on the waiting list." in output
    assert build_commitment(NONCE) in output


def test_a_changed_line_is_named(tmp_path: Path) -> None:
    path = save(tmp_path)
    path.write_text(path.read_text().replace("T08:10:00Z", "T08:20:00Z"))

    code, output = run(str(path))

    assert code == 1
    assert "The digest is not that of the inputs" in output


def test_the_commitment_noted_before_the_draw_is_compared(tmp_path: Path) -> None:
    path = str(save(tmp_path))

    assert run(path, "--commitment", build_commitment(NONCE).upper())[0] == 0
    code, output = run(path, "--commitment", build_commitment(bytes(31)))
    assert code == 1
    assert "not the one that you noted before the draw" in output


def test_what_is_not_text_at_all_is_called_so(tmp_path: Path) -> None:
    path = tmp_path / "draw.json"
    path.write_bytes(b"\xff\xfe\x00")

    assert run(str(path)) == (1, "This is not the file of a draw, or not all of it.\n")
