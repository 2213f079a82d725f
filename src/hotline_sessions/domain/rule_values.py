"""Values of rules as people write them: read within their bounds, and written again."""

import re
from collections.abc import Mapping, Sequence
from datetime import time
from functools import cache
from types import MappingProxyType
from typing import Any, Final, get_args, get_type_hints

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import asdict

from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.rules import SHAPES, Rules, RulesKind


UNITS: Final = ("д", "год", "хв")
"""Days, hours, minutes, as they are written in Ukrainian."""
MOST_LEADS: Final = 6
"""Reminders of one talk: more would be a nuisance."""
MOST_PAUSES: Final = 10

_MINUTES: Final[Mapping[str, int]] = MappingProxyType(
    {"д": 1440, "d": 1440, "г": 60, "h": 60, "х": 1, "m": 1}
)
_LEAD: Final = re.compile(r"([0-9]{1,6})\s*([дdгhхm])[а-яіїєґa-z]*\.?")
_NONE: Final = frozenset({"0", "-", "–", "немає", "none"})
_YES: Final = frozenset({"так", "yes", "true", "on", "1"})
_NO: Final = frozenset({"ні", "no", "false", "off", "0"})
_WHOLE: Final = re.compile(r"[0-9]{1,9}")


class BadRule(Invalid):
    """The value of a rule cannot be read, or lies outside its bounds. Facts: ``rule``."""

    code = "bad-rule"


class UnknownRule(Invalid):
    """There is no rule of this name. Facts: ``rule``."""

    code = "unknown-rule"


class Bounds(Struct, frozen=True, kw_only=True):
    """Least and greatest value of a number."""

    least: int
    greatest: int


@cache
def _find_hints(kind: RulesKind) -> Mapping[str, Any]:
    return MappingProxyType(get_type_hints(SHAPES[kind], include_extras=True))


def find_kind(name: str) -> RulesKind:
    """In which set of rules ``name`` is.

    Raises:
        UnknownRule: In none.
    """
    for kind, shape in SHAPES.items():
        if name in shape.__struct_fields__:
            return kind
    raise UnknownRule(rule=name)


def find_bounds(kind: RulesKind, name: str) -> Bounds | None:
    """Bounds of a rule that is one number; None for any other."""
    found = [each for each in get_args(_find_hints(kind)[name]) if isinstance(each, Meta)]
    if not found or found[0].ge is None or found[0].le is None:
        return None
    return Bounds(least=int(found[0].ge), greatest=int(found[0].le))


def read_value(kind: RulesKind, name: str, text: str) -> object:
    """The value that ``text`` gives to the rule ``name``.

    Raises:
        BadRule: It cannot be read, or lies outside the bounds.
    """
    text = text.strip().lower()
    try:
        return msgspec.convert(_read(kind, name, text), _find_hints(kind)[name], strict=False)
    except (msgspec.ValidationError, ValueError):
        raise BadRule(rule=name) from None


def _read(kind: RulesKind, name: str, text: str) -> object:
    default = getattr(SHAPES[kind](), name)
    if name == "reminder_minutes":
        return parse_leads(text)
    if isinstance(default, tuple):
        return parse_pauses(text)
    if isinstance(default, bool):
        if text not in _YES | _NO:
            raise ValueError
        return text in _YES
    if isinstance(default, time):
        return time.fromisoformat(text.zfill(5)).replace(second=0, microsecond=0, tzinfo=None)
    if not _WHOLE.fullmatch(text):
        raise ValueError
    return int(text)


def parse_leads(text: str) -> tuple[int, ...]:
    """Times before a talk as minutes, the longest first: ``7 д, 24 год, 60 хв`` or ``7d, 24h``.

    Raises:
        ValueError: It cannot be read, or there are too many of them.
    """
    if text in _NONE:
        return ()
    found = [_LEAD.fullmatch(part.strip()) for part in re.split(r"[,;\n]", text)]
    minutes = {int(each[1]) * _MINUTES[each[2]] for each in found if each}
    if None in found or len(minutes) > MOST_LEADS:
        raise ValueError
    return tuple(sorted(minutes, reverse=True))


def parse_pauses(text: str) -> tuple[int, ...]:
    """Seconds one after another: ``0, 30, 60``.

    Raises:
        ValueError: They cannot be read, or there are too many of them.
    """
    parts = [part.strip() for part in re.split(r"[,;]", text)]
    if len(parts) > MOST_PAUSES or not all(_WHOLE.fullmatch(part) for part in parts):
        raise ValueError
    return tuple(int(part) for part in parts)


def format_value(name: str, value: object, units: Sequence[str] = UNITS) -> str:
    """``value`` as ``read_value`` reads it; ``units``: of days, hours and minutes."""
    if name == "reminder_minutes" and isinstance(value, tuple):
        return ", ".join(_format_lead(each, units) for each in value) or "0"
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return str(value)


def _format_lead(minutes: int, units: Sequence[str]) -> str:
    for length, unit in zip((1440, 60, 1), units, strict=True):
        if minutes % length == 0:
            return f"{minutes // length} {unit}"
    raise AssertionError(minutes)  # pragma: no cover - every number is a multiple of one


def format_rules(rules: Rules, units: Sequence[str] = UNITS) -> dict[str, str]:
    """All rules by name, as people write them."""
    return {name: format_value(name, value, units) for name, value in asdict(rules).items()}


def format_stored(kind: RulesKind, name: str, value: object, units: Sequence[str] = UNITS) -> str:
    """A value as the audit keeps it, for people; one of a rule that is no more as it stands."""
    hint = get_type_hints(SHAPES[kind], include_extras=True).get(name)
    if hint is None:
        return str(value)
    try:
        return format_value(name, msgspec.convert(value, hint), units)
    except msgspec.ValidationError:
        return str(value)
