"""A second way to reckon terms, written from the text of the law and from nothing else.

It steps from day to day as a clerk would with a wall calendar, and shares no line with the
product, so that both are wrong alike only if the law was misread twice. For days from 2024.
"""

from datetime import date, timedelta


DAY = timedelta(days=1)
FIXED = [(1, 1), (3, 8), (5, 1), (5, 8), (6, 28), (7, 15), (8, 24), (10, 1), (12, 25)]
"""Labour Code, Article 73, as it stands since Law 3107-IX of 2023."""

CALENDAR_DAYS = {"ART20_15D": 15, "ART20_45D": 45, "ART7_5D": 5, "ART5_10D": 10, "INFO_48H": 2}
WORKING_DAYS = {"ART7_5WD": 5, "INFO_5WD": 5, "INFO_20WD": 20}
ABSOLUTE = {"ART20_45D", "INFO_48H"}
"""Worded as a limit that must not be passed, or in hours."""


class WallCalendar:
    """Days off in red; ``wartime``: no holidays, only weekends; ``moved``: by decision."""

    def __init__(self, *, wartime: bool, moved: dict[date, bool] | None = None) -> None:
        self.moved = moved or {}
        self.red: set[date] = set()
        if not wartime:
            for year in range(2023, 2034):
                self._paint(year)

    def _paint(self, year: int) -> None:
        sunday = easter_sunday(year)
        holidays = {date(year, month, day) for month, day in FIXED}
        holidays |= {sunday, sunday + 49 * DAY}
        self.red |= holidays
        # Article 67(3): for a holiday on a weekend the next day after it is off.
        for holiday in sorted(holidays):
            if holiday.isoweekday() > 5:
                spare = holiday + DAY
                while spare.isoweekday() > 5 or spare in self.red:
                    spare += DAY
                self.red.add(spare)

    def people_work(self, day: date) -> bool:
        if day in self.moved:
            return self.moved[day]
        return day.isoweekday() <= 5 and day not in self.red


def easter_sunday(year: int) -> date:
    """The first Sunday after the full moon of the Julian tables, in the new style."""
    golden = year % 19
    # Julian 21 March plus the age of the moon; thirteen days lie between the calendars.
    moon = date(year, 3, 21) + timedelta(days=(19 * golden + 15) % 30) + timedelta(days=13)
    day = moon + DAY
    while day.isoweekday() != 7:
        day += DAY
    return day


def same_date_of_next_month(received: date) -> date:
    """Civil Code, Article 254(3): the same date, or the last day of a month without it."""
    day = received + DAY
    while day.month == received.month:
        day += DAY
    following = day.month
    while day.day != received.day and (day + DAY).month == following:
        day += DAY
    return day


def last_days(
    rule: str, received: date, calendar: WallCalendar, *, at_most_thirty: bool = False
) -> tuple[date, date, date]:
    """The plain last day, the outermost lawful one, and the one that staff aim at."""
    plain = _plain(rule, received, calendar)
    if at_most_thirty and rule == "ART20_MONTH":
        plain = min(plain, received + 30 * DAY)
    lawful = plain
    while rule not in ABSOLUTE and not calendar.people_work(lawful):
        lawful += DAY
    aim = plain
    while aim > received and not calendar.people_work(aim):
        aim -= DAY
    return plain, lawful, aim


def _plain(rule: str, received: date, calendar: WallCalendar) -> date:
    if rule == "ART20_MONTH":
        return same_date_of_next_month(received)
    day, left = received, CALENDAR_DAYS.get(rule) or WORKING_DAYS[rule]
    while left:
        day += DAY
        if rule in CALENDAR_DAYS or calendar.people_work(day):
            left -= 1
    return day
