import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.parties import find_caller, find_number, list_called


LINE = "+380800502708"
TWILIO = "+353861234567"
OLENA = "+380501234567"

WRITTEN = {
    "e164": "+380501234567",
    "national": "0501234567",
    "without-plus": "380501234567",
    "sip": "sip:0501234567@carrier.example",
    "sip-with-parameters": "sip:+380501234567@10.0.0.1:5060;transport=udp;user=phone",
    "sip-user-parameters": "sip:0501234567;phone-context=+380@carrier.example;user=phone",
    "sip-escaped": "sip:%2B380501234567@carrier.example",
    "sips": "sips:+380501234567@carrier.example",
    "tel": "tel:+380501234567;cpc=ordinary",
    "capitals": "SIP:0501234567@CARRIER.EXAMPLE",
}


@pytest.mark.parametrize("style", WRITTEN)
def test_a_number_is_found_however_its_carrier_writes_it(style: str) -> None:
    assert find_number(WRITTEN[style]) == OLENA


def test_words_browsers_and_nonsense_are_no_numbers() -> None:
    for party in (
        "",
        "anonymous",
        "+266696687",
        "sip:anonymous@anonymous.invalid",
        "client:official-0123456789",
        "client:0501234567",
        "sip:@carrier.example",
        "sip:reception@carrier.example",
        "sip:%@carrier.example",
        "12345678901234567890",
    ):
        assert find_number(party) is None, party


@given(st.text(max_size=60))
def test_whatever_is_written_there_is_a_number_or_none(party: str) -> None:
    found = find_number(party)

    assert found is None or found.lstrip("+").isdecimal()


def test_who_forwards_is_not_taken_for_the_caller() -> None:
    """A carrier that hides the caller shows its own number; it is no citizen's."""
    lost = find_caller("0800502708", to=TWILIO, forwarded_from=LINE)
    shown = find_caller(OLENA, to=TWILIO, forwarded_from=LINE)

    assert (lost, shown) == (None, OLENA)
    assert find_caller(TWILIO, to=TWILIO) is None


def test_the_number_that_was_dialled_comes_before_the_one_it_was_forwarded_to() -> None:
    assert list_called(TWILIO, "0800502708") == (LINE, TWILIO)
    assert list_called("sip:0800502708@carrier.example") == (LINE,)
    assert list_called("nonsense", "nonsense") == ("nonsense",)
