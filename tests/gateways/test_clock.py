from datetime import UTC

from hotline_sessions.gateways.clock import SystemClock


def test_the_clock_shows_utc() -> None:
    assert SystemClock().now().tzinfo is UTC
