import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.links import BadLink, LinkExpired, read, sign


NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=7)
SECRET = b"a secret of the tests"
SUBJECT = "a1b2c3d4e5"


@given(st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
def test_a_link_opens_what_was_signed_and_is_safe_in_an_address(subject: str) -> None:
    token = sign(SECRET, "booking", subject, LATER)

    assert read(SECRET, "booking", token, NOW) == subject
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", token)


def test_a_link_to_a_public_id_is_forty_characters_long() -> None:
    assert len(sign(SECRET, "booking", SUBJECT, LATER)) == 40


def test_a_link_works_until_its_moment_and_not_after() -> None:
    token = sign(SECRET, "booking", SUBJECT, LATER)

    assert read(SECRET, "booking", token, LATER - timedelta(seconds=1)) == SUBJECT
    with pytest.raises(LinkExpired):
        read(SECRET, "booking", token, LATER)


def test_a_link_for_one_purpose_does_not_serve_another() -> None:
    token = sign(SECRET, "booking", SUBJECT, LATER)

    with pytest.raises(BadLink):
        read(SECRET, "appeal", token, NOW)
    with pytest.raises(BadLink):
        read(b"another secret", "booking", token, NOW)


@given(st.integers(min_value=0, max_value=39), st.sampled_from("0aZ-."))
def test_a_link_changed_in_one_character_opens_nothing(position: int, char: str) -> None:
    token = sign(SECRET, "booking", SUBJECT, LATER)
    changed = token[:position] + char + token[position + 1 :]

    if changed != token:
        with pytest.raises(BadLink):
            read(SECRET, "booking", changed, NOW)


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "підпис", "." * 40])
def test_what_is_no_link_opens_nothing(token: str) -> None:
    with pytest.raises(BadLink):
        read(SECRET, "booking", token, NOW)


def test_a_subject_that_is_no_public_id_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="public id"):
        sign(SECRET, "booking", "+380501234567", LATER)
