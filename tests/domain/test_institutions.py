"""What an institution is called, and what it has chosen if it chose nothing."""

from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.institutions import Institution


def make(name_en: str) -> Institution:
    return Institution(id=InstitutionId(1), slug="rada", name_uk="Обласна рада", name_en=name_en)


def test_an_institution_is_named_in_the_language_of_the_reader() -> None:
    assert make("Regional Council").name("en") == "Regional Council"
    assert make("Regional Council").name("uk") == "Обласна рада"


def test_without_an_english_name_the_ukrainian_one_is_shown() -> None:
    assert make("").name("en") == "Обласна рада"


def test_an_institution_that_chose_nothing_keeps_thirty_percent_for_walk_ins() -> None:
    home = make("")

    assert (home.walk_in_percent, home.lobby_minutes, home.booking_cutoff_minutes) == (30, 5, 30)
    assert home.time_zone == "Europe/Kyiv"
