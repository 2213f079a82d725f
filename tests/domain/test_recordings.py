from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import NOW

from hotline_sessions.domain.calls import Consent, Role
from hotline_sessions.domain.ids import (
    CallId,
    CallSid,
    InstitutionId,
    PublicId,
    RecordingId,
    SessionId,
)
from hotline_sessions.domain.recordings import (
    GIVE_UP,
    MP3,
    PATIENCE,
    WAV,
    NotSound,
    RecordedCall,
    Recording,
    RecordingKind,
    RecordingSid,
    RecordingState,
    RecordingStep,
    SoundStatus,
    advance,
    build_key,
    choose_step,
    detect_sound,
    digest_of,
    mark_erased,
    mark_removed,
    may_record,
    may_transcribe,
    media_type_of,
    plan_retry,
)


STATES = st.sampled_from(RecordingState)


def make_call(**changes: object) -> RecordedCall:
    values: dict[str, object] = {
        "id": CallId(1),
        "public_id": PublicId("call000001"),
        "institution": InstitutionId(1),
        "session": SessionId(1),
        "role": Role.CITIZEN,
        "sid": CallSid("CA" + "1" * 32),
        "consent": Consent.YES,
        "consented_at": NOW,
        "on_air_at": NOW + timedelta(minutes=1),
        "is_recorded": True,
        "is_transcribed": True,
        "recordings_days": 30,
    }
    return RecordedCall(**(values | changes))  # type: ignore[arg-type]


def make_recording(state: RecordingState, **changes: object) -> Recording:
    values: dict[str, object] = {
        "id": RecordingId(1),
        "public_id": PublicId("rec0000001"),
        "institution": InstitutionId(7),
        "session": SessionId(1),
        "call": CallId(1),
        "sid": RecordingSid("RE" + "1" * 32),
        "kind": RecordingKind.TALK,
        "state": state,
        "due_at": NOW,
        "started_at": NOW,
    }
    return Recording(**(values | changes))  # type: ignore[arg-type]


def test_a_talk_is_recorded_where_the_session_says_so_and_the_citizen_had_agreed() -> None:
    assert may_record(make_call(), RecordingKind.TALK)
    for refusal in (
        {"consent": Consent.NO},
        {"consent": Consent.NONE},
        {"consented_at": None},
        {"is_recorded": False},
        {"role": Role.OFFICIAL},
        {"consented_at": NOW + timedelta(minutes=2)},
    ):
        assert not may_record(make_call(**refusal), RecordingKind.TALK), refusal


def test_a_question_is_recorded_because_the_citizen_speaks_to_the_machine() -> None:
    silent = make_call(consent=Consent.NO, is_recorded=False, consented_at=None)

    assert may_record(silent, RecordingKind.QUESTION)
    assert not may_record(make_call(role=Role.OPERATOR), RecordingKind.QUESTION)


def test_a_machine_listens_only_with_consent_and_where_the_session_says_so() -> None:
    assert may_transcribe(make_call())
    assert not may_transcribe(make_call(consent=Consent.NO))
    assert not may_transcribe(make_call(is_transcribed=False))
    assert not may_transcribe(make_call(role=Role.OFFICIAL))


@given(st.lists(st.sampled_from(SoundStatus), max_size=6))
def test_once_it_is_complete_it_is_ready_whatever_else_is_told(news: list[SoundStatus]) -> None:
    state = RecordingState.RECORDING
    for status in news:
        state = advance(state, status)

    if SoundStatus.COMPLETED in news:
        assert state is RecordingState.READY
    elif SoundStatus.ABSENT in news:
        assert state is RecordingState.ABSENT
    else:
        assert state is RecordingState.RECORDING


@given(STATES, st.sampled_from(SoundStatus))
def test_news_never_brings_back_what_was_deleted_nor_a_second_copy(
    state: RecordingState, status: SoundStatus
) -> None:
    settled = {
        RecordingState.COPYING,
        RecordingState.COPIED,
        RecordingState.KEPT,
        RecordingState.UNWANTED,
        RecordingState.ERASED,
    }

    assert state not in settled or advance(state, status) is state


@given(STATES, st.booleans())
def test_every_step_ends_and_nothing_is_done_after_it(
    state: RecordingState,
    is_removed: bool,  # noqa: FBT001 - hypothesis hands it over so
) -> None:
    recording = make_recording(state, removed_at=NOW if is_removed else None)
    if choose_step(recording) is RecordingStep.REMOVE:
        after = mark_removed(recording, NOW)
        assert choose_step(after) is None
        assert after.removed_at == NOW
        assert (after.erased_at is not None) == (after.state is RecordingState.ERASED)


@pytest.mark.parametrize("state", [RecordingState.READY, RecordingState.COPIED])
def test_what_the_network_still_has_when_its_days_are_over_is_deleted_there_too(
    state: RecordingState,
) -> None:
    erased = mark_erased(make_recording(state, storage_key="7/x.wav"), NOW)

    assert (erased.state, erased.storage_key) == (RecordingState.UNWANTED, "")
    assert choose_step(erased) is RecordingStep.REMOVE
    assert mark_removed(erased, NOW + timedelta(1)).erased_at == NOW


def test_what_is_only_ours_is_gone_when_it_is_erased() -> None:
    kept = make_recording(RecordingState.KEPT, removed_at=NOW)
    lost = make_recording(RecordingState.LOST)

    assert mark_erased(kept, NOW).state is RecordingState.ERASED
    assert mark_erased(lost, NOW).state is RecordingState.ERASED


def test_pauses_grow_and_the_last_one_repeats() -> None:
    last = len(PATIENCE)
    pauses = [plan_retry(attempts, NOW) - NOW for attempts in range(last + 4)]

    assert pauses[1 : last + 1] == list(PATIENCE)
    assert pauses[0] == PATIENCE[0]
    assert set(pauses[last + 1 :]) == {PATIENCE[-1]}
    assert list(PATIENCE) == sorted(PATIENCE)


def test_sound_that_is_not_there_is_asked_for_for_more_than_a_day() -> None:
    asked = [plan_retry(attempts, NOW) - NOW for attempts in range(1, GIVE_UP + 1)]

    assert sum(asked, timedelta()) > timedelta(days=1)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", WAV),
        (b"ID3\x04\x00", MP3),
        (b"\xff\xfb\x90\x00", MP3),
        (b"\xff\xf3\x40\xc0", MP3),
    ],
)
def test_sound_is_known_by_its_first_bytes(content: bytes, kind: object) -> None:
    assert detect_sound(content) is kind


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"<html>", b"RIFF\x00\x00\x00\x00WEBP", b'{"code": 20404}', b"\xff\xd8\xff\xe0"],
    ids=["nothing", "a-byte", "a-page", "a-picture", "an-error", "a-photo"],
)
def test_what_is_no_sound_is_refused(content: bytes) -> None:
    with pytest.raises(NotSound):
        detect_sound(content)


def test_the_name_in_our_storage_says_what_it_must_hash_to_and_nothing_of_persons() -> None:
    key = build_key(make_recording(RecordingState.READY), "ab" * 32, MP3)

    assert key == f"7/rec0000001-{'ab' * 32}.mp3"
    assert digest_of(key) == "ab" * 32
    assert media_type_of(key) == "audio/mpeg"
    assert media_type_of("7/x-1.wav") == "audio/wav"
    assert len(key) <= 200
