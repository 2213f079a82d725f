"""What libical (GNOME, KDE, Evolution) makes of a calendar, by its C interface.

It also knows the rules of RFC 5546 on what a calendar must and must not hold.
"""

import ctypes
from ctypes.util import find_library
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from msgspec import Struct


EVENT: Final = 4
"""ICAL_VEVENT_COMPONENT of libical 3."""


class Time(ctypes.Structure):
    """``struct icaltimetype`` of libical 3."""

    _fields_ = (
        *[
            (name, ctypes.c_int)
            for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_dst")
        ],
        ("zone", ctypes.c_void_p),
    )


class Span(ctypes.Structure):
    """``struct icaltime_span``: seconds of UTC."""

    _fields_ = (("start", ctypes.c_int64), ("end", ctypes.c_int64), ("is_busy", ctypes.c_int))


class Judgement(Struct, frozen=True, kw_only=True):
    """Start and end in UTC and summary of each event; errors; whether the rules are kept."""

    shown: list[tuple[str, str, str]]
    errors: int
    is_allowed: bool


_SEEN = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(Span), ctypes.c_void_p)


def judge_with_libical(content: bytes) -> Judgement:
    """Skips the test where libical is not installed, but not in CI."""
    ical = _load()
    root = ical.icalparser_parse_string(content)
    assert root, "libical reads no calendar"
    shown: list[tuple[str, str, str]] = []

    def see(component: int, span: Any, _: object) -> None:  # noqa: ANN401 - a pointer
        summary = ical.icalcomponent_get_summary(component) or b""
        start, end = (
            datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            for at in (span.contents.start, span.contents.end)
        )
        shown.append((start, end, summary.decode()))

    seen = _SEEN(see)
    begin, finish = (
        ical.icaltime_from_string(at) for at in (b"19900101T000000Z", b"20370101T000000Z")
    )
    event = ical.icalcomponent_get_first_component(root, EVENT)
    while event:
        ical.icalcomponent_foreach_recurrence(event, begin, finish, seen, None)
        event = ical.icalcomponent_get_next_component(root, EVENT)
    judgement = Judgement(
        shown=sorted(shown),
        errors=ical.icalcomponent_count_errors(root),
        is_allowed=bool(ical.icalrestriction_check(root)),
    )
    ical.icalcomponent_free(root)
    return judgement


def _load() -> Any:  # noqa: ANN401 - a library of C
    name = find_library("ical")
    if name is None:
        pytest.skip("libical is not here: apt-get install libical3")
    ical = ctypes.CDLL(name)
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for function, result, arguments in (
        ("icalparser_parse_string", pointer, [text]),
        ("icalcomponent_get_first_component", pointer, [pointer, ctypes.c_int]),
        ("icalcomponent_get_next_component", pointer, [pointer, ctypes.c_int]),
        ("icalcomponent_get_summary", text, [pointer]),
        ("icalcomponent_count_errors", ctypes.c_int, [pointer]),
        ("icalrestriction_check", ctypes.c_int, [pointer]),
        ("icalcomponent_free", None, [pointer]),
        ("icaltime_from_string", Time, [text]),
        ("icalcomponent_foreach_recurrence", None, [pointer, Time, Time, _SEEN, pointer]),
    ):
        getattr(ical, function).restype = result
        getattr(ical, function).argtypes = arguments
    return ical
