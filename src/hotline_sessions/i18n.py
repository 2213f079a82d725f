"""Words in the reader's language: texts, plural forms, days and clock times.

English is written in the code (msgids); Ukrainian stands in ``locale/uk/LC_MESSAGES/*.po``,
one file per area, merged when loaded. Nothing is compiled beforehand.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from gettext import NullTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from typing import Final, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency
from babel.support import Translations
from babel.units import format_unit
from msgspec import Struct

from hotline_sessions.domain.times import KYIV, Window


Locale = Literal["uk", "en"]

LOCALES: Final[tuple[Locale, ...]] = ("uk", "en")
DEFAULT_LOCALE: Final[Locale] = "uk"

#: Dates follow the customs of a region: the English pages are British in form.
_REGION: Final[Mapping[Locale, str]] = {"uk": "uk_UA", "en": "en_GB"}


def N_(msgid: str) -> str:  # noqa: N802 - the name that extraction of texts knows
    """``msgid`` as it is: marks a text in a table, to be translated where it is shown."""
    return msgid


class Words:
    """Texts of one language. Unknown msgids come back as they are, in English."""

    def __init__(self, locale: Locale, translations: NullTranslations) -> None:
        self.locale: Locale = locale
        self.translations = translations

    def gettext(self, msgid: str, /, **values: object) -> str:
        """Text of ``msgid``, its ``%(name)s`` filled with ``values``."""
        text = self.translations.gettext(msgid)
        return text % values if values else text

    def ngettext(self, one: str, many: str, count: int, /, **values: object) -> str:
        """Text for ``count`` things; ``%(num)s`` is the count itself."""
        return self.translations.ngettext(one, many, count) % {"num": count, **values}


class Catalogues(Struct, frozen=True, kw_only=True):
    """Texts of all languages, loaded once."""

    by_locale: Mapping[Locale, Words]

    def words(self, locale: Locale) -> Words:
        """Texts of one language."""
        return self.by_locale[locale]

    def translations(self, locale: Locale) -> NullTranslations:
        """Texts of one language in the form template engines expect."""
        return self.by_locale[locale].translations


@cache
def load_catalogues() -> Catalogues:
    """Read every catalogue of the package; later calls get the same ones."""
    root = files("hotline_sessions") / "locale"
    return Catalogues(
        by_locale={locale: Words(locale, _read_locale(root, locale)) for locale in LOCALES}
    )


def merge_catalogues(locale: Locale, sources: list[Traversable]) -> Catalog:
    """One catalogue of several files; of a text said twice the first file decides."""
    merged = Catalog(locale=locale)
    for source in sources:
        with source.open("rb") as stream:
            for message in read_po(stream, locale=locale):
                if message.id and not merged.get(message.id, message.context):
                    merged[message.id] = message
    return merged


def list_catalogue_files(root: Traversable, locale: Locale) -> list[Traversable]:
    """The ``.po`` files of one language, by name; none is a language without catalogues."""
    folder = root / locale / "LC_MESSAGES"
    if not folder.is_dir():
        return []
    return sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".po")),
        key=lambda entry: entry.name,
    )


def _read_locale(root: Traversable, locale: Locale) -> NullTranslations:
    sources = list_catalogue_files(root, locale)
    if not sources:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, merge_catalogues(locale, sources))
    compiled.seek(0)
    return Translations(compiled)


def format_day(day: date, locale: Locale) -> str:
    """Day in full: «вівторок, 24 листопада 2026 р.»."""
    return format_date(day, "full", locale=_REGION[locale])


def format_short_day(day: date, locale: Locale) -> str:
    """Weekday and day for narrow columns: «вт 12.01», "Tue 12.01"."""
    return format_date(day, "EEE dd.MM", locale=_REGION[locale])


def format_date_only(day: date, locale: Locale) -> str:
    """Day without its weekday: «24 листопада 2026 р.»."""
    return format_date(day, "long", locale=_REGION[locale])


def format_month(first_on: date, locale: Locale) -> str:
    """Month and year: «листопад 2026 р.»."""
    return format_skeleton("yMMMM", first_on, locale=_REGION[locale])


def format_clock(moment: datetime, locale: Locale, zone: ZoneInfo = KYIV) -> str:
    """Clock time in ``zone``, on 24 hours: «09:05». The same in both languages."""
    del locale
    return f"{moment.astimezone(zone):%H:%M}"


def format_window(window: Window, locale: Locale, zone: ZoneInfo = KYIV) -> str:
    """Clock times of a span: «10:00–12:00»; the day is said apart."""
    start = format_clock(window.starts_at, locale, zone)
    return f"{start}–{format_clock(window.ends_at, locale, zone)}"


def format_moment(moment: datetime, locale: Locale, zone: ZoneInfo = KYIV) -> str:
    """Day and clock time: «24 листопада 2026 р., 09:05»."""
    local = moment.astimezone(zone)
    return f"{format_date_only(local.date(), locale)}, {local:%H:%M}"


def format_full_moment(moment: datetime, locale: Locale, zone: ZoneInfo = KYIV) -> str:
    """Weekday, day and clock time: «вівторок, 24 листопада 2026 р., 09:05»."""
    local = moment.astimezone(zone)
    return f"{format_day(local.date(), locale)}, {local:%H:%M}"


def format_hryvnias(amount: float, locale: Locale) -> str:
    """Sum of money: «1,20 ₴»."""
    return format_currency(amount, "UAH", locale=_REGION[locale])


def format_minutes(length: timedelta, locale: Locale) -> str:
    """Length in whole minutes, in words: «10 хвилин»."""
    minutes = int(length.total_seconds() // 60)
    return format_unit(minutes, "duration-minute", locale=_REGION[locale])
