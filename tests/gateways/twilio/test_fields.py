"""Fields of a form are read as Python's own reader reads them."""

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.gateways.twilio.payloads import MAX_FIELDS, BadForm, parse_fields


PIECES = [b"a", b"=", b"&", b"%", b"2B", b"+", b"%d0%bf", b"%ff", b"%00", b"\0", b"\xc3", b";"]
BODIES = st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join)


def read_by_python(body: bytes) -> list[tuple[str, str]] | None:
    """Fields; None when they cannot be read, or hold a NUL."""
    try:
        fields = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=MAX_FIELDS,
            errors="strict",
        )
    except ValueError:
        return None
    return None if any("\0" in name + value for name, value in fields) else fields


def read_by_us(body: bytes) -> list[tuple[str, str]] | None:
    try:
        return parse_fields(body)
    except BadForm:
        return None


@given(BODIES)
def test_any_body_is_read_or_refused_as_python_would(body: bytes) -> None:
    assert read_by_us(body) == read_by_python(body)


@given(st.integers(MAX_FIELDS - 2, MAX_FIELDS + 2))
def test_so_many_fields_are_read_and_no_more(count: int) -> None:
    body = b"&".join([b"a=1"] * count)

    assert read_by_us(body) == read_by_python(body)
