"""A text with places is filled completely, or refused before anybody gets it."""

import pytest

from hotline_sessions.domain.placeholders import (
    MissingFactError,
    MissingPlaceholder,
    UnknownPlaceholder,
    check_places,
    fill,
)


KNOWN = frozenset({"day", "code"})


def test_places_are_filled_and_all_else_stays() -> None:
    values = {"day": "25.11", "code": "{day}"}

    assert fill("{day}: 100% {code}.", values) == "25.11: 100% {day}."


def test_a_place_without_value_is_never_sent() -> None:
    with pytest.raises(MissingFactError):
        fill("{day} {code}", {"day": "25.11"})


@pytest.mark.parametrize("text", ["{hour} {code}", "{code} {", "{code} {Day}", "} {code}"])
def test_a_text_that_could_not_be_filled_is_refused(text: str) -> None:
    with pytest.raises(UnknownPlaceholder):
        check_places(text, known=KNOWN, needed=frozenset({"code"}))


def test_a_text_without_its_point_is_refused() -> None:
    with pytest.raises(MissingPlaceholder) as refused:
        check_places("{day}", known=KNOWN, needed=frozenset({"code"}))

    assert refused.value.facts == {"place": "code"}


def test_a_text_need_not_say_everything() -> None:
    check_places("{code}", known=KNOWN, needed=frozenset({"code"}))
