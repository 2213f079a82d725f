"""The reference of a booking can be written down and read out without a mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.references import BadReference, build_reference, parse_reference
from hotline_sessions.store.public_ids import CROCKFORD, LENGTH


def test_it_is_grouped_as_a_telephone_number_is() -> None:
    assert build_reference("7k3m9q2xhv") == "7K3-M9Q-2XHV"


@given(st.text(alphabet=CROCKFORD, min_size=LENGTH, max_size=LENGTH))
def test_nothing_is_lost_and_no_letter_looks_like_a_digit(name: str) -> None:
    reference = build_reference(name)

    assert reference.replace("-", "").lower() == name
    assert not set("ILOU") & set(reference)


@given(st.text(alphabet=CROCKFORD, min_size=LENGTH, max_size=LENGTH))
def test_it_is_read_back_as_people_write_it(name: str) -> None:
    reference = build_reference(name)

    for written in (reference, reference.lower(), reference.replace("-", " "), f" {name} "):
        assert parse_reference(written) == name
    misread = reference.replace("0", "O").replace("1", "l")
    assert parse_reference(misread) == name


@pytest.mark.parametrize("text", ["", "7K3-M9Q", "7K3-M9Q-2XHV-1", "7K3-M9Q-2XHU", "ЖК3-M9Q-2XHV"])
def test_what_cannot_be_one_is_refused(text: str) -> None:
    with pytest.raises(BadReference):
        parse_reference(text)
