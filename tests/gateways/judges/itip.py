"""Judges of calendar messages: tables of RFC 5546, and libical's rules where it is installed."""

import ctypes
from ctypes.util import find_library
from typing import Final

from icalendar import Calendar


ONE: Final = (1, 1)
MAYBE: Final = (0, 1)
NONE: Final = (0, 0)
ANY: Final = (0, 10_000)
SOME: Final = (1, 10_000)

_COMMON: Final = {
    "CATEGORIES": ANY, "CLASS": MAYBE, "COMMENT": ANY, "CONTACT": ANY, "CREATED": MAYBE,
    "DESCRIPTION": MAYBE, "DTEND": MAYBE, "DURATION": MAYBE, "EXDATE": ANY, "GEO": MAYBE,
    "LAST-MODIFIED": MAYBE, "LOCATION": MAYBE, "PRIORITY": MAYBE, "RDATE": ANY,
    "RECURRENCE-ID": MAYBE, "RELATED-TO": ANY, "RESOURCES": ANY, "RRULE": MAYBE,
    "STATUS": MAYBE, "TRANSP": MAYBE, "URL": MAYBE, "ATTACH": ANY, "REQUEST-STATUS": NONE,
    "DTSTAMP": ONE, "ORGANIZER": ONE, "UID": ONE,
}  # fmt: skip

TABLES: Final = {
    "REQUEST": _COMMON | {"ATTENDEE": SOME, "DTSTART": ONE, "SEQUENCE": MAYBE, "SUMMARY": ONE},
    "REPLY": _COMMON
    | {"ATTENDEE": ONE, "DTSTART": MAYBE, "SEQUENCE": MAYBE, "SUMMARY": MAYBE}
    | {"REQUEST-STATUS": ANY},
    "CANCEL": _COMMON | {"ATTENDEE": ANY, "DTSTART": MAYBE, "SEQUENCE": ONE, "SUMMARY": MAYBE},
    "COUNTER": _COMMON
    | {"ATTENDEE": ANY, "DTSTART": ONE, "SEQUENCE": ONE, "SUMMARY": ONE}
    | {"REQUEST-STATUS": ANY},
    "DECLINECOUNTER": dict.fromkeys([*_COMMON, "ATTENDEE", "DTSTART", "SUMMARY"], NONE)
    | {"COMMENT": ANY, "RECURRENCE-ID": MAYBE, "REQUEST-STATUS": ANY, "SEQUENCE": MAYBE}
    | {"DTSTAMP": ONE, "ORGANIZER": ONE, "UID": ONE},
}
"""How often a VEVENT may have a property, by method. Source: RFC 5546, sections 3.2.2 to 3.2.8."""

STATUSES: Final = {
    "REQUEST": {"TENTATIVE", "CONFIRMED"},
    "CANCEL": {"CANCELLED"},
}


def find_faults(content: str) -> list[str]:
    """What RFC 5546 forbids in a message about one event."""
    calendar = Calendar.from_ical(content)
    method = str(calendar.get("method", ""))
    if method not in TABLES:
        return [f"unknown method {method!r}"]
    faults = [f"no {name}" for name in ("prodid", "version") if name not in calendar]
    if str(calendar.get("version")) != "2.0":
        faults.append("version is not 2.0")
    events = calendar.walk("VEVENT")
    zones = {str(each["tzid"]) for each in calendar.walk("VTIMEZONE")}
    for event in events:
        counts: dict[str, int] = {}
        for name, value in event.property_items(recursive=False):
            if name not in {"BEGIN", "END"}:
                counts[name] = counts.get(name, 0) + 1
                zone = getattr(value, "params", {}).get("TZID")
                if zone is not None and zone not in zones:
                    faults.append(f"{name} is in a zone that is not explained")
        for name, (least, most) in TABLES[method].items():
            if not least <= counts.get(name, 0) <= most:
                faults.append(f"{name} stands {counts.get(name, 0)} times")
        status = event.get("status")
        if status is not None and str(status) not in STATUSES.get(method, {str(status)}):
            faults.append(f"STATUS is {status}")
        if event.walk("VALARM") and method in {"CANCEL", "DECLINECOUNTER"}:
            faults.append("VALARM")
    if len({str(event.get("uid")) for event in events}) != 1:
        faults.append("not one UID")
    return faults


def load_libical() -> ctypes.CDLL | None:
    """The library, where it is installed."""
    name = find_library("ical")
    if name is None:
        return None
    library = ctypes.CDLL(name)
    library.icalparser_parse_string.restype = ctypes.c_void_p
    library.icalparser_parse_string.argtypes = [ctypes.c_char_p]
    library.icalrestriction_check.argtypes = [ctypes.c_void_p]
    library.icalcomponent_as_ical_string.restype = ctypes.c_char_p
    library.icalcomponent_as_ical_string.argtypes = [ctypes.c_void_p]
    library.icalcomponent_free.argtypes = [ctypes.c_void_p]
    return library


def find_faults_by_libical(library: ctypes.CDLL, content: str) -> list[str]:
    """What libical's rules forbid, in its words."""
    component = library.icalparser_parse_string(content.encode())
    if not component:
        return ["cannot be parsed"]
    try:
        is_good = library.icalrestriction_check(component)
        text = library.icalcomponent_as_ical_string(component).decode()
    finally:
        library.icalcomponent_free(component)
    unfolded = text.replace("\r\n ", "").replace("\r\n", "\n")
    errors = [line for line in unfolded.split("\n") if line.startswith("X-LIC-ERROR")]
    return errors or ([] if is_good else ["refused"])
