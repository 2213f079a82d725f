import base64
import hashlib
import hmac
from urllib.parse import parse_qsl

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from hotline_sessions.gateways.twilio.payloads import (
    BadForm,
    RoomForm,
    VoiceForm,
    parse_fields,
    read_form,
)
from hotline_sessions.gateways.twilio.signature import (
    Scheme,
    SharedKey,
    Signatory,
    is_genuine,
)


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


KEY = SharedKey(sid="SKpresent", secret="a" * 40)
COMING = SharedKey(sid="SKcoming", secret="b" * 40)
BASE = "https://hotline.example.gov.ua"
TARGET = URL.removeprefix(BASE)


def sign_by_key(key: SharedKey, algorithm: str = "sha256") -> str:
    text = URL + "".join(name + value for name, value in sorted(FIELDS))
    digest = hmac.new(key.secret.encode(), text.encode(), algorithm).digest()
    return base64.b64encode(digest).decode()


def names(key: SharedKey, algorithm: str = "HMAC_SHA256") -> str:
    return f"key={key.sid},algorithm={algorithm}"


def has_signed(scheme: Scheme, *, signature: str, settings: str) -> bool:
    signatory = Signatory(base_url=BASE, scheme=scheme, tokens=(SECRET, OTHER), keys=(KEY, COMING))
    return signatory.has_signed(TARGET, FIELDS, signature=signature, settings=settings)


@pytest.mark.parametrize("key", [KEY, COMING])
@pytest.mark.parametrize("scheme", [Scheme.SHARED_KEY, Scheme.BOTH])
def test_the_present_and_the_coming_shared_key_count(scheme: Scheme, key: SharedKey) -> None:
    assert has_signed(scheme, signature=sign_by_key(key), settings=names(key))
    assert has_signed(
        scheme, signature=sign_by_key(key), settings=f"algorithm=HMAC_SHA256, key={key.sid}"
    )


@pytest.mark.parametrize("token", [SECRET, OTHER])
@pytest.mark.parametrize("scheme", [Scheme.TOKEN, Scheme.BOTH])
def test_the_present_and_the_coming_token_count(scheme: Scheme, token: str) -> None:
    assert has_signed(scheme, signature=sign(URL, FIELDS, token), settings="")


@pytest.mark.parametrize(
    ("scheme", "signature", "settings"),
    [
        pytest.param(Scheme.SHARED_KEY, sign(URL, FIELDS), "", id="token-in-place-of-key"),
        pytest.param(
            Scheme.SHARED_KEY, sign_by_key(KEY, "sha1"), names(KEY, "HMAC_SHA1"), id="sha1-by-key"
        ),
        pytest.param(Scheme.BOTH, sign_by_key(KEY, "sha1"), names(KEY, "HMAC_SHA1"), id="both"),
        pytest.param(
            Scheme.BOTH, sign_by_key(KEY, "md5"), names(KEY, "HMAC_MD5"), id="unknown-algorithm"
        ),
        pytest.param(Scheme.BOTH, sign(URL, FIELDS), names(KEY), id="token-under-a-key's-name"),
        pytest.param(Scheme.SHARED_KEY, sign_by_key(KEY), names(COMING), id="another-key"),
        pytest.param(Scheme.SHARED_KEY, sign_by_key(KEY), "", id="unnamed-key"),
        pytest.param(
            Scheme.SHARED_KEY,
            sign_by_key(KEY),
            f"{names(KEY)},algorithm=HMAC_SHA1",
            id="two-algorithms",
        ),
        pytest.param(Scheme.SHARED_KEY, sign_by_key(KEY), "rubbish", id="rubbish"),
        pytest.param(Scheme.TOKEN, sign_by_key(KEY), names(KEY), id="key-not-configured"),
        pytest.param(Scheme.TOKEN, sign(URL, FIELDS), names(KEY), id="token-with-settings"),
    ],
)
def test_the_request_does_not_choose_how_it_is_proven(
    scheme: Scheme, signature: str, settings: str
) -> None:
    """TEL-07."""
    assert not has_signed(scheme, signature=signature, settings=settings)


def test_a_shared_key_without_a_secret_signs_nothing() -> None:
    signatory = Signatory(
        base_url=BASE, scheme=Scheme.SHARED_KEY, keys=(SharedKey(sid="SK1", secret=""),)
    )
    empty = sign_by_key(SharedKey(sid="SK1", secret=""))
    assert not signatory.has_signed(
        TARGET, FIELDS, signature=empty, settings="key=SK1,algorithm=HMAC_SHA256"
    )


@pytest.mark.parametrize("algorithm", ["HMAC_SHA1", "HMAC_SHA256"])
def test_the_library_of_twilio_signs_alike(algorithm: str) -> None:
    signature = RequestValidator(KEY.secret).compute_signature(URL, dict(FIELDS), algorithm)
    signatory = Signatory(base_url=BASE, scheme=Scheme.BOTH, tokens=(KEY.secret,), keys=(KEY,))
    settings = "" if algorithm == "HMAC_SHA1" else names(KEY, algorithm)

    assert signatory.has_signed(TARGET, FIELDS, signature=signature, settings=settings)


@pytest.mark.parametrize(
    "party",
    [
        "",
        "anonymous",
        "Restricted",
        "+266696687",
        "0501234567",
        "380501234567",
        "sip:+380441234567@trunk.carrier.ua;transport=tls",
        "sips:1545@10.0.0.1:5061",
        "client:official-0123456789",
    ],
)
def test_whoever_calls_from_wherever_may_call(party: str) -> None:
    fields = [(name, party if name == "From" else value) for name, value in FIELDS]
    assert read_form(fields, VoiceForm).from_ == party


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SpeechResult", "чотири один вісім"),
        ("Confidence", "0.9283"),
        ("AnsweredBy", "machine_end_beep"),
        ("ForwardedFrom", "+380441234567"),
        ("QueueTime", "31"),
        ("DialCallStatus", "answered"),
        ("DialCallDuration", "301"),
        ("RecordingSid", "RE" + "1" * 32),
        ("RecordingDuration", "-1"),
        ("ErrorCode", "11205"),
    ],
)
def test_what_is_told_besides_is_read(name: str, value: str) -> None:
    form = read_form([*FIELDS, (name, value)], VoiceForm)
    names_of = {field.encode_name: field.name for field in msgspec.structs.fields(VoiceForm)}
    assert getattr(form, names_of[name]) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SpeechResult", "x" * 2001),
        ("Confidence", "very"),
        ("RecordingSid", "https://recordings.example"),
        ("DialCallDuration", "1e9"),
        ("ErrorCode", "<script>"),
    ],
)
def test_what_is_told_besides_is_read_strictly(name: str, value: str) -> None:
    """TEL-09."""
    with pytest.raises(BadForm):
        read_form([*FIELDS, (name, value)], VoiceForm)


def test_the_average_time_in_a_queue_does_not_spell_the_caller_s() -> None:
    fields = [*FIELDS, ("AvgQueueTime", "12"), ("CurrentQueueSize", "3")]
    assert read_form(fields, VoiceForm).queue_time == ""
