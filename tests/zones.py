"""Data of time zones as they might become: a zone with the rules of another."""

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]

from hotline_sessions.gateways.ics import forget_events


@contextmanager
def give_zone_rules_of(other: str, zone: str, folder: Path) -> Iterator[None]:
    """Until the end of the block clocks of ``zone`` go as those of ``other`` do."""
    source = next(
        file
        for file in (
            *(Path(path) / other for path in zoneinfo.TZPATH),
            Path(tzdata.__file__).parent / "zoneinfo" / other,
        )
        if file.exists()
    )
    target = folder / "zones" / zone
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([str(folder / "zones")])
    _forget(zone)
    try:
        yield
    finally:
        zoneinfo.reset_tzpath(before)
        _forget(zone)


def _forget(zone: str) -> None:
    ZoneInfo.clear_cache(only_keys=[zone])
    forget_events()
