"""From when to when, and in which order, slots may be taken."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from msgspec import Struct

from hotline_sessions.domain.registration import (
    ClosesAfterStart,
    ClosesBeforeOpening,
    DrawNeedsClosing,
    DrawSession,
    Registration,
    RegistrationClosed,
    RegistrationNotOpen,
    RegistrationPlan,
    Stage,
    WallMoment,
    check_open,
    check_registration,
    choose_stage,
    plan_registration,
)
from hotline_sessions.domain.sessions import BookingMode
from hotline_sessions.domain.times import KYIV


OPENS = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
CLOSES = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
STARTS = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


class Given(Struct, frozen=True, kw_only=True):
    time_zone: str = "Europe/Kyiv"
    registration_opens_at: datetime | None = OPENS
    registration_closes_at: datetime | None = CLOSES
    booking_mode: BookingMode = BookingMode.FIRST_COME


def test_registration_opens_not_one_moment_early() -> None:
    check_registration(Given(), OPENS)

    with pytest.raises(RegistrationNotOpen) as refused:
        check_registration(Given(), OPENS - TICK)
    assert refused.value.facts == {"opens_at": "20.11.2026, 09:00"}


def test_registration_closes_at_the_moment_that_was_announced() -> None:
    check_registration(Given(), CLOSES - TICK)

    with pytest.raises(RegistrationClosed):
        check_registration(Given(), CLOSES)


def test_without_times_registration_is_open_from_publishing_on() -> None:
    check_registration(Given(registration_opens_at=None), OPENS - timedelta(days=30))
    check_registration(Given(registration_closes_at=None), CLOSES + timedelta(days=30))


def test_a_session_of_a_draw_gives_no_slot_to_who_comes_first() -> None:
    drawn = Given(booking_mode=BookingMode.DRAW)

    with pytest.raises(DrawSession):
        check_registration(drawn, OPENS)
    with pytest.raises(RegistrationNotOpen):
        check_registration(drawn, OPENS - TICK)
    check_open(drawn, OPENS)


def at(day: int, clock: time = time(9)) -> WallMoment:
    return WallMoment(on=date(2026, 11, day), clock=clock)


def plan(
    *,
    opens: WallMoment | None = None,
    closes: WallMoment | None = None,
    mode: BookingMode = BookingMode.FIRST_COME,
) -> Registration:
    return plan_registration(
        RegistrationPlan(opens=opens, closes=closes, mode=mode), zone=KYIV, starts_at=STARTS
    )


def test_a_plan_says_wall_times_and_means_moments() -> None:
    planned = plan(opens=at(20), closes=at(24, time(17)), mode=BookingMode.DRAW)

    assert planned == Registration(opens_at=OPENS, closes_at=CLOSES, mode=BookingMode.DRAW)


def test_a_plan_in_which_nothing_is_chosen_changes_nothing() -> None:
    assert plan() == Registration(opens_at=None, closes_at=None, mode=BookingMode.FIRST_COME)


def test_registration_closes_after_it_opens_and_before_the_session_begins() -> None:
    plan(opens=at(20), closes=at(25, time(10)))

    with pytest.raises(ClosesBeforeOpening):
        plan(opens=at(20), closes=at(20))
    with pytest.raises(ClosesAfterStart):
        plan(closes=at(25, time(10, 1)))
    with pytest.raises(ClosesAfterStart):
        plan(opens=at(25, time(10, 1)))


def test_lots_fall_at_a_closing_that_must_be_known() -> None:
    with pytest.raises(DrawNeedsClosing):
        plan(opens=at(20), mode=BookingMode.DRAW)


@pytest.mark.parametrize(
    ("mode", "now", "stage"),
    [
        (BookingMode.FIRST_COME, OPENS - TICK, Stage.NOT_YET),
        (BookingMode.FIRST_COME, OPENS, Stage.OPEN),
        (BookingMode.FIRST_COME, CLOSES, Stage.CLOSED),
        (BookingMode.DRAW, OPENS - TICK, Stage.NOT_YET),
        (BookingMode.DRAW, OPENS, Stage.DRAW_OPEN),
        (BookingMode.DRAW, CLOSES, Stage.DRAWING),
    ],
)
def test_pages_tell_how_registration_stands(mode: BookingMode, now: datetime, stage: Stage) -> None:
    assert choose_stage(Given(booking_mode=mode), now) is stage
