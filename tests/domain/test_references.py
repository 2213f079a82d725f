"""The reference of a booking can be written down and read out without a mistake."""

from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.references import build_reference
from hotline_sessions.store.public_ids import CROCKFORD, LENGTH


def test_it_is_grouped_as_a_telephone_number_is() -> None:
    assert build_reference("7k3m9q2xhv") == "7K3-M9Q-2XHV"


@given(st.text(alphabet=CROCKFORD, min_size=LENGTH, max_size=LENGTH))
def test_nothing_is_lost_and_no_letter_looks_like_a_digit(name: str) -> None:
    reference = build_reference(name)

    assert reference.replace("-", "").lower() == name
    assert not set("ILOU") & set(reference)
