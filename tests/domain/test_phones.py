import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.phones import (
    BadPhone,
    PhoneAbroad,
    PhoneNumber,
    display,
    is_short,
    is_ukrainian,
    is_withheld,
    mask,
    number_range,
    parse_mobile,
    parse_phone,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("0 800 502 70 80", "+3808005027080", id="free-call-with-a-digit-more"),
        pytest.param("0-800-503-508", "+380800503508", id="free-call-with-dashes"),
        pytest.param("(063) 192-26-60", "+380631922660", id="mobile-in-brackets"),
        pytest.param("+38 (095) 024-50-75", "+380950245075", id="plus-38"),
        pytest.param("(057) 392-14-09", "+380573921409", id="landline"),
        pytest.param("8 050 123 45 67", "+380501234567", id="old-trunk-prefix"),
        pytest.param("8 (050) 123–45–67", "+380501234567", id="long-dashes"),
        pytest.param("+380501234567", "+380501234567", id="already-e164"),
        pytest.param("380501234567", "+380501234567", id="plus-forgotten"),
        pytest.param("501234567", "+380501234567", id="zero-forgotten"),
        pytest.param("+380 (0) 50 123 45 67", "+380501234567", id="zero-too-many"),
        pytest.param("00 380 50 123 45 67", "+380501234567", id="dialled-from-abroad"),
        pytest.param("\u202a+380 50\xa0123\u200b 45 67\u202c", "+380501234567", id="pasted"),
        pytest.param("+48 512 345 678", "+48512345678", id="poland"),
        pytest.param("15-06", "1506", id="government-line"),
        pytest.param("1545", "1545", id="government-line-without-dash"),
        pytest.param("101", "101", id="emergency"),
        pytest.param("23-45-67", "234567", id="inside-the-town"),
    ],
)
def test_a_number_is_read_in_any_notation(text: str, number: str) -> None:
    assert parse_phone(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "12",
        "+101",
        "1234567",
        "050 123 45",
        "05012345678",
        "+38050123456789",
        "+999 123 456 789",
        "+380 800 50",
        "тел. 050 123 45 67",
        "050 123 45 67 дод. 5",
        "٠٥٠١٢٣٤٥٦٧",
        "0" * 41,
    ],
)
def test_what_cannot_be_called_is_refused(text: str) -> None:
    with pytest.raises(BadPhone):
        parse_phone(text)


@given(st.text(max_size=45))
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    try:
        number = parse_phone(text)
    except BadPhone:
        return

    assert parse_phone(number) == number
    assert display(number)


@given(st.integers(min_value=10_000_000_0, max_value=99_999_999_9))
def test_the_shown_form_of_a_number_reads_back(digits: int) -> None:
    number = PhoneNumber(f"+380{digits}")

    assert parse_phone(display(number)) == number
    assert parse_phone(number.removeprefix("+38")) == number


def test_a_citizen_may_give_any_ukrainian_number_of_a_person() -> None:
    assert parse_mobile("050 123 45 67") == "+380501234567"
    assert parse_mobile("(057) 392-14-09") == "+380573921409"


@pytest.mark.parametrize("text", ["1545", "0 800 503 508", "0 900 123 456"])
def test_a_citizen_may_not_give_the_number_of_a_service(text: str) -> None:
    with pytest.raises(BadPhone):
        parse_mobile(text, abroad=True)


def test_a_number_abroad_needs_the_permission_of_the_institution() -> None:
    with pytest.raises(PhoneAbroad):
        parse_mobile("+48 512 345 678")

    assert parse_mobile("+48 512 345 678", abroad=True) == "+48512345678"


@pytest.mark.parametrize(
    ("number", "shown", "masked"),
    [
        ("+380501234567", "+380 50 123 45 67", "+380 50 ••• •• 67"),
        ("+380800502708", "0 800 502 708", "0 800 ••• •08"),
        ("+3808005027080", "0 800 502 70 80", "0 800 ••• •• 80"),
        ("+48512345678", "+48 512 345 678", "+48 ••• ••• •78"),
        ("1506", "15-06", "••-06"),
        ("12345", "1-23-45", "•-••-45"),
        ("101", "101", "•01"),
    ],
)
def test_a_number_is_shown_as_people_write_it(number: str, shown: str, masked: str) -> None:
    assert display(PhoneNumber(number)) == shown
    assert mask(PhoneNumber(number)) == masked


def test_short_and_ukrainian_numbers_are_told_apart() -> None:
    assert is_short(PhoneNumber("1545"))
    assert not is_short(PhoneNumber("+380501234567"))
    assert is_ukrainian(PhoneNumber("+380501234567"))
    assert not is_ukrainian(PhoneNumber("+48512345678"))


def test_neighbouring_numbers_share_a_range() -> None:
    first, second = PhoneNumber("+380501230001"), PhoneNumber("+380501239999")

    assert number_range(first) == number_range(second) == "+38050123"


@pytest.mark.parametrize(
    "from_",
    [
        None,
        "",
        "anonymous",
        "Anonymous",
        "Restricted",
        "unknown",
        "unavailable",
        "+266696687",
        "266696687",
        "+7378742833",
        "+2562533",
        "+8656696",
        "+86282452253",
        "sip:anonymous@anonymous.invalid",
        "client:anonymous",
    ],
)
def test_a_hidden_caller_is_recognised(from_: str | None) -> None:
    assert is_withheld(from_)


@pytest.mark.parametrize("from_", ["+380501234567", "sip:+380501234567@trunk.example"])
def test_a_shown_caller_is_not_hidden(from_: str) -> None:
    assert not is_withheld(from_)
