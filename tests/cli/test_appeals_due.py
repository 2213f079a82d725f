import json

from click.testing import CliRunner

from hotline_sessions.cli.appeals_due import appeals


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(appeals, ["due", *arguments])
    return result.exit_code, result.output


def test_the_answer_is_one_object_for_programs() -> None:
    code, output = run("--received", "2026-12-10", "--rule", "ART20_15D", "--json")

    answer = json.loads(output)
    assert code == 0
    assert (answer["nominal"], answer["legal"], answer["internal"]) == ("2026-12-25",) * 3
    first = answer["counted"][0]
    assert (first["step"], first["on"]) == ("received", "2026-12-10")
    assert first["words"].startswith("Звернення отримано 10 грудня")
    assert (answer["act"], answer["article"]) == ("393/96-ВР", "20")


def test_holidays_count_again_without_martial_law() -> None:
    _, output = run("--received", "2026-12-10", "--rule", "ART20_15D", "--no-martial-law", "--json")

    answer = json.loads(output)
    assert (answer["legal"], answer["internal"]) == ("2026-12-28", "2026-12-24")


def test_people_read_how_it_was_counted() -> None:
    _, ukrainian = run("--received", "2026-11-22", "--rule", "ART20_MONTH")
    _, english = run("--received", "2026-11-22", "--rule", "ART20_MONTH", "--lang", "en")

    assert ukrainian.startswith("Звернення отримано 22 листопада")
    assert "The last day is Tuesday, 22 December 2026." in english


def test_a_term_before_its_time_is_refused_in_plain_words() -> None:
    code, output = run("--received", "2010-01-01", "--rule", "INFO_5WD")

    assert code == 2
    assert "INFO_5WD did not apply on 2010-01-01." in output
