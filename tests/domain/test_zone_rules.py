"""Rules of a zone say what its clocks have shown, also after they have changed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.zones import give_zone_rules_of

from hotline_sessions.domain.zone_rules import keep_clock, read_rules


ZONE = "Europe/Kyiv"
NOON = datetime(2027, 7, 1, 9, tzinfo=UTC)


def test_rules_say_what_a_clock_has_shown_and_when_it_shows_that_now(tmp_path: Path) -> None:
    before = read_rules(ZoneInfo(ZONE))

    assert before.show(NOON).isoformat() == "2027-07-01T12:00:00"
    assert before.show(datetime(2027, 1, 1, 9, tzinfo=UTC)).isoformat() == "2027-01-01T11:00:00"
    assert keep_clock(NOON, before, ZoneInfo(ZONE)) == NOON
    with give_zone_rules_of("Africa/Tripoli", ZONE, tmp_path):
        assert read_rules(ZoneInfo(ZONE)).digest != before.digest
        assert keep_clock(NOON, before, ZoneInfo(ZONE)) == NOON + timedelta(hours=1)
    assert read_rules(ZoneInfo(ZONE)) == before
