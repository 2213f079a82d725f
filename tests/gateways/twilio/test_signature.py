import base64
import hashlib
import hmac
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.gateways.twilio.payloads import (
    BadForm,
    RoomForm,
    VoiceForm,
    parse_fields,
    read_form,
)
from hotline_sessions.gateways.twilio.signature import is_genuine


URL = "https://hotline.example.gov.ua/tw/v1/in/code?leg=0123456789&n=1"
SECRET = "0123456789abcdef0123456789abcdef"
OTHER = "f" * 32
FIELDS = [
    ("AccountSid", "AC" + "5" * 32),
    ("ApiVersion", "2010-04-01"),
    ("CallSid", "CA" + "1" * 32),
    ("CallStatus", "in-progress"),
    ("Called", "+380800502708"),
    ("CalledCity", ""),
    ("Caller", "+380501234567"),
    ("Digits", "418205"),
    ("Direction", "inbound"),
    ("From", "+380501234567"),
    ("To", "+380800502708"),
]


def sign(url: str, fields: list[tuple[str, str]], secret: str = SECRET) -> str:
    """Written from Twilio's description and not with its library."""
    text = url + "".join(name + value for name, value in sorted(fields))
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def check(
    url: str = URL,
    fields: list[tuple[str, str]] | None = None,
    signature: str | None = None,
    secrets: tuple[str, ...] = (SECRET,),
) -> bool:
    return is_genuine(
        url,
        FIELDS if fields is None else fields,
        signature=sign(URL, FIELDS) if signature is None else signature,
        secrets=secrets,
    )


def test_what_twilio_has_signed_is_genuine() -> None:
    assert check()


def test_the_coming_secret_counts_too_while_it_is_being_changed() -> None:
    assert check(signature=sign(URL, FIELDS, OTHER), secrets=(SECRET, OTHER))


@pytest.mark.parametrize(
    ("url", "signature"),
    [
        pytest.param(URL, "", id="no-header"),
        pytest.param(URL, "rubbish", id="random"),
        pytest.param(URL, "é", id="not-ascii"),
        pytest.param(URL, sign(URL, FIELDS, OTHER), id="other-token"),
        pytest.param(URL, sign(URL + "x", FIELDS), id="other-url"),
        pytest.param(URL.replace("https", "http"), None, id="http"),
        pytest.param(URL.replace("n=1", "n=2"), None, id="other-query"),
        pytest.param(URL.replace(".ua/", ".ua:8443/"), None, id="other-port"),
    ],
)
def test_what_is_signed_otherwise_is_not(url: str, signature: str | None) -> None:
    """TEL-01."""
    assert not check(url, signature=signature)


def test_an_extra_parameter_breaks_the_signature() -> None:
    assert not check(fields=[*FIELDS, ("SpeechResult", "x")])


def test_the_standard_port_may_be_written_or_not() -> None:
    assert check(signature=sign(URL.replace(".ua/", ".ua:443/"), FIELDS))


def test_without_a_secret_nothing_is_genuine() -> None:
    assert not check(signature=sign(URL, FIELDS, ""), secrets=("",))
    assert not check(secrets=())


def test_sha256_is_not_accepted_in_place_of_what_was_agreed() -> None:
    """TEL-07."""
    text = URL + "".join(name + value for name, value in sorted(FIELDS))
    digest = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).digest()
    assert not check(signature=base64.b64encode(digest).decode())


@pytest.mark.parametrize("twice", ["CallSid", "Digits", "To"])
def test_a_parameter_given_twice_is_refused_even_if_signed(twice: str) -> None:
    """TEL-03: the signature covers neither the order of values nor their number."""
    fields = [*FIELDS, (twice, dict(FIELDS)[twice])]

    assert not check(fields=fields)
    with pytest.raises(BadForm):
        read_form(fields, VoiceForm)


def is_accepted(fields: list[tuple[str, str]]) -> bool:
    """Whether a form passes both walls and says something else than the original."""
    if not is_genuine(URL, fields, signature=sign(URL, FIELDS), secrets=(SECRET,)):
        return False
    try:
        return read_form(fields, VoiceForm) != read_form(FIELDS, VoiceForm)
    except BadForm:
        return False


@pytest.mark.parametrize(
    "old_and_new",
    [
        pytest.param(
            ([("CallStatus", "in-progress")], [("CallStatusi", "n-progress")]), id="shifted-right"
        ),
        pytest.param(([("Digits", "418205")], [("Digit", "s418205")]), id="shifted-left"),
        pytest.param(
            (
                [("Direction", "inbound"), ("Digits", "418205")],
                [("Digits", "418205Directioninbound")],
            ),
            id="merged",
        ),
        pytest.param(
            (
                [("CallSid", "CA" + "1" * 32), ("CallStatus", "in-progress")],
                [("CallSid", "CA" + "1" * 32 + "CallStatusin-progress")],
            ),
            id="merged-into-the-sid",
        ),
        pytest.param(
            (
                [("Digits", "418205"), ("Caller", "+380501234567")],
                [("Caller", "+380501234567Digits418205")],
            ),
            id="a-key-hidden-in-a-value",
        ),
    ],
)
def test_moving_a_border_between_names_and_values_gains_nothing(
    old_and_new: tuple[list[tuple[str, str]], list[tuple[str, str]]],
) -> None:
    """TEL-02."""
    old, new = old_and_new
    assert not is_accepted([pair for pair in FIELDS if pair not in old] + new)


@given(st.data())
def test_no_shift_of_borders_says_anything_else(data: st.DataObject) -> None:
    """TEL-02: the signed text is cut anew at random places."""
    row = "".join(name + value for name, value in FIELDS)
    cuts = sorted(
        data.draw(st.sets(st.integers(1, len(row) - 1), min_size=1, max_size=2 * len(FIELDS)))
    )
    parts = [row[start:end] for start, end in zip([0, *cuts], [*cuts, None], strict=True)]
    if len(parts) % 2:
        parts.append("")

    assert not is_accepted(list(zip(parts[::2], parts[1::2], strict=True)))


@given(st.integers(0, len(FIELDS) - 1), st.integers(-5, 5))
def test_no_shift_of_one_border_says_anything_else(index: int, by: int) -> None:
    """TEL-02."""
    name, value = FIELDS[index]
    row, border = name + value, max(1, len(name) + by)
    fields = [*FIELDS[:index], (row[:border], row[border:]), *FIELDS[index + 1 :]]

    assert not is_accepted(fields)


@given(st.binary(max_size=300))
def test_rubbish_is_refused_and_never_breaks_the_parser(body: bytes) -> None:
    """TEL-04."""
    try:
        fields = parse_fields(body)
        read_form(fields, VoiceForm)
    except BadForm:
        return


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"CallSid=%00", id="nul"),
        pytest.param(b"CallSid=%ff", id="not-utf-8"),
        pytest.param("CallSid=є".encode(), id="not-encoded"),
        pytest.param(b"&".join(b"a%d=1" % number for number in range(300)), id="too-many"),
    ],
)
def test_bodies_that_no_form_has_are_refused(body: bytes) -> None:
    with pytest.raises(BadForm):
        parse_fields(body)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CallSid", "CA" + "g" * 32),
        ("CallSid", "CA" + "1" * 32 + "\n"),
        ("CallSid", "CA1"),
        ("AccountSid", "SK" + "5" * 32),
        ("CallStatus", "in progress"),
        ("From", "+380 50"),
        ("To", "x" * 30),
        ("Digits", "41820x"),
    ],
)
def test_malformed_values_are_refused(name: str, value: str) -> None:
    """TEL-09."""
    fields = [(key, value if key == name else old) for key, old in FIELDS]
    with pytest.raises(BadForm):
        read_form(fields, VoiceForm)


def test_fields_nobody_knows_are_let_pass() -> None:
    fields = [*FIELDS, ("StirVerstat", "TN-Validation-Passed-A"), ("CallToken", "%7B%7D")]
    assert read_form(fields, VoiceForm).digits == "418205"


def test_blank_fields_are_kept_as_they_are_signed() -> None:
    assert parse_fields(b"CalledCity=&To=%2B380800502708") == parse_qsl(
        "CalledCity=&To=%2B380800502708", keep_blank_values=True
    )


def test_the_end_of_a_conference_may_name_the_call_that_ended_it() -> None:
    fields = [
        ("AccountSid", "AC" + "5" * 32),
        ("CallSidEndingConference", "CA" + "1" * 32),
        ("ConferenceSid", "CF" + "2" * 32),
        ("FriendlyName", "s-0123456789-air"),
        ("ReasonConferenceEnded", "last-participant-left"),
        ("SequenceNumber", "7"),
        ("StatusCallbackEvent", "conference-end"),
    ]

    assert read_form(fields, RoomForm).call_sid == ""
