"""Access tokens of telephones in browsers, read by Twilio's own library."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from hotline_sessions.domain.ids import AccountId, PublicId
from hotline_sessions.domain.softphones import (
    SoftphoneKind,
    identity_of_official,
    identity_of_operator,
    plan_expiry,
)
from hotline_sessions.gateways.twilio.softphone import (
    NoSoftphones,
    SoftphoneKey,
    build_access_token,
    choose_softphones,
)
from hotline_sessions.services.softphones import Softphones


NOW = datetime(2099, 12, 1, 8, 0, tzinfo=UTC)
END = NOW + timedelta(hours=2)
SECRET = "k" * 32
KEY = SoftphoneKey(
    account_sid="AC" + "1" * 32,
    sid="SK" + "2" * 32,
    secret=SECRET,
    application_sid="AP" + "3" * 32,
    region="ie1",
)


def test_a_token_is_the_one_that_twilios_library_would_have_built() -> None:
    theirs = AccessToken(
        KEY.account_sid,
        KEY.sid,
        SECRET,
        grants=[VoiceGrant(incoming_allow=True, outgoing_application_sid=KEY.application_sid)],
        identity="official-0123456789",
        nbf=None,
        valid_until=int(END.timestamp()),
        region="ie1",
    ).to_jwt()
    ours = build_access_token("official-0123456789", expires_at=END, key=KEY)

    assert jwt.get_unverified_header(ours) == jwt.get_unverified_header(theirs)
    claims, expected = (jwt.decode(each, SECRET, algorithms=["HS256"]) for each in (ours, theirs))
    assert claims.pop("jti") != expected.pop("jti")
    assert claims == expected


def test_two_tokens_of_one_second_are_two() -> None:
    tokens = {build_access_token("a", expires_at=END, key=KEY) for _ in range(5)}

    assert len(tokens) == 5


def test_a_token_signed_with_another_secret_is_none_of_ours() -> None:
    token = build_access_token("a", expires_at=END, key=KEY)

    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, "x" * 32, algorithms=["HS256"])


@pytest.mark.parametrize(
    ("ends_at", "expected"),
    [
        (END, END + timedelta(minutes=15)),
        (NOW - timedelta(hours=1), NOW + timedelta(minutes=15)),
        (NOW + timedelta(days=3), NOW + timedelta(hours=24)),
    ],
)
def test_a_token_outlives_its_session_by_a_quarter_of_an_hour_and_never_a_day(
    ends_at: datetime, expected: datetime
) -> None:
    assert plan_expiry(ends_at, NOW) == expected


def test_with_the_simulator_a_page_is_told_the_channel() -> None:
    bare = SoftphoneKey(account_sid=KEY.account_sid, sid="", secret="")
    softphones: Softphones = choose_softphones(bare, base_url="http://127.0.0.1:4020")
    identity = identity_of_operator(AccountId(7))

    phone = softphones.issue(identity, ends_at=END, now=NOW)

    assert phone
    assert phone.kind is SoftphoneKind.SIMULATOR
    assert phone.address == "ws://127.0.0.1:4020/sim/v1/softphone/operator-7"
    grants = jwt.decode(phone.token, options={"verify_signature": False})["grants"]
    assert grants == {"identity": "operator-7", "voice": {"incoming": {"allow": True}}}


def test_with_twilio_a_page_is_told_no_address() -> None:
    softphones: Softphones = choose_softphones(KEY, base_url="", edge="dublin")
    identity = identity_of_official(PublicId("0123456789"))

    phone = softphones.issue(identity, ends_at=END, now=NOW)

    assert phone is not None
    assert (phone.kind, phone.address, phone.edge) == (SoftphoneKind.TWILIO, "", "dublin")
    assert phone.expires_at == END + timedelta(minutes=15)


@pytest.mark.parametrize("lacking", ["sid", "secret", "application_sid"])
def test_where_a_part_of_the_key_is_missing_nobody_talks_in_the_browser(lacking: str) -> None:
    parts = {"sid": KEY.sid, "secret": KEY.secret, "application_sid": KEY.application_sid}
    key = SoftphoneKey(account_sid=KEY.account_sid, **(parts | {lacking: ""}))

    softphones = choose_softphones(key, base_url="")

    assert isinstance(softphones, NoSoftphones)
