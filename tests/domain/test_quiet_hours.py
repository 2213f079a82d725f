"""Within quiet hours nothing that can wait reaches a telephone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.quiet_hours import find_quiet_end
from hotline_sessions.domain.times import KYIV


NIGHT = BookingPolicy()
NOON = BookingPolicy(quiet_from=time(12), quiet_until=time(13))
NEVER = BookingPolicy(quiet_from=time(0), quiet_until=time(0))


def at(day: int, clock: time) -> datetime:
    return datetime.combine(datetime(2026, 11, day, tzinfo=KYIV).date(), clock, tzinfo=KYIV)


@pytest.mark.parametrize(
    ("policy", "now", "until"),
    [
        (NIGHT, at(23, time(20, 59)), None),
        (NIGHT, at(23, time(21)), at(24, time(8))),
        (NIGHT, at(23, time(23, 59)), at(24, time(8))),
        (NIGHT, at(24, time(0)), at(24, time(8))),
        (NIGHT, at(24, time(7, 59)), at(24, time(8))),
        (NIGHT, at(24, time(8)), None),
        (NOON, at(23, time(11, 59)), None),
        (NOON, at(23, time(12, 30)), at(23, time(13))),
        (NOON, at(23, time(13)), None),
        (NEVER, at(23, time(0)), None),
    ],
)
def test_quiet_time_ends_at_its_wall_time(
    policy: BookingPolicy, now: datetime, until: datetime | None
) -> None:
    assert find_quiet_end(now.astimezone(UTC), policy, zone=KYIV) == until


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants bounds without a zone
    st.times(),
    st.times(),
    st.sampled_from([KYIV, ZoneInfo("Europe/Lisbon")]),
)
def test_what_waits_to_the_end_may_go_then(
    now: datetime, start: time, end: time, zone: ZoneInfo
) -> None:
    policy = BookingPolicy(quiet_from=start, quiet_until=end)

    until = find_quiet_end(now, policy, zone=zone)

    if until is not None:
        assert now <= until <= now + timedelta(hours=25)
        later = until + timedelta(hours=1) if until == now else until
        assert find_quiet_end(until, policy, zone=zone) in {None, later, until}
