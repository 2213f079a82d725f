import pytest
from click import BadParameter
from click.testing import CliRunner

from hotline_sessions.cli.rehearse import parse_faults, parse_seeds, rehearse
from hotline_sessions.rehearsal.drawing import FAULT_KINDS


def test_seeds_are_one_many_or_a_list() -> None:
    assert parse_seeds("7") == [7]
    assert parse_seeds("1..4") == [1, 2, 3, 4]
    assert parse_seeds("1,5,9..11") == [1, 5, 9, 10, 11]


@pytest.mark.parametrize("text", ["", "x", "1..", "1-4"])
def test_what_is_no_seed_is_refused(text: str) -> None:
    with pytest.raises(BadParameter):
        parse_seeds(text)


def test_faults_are_all_none_or_named() -> None:
    assert parse_faults("all") == set(FAULT_KINDS)
    assert parse_faults("none") == set()
    assert parse_faults("delay,restart") == {"delay", "restart"}


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(BadParameter, match="gremlins"):
        parse_faults("delay,gremlins")


def test_help_says_that_nobody_is_called() -> None:
    said = CliRunner().invoke(rehearse, ["--help"]).output

    assert "Nobody is called" in said
