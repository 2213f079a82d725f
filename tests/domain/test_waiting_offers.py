"""Who may be offered a slot, and until when an offer stands."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.ids import (
    BookingId,
    InstitutionId,
    PublicId,
    SessionId,
    SlotId,
    WaitingEntryId,
)
from hotline_sessions.domain.slots import Slot
from hotline_sessions.domain.times import KYIV
from hotline_sessions.domain.waiting_list import WaitingEntry, WaitingState
from hotline_sessions.domain.waiting_offers import (
    SHORTEST_OFFER,
    Candidate,
    find_offer_end,
    may_offer,
)


NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""12:00 in Kyiv."""
CUTOFF = timedelta(minutes=30)
POLICY = BookingPolicy()
HERE, ELSEWHERE = SessionId(1), SessionId(2)
SLOT = Slot(id=SlotId(5), starts_at=NOON, ends_at=NOON + timedelta(minutes=10), is_bookable=True)
ENTRY = WaitingEntry(
    id=WaitingEntryId(1),
    public_id=PublicId("0123456789"),
    institution=InstitutionId(1),
    session=HERE,
    phone="+380501234567",
    caller_name="Марія",
    community="Рівне",
    question="Коли буде тепло?",
    joined_at=NOON,
)
WAITING = Candidate(entry=ENTRY)
HOLDER = Candidate(
    entry=replace(ENTRY, wants_earlier=True),
    held=BookingId(1),
    held_starts_at=NOON + timedelta(minutes=10),
)


def test_an_offer_stands_as_long_as_the_institution_has_chosen() -> None:
    end = find_offer_end(
        NOON + timedelta(days=2), now=NOON, policy=POLICY, cutoff=CUTOFF, zone=KYIV
    )

    assert end == NOON + POLICY.offer


def test_an_offer_ends_when_the_slot_can_no_longer_be_booked() -> None:
    start = NOON + timedelta(hours=1)

    end = find_offer_end(start, now=NOON, policy=POLICY, cutoff=CUTOFF, zone=KYIV)

    assert end == start - CUTOFF


def test_an_offer_of_the_night_counts_from_the_morning() -> None:
    night = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)

    end = find_offer_end(
        night + timedelta(days=2), now=night, policy=POLICY, cutoff=CUTOFF, zone=KYIV
    )

    assert end == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@given(
    ahead=st.integers(0, 60 * 48),
    hour=st.integers(0, 23),
    offer=st.integers(1, 600),
    quiet=st.tuples(st.integers(0, 23), st.integers(0, 23)),
)
def test_an_offer_leaves_time_to_answer_and_none_after_the_cutoff(
    ahead: int, hour: int, offer: int, quiet: tuple[int, int]
) -> None:
    now = NOON + timedelta(hours=hour)
    start = now + timedelta(minutes=ahead)
    policy = BookingPolicy(
        offer_minutes=offer, quiet_from=time(quiet[0]), quiet_until=time(quiet[1])
    )

    end = find_offer_end(start, now=now, policy=policy, cutoff=CUTOFF, zone=KYIV)

    if end is None:
        assert start - CUTOFF - now < SHORTEST_OFFER + timedelta(hours=24)
    else:
        assert now + min(SHORTEST_OFFER, policy.offer) <= end <= start - CUTOFF


@pytest.mark.parametrize(
    ("candidate", "session", "may"),
    [
        (WAITING, HERE, True),
        (replace(WAITING, is_at_limit=True), HERE, False),
        (replace(WAITING, refused=frozenset({SLOT.id})), HERE, False),
        (replace(WAITING, refused=frozenset({SlotId(6)})), HERE, True),
        (replace(WAITING, held=BookingId(1), held_starts_at=NOON), HERE, False),
        (replace(WAITING, entry=replace(ENTRY, state=WaitingState.OFFERED)), HERE, False),
        (replace(WAITING, entry=replace(ENTRY, is_draw=True)), HERE, False),
        (replace(WAITING, entry=replace(ENTRY, is_draw=True, place=3)), HERE, True),
        (WAITING, ELSEWHERE, True),
        (HOLDER, HERE, True),
        (HOLDER, ELSEWHERE, False),
        (replace(HOLDER, is_at_limit=True), HERE, True),
        (replace(HOLDER, held_starts_at=NOON), HERE, False),
        (replace(HOLDER, held=None, held_starts_at=None), HERE, False),
    ],
)
def test_a_slot_is_offered_to_who_wants_it_and_may_have_it(
    candidate: Candidate, session: SessionId, *, may: bool
) -> None:
    assert may_offer(candidate, SLOT, session=session) is may
