import pytest

from hotline_sessions.domain.systems import (
    BadHookUrl,
    Event,
    check_hook_url,
    is_public_address,
    name_event,
)


@pytest.mark.parametrize(
    "url",
    [
        "http://sed.example/", "https://", "https://localhost/", "https://127.0.0.1/",
        "https://10.1.2.3/", "https://192.168.0.1/", "https://169.254.169.254/latest",
        "https://[::1]/", "https://[fe80::1]/", "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::7f00:1]/", "https://2130706433/", "https://server/",
        "https://db.internal/", "https://user:secret@sed.example/", "https://sed.example/#a",
        "https://sed.example:99999/", "https://сед.example/", "https://sed.example/a b", "ftp://x.y",
        "https://[", "https://0.0.0.0/", "https://224.0.0.1/",
    ],
)  # fmt: skip
def test_an_address_inside_or_not_of_https_is_refused(url: str) -> None:
    with pytest.raises(BadHookUrl):
        check_hook_url(url, may_be_private=False)


@pytest.mark.parametrize("url", ["https://sed.example/hooks?a=1", "https://8.8.8.8:8443/"])
def test_an_address_of_the_internet_is_taken(url: str) -> None:
    assert check_hook_url(url, may_be_private=False) == url


def test_a_demo_may_tell_programs_beside_it() -> None:
    assert check_hook_url("http://127.0.0.1:9000/", may_be_private=True)
    with pytest.raises(BadHookUrl):
        check_hook_url("file:///etc/passwd", may_be_private=True)


def test_an_address_with_a_zone_is_seen_through() -> None:
    assert not is_public_address("fe80::1%eth0")
    assert is_public_address("2606:4700::1111")


def test_every_step_is_an_event_but_the_beginning_of_histories() -> None:
    assert name_event("appeal_sent") is Event.ANSWERED
    assert name_event("appeal_repeated") is Event.REGISTERED
    assert name_event("appeal_of_tomorrow") is Event.CHANGED
    assert name_event("carried-over") is None
