"""Posters and schedules in words, and how publications are named to staff."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from hotline_sessions.domain.phones import display
from hotline_sessions.domain.publications import Ending, Kind, Standing, Todo, read_facts
from hotline_sessions.gateways.posters import Poster
from hotline_sessions.gateways.schedule_files import MonthSchedule
from hotline_sessions.i18n import (
    N_,
    Words,
    format_date_only,
    format_day,
    format_month,
    format_window,
)
from hotline_sessions.services.publication_words import Told, say_became, say_made, say_span
from hotline_sessions.services.publications import Month
from hotline_sessions.services.schedule_orders import Orders
from hotline_sessions.web.pages.home import window_of


REGIONS: Final[Mapping[str, str]] = {"uk": "ua", "en": "gb"}

KINDS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.POSTER: N_("Poster"),
        Kind.LEAFLET: N_("Leaflet"),
        Kind.NEWSPAPER: N_("Text for a newspaper"),
        Kind.POST: N_("Post in messengers or networks"),
        Kind.FRAGMENT: N_("Piece of HTML on a site"),
        Kind.SCHEDULE: N_("Schedule of a month"),
        Kind.WIDGET: N_("Widget on a site"),
    }
)

TODOS: Final[Mapping[Todo, tuple[str, str]]] = MappingProxyType(
    {
        Todo.NOTHING: (N_("up to date"), "green"),
        Todo.REPLACE: (N_("replace"), "orange"),
        Todo.TAKE_DOWN: (N_("take down"), "red"),
    }
)

ENDINGS: Final[Mapping[Ending, str]] = MappingProxyType(
    {Ending.REPLACED: N_("replaced"), Ending.TAKEN_DOWN: N_("taken down")}
)

CHANGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "institution": N_("the institution"),
        "post": N_("the post"),
        "official": N_("who answers"),
        "topic": N_("the topic"),
        "number": N_("the number to call"),
        "is_free": N_("the price of the call"),
        "starts_at": N_("the time of the start"),
        "ends_at": N_("the time of the end"),
        "standing": N_("called off or moved"),
        "added": N_("a session was added"),
        "session": N_("another session"),
    }
)


def write_poster(told: Told, words: Words, *, now: datetime) -> Poster:
    """The sheet of a session, in the language of ``words``."""
    session, locale = told.session, words.locale
    standing = read_facts(session).standing
    notice = {
        Standing.HELD: "",
        Standing.CANCELLED: words.gettext("Cancelled"),
        Standing.MOVED: words.gettext("Moved to another time"),
    }[standing]
    is_held = standing is Standing.HELD
    number = display(session.line_number) if session.line_number and is_held else ""
    link = told.link(words)
    heading = words.gettext("Phone line with an official")
    day = format_day(session.held_on, locale)
    return Poster(
        title=f"{heading}, {format_date_only(session.held_on, locale)}",
        institution=session.institution_name(locale),
        language=locale,
        region=REGIONS[locale],
        heading=heading,
        notice=notice,
        notice_text="" if is_held else say_became(told, words),
        topic=session.topic,
        who=session.official_name or "",
        post=session.post_title(locale),
        day=day[:1].upper() + day[1:],
        clock=say_span(session, words),
        call=words.gettext("Number to call") + ":",
        number=number,
        to_call=words.gettext("The call is free of charge") if session.line_is_free else "",
        book=words.gettext("Book a talk or ask a question beforehand:"),
        address=link.split("://", 1)[-1],
        link=link,
        qr_text=words.gettext("QR code of the page %(address)s", address=link),
        foot=words.gettext("You can also simply call: part of the time is kept for it.")
        if is_held
        else say_made(now, words),
    )


def write_schedule(month: Month, words: Words, *, now: datetime) -> MonthSchedule:
    """The schedule of a month, in the language of ``words``."""
    locale = words.locale
    home = month.home.name_en if locale == "en" and month.home.name_en else month.home.name_uk
    rows = [
        (
            str(line),
            _name_day(each.held_on, words),
            format_window(window_of(each), locale),
            "\n".join(part for part in (each.official_name, each.post_title(locale)) if part),
            each.topic or words.gettext("any question"),
            _name_number(each.line_number, is_free=bool(each.line_is_free), words=words),
        )
        for line, each in enumerate(month.sessions, start=1)
    ]
    return MonthSchedule(
        title=words.gettext(
            "Schedule of phone lines with officials: %(month)s",
            month=name_month(month.first_on, words),
        ),
        institution=home,
        language={"uk": "uk-UA", "en": "en-GB"}[locale],
        head=(
            words.gettext("No."),
            words.gettext("Day"),
            words.gettext("Time"),
            words.gettext("Official"),
            words.gettext("Topic"),
            words.gettext("Number to call"),
        ),
        rows=rows,
        nothing=words.gettext("No session is announced"),
        foot=say_made(now, words),
        approved=say_approved(month.orders, words),
    )


def say_approved(orders: Orders, words: Words) -> str:
    """By which orders a schedule is approved; empty where not all of it is."""
    if not orders.orders:
        return ""
    named = ", ".join(
        words.gettext(
            "No. %(number)s of %(day)s",
            number=each.number,
            day=format_date_only(each.on, words.locale),
        )
        for each in orders.orders
    )
    said = words.ngettext(
        "Approved by order %(orders)s", "Approved by orders %(orders)s", len(orders.orders),
        orders=named,
    )  # fmt: skip
    return f"{said} ({words.gettext('with changes')})" if orders.is_amended else said


def name_month(first_on: date, words: Words) -> str:
    """The month in words: «листопад 2026 р.»."""
    return format_month(first_on, words.locale)


def _name_day(day: date, words: Words) -> str:
    weekday = format_day(day, words.locale).partition(",")[0]
    return f"{format_date_only(day, words.locale)}, {weekday}"


def _name_number(number: str | None, *, is_free: bool, words: Words) -> str:
    if number is None:
        return ""
    shown = display(number)  # type: ignore[arg-type] # a number of an announcement
    return f"{shown}\n({words.gettext('free of charge')})" if is_free else shown
