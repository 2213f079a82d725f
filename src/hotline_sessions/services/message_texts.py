"""The words of messages: those of the institution, or the built-in ones where it has none."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.messages import Message, Purpose
from hotline_sessions.domain.phones import display
from hotline_sessions.domain.placeholders import fill
from hotline_sessions.domain.told import Told
from hotline_sessions.i18n import DEFAULT_LOCALE, LOCALES, Locale, load_catalogues
from hotline_sessions.services.message_kinds import KINDS
from hotline_sessions.store.message_templates import list_template_texts


_FORM: Final = re.compile(r"%\((\w+)\)s")


def choose_locale(language: str) -> Locale:
    """The language to write in; that of the state where another was asked for.

    Source: Law 2704-VIII, art. 12, 13.
    """
    return next((each for each in LOCALES if each == language), DEFAULT_LOCALE)


def get_built_in(purpose: str, locale: Locale) -> str:
    """The built-in text of a kind, its places written ``{name}``.

    Raises:
        KeyError: There is no such kind.
    """
    words = load_catalogues().words(locale)
    return _FORM.sub(r"{\1}", words.gettext(KINDS[purpose].text))


class Writer(Struct, frozen=True, kw_only=True):
    """Who writes in one language, in the words of one institution."""

    locale: Locale = DEFAULT_LOCALE
    own: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Texts of the institution's own, by purpose."""

    def write(self, purpose: str, **values: str) -> str:
        """The text for ``purpose`` with its ``values``.

        Raises:
            MissingFactError: A place of it has no value.
        """
        return fill(self.own.get(purpose) or get_built_in(purpose, self.locale), values)


BUILT_IN: Final = Writer()
"""Writes Ukrainian in the built-in words."""


async def open_writer(institution: InstitutionId | None, language: str) -> Writer:
    """Who writes for the institution; without one, in the built-in words."""
    locale = choose_locale(language)
    if institution is None:
        return Writer(locale=locale)
    own = await list_template_texts(institution, locale)
    return Writer(locale=locale, own=own)


def build_values(purpose: str, told: Told) -> dict[str, str]:
    """What a message for ``purpose`` can say of a booking as it stands."""
    zone = ZoneInfo(told.time_zone)
    shown = told.starts_at
    if purpose == Purpose.SESSION_MOVED and told.moved_to is not None:
        shown = told.moved_to
    if purpose == Purpose.OFFICIAL_MISSING:
        shown = told.expected_at
    return {
        "day": format_short_day(shown, zone),
        "clock": format_short_clock(shown, zone),
        "old": format_short_day(told.starts_at, zone),
        "line": display(told.line) if told.line else "",
    }


async def write_message(message: Message, told: Told | None) -> str:
    """Text of a message that is being sent.

    Raises:
        MissingFactError: It needs a fact that is not known any more.
        KeyError: Nobody knows how to write for its purpose.
    """
    if message.body:
        return message.body
    language = message.locale if told is None else told.language
    writer = await open_writer(message.institution, language)
    values = {} if told is None else build_values(message.purpose, told)
    return writer.write(message.purpose, **{**values, **message.facts})


def format_short_day(at: datetime, zone: ZoneInfo) -> str:
    """Day and month, as «25.11»."""
    return at.astimezone(zone).strftime("%d.%m")


def format_short_clock(at: datetime, zone: ZoneInfo) -> str:
    """Wall time, as «10:00»."""
    return at.astimezone(zone).strftime("%H:%M")
