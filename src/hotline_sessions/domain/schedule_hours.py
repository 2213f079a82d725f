"""Hours of one row of a schedule, and the spans they make on its days."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.schedule_fields import (
    LONGEST,
    parse_clock,
    parse_hours,
    parse_length,
)
from hotline_sessions.domain.schedule_rows import Row
from hotline_sessions.domain.times import Window, at_wall_time


class Hours(Struct, frozen=True, kw_only=True):
    """Wall times of a session; without an end it lasts ``length``."""

    start: time
    end: time | None
    length: timedelta | None


def read_hours(row: Row) -> Hours | None:
    """Hours that the row shows, or ``None`` with the mistakes noted."""
    start_text, end_text = row.text("time_from"), row.text("time_to")
    length_text = row.text("duration")
    hours = row.attempt("time_from", lambda: parse_hours(start_text)) if start_text else None
    end = row.attempt("time_to", lambda: parse_clock(end_text)) if end_text else None
    length = row.attempt("duration", lambda: parse_length(length_text)) if length_text else None
    if not start_text:
        row.mistake("time_from", "missing-start")
    if not (end_text or length_text) and (hours is None or hours[1] is None):
        row.mistake("time_to", "missing-end")
    if hours is None or (end_text and end is None) or (length_text and length is None):
        return None
    end = end or hours[1]
    if end is None and length is None:
        return None
    return Hours(start=hours[0], end=end, length=length)


def plan_windows(
    row: Row, days: tuple[date, ...], hours: Hours, zone: ZoneInfo
) -> tuple[Window, ...]:
    """A window for each day; the nights on which clocks change are named."""
    if hours.end is not None and not _is_end_good(row, hours.start, hours.end, hours.length):
        return ()
    windows: list[Window] = []
    for day in days:
        start = at_wall_time(day, hours.start, zone)
        end = start + hours.length if hours.length else None
        if hours.end is not None:
            end = at_wall_time(day, hours.end, zone)
        if end is None or not _is_on_clock(row, day, hours, zone):
            continue
        windows.append(Window(starts_at=start, ends_at=end))
    return tuple(windows)


def _is_end_good(row: Row, start: time, end: time, length: timedelta | None) -> bool:
    shown = timedelta(minutes=(end.hour - start.hour) * 60 + end.minute - start.minute)
    if shown <= timedelta():
        row.mistake("time_to", "end-not-after-start", start=f"{start:%H:%M}", end=f"{end:%H:%M}")
        return False
    if shown > LONGEST:
        row.mistake("time_to", "impossible-duration", text=f"{start:%H:%M}–{end:%H:%M}")
        return False
    if length is not None and length != shown:
        row.remark("duration", "duration-differs", end=f"{end:%H:%M}")
    return True


def _is_on_clock(row: Row, day: date, hours: Hours, zone: ZoneInfo) -> bool:
    """Whether clocks show these times on ``day``; a time shown twice is the first one."""
    for column, clock in (("time_from", hours.start), ("time_to", hours.end)):
        if clock is None:
            continue
        moment = at_wall_time(day, clock, zone)
        shown = moment.astimezone(zone)
        if shown.time() != clock:
            row.mistake(column, "skipped-hour", date=day.isoformat(), time=f"{clock:%H:%M}")
            return False
        if shown.utcoffset() != shown.replace(fold=1).utcoffset():
            row.remark(column, "repeated-hour", date=day.isoformat(), time=f"{clock:%H:%M}")
    return True
