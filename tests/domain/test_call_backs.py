"""A promise to call a citizen: how often it is tried."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline_sessions.domain.call_backs import (
    ATTEMPTS,
    CallBack,
    CallBackKind,
    CallBackState,
    plan_again,
)
from hotline_sessions.domain.ids import CallBackId, InstitutionId, PublicId, SessionId
from hotline_sessions.domain.policies import DEFAULT_POLICY


NOW = datetime(2026, 11, 25, 8, 20, tzinfo=UTC)
RETRY = timedelta(seconds=DEFAULT_POLICY.call_back_retry_seconds)


def make_promise(
    kind: CallBackKind, *, attempts: int = 1, state: CallBackState = CallBackState.RINGING
) -> CallBack:
    return CallBack(
        id=CallBackId(1),
        public_id=PublicId("0123456789"),
        institution=InstitutionId(1),
        session=SessionId(1),
        kind=kind,
        phone="+380501234567",
        place_since=NOW,
        state=state,
        attempts=attempts,
        due_at=NOW,
        promised_at=NOW,
    )


@pytest.mark.parametrize("kind", [CallBackKind.SLOT, CallBackKind.HOLD])
def test_who_does_not_answer_is_rung_once_more_and_not_again(kind: CallBackKind) -> None:
    first, second = make_promise(kind), make_promise(kind, attempts=2)

    assert plan_again(first, NOW, slot_starts_at=None, policy=DEFAULT_POLICY) == NOW + RETRY
    assert plan_again(second, NOW, slot_starts_at=None, policy=DEFAULT_POLICY) is None


def test_whose_talk_was_cut_is_rung_once() -> None:
    promise = make_promise(CallBackKind.DROPPED)

    assert plan_again(promise, NOW, slot_starts_at=None, policy=DEFAULT_POLICY) is None


@pytest.mark.parametrize("ahead", [timedelta(minutes=2), timedelta(minutes=-2)])
def test_the_second_attempt_is_made_after_the_slot_has_begun(ahead: timedelta) -> None:
    promise = make_promise(CallBackKind.SLOT)

    again = plan_again(promise, NOW, slot_starts_at=NOW + ahead, policy=DEFAULT_POLICY)

    assert again == max(NOW, NOW + ahead) + RETRY


def test_every_kind_of_promise_says_how_often_it_is_tried() -> None:
    assert set(ATTEMPTS) == set(CallBackKind)


@pytest.mark.parametrize("state", CallBackState)
def test_a_citizen_counts_on_a_promise_until_it_is_kept_or_broken(state: CallBackState) -> None:
    promise = make_promise(CallBackKind.HOLD, state=state)

    assert promise.is_standing is (state in {CallBackState.DUE, CallBackState.RINGING})
